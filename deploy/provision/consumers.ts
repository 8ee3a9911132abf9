import { type ConsumerInfo, DeliverPolicy, type StreamState } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type ConsumerDefinition, shardOf } from '#contracts/consumers.ts';
import { streams } from '#contracts/streams.ts';
import { isConsumerMissing, isConsumerThere, isStreamMissing } from '#services/platform/jetstream/errors.ts';
import { type Change, changesOf, type RefusedChange, refusedChangesOf } from './changes.ts';
import { desiredConsumer } from './desired.ts';
import { type Difference, differences } from './differences.ts';
import { managerOf } from './manager.ts';
import { consumerThresholds, isThreshold, thresholdDifferences, withThresholds } from './monitoring.ts';
import { isOperatorsOfConsumer, keptOf } from './operators-settings.ts';
import { type Resharding, reshard, type ShardState } from './resharding.ts';

type Step = {
  definition: ConsumerDefinition;
  exists: boolean;
  changed: Difference[];
  /** With the thresholds that are to be set. */
  metadata?: Record<string, string> | undefined;
  /** As operators have them, and keep them. */
  theirs: Difference[];
  restartAt?: number | undefined;
};
export type ConsumerPlan = {
  steps: Step[];
  refused: RefusedChange[];
  resharding: Resharding;
  theirs: Change[];
};

/**
 * `restartAt`: the consumer stands beyond the end of its stream, whose tail was lost, and would not be given what comes
 * in its place. It is made again from there on.
 */
type Existing = { info: ConsumerInfo; doneUpTo: number; restartAt?: number | undefined };

/** Compares every durable consumer with its definition, changing nothing. */
export async function planConsumers(
  nats: NatsConnection,
  definitions: readonly ConsumerDefinition[],
  shardCount: number,
): Promise<ConsumerPlan> {
  const lists = await Promise.all(streams.map(({ name }) => consumersOf(nats, name)));
  const existing = new Map(
    lists.flat().map((each) => [targetOf(each.info.stream_name, each.info.name), each]),
  );
  const steps = definitions.map((definition) =>
    planConsumer(definition, existing.get(targetOf(definition.stream, definition.name))),
  );
  return {
    steps,
    refused: steps.flatMap((step) => refusedChangesOf(target(step), step.changed)),
    resharding: reshard(lists.flat().flatMap(shardStates), shardCount),
    theirs: steps.flatMap((step) => keptOf(target(step), step.theirs)),
  };
}

function shardStates({ info, doneUpTo }: Existing): ShardState[] {
  const shard = shardOf(info.name);
  return shard ? [{ ...shard, doneUpTo, pulledFrom: info.num_waiting > 0 }] : [];
}

/** A shard keeps its `deliver_policy`, which resharding chose, and so does a consumer that was made again. */
function planConsumer(definition: ConsumerDefinition, existing: Existing | undefined): Step {
  if (!existing) return { definition, exists: false, changed: [], theirs: [] };
  const { info, restartAt } = existing;
  const { deliver_policy, ...desired } = desiredConsumer(definition);
  const keepsBegin = shardOf(definition.name) || info.config.deliver_policy === DeliverPolicy.StartSequence;
  const begin = keepsBegin ? {} : { deliver_policy };
  const { theirs = [], changed = [] } = Object.groupBy(
    differences(info.config, { ...desired, ...begin }),
    (difference) => (isOperatorsOfConsumer(definition, difference) ? 'theirs' : 'changed'),
  );
  const thresholds = thresholdDifferences(info.config.metadata, consumerThresholds(definition));
  return {
    definition,
    exists: true,
    changed: [...changed, ...thresholds.changed],
    metadata: withThresholds(info.config.metadata, thresholds.changed),
    theirs: [...theirs, ...thresholds.theirs],
    restartAt,
  };
}

/** What carrying a plan out would do. */
export function consumerChanges({ steps, resharding }: ConsumerPlan): Change[] {
  return [
    ...steps.flatMap((step): Change[] => {
      if (!step.exists) return [{ target: target(step), change: 'missing' }];
      const restart =
        step.restartAt === undefined ? [] : [{ target: target(step), change: 'beyond its stream' }];
      return [...restart, ...changesOf(target(step), step.changed)];
    }),
    ...resharding.idle.map((name) => ({ target: targetOf('TICKS', name), change: 'not wanted any more' })),
  ];
}

