import type { ConsumerDefinition } from '#contracts/consumers.ts';
import type { Change } from './changes.ts';
import { type Difference, shown } from './differences.ts';

/*
 * What belongs to operators: they set it with the `nats` CLI or in NATS's own configuration, and provisioning leaves it and says so.
 * Everything else that contracts/ say is put back. What contracts/ do not mention (placement, compression, metadata) is theirs too; thresholds for monitors are in monitoring.ts.
 */

/** A stream may keep its messages for longer than contracts/ ask for; they count on having them for that long. */
export function isOperatorsOfStream({ field, from, to }: Difference): boolean {
  return (
    field === 'max_age' &&
    typeof from === 'number' &&
    typeof to === 'number' &&
    to > 0 &&
    (from === 0 || from > to)
  );
}

/**
 * How many messages are in hand at once is the lever for concurrency. A consumer whose messages have to be handled one after the
 * other has 1, and keeps it.
 */
export function isOperatorsOfConsumer({ maxAckPending }: ConsumerDefinition, { field }: Difference): boolean {
  return field === 'max_ack_pending' && maxAckPending > 1;
}

/** What servers do where operators choose nothing. */
const USUAL: Record<string, unknown> = { num_replicas: 1, max_bytes: -1, compression: 'none' };

/** Choices that contracts/ say nothing about, as operators read them. */
export function chosenByOperators(target: string, config: object, desired: object): Change[] {
  const have: Record<string, unknown> = { ...config };
  return Object.entries(USUAL)
    .filter(([field, usual]) => !(field in desired) && field in have && have[field] !== usual)
    .map(([field]) => ({ target, change: `${field}: ${have[field]}` }));
}

/** A setting that stays as operators have it. */
export const keptOf = (target: string, differences: readonly Difference[]): Change[] =>
  differences.map(({ field, from, to }) => ({
    target,
    change: `${field}: ${shown(field, to)} would be usual, is ${shown(field, from)}`,
  }));
