import fc from 'fast-check';
import { type DomainEvent, type EventEnvelope, envelopeOf, type RecordedEvent } from '#contracts/events.ts';
import { ACCOUNT, type AggregateId, partitionOf, type UserId } from '#contracts/ids.ts';
import type { Delivery } from '#contracts/messages.ts';
import { deliverySubject, eventSubject } from '#contracts/subjects.ts';
import { asBroadcastId, asHabitId, asMinute, asUserId } from '../support/ids.ts';

/** An event of some aggregate, not stored yet. */
export type UnstoredEvent = { userId: UserId; aggregateId: AggregateId; at: string; event: DomainEvent };

const USERS = ['7', '1234567890'].map(asUserId);
export const HABITS = ['aaaaaaaaaaaaa', 'bbbbbbbbbbbbb'].map(asHabitId);
const ZONES = ['Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns'];
const TIMES = ['08:00', '23:59'];
const DATES = ['2026-11-24', '2026-11-25'];
const QUIET = [
  { from: '22:00', to: '08:30' },
  { from: '07:30', to: '08:30' },
];
const VACATIONS = [
  { from: '2026-11-20', to: '2026-11-24' },
  { from: '2026-11-24', to: '2026-12-24' },
];

const weekdays = fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 });
const on = fc.constantFrom(...DATES);
const at = fc.constantFrom(...TIMES);
const name = fc.oneof(
  fc.constantFrom('Read', '"quoted" \\ back', '{a,b}', 'ноль\0ноль', '🏃🏽‍♀️', 'null', ''),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const nonEmptyName = name.map((text) => text.trim() || 'Walk');
const goal = fc.oneof(
  fc.constant({ kind: 'yesNo' as const }),
  fc.record({
    kind: fc.constant('numeric' as const),
    direction: fc.constantFrom('atLeast' as const, 'atMost' as const),
    target: fc.integer({ min: 0, max: 1_000_000 }).map((n) => n / 100),
    unit: fc.constantFrom('km', 'стр.', '"'),
  }),
);
const frequency = fc.oneof(
  fc.constant({ kind: 'daily' as const }),
  weekdays.map((days) => ({ kind: 'weekdays' as const, weekdays: days })),
  fc.record({
    kind: fc.constant('timesInDays' as const),
    times: fc.integer({ min: 1, max: 7 }),
    days: fc.integer({ min: 7, max: 30 }),
  }),
);

const instant = fc
  .integer({ min: Date.parse('2026-11-20T00:00:00Z'), max: Date.parse('2026-11-26T00:00:00Z') })
  .map((ms) => new Date(ms).toISOString());

function eventOf<T extends DomainEvent['type'], D>(
  type: T,
  data: fc.Arbitrary<D>,
): fc.Arbitrary<{ type: T; data: D }> {
  return data.map((value) => ({ type, data: value }));
}
const nothing = fc.constant({});
const locale = fc.record({ locale: fc.constantFrom('en' as const, 'ru' as const) });

const accountEvent = fc.oneof(
  eventOf('AccountRegistered', locale),
  eventOf('LocaleChanged', locale),
  eventOf('TimezoneChanged', fc.record({ timezone: fc.constantFrom(...ZONES) })),
  eventOf('BotBlocked', nothing),
  eventOf('BotUnblocked', nothing),
  eventOf('DayStartChanged', fc.record({ dayStartsAt: fc.constantFrom('00:00', '03:00', '06:00') })),
  eventOf('QuietHoursChanged', fc.record({ quiet: fc.constantFrom(null, ...QUIET) })),
  eventOf('VacationPlanned', fc.constantFrom(...VACATIONS)),
  eventOf('VacationCancelled', fc.record({ on })),
  eventOf('ContinuationAsked', fc.record({ on })),
  eventOf(
    'DigestChanged',
    fc.record({ digest: fc.constantFrom(null, { weekday: 7, at: '18:00' }, { weekday: 1, at: '08:00' }) }),
  ),
  eventOf('RemindersStopped', nothing),
  eventOf('RemindersContinued', fc.record({ on })),
);
const habitEvent = fc.oneof(
  { weight: 3, arbitrary: eventOf('HabitDefined', fc.record({ name: nonEmptyName, goal, frequency })) },
  eventOf('HabitRenamed', fc.record({ name: nonEmptyName })),
  { weight: 3, arbitrary: eventOf('ReminderScheduled', fc.record({ at, weekdays })) },
  eventOf('ReminderScheduled', fc.record({ at, weekdays, windowMinutes: fc.constantFrom(1, 30, 180) })),
  eventOf('ReminderUnscheduled', fc.record({ at })),
  eventOf('ReminderSnoozed', fc.record({ on, at, untilAt: instant })),
  {
    weight: 2,
    arbitrary: eventOf('HabitCheckedIn', fc.record({ on, value: fc.constantFrom(0, 1, 2.5, 1e9) })),
  },
  eventOf('HabitSkipped', fc.record({ on })),
  eventOf('DayClosed', fc.record({ on, value: fc.constantFrom(null, 0, 2.5) })),
  eventOf('EntryCleared', fc.record({ on })),
  eventOf('HabitPaused', fc.oneof(nothing, fc.record({ on }))),
  eventOf('HabitResumed', fc.oneof(nothing, fc.record({ on }))),
  eventOf('HabitArchived', nothing),
  eventOf('HabitRestored', nothing),
);

/** Any event of the catalogue, of any aggregate, in any order: also such as no decision would write. */
const unstoredEvent: fc.Arbitrary<UnstoredEvent> = fc.oneof(
  fc.record({
    userId: fc.constantFrom(...USERS),
    aggregateId: fc.constant(ACCOUNT),
    at: instant,
    event: accountEvent,
  }),
  fc.record({
    userId: fc.constantFrom(...USERS),
    aggregateId: fc.constantFrom(...HABITS),
    at: instant,
    event: habitEvent,
  }),
);

const occurrence = fc.record(
  { habitId: fc.constantFrom(...HABITS), on, at, snoozed: fc.constant(true as const) },
  { requiredKeys: ['habitId', 'on', 'at'] },
);

const reminderDelivery: fc.Arbitrary<Delivery> = fc.record(
  {
    userId: fc.constantFrom(...USERS),
    minute: fc.constant(asMinute(29_400_000)),
    tier: fc.constantFrom('engaged' as const, 'regular' as const),
    outcome: fc.constantFrom(
      'delivered' as const,
      'asked' as const,
      'suppressed' as const,
      'failed' as const,
      'uncertain' as const,
    ),
    reason: fc.constantFrom('answered', 'alreadyReminded', 'alreadyReminded', '403: Forbidden'),
    occurrences: fc.array(occurrence, { minLength: 1, maxLength: 3 }),
    at: instant,
    latenessMs: fc.integer({ min: -10, max: 100_000 }),
  },
  { requiredKeys: ['userId', 'minute', 'tier', 'outcome', 'occurrences', 'at', 'latenessMs'] },
);

const broadcastDelivery: fc.Arbitrary<Delivery> = fc.record({
  userId: fc.constantFrom(...USERS),
  minute: fc.constant(asMinute(29_400_000)),
  tier: fc.constant('broadcast' as const),
  outcome: fc.constantFrom('delivered' as const, 'failed' as const),
  occurrences: fc.constant([]),
  broadcastId: fc.constantFrom(asBroadcastId('ccccccccccccc'), asBroadcastId('ddddddddddddd')),
  at: instant,
  latenessMs: fc.integer({ min: 0, max: 100_000 }),
});

const delivery = fc.oneof(
  { weight: 7, arbitrary: reminderDelivery },
  { weight: 1, arbitrary: broadcastDelivery },
);

export type LogEntry = { subject: string; body: string };

export function eventEntry({ userId, aggregateId, at: eventAt, event }: UnstoredEvent, id = 'e'): LogEntry {
  const metadata = { at: eventAt, correlationId: 'update-1', causationId: 'update-1' };
  const body: EventEnvelope = envelopeOf(event, id, metadata);
  return { subject: eventSubject(userId, aggregateId), body: JSON.stringify(body) };
}

function deliveryEntry(delivery: Delivery): LogEntry {
  return { subject: deliverySubject(delivery.outcome, delivery.userId), body: JSON.stringify(delivery) };
}

/** The event as it is read back when it is stored at `sequence`. */
export function recorded(
  { userId, aggregateId, at: eventAt, event }: UnstoredEvent,
  sequence: number,
): RecordedEvent {
  const metadata = { at: eventAt, correlationId: 'update-1', causationId: 'update-1' };
  return {
    ...metadata,
    ...event,
    id: `e${sequence}`,
    sequence,
    userId: userId,
    aggregateId: aggregateId,
    partition: partitionOf(userId),
  };
}

/** Few aggregates and many messages, so that most rows are changed again and again. */
export const history = (maxLength = 60): fc.Arbitrary<UnstoredEvent[]> =>
  fc.array(unstoredEvent, { minLength: 1, maxLength, size: 'max' });
export const deliveryHistory = (maxLength = 40): fc.Arbitrary<Delivery[]> =>
  fc.array(delivery, { minLength: 1, maxLength, size: 'max' });

type Sample = { histories?: number; size?: number };

/** Entries of several histories, each of at most `size` events: the same for the same seed. */
export function sampleEvents(seed: number, { histories = 20, size }: Sample = {}): LogEntry[] {
  const sampled = fc.sample(history(size), { numRuns: histories, seed });
  return sampled.flat().map((each) => eventEntry(each));
}

/** Entries of several histories of deliveries, as {@link sampleEvents} has them of events. */
export function sampleDeliveries(seed: number, { histories = 10, size }: Sample = {}): LogEntry[] {
  return fc.sample(deliveryHistory(size), { numRuns: histories, seed }).flat().map(deliveryEntry);
}
