import { type ConsumerInfo, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type ConsumerDefinition, shardConsumer, streams } from '#contracts/streams.ts';
import { type Difference, describe, differences } from './differences.ts';
import type { Change } from './provision.ts';
import { isStreamMissing, type Refused, refusals } from './streams.ts';
import { wantedConsumer } from './wanted.ts';

type Step = { definition: ConsumerDefinition; exists: boolean; changed: Difference[] };
export type ConsumerPlan = {
  steps: Step[];
  refusals: Refused[];
  /** Shard consumers of an earlier, larger shard count, as `TICKS/shard-15`. */
  strays: string[];
};

const CONSUMER_EXISTS = 10148;

/** Compares every durable consumer with what is wanted, changing nothing. */
export async function planConsumers(
  nats: NatsConnection,
  wanted: readonly ConsumerDefinition[],
): Promise<ConsumerPlan> {
  const lists = await Promise.all(streams.map(({ name }) => consumersOf(nats, name)));
  const existing = new Map(lists.flat().map((info) => [targetOf(info.stream_name, info.name), info]));
  const steps = wanted.map((definition) =>
    planned(definition, existing.get(targetOf(definition.stream, definition.name))),
  );
  const known = new Set(wanted.map(({ stream, name }) => targetOf(stream, name)));
  const shards = Array.from({ length: 64 }, (_, index) => targetOf('TICKS', shardConsumer(index)));
  return {
    steps,
    refusals: steps.flatMap((step) => refusals(target(step), step.changed)),
    strays: shards.filter((shard) => existing.has(shard) && !known.has(shard)),
  };
}

/** `max_ack_pending` is the operators' lever: it is set once, when the consumer is made. */
function planned(definition: ConsumerDefinition, info: ConsumerInfo | undefined): Step {
  if (!info) return { definition, exists: false, changed: [] };
  const { max_ack_pending: _, ...wanted } = wantedConsumer(definition);
  return { definition, exists: true, changed: differences(info.config, wanted) };
}

/** Carries a plan out. Another provisioning that did part of it meanwhile does no harm. */
export async function applyConsumers(nats: NatsConnection, { steps }: ConsumerPlan): Promise<Change[]> {
  const changes = await Promise.all(steps.map((step) => applyConsumer(nats, step)));
  return changes.flat();
}

async function applyConsumer(nats: NatsConnection, step: Step): Promise<Change[]> {
  if (!step.exists) return create(nats, step.definition);
  if (step.changed.length === 0) return [];
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
  const { stream, name } = step.definition;
  await consumers.update(stream, name, Object.fromEntries(step.changed.map(({ field, to }) => [field, to])));
  return step.changed.map((difference) => ({ target: target(step), change: describe(difference) }));
}

async function create(nats: NatsConnection, definition: ConsumerDefinition): Promise<Change[]> {
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
  try {
    await consumers.add(definition.stream, wantedConsumer(definition));
    return [{ target: targetOf(definition.stream, definition.name), change: 'created' }];
  } catch (error) {
    // Made by another provisioning and changed since: seen as existing now.
    if (!(error instanceof JetStreamApiError) || error.code !== CONSUMER_EXISTS) throw error;
    return applyConsumer(nats, planned(definition, await consumers.info(definition.stream, definition.name)));
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
