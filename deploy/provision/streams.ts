import type { StreamConfig } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { isStreamMissing } from '#services/platform/jetstream/errors.ts';
import { type Change, changesOf, type RefusedChange, refusedChangesOf } from './changes.ts';
import { type DesiredStream, desiredOfExisting } from './desired.ts';
import { type Difference, differences } from './differences.ts';
import { managerOf } from './manager.ts';

type Step = { desired: DesiredStream; exists: boolean; changed: Difference[] };
export type StreamPlan = { steps: Step[]; refused: RefusedChange[] };

/** Compares every stream with its desired configuration, changing nothing. */
export async function planStreams(nats: NatsConnection, desired: DesiredStream[]): Promise<StreamPlan> {
  const steps = await Promise.all(desired.map((stream) => planStream(nats, stream)));
  return { steps, refused: steps.flatMap((step) => refusedChangesOf(step.desired.name, step.changed)) };
}

async function planStream(nats: NatsConnection, desired: DesiredStream): Promise<Step> {
  const existing = await streamConfig(nats, desired.name);
  if (!existing) return { desired, exists: false, changed: [] };
  const settings = desiredOfExisting(desired, existing);
  return { desired: settings, exists: true, changed: differences(existing, settings) };
}

/** Carries a plan out. A concurrent provisioning that did part of it meanwhile does no harm. */
export async function applyStreams(nats: NatsConnection, { steps }: StreamPlan): Promise<Change[]> {
  const changes = await Promise.all(steps.map((step) => applyStream(nats, step)));
  return changes.flat();
}

async function applyStream(nats: NatsConnection, { desired, exists, changed }: Step): Promise<Change[]> {
  const { streams } = await managerOf(nats);
  if (!exists) {
    // The server answers the second of two equal creations with the stream of the first.
    await streams.add(desired);
    return [{ target: desired.name, change: 'created' }];
  }
  if (changed.length === 0) return [];
  const { name, ...settings } = desired;
  await streams.update(name, settings);
  return changesOf(name, changed);
}

async function streamConfig(nats: NatsConnection, name: string): Promise<StreamConfig | undefined> {
  const { streams } = await managerOf(nats);
  try {
    return (await streams.info(name)).config;
  } catch (error) {
    if (isStreamMissing(error)) return undefined;
    throw error;
  }
}
