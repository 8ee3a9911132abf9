import type { Event } from '@event-driven-io/emmett';
import type { EventMetadata } from '#contracts/events.ts';
import { type HabitId, habitIdFrom } from '#contracts/ids.ts';
import type { AggregateRef } from '#services/platform/event-store/stream-name.ts';
import { asUserId } from '../../../support/ids.ts';

export type CheckedIn = Event<'HabitCheckedIn', { on: string; value: number }, EventMetadata>;

const USER = asUserId('700100');
let count = 0;

/** An event with a cause of its own. */
export function checkedIn(value: number): CheckedIn {
  return { type: 'HabitCheckedIn', data: { on: '2026-11-25', value }, metadata: cause() };
}

/** Metadata of an update that nobody else has. */
export function cause(): EventMetadata {
  const id = `update-${++count}`;
  return { correlationId: id, causationId: id, at: '2026-11-25T08:00:00.000Z' };
}

export function newHabit(): HabitId {
  return habitIdFrom(USER, ++count);
}

/** An aggregate nobody has written to. */
export function newRef(): AggregateRef {
  return { userId: USER, aggregateId: newHabit() };
}

/** A stream nobody has written to. */
export function newStream(): string {
  const { userId, aggregateId } = newRef();
  return `${userId}.${aggregateId}`;
}
