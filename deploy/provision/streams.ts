import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { isStreamMissing } from '#services/platform/jetstream/errors.ts';
import { type Danger, type Difference, danger, describe, differences } from './differences.ts';
import type { Change } from './provision.ts';
import type { WantedStream } from './wanted.ts';

/** A change that must not simply be made. */
export type Refused = Change & Danger;

type Step = { wanted: WantedStream; exists: boolean; changed: Difference[] };
export type StreamPlan = { steps: Step[]; refusals: Refused[] };

/** Compares every stream with what is wanted, changing nothing. */
export async function planStreams(nats: NatsConnection, wanted: WantedStream[]): Promise<StreamPlan> {
  const steps = await Promise.all(wanted.map((stream) => planStream(nats, stream)));
  return { steps, refusals: steps.flatMap((step) => refusals(step.wanted.name, step.changed)) };
}

/** Those of `changed` that must not simply be applied to `target`. */
export function refusals(target: string, changed: Difference[]): Refused[] {
  return changed.flatMap((difference) => {
    const found = danger(difference);
    return found ? [{ target, change: describe(difference), ...found }] : [];
  });
}

async function planStream(nats: NatsConnection, wanted: WantedStream): Promise<Step> {
  const existing = await streamConfig(nats, wanted.name);
  if (!existing) return { wanted, exists: false, changed: [] };
  return { wanted, exists: true, changed: differences(existing, wanted) };
}

/** Carries a plan out. Another provisioning that did part of it meanwhile does no harm. */
export async function applyStreams(nats: NatsConnection, { steps }: StreamPlan): Promise<Change[]> {
  const changes = await Promise.all(steps.map((step) => applyStream(nats, step)));
  return changes.flat();
}

async function applyStream(nats: NatsConnection, { wanted, exists, changed }: Step): Promise<Change[]> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  if (!exists) {
    // The server answers the second of two equal creations with the stream of the first.
    await streams.add(wanted);
    return [{ target: wanted.name, change: 'created' }];
  }
  if (changed.length === 0) return [];
  const { name, ...settings } = wanted;
  await streams.update(name, settings);
  return changed.map((difference) => ({ target: name, change: describe(difference) }));
}

async function streamConfig(nats: NatsConnection, name: string): Promise<object | undefined> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  try {
    return (await streams.info(name)).config;
  } catch (error) {
    if (isStreamMissing(error)) return undefined;
    throw error;
  }
}
