import type { StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LOG_ID } from '#contracts/logs.ts';
import { isStreamMissing } from '#services/platform/jetstream/errors.ts';
import { type Change, changesOf, type RefusedChange, refusedChangesOf } from './changes.ts';
import { type DesiredStream, desiredOfExisting } from './desired.ts';
import { type Difference, differences } from './differences.ts';
import { managerOf } from './manager.ts';

type Step = { desired: DesiredStream; existing: StreamInfo | undefined; changed: Difference[] };
export type StreamPlan = { steps: Step[]; refused: RefusedChange[] };

/** Compares every stream with its desired configuration, changing nothing. */
export async function planStreams(nats: NatsConnection, desired: DesiredStream[]): Promise<StreamPlan> {
  const steps = await Promise.all(desired.map((stream) => planStream(nats, stream)));
  return { steps, refused: steps.flatMap((step) => refusedChangesOf(step.desired.name, step.changed)) };
}

async function planStream(nats: NatsConnection, desired: DesiredStream): Promise<Step> {
  const existing = await streamInfo(nats, desired.name);
  if (!existing) return { desired, existing, changed: [] };
  const settings = desiredOfExisting(desired, existing.config);
  return { desired: settings, existing, changed: differences(existing.config, settings) };
}

/** Carries a plan out. A concurrent provisioning that did part of it meanwhile does no harm. */
export async function applyStreams(nats: NatsConnection, { steps }: StreamPlan): Promise<Change[]> {
  const changes = await Promise.all(steps.map((step) => applyStream(nats, step)));
  return changes.flat();
}

async function applyStream(nats: NatsConnection, { desired, existing, changed }: Step): Promise<Change[]> {
  const { streams } = await managerOf(nats);
  const { name, ...settings } = desired;
  if (!existing) {
    // The server answers the second of two equal creations with the stream of the first.
    await identify(nats, await streams.add(desired));
    return [{ target: name, change: 'created' }];
  }
  if (changed.length > 0) await streams.update(name, settings);
  const identified = await identify(nats, existing);
  return [...changesOf(name, changed), ...identified.map((change) => ({ target: name, change }))];
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
