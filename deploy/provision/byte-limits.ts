import type { NatsConnection } from '@nats-io/transport-node';
import { buckets, streams } from '#contracts/streams.ts';
import { streamOfBucket } from './desired.ts';
import { managerOf } from './manager.ts';
import { type Claimant, divide } from './shares.ts';

/** The limit of each stream and bucket of contracts/, on servers that may hold so much in all of them. */
export async function byteLimits(nats: NatsConnection, totalBytes: number): Promise<Map<string, number>> {
  const manager = await managerOf(nats);
  const stored = new Map<string, number>();
  for await (const { config, state } of manager.streams.list()) stored.set(config.name, state.bytes);
  const claimant = (name: string, sharePerMille: number): Claimant => ({
    name,
    sharePerMille,
    storedBytes: stored.get(name) ?? 0,
  });
  return divide(totalBytes, [
    ...streams.map(({ name, sharePerMille }) => claimant(name, sharePerMille)),
    ...buckets.map(({ name, sharePerMille }) => claimant(streamOfBucket(name), sharePerMille)),
  ]);
}
