import { type ConsumerInfo, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type ConsumerDefinition, shardOf } from '#contracts/consumers.ts';
import { streams } from '#contracts/streams.ts';
import { isConsumerMissing, isConsumerThere, isStreamMissing } from '#services/platform/jetstream/errors.ts';
import { type Difference, describe, differences } from './differences.ts';
import type { Change } from './provision.ts';
import { type Resharding, reshard, type ShardState } from './resharding.ts';
import { type Refused, refusals } from './streams.ts';
import { wantedConsumer } from './wanted.ts';

type Step = { definition: ConsumerDefinition; exists: boolean; changed: Difference[] };
export type ConsumerPlan = { steps: Step[]; refusals: Refused[]; resharding: Resharding };

/** Compares every durable consumer with what is wanted, changing nothing. */
export async function planConsumers(
  nats: NatsConnection,
  wanted: readonly ConsumerDefinition[],
  shardCount: number,
): Promise<ConsumerPlan> {
  const lists = await Promise.all(streams.map(({ name }) => consumersOf(nats, name)));
  const existing = new Map(lists.flat().map((info) => [targetOf(info.stream_name, info.name), info]));
  const steps = wanted.map((definition) =>
    planned(definition, existing.get(targetOf(definition.stream, definition.name))),
  );
  return {
    steps,
    refusals: steps.flatMap((step) => refusals(target(step), step.changed)),
    resharding: reshard(lists.flat().flatMap(shardStates), shardCount),
  };
}

function shardStates({ name, ack_floor, num_waiting }: ConsumerInfo): ShardState[] {
  const shard = shardOf(name);
  return shard ? [{ ...shard, doneUpTo: ack_floor.stream_seq, pulledFrom: num_waiting > 0 }] : [];
}

/**
 * `max_ack_pending` is the operators' lever: it is set once, when the consumer is made. So is where it begins, which
 * says nothing of where it stands.
 */
function planned(definition: ConsumerDefinition, info: ConsumerInfo | undefined): Step {
  if (!info) return { definition, exists: false, changed: [] };
  const { max_ack_pending: _, deliver_policy, ...wanted } = wantedConsumer(definition);
  const begin = shardOf(definition.name) ? {} : { deliver_policy };
  return { definition, exists: true, changed: differences(info.config, { ...wanted, ...begin }) };
}

/** Carries a plan out. Another provisioning that did part of it meanwhile does no harm. */
export async function applyConsumers(
  nats: NatsConnection,
  { steps, resharding }: ConsumerPlan,
): Promise<Change[]> {
  const changes = await Promise.all(steps.map((step) => applyConsumer(nats, step, resharding)));
  // Only now: until then they are the only ones who know what is done.
  const removed = await Promise.all(resharding.unused.map((name) => remove(nats, 'TICKS', name)));
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
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
  const { stream, name } = step.definition;
  await consumers.update(stream, name, Object.fromEntries(step.changed.map(({ field, to }) => [field, to])));
  return step.changed.map((difference) => ({ target: target(step), change: describe(difference) }));
}

async function create(
  nats: NatsConnection,
  definition: ConsumerDefinition,
  { begin }: Resharding,
): Promise<Change[]> {
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
  const { stream, name } = definition;
  const first = begin.get(name);
  const start =
    first === undefined ? {} : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: first };
  try {
    await consumers.add(stream, { ...wantedConsumer(definition), ...start });
    const from = first === undefined ? '' : `, from ${stream} ${first} on`;
    return [{ target: targetOf(stream, name), change: `created${from}` }];
  } catch (error) {
    // Made by another provisioning and changed since: seen as existing now.
    if (!isConsumerThere(error)) throw error;
    return update(nats, planned(definition, await consumers.info(stream, name)));
  }
}

async function remove(nats: NatsConnection, stream: string, name: string): Promise<Change[]> {
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
  try {
    await consumers.delete(stream, name);
    return [{ target: targetOf(stream, name), change: 'removed' }];
  } catch (error) {
    if (!isConsumerMissing(error)) throw error;
    return [];
  }
}

async function consumersOf(nats: NatsConnection, stream: string): Promise<ConsumerInfo[]> {
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
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
