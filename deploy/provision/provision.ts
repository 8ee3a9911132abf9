import type { NatsConnection } from '@nats-io/transport-node';
import { type ConsumerDefinition, serviceConsumers } from '#contracts/consumers.ts';
import { buckets, streamOfBucket, streams } from '#contracts/streams.ts';
import { byteLimits } from './byte-limits.ts';
import type { Change, RefusedChange } from './changes.ts';
import { applyConsumers, consumerChanges, planConsumers } from './consumers.ts';
import { type DesiredStream, desiredBucket, desiredStream, type ServerChoice } from './desired.ts';
import { applyStreams, planStreams, streamChanges } from './streams.ts';

/*
 * Provisioning: compares what is on the servers with what contracts/ and projections/ declare, and applies the
 * difference. `npm start` and `habitstream provision` use it by everything.ts, tests by this file. It may import
 * contracts, projections and services/platform. desired.ts is the configuration, differences.ts the comparison.
 */

export type ProvisionOptions = {
  /** Shard consumers to have, 1 to 64. */
  shardCount: number;
  /** Consumers beside those of the services: the projections'. */
  consumers?: readonly ConsumerDefinition[];
  /** Copies of every stream and bucket. Absent: new ones get 1, existing ones keep theirs. */
  replicas?: number;
  /**
   * What one nats-server may hold in all streams and buckets, below its `max_file_store`: each gets its share of it.
   * Absent: new ones get no limit, existing ones keep theirs.
   */
  natsStoreBytes?: number | undefined;
  /** Also applies changes that delete stored messages. */
  force?: boolean;
  /** Gets each line an operator wants to read. */
  log?: (line: string) => void;
};

/** Raised before anything is changed. The message lists every refused change and what to do instead. */
export class ProvisionRefused extends Error {
  override name = 'ProvisionRefused';
}

const LATER = 'Provision again when all shards processes run with the new SHARD_COUNT: that removes it.';

/**
 * Creates or updates the streams, buckets and durable consumers of contracts/. May be repeated, and run twice at once.
 * Operators keep what is theirs to set (operators-settings.ts), and every setting that contracts/ do not mention. With another
 * `shardCount` the new shards begin where the old ones stand; an old one is removed as soon as no process pulls from it.
 * @returns what was changed, in order; nothing when all was as desired.
 * @throws {ProvisionRefused} when a change is impossible, or would lose stored messages and `force` is not set.
 */
export async function provision(nats: NatsConnection, options: ProvisionOptions): Promise<Change[]> {
  const { shardCount, log = () => {} } = options;
  const { streamPlan, consumerPlan, count } = await planOf(nats, options);
  const refused = [...streamPlan.refused, ...consumerPlan.refused];
  const binding = refused.filter(({ kind }) => kind === 'never' || !options.force);
  if (binding.length > 0) throw new ProvisionRefused(refusal(binding));

  const changes = [...(await applyStreams(nats, streamPlan)), ...(await applyConsumers(nats, consumerPlan))];
  for (const { target, change } of changes) log(`${target}: ${change}`);
  for (const { target, change } of theirs(streamPlan, consumerPlan))
    log(`${target}: ${change} (yours, kept)`);
  const { busy, idle } = consumerPlan.resharding;
  for (const name of busy)
    log(`TICKS/${name}: not wanted with ${shardCount} shards, but a process pulls from it. ${LATER}`);
  const targets = new Set(changes.map(({ target }) => target));
  const removed = idle.filter((name) => targets.has(`TICKS/${name}`)).length;
  log(`${count - targets.size + removed} unchanged, ${targets.size} changed`);
  return changes;
}

/** How servers differ from what contracts/ declare. */
export type Drift = {
  /** What {@link provision} would do. */
  changes: Change[];
  /** Of these, what it would refuse. */
  refused: RefusedChange[];
  /** What operators have set, and keep. */
  theirs: Change[];
};

/** Compares and changes nothing. */
export async function driftOf(nats: NatsConnection, options: ProvisionOptions): Promise<Drift> {
  const { streamPlan, consumerPlan } = await planOf(nats, options);
  return {
    changes: [...streamChanges(streamPlan), ...consumerChanges(consumerPlan)],
    refused: [...streamPlan.refused, ...consumerPlan.refused],
    theirs: theirs(streamPlan, consumerPlan),
  };
}

const theirs = (...plans: { theirs: Change[] }[]) => plans.flatMap((plan) => plan.theirs);

async function planOf(nats: NatsConnection, options: ProvisionOptions) {
  const { shardCount } = options;
  const desired = await desiredStreams(nats, options);
  const consumers = [...serviceConsumers(shardCount), ...(options.consumers ?? [])];
  const streamPlan = await planStreams(nats, desired);
  const consumerPlan = await planConsumers(nats, consumers, shardCount);
  return { streamPlan, consumerPlan, count: desired.length + consumers.length };
}

async function desiredStreams(
  nats: NatsConnection,
  { replicas, natsStoreBytes }: Pick<ProvisionOptions, 'replicas' | 'natsStoreBytes'>,
): Promise<DesiredStream[]> {
  const limits = natsStoreBytes === undefined ? undefined : await byteLimits(nats, natsStoreBytes);
  const choice = (name: string): ServerChoice => ({ replicas, maxBytes: limits?.get(name) });
  return [
    ...streams.map((stream) => desiredStream(stream, choice(stream.name))),
    ...buckets.map((bucket) => desiredBucket(bucket, choice(streamOfBucket(bucket.name)))),
  ];
}

function refusal(refused: readonly RefusedChange[]): string {
  const lines = refused.map(({ target, change, why }) => `  ${target}: ${change} (${why})`);
  const advice = refused.some(({ kind }) => kind === 'never')
    ? 'What the server cannot change needs a new stream or consumer beside the old one. Otherwise put the old value back into contracts/.'
    : 'Put the old value back into contracts/streams.ts, or provision with --force to lose those messages.';
  return `Nothing was changed, because this would lose data or cannot be done:\n${lines.join('\n')}\n${advice}`;
}
