import type { NatsConnection } from '@nats-io/transport-node';
import { buckets, streamOfBucket, streams } from '#contracts/streams.ts';
import { managerOf } from './manager.ts';
import { type Claimant, divide } from './shares.ts';

const OURS: readonly Pick<Claimant, 'name' | 'sharePerMille'>[] = [
  ...streams,
  ...buckets.map(({ name, sharePerMille }) => ({ name: streamOfBucket(name), sharePerMille })),
];

/** The limit of each stream and bucket of contracts/, on servers that may hold so much in all of them. */
export async function byteLimits(nats: NatsConnection, totalBytes: number): Promise<Map<string, number>> {
  const manager = await managerOf(nats);
  const stored = new Map<string, number>();
  for await (const { config, state } of manager.streams.list()) stored.set(config.name, state.bytes);
  const claimants = OURS.map(({ name, sharePerMille }) => ({
    name,
    sharePerMille,
    storedBytes: stored.get(name) ?? 0,
  }));
  return divide(totalBytes, claimants);
}

/** A warning that operators read, while streams may fill the disk. */
export async function limitWarning(nats: NatsConnection): Promise<string | undefined> {
  const manager = await managerOf(nats);
  const unlimited: string[] = [];
  for await (const { config } of manager.streams.list()) {
    if (config.max_bytes <= 0 && OURS.some(({ name }) => name === config.name)) unlimited.push(config.name);
  }
  if (unlimited.length === 0) return undefined;
  return `warning: ${unlimited.length} streams have no limit (${unlimited[0]}, …): a full disk would stop them until nats-server restarts. Set NATS_STORE_BYTES to what one nats-server may hold, and provision again.`;
}
