import { type ConsumerInfo, DeliverPolicy } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type ConsumerDefinition, shardOf } from '#contracts/consumers.ts';
import { streams } from '#contracts/streams.ts';
import { isConsumerMissing, isConsumerThere, isStreamMissing } from '#services/platform/jetstream/errors.ts';
import { type Change, changesOf, type RefusedChange, refusedChangesOf } from './changes.ts';
import { desiredConsumer } from './desired.ts';
import { type Difference, differences } from './differences.ts';
import { managerOf } from './manager.ts';
import { type Resharding, reshard, type ShardState } from './resharding.ts';

type Step = { definition: ConsumerDefinition; exists: boolean; changed: Difference[] };
export type ConsumerPlan = { steps: Step[]; refused: RefusedChange[]; resharding: Resharding };

/** Compares every durable consumer with its definition, changing nothing. */
export async function planConsumers(
  nats: NatsConnection,
  definitions: readonly ConsumerDefinition[],
  shardCount: number,
): Promise<ConsumerPlan> {
  const lists = await Promise.all(streams.map(({ name }) => consumersOf(nats, name)));
  const existing = new Map(lists.flat().map((info) => [targetOf(info.stream_name, info.name), info]));
  const steps = definitions.map((definition) =>
    planConsumer(definition, existing.get(targetOf(definition.stream, definition.name))),
  );
  return {
    steps,
    refused: steps.flatMap((step) => refusedChangesOf(target(step), step.changed)),
    resharding: reshard(lists.flat().flatMap(shardStates), shardCount),
  };
}

function shardStates({ name, ack_floor, num_waiting }: ConsumerInfo): ShardState[] {
  const shard = shardOf(name);
  return shard ? [{ ...shard, doneUpTo: ack_floor.stream_seq, pulledFrom: num_waiting > 0 }] : [];
}

/**
 * An existing consumer keeps its `max_ack_pending`: operators change it live. A shard also keeps its `deliver_policy`,
 * which resharding chose.
 */
function planConsumer(definition: ConsumerDefinition, info: ConsumerInfo | undefined): Step {
  if (!info) return { definition, exists: false, changed: [] };
  const { max_ack_pending: _, deliver_policy, ...desired } = desiredConsumer(definition);
  const begin = shardOf(definition.name) ? {} : { deliver_policy };
  return { definition, exists: true, changed: differences(info.config, { ...desired, ...begin }) };
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
  if (resharding.overtaken.includes(name)) await remove(nats, stream, name);
  if (!step.exists || resharding.begin.has(name)) return create(nats, step.definition, resharding);
  return update(nats, step);
}

async function update(nats: NatsConnection, step: Step): Promise<Change[]> {
  if (step.changed.length === 0) return [];
  const { consumers } = await managerOf(nats);
  const { stream, name } = step.definition;
  await consumers.update(stream, name, Object.fromEntries(step.changed.map(({ field, to }) => [field, to])));
  return changesOf(target(step), step.changed);
}

async function create(
  nats: NatsConnection,
  definition: ConsumerDefinition,
  { begin }: Resharding,
): Promise<Change[]> {
  const { consumers } = await managerOf(nats);
  const { stream, name } = definition;
  const first = begin.get(name);
  const start =
    first === undefined ? {} : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: first };
  try {
    await consumers.add(stream, { ...desiredConsumer(definition), ...start });
    const from = first === undefined ? '' : `, from ${stream} ${first} on`;
    return [{ target: targetOf(stream, name), change: `created${from}` }];
  } catch (error) {
    // A concurrent provisioning created it and an operator changed it since: it is an existing one now.
    if (!isConsumerThere(error)) throw error;
    return update(nats, planConsumer(definition, await consumers.info(stream, name)));
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

async function consumersOf(nats: NatsConnection, stream: string): Promise<ConsumerInfo[]> {
  const { consumers } = await managerOf(nats);
  const found: ConsumerInfo[] = [];
  try {
    for await (const info of consumers.list(stream)) found.push(info);
  } catch (error) {
    if (!isStreamMissing(error)) throw error;
  }
  return found;
}

const targetOf = (stream: string, consumer: string) => `${stream}/${consumer}`;
const target = ({ definition }: Step) => targetOf(definition.stream, definition.name);
