import type { NatsConnection } from '@nats-io/transport-node';
import { type ConsumerDefinition, serviceConsumers } from '#contracts/consumers.ts';
import { buckets, streams } from '#contracts/streams.ts';
import { applyConsumers, planConsumers } from './consumers.ts';
import { applyStreams, planStreams, type Refused } from './streams.ts';
import { wantedBucket, wantedStream } from './wanted.ts';

/** One thing that was done: `{ target: 'UPDATES', change: 'max_age: 24h → 48h' }`. */
export type Change = { target: string; change: string };

export type ProvisionOptions = {
  /** Shard consumers to have, 1 to 64. */
  shardCount: number;
  /** Consumers beside those of the services: the projections'. */
  consumers?: readonly ConsumerDefinition[];
  /** Copies of every stream and bucket. Absent: 1 for new ones, as it is for existing ones. */
  replicas?: number;
  /** Applies also what throws stored messages away. */
  force?: boolean;
  /** Gets each line an operator wants to read. */
  log?: (line: string) => void;
};

/** Raised before anything is changed. The message lists every change that was refused, and what to do instead. */
export class ProvisionRefused extends Error {
  override name = 'ProvisionRefused';
}

const LATER = 'Provision again when all shards processes run with the new SHARD_COUNT: that removes it.';

/**
 * Creates or updates the streams, buckets and durable consumers of contracts/streams.ts. May be repeated, and run
 * twice at once. `max_ack_pending` of an existing consumer, and whatever contracts/ do not mention, stay as the
 * operators left them. With another `shardCount` the new shards begin where the old ones stand, and the old ones are
 * removed as soon as no process pulls from them.
 * @returns what was changed, in order; nothing when all was as wanted.
 * @throws {ProvisionRefused} when a change would lose stored messages, unless `force`, or is impossible.
 */
export async function provision(nats: NatsConnection, options: ProvisionOptions): Promise<Change[]> {
  const { shardCount, replicas, log = () => {} } = options;
  const wanted = [
    ...streams.map((stream) => wantedStream(stream, replicas)),
    ...buckets.map((bucket) => wantedBucket(bucket, replicas)),
  ];
  const consumers = [...serviceConsumers(shardCount), ...(options.consumers ?? [])];
  const streamPlan = await planStreams(nats, wanted);
  const consumerPlan = await planConsumers(nats, consumers, shardCount);
  const refused = [...streamPlan.refusals, ...consumerPlan.refusals];
  const binding = refused.filter(({ kind }) => kind === 'never' || !options.force);
  if (binding.length > 0) throw new ProvisionRefused(refusal(binding));

  const changes = [...(await applyStreams(nats, streamPlan)), ...(await applyConsumers(nats, consumerPlan))];
  for (const { target, change } of changes) log(`${target}: ${change}`);
  for (const used of consumerPlan.resharding.used)
    log(`TICKS/${used}: not wanted with ${shardCount} shards, but a process pulls from it. ${LATER}`);
  const targets = new Set(changes.map(({ target }) => target));
  const gone = consumerPlan.resharding.unused.filter((name) => targets.has(`TICKS/${name}`)).length;
  log(`${wanted.length + consumers.length - targets.size + gone} unchanged, ${targets.size} changed`);
  return changes;
}

function refusal(refused: Refused[]): string {
  const lines = refused.map(({ target, change, why }) => `  ${target}: ${change} (${why})`);
  const advice = refused.some(({ kind }) => kind === 'never')
    ? 'What the server cannot change needs a new stream or consumer beside the old one. Otherwise put the old value back into contracts/.'
    : 'Put the old value back into contracts/streams.ts, or provision with --force to lose those messages.';
  return `Nothing was changed, because this would lose data or cannot be done:\n${lines.join('\n')}\n${advice}`;
}