/** Carries a plan out. A concurrent provisioning that did part of it meanwhile does no harm. */
export async function applyConsumers(
  nats: NatsConnection,
  { steps, resharding }: ConsumerPlan,
): Promise<Change[]> {
  const changes = await Promise.all(steps.map((step) => applyConsumer(nats, step, resharding)));
  // Removed last: until the new shards exist, only the old consumers know which ticks are done.
  const removed = await Promise.all(resharding.idle.map((name) => remove(nats, 'TICKS', name)));
  return [...changes.flat(), ...removed.flat()];
}

async function applyConsumer(nats: NatsConnection, step: Step, resharding: Resharding): Promise<Change[]> {
  const { stream, name } = step.definition;
  const first = step.restartAt ?? resharding.begin.get(name);
  if (resharding.overtaken.includes(name) || step.restartAt !== undefined) await remove(nats, stream, name);
  if (!step.exists || first !== undefined) return create(nats, step.definition, first);
  return update(nats, step);
}

async function update(nats: NatsConnection, step: Step): Promise<Change[]> {
  if (step.changed.length === 0) return [];
  const { consumers } = await managerOf(nats);
  const { stream, name } = step.definition;
  const settings = step.changed
    .filter((difference) => !isThreshold(difference))
    .map(({ field, to }) => [field, to]);
  const { metadata } = step;
  await consumers.update(stream, name, { ...Object.fromEntries(settings), ...(metadata && { metadata }) });
  return changesOf(target(step), step.changed);
}

async function create(
  nats: NatsConnection,
  definition: ConsumerDefinition,
  first: number | undefined,
): Promise<Change[]> {
  const { consumers } = await managerOf(nats);
  const { stream, name } = definition;
  const start =
    first === undefined ? {} : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: first };
  try {
    const metadata = { ...consumerThresholds(definition) };
    await consumers.add(stream, { ...desiredConsumer(definition), ...start, metadata });
    const from = first === undefined ? '' : `, from ${stream} ${first} on`;
    return [{ target: targetOf(stream, name), change: `created${from}` }];
  } catch (error) {
    // A concurrent provisioning created it and an operator changed it since: it is an existing one now.
    if (!isConsumerThere(error)) throw error;
    const info = await consumers.info(stream, name);
    return update(nats, planConsumer(definition, { info, doneUpTo: info.ack_floor.stream_seq }));
  }
}

async function remove(nats: NatsConnection, stream: string, name: string): Promise<Change[]> {
  const { consumers } = await managerOf(nats);
  try {
    await consumers.delete(stream, name);
    return [{ target: targetOf(stream, name), change: 'removed' }];
  } catch (error) {
    if (!isConsumerMissing(error)) throw error;
    return [];
  }
}

async function consumersOf(nats: NatsConnection, stream: string): Promise<Existing[]> {
  const { consumers, streams: all } = await managerOf(nats);
  const found: ConsumerInfo[] = [];
  try {
    for await (const info of consumers.list(stream)) found.push(info);
    // After the consumers: meanwhile it can only have grown.
    const { state } = await all.info(stream);
    return found.map((info) => existingConsumer(info, state));
  } catch (error) {
    if (!isStreamMissing(error)) throw error;
    return [];
  }
}

function existingConsumer(info: ConsumerInfo, state: StreamState): Existing {
  if (info.delivered.stream_seq <= state.last_seq) return { info, doneUpTo: info.ack_floor.stream_seq };
  const restartAt = restartOf(info, state);
  return { info, doneUpTo: restartAt - 1, restartAt };
}

/**
 * From the first message that is not done. When more than there is was done, nobody knows where the tail was cut: then
 * from the beginning, because a message that is handled again has no second effect. An update might, after two days and
 * dozens of others, so of those only what comes from now on is handled.
 */
function restartOf({ stream_name, ack_floor }: ConsumerInfo, { first_seq, last_seq }: StreamState): number {
  if (ack_floor.stream_seq <= last_seq) return ack_floor.stream_seq + 1;
  return stream_name === 'UPDATES' ? last_seq + 1 : Math.max(1, first_seq);
}

const targetOf = (stream: string, consumer: string) => `${stream}/${consumer}`;
const target = ({ definition }: Step) => targetOf(definition.stream, definition.name);
