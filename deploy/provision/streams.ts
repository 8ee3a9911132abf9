import type { StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LOG_ID } from '#contracts/logs.ts';
import { isStoreFull, isStreamMissing, isStreamThere } from '#services/platform/jetstream/errors.ts';
import { type Change, changesOf, type RefusedChange, refusedChangesOf } from './changes.ts';
import { type DesiredStream, desiredOfExisting } from './desired.ts';
import { type Difference, differences } from './differences.ts';
import { managerOf } from './manager.ts';
import { streamThresholds, thresholdDifferences, withThresholds } from './monitoring.ts';
import { chosenByOperators, isOperatorsOfStream, keptOf } from './operators-settings.ts';

type Step = {
  desired: DesiredStream;
  existing: StreamInfo | undefined;
  changed: Difference[];
};
/** `theirs`: what operators have set, and keep. */
export type StreamPlan = { steps: Step[]; refused: RefusedChange[]; theirs: Change[] };

/** Compares every stream with its desired configuration, changing nothing. */
export async function planStreams(nats: NatsConnection, desired: DesiredStream[]): Promise<StreamPlan> {
  const planned = await Promise.all(desired.map((stream) => planStream(nats, stream)));
  const steps = planned.map(({ step }) => step);
  return {
    steps,
    refused: steps.flatMap((step) => refusedChangesOf(step.desired.name, step.changed)),
    theirs: planned.flatMap(({ theirs }) => theirs),
  };
}

/** What carrying a plan out would do. */
export function streamChanges({ steps }: StreamPlan): Change[] {
  return steps.flatMap(({ desired: { name }, existing, changed }) =>
    existing ? changesOf(name, changed) : [{ target: name, change: 'missing' }],
  );
}

async function planStream(
  nats: NatsConnection,
  desired: DesiredStream,
): Promise<{ step: Step; theirs: Change[] }> {
  const existing = await streamInfo(nats, desired.name);
  if (!existing) {
    const metadata = streamThresholds(desired.name, desired.num_replicas ?? 1);
    return { step: { desired: { ...desired, metadata }, existing, changed: [] }, theirs: [] };
  }
  const settings = desiredOfExisting(desired, existing.config);
  const { theirs = [], changed = [] } = Object.groupBy(
    differences(existing.config, settings),
    (difference) => (isOperatorsOfStream(difference) ? 'theirs' : 'changed'),
  );
  const { metadata, num_replicas } = existing.config;
  const wanted = streamThresholds(desired.name, desired.num_replicas ?? num_replicas);
  const thresholds = thresholdDifferences(metadata, wanted);
  const named = withThresholds(metadata, thresholds.changed);
  const kept = Object.fromEntries(theirs.map(({ field, from }) => [field, from]));
  return {
    step: {
      desired: { ...settings, ...kept, ...(named && { metadata: named }) },
      existing,
      changed: [...changed, ...thresholds.changed],
    },
    theirs: [
      ...keptOf(desired.name, [...theirs, ...thresholds.theirs]),
      ...chosenByOperators(desired.name, existing.config, settings),
    ],
  };
}

/** Raised when limits, those of others' streams included, exceed `max_file_store` of the servers. */
export class StoreTooSmall extends Error {
  override name = 'StoreTooSmall';
}

/**
 * Carries a plan out. A concurrent provisioning that did part of it meanwhile does no harm.
 * @throws {StoreTooSmall} part way through, which the next provisioning mends.
 */
export async function applyStreams(nats: NatsConnection, { steps }: StreamPlan): Promise<Change[]> {
  const { reserving = [], others = [] } = Object.groupBy(steps, (step) =>
    isReserving(step) ? 'reserving' : 'others',
  );
  // Room is made before it is given away, and given to one after the other: side by side the server lets them reserve
  // more than its store, and from then on refuses every change, also to a lower limit.
  const changes = await Promise.all(others.map((step) => applyStream(nats, step)));
  for (const step of reserving) changes.push(await applyStream(nats, step));
  return changes.flat();
}

/** Whether the server has to reserve more for the stream than before. */
function isReserving({ desired: { max_bytes }, existing, changed }: Step): boolean {
  if (!existing) return max_bytes !== undefined;
  return changed.some(({ field, from, to }) => field === 'max_bytes' && limitOf(from) < limitOf(to));
}

/** A stream without a limit reserves nothing. */
const limitOf = (maxBytes: unknown) => Math.max(0, Number(maxBytes ?? 0));

async function applyStream(nats: NatsConnection, step: Step): Promise<Change[]> {
  const { desired, existing, changed } = step;
  const { name } = desired;
  try {
    const stream = (await createdOrUpdated(nats, step)) ?? existing;
    const identified = stream ? await identify(nats, stream) : [];
    if (!existing) return [{ target: name, change: 'created' }];
    return [...changesOf(name, changed), ...identified.map((change) => ({ target: name, change }))];
  } catch (cause) {
    throw isStoreFull(cause) ? new StoreTooSmall(tooSmall(desired), { cause }) : cause;
  }
}

/** Undefined when nothing had to be done. */
async function createdOrUpdated(
  nats: NatsConnection,
  { desired, existing, changed }: Step,
): Promise<StreamInfo | undefined> {
  const { streams } = await managerOf(nats);
  if (!existing) return created(nats, desired);
  const { name, ...settings } = desired;
  return changed.length > 0 ? streams.update(name, settings) : undefined;
}

/** The server answers the second of two equal creations with the stream of the first, until that one is identified. */
async function created(nats: NatsConnection, desired: DesiredStream): Promise<StreamInfo> {
  const { streams } = await managerOf(nats);
  try {
    return await streams.add(desired);
  } catch (error) {
    if (isStreamThere(error)) return streams.info(desired.name);
    throw error;
  }
}

function tooSmall({ name, max_bytes }: DesiredStream): string {
  const wanted = max_bytes === undefined ? 'another stream' : `${max_bytes} bytes`;
  return `nats-server has no room for ${name} (${wanted}): the limits of all streams together exceed its max_file_store. Raise that, or lower NATS_STORE_BYTES, and provision again.`;
}

/** Keeps which log the stream is. By its creation, so that two that do it at once keep the same. */
async function identify(nats: NatsConnection, { config, created }: StreamInfo): Promise<string[]> {
  const { metadata = {}, name } = config;
  if (metadata[LOG_ID] !== undefined) return [];
  const { streams } = await managerOf(nats);
  await streams.update(name, { metadata: { ...metadata, [LOG_ID]: created } });
  return [`known as the log of ${created}`];
}

async function streamInfo(nats: NatsConnection, name: string): Promise<StreamInfo | undefined> {
  const { streams } = await managerOf(nats);
  try {
    return await streams.info(name);
  } catch (error) {
    if (isStreamMissing(error)) return undefined;
    throw error;
  }
}
