import fc from 'fast-check';
import type { DomainEvent } from '#contracts/events.ts';
import { asHabitId } from '../support/ids.ts';

/*
 * Any event of the catalogue, with few different values, so that many of them meet in the same rows.
 */

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
export const on = fc.constantFrom(...DATES);
export const at = fc.constantFrom(...TIMES);
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
  fc.record({ kind: fc.constant('timesPerWeek' as const), times: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ kind: fc.constant('timesPerMonth' as const), times: fc.integer({ min: 1, max: 31 }) }),
);
const emoji = fc.constantFrom('💧', '👨‍👩‍👧‍👦', '🇷🇺');
const group = fc.constantFrom(
  { kind: 'part' as const, part: 'morning' as const },
  { kind: 'named' as const, name: 'Дом' },
);
const chargeId = fc.constantFrom('charge-1', 'charge-2');
/** Different dates in rising order, as an import brings them. */
const imported = fc
  .subarray(DATES, { minLength: 1 })
  .chain((dates) =>
    fc.tuple(
      ...dates.map((date) =>
        fc.oneof(
          fc.record({ on: fc.constant(date), value: fc.constantFrom(0, 1, 2.5) }),
          fc.record({ on: fc.constant(date), skipped: fc.constant(true as const), note: fc.constant('ill') }),
        ),
      ),
    ),
  );

export const instant = fc
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

export const accountEvent = fc.oneof(
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
  eventOf('HabitsReordered', fc.record({ habitIds: fc.shuffledSubarray(HABITS) })),
  eventOf('DefaultWindowChanged', fc.record({ windowMinutes: fc.constantFrom(null, 15) })),
  eventOf('ClockChanged', fc.record({ clock: fc.constantFrom('h12' as const, 'h24' as const) })),
  eventOf(
    'PremiumGranted',
    fc.record({
      ...{ chargeId, untilAt: instant, stars: fc.constant(50) },
      ...{ recurring: fc.boolean(), first: fc.boolean() },
    }),
  ),
  eventOf('PremiumCancelled', fc.record({ chargeId })),
  eventOf('PremiumResumed', fc.record({ chargeId })),
  eventOf('PremiumRefunded', fc.record({ chargeId })),
);
export const habitEvent = fc.oneof(
  {
    weight: 3,
    arbitrary: eventOf(
      'HabitDefined',
      fc.record(
        { name: nonEmptyName, goal, frequency, emoji, group },
        { requiredKeys: ['name', 'goal', 'frequency'] },
      ),
    ),
  },
  eventOf('HabitRenamed', fc.record({ name: nonEmptyName })),
  eventOf('GoalChanged', fc.record({ goal })),
  eventOf('FrequencyChanged', fc.record({ frequency })),
  eventOf('EmojiChanged', fc.record({ emoji: fc.option(emoji) })),
  eventOf('HabitGrouped', fc.record({ group: fc.option(group) })),
  eventOf('ReminderMoved', fc.record({ from: at, at, weekdays })),
  eventOf('RemindingWhenMetChanged', fc.record({ remind: fc.boolean() })),
  eventOf('EntryNoted', fc.record({ on, note: fc.constantFrom(null, 'rain') })),
  eventOf('EntriesImported', fc.record({ entries: imported })),
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
  eventOf('HabitPaused', fc.record({ on, until: on }, { requiredKeys: ['on'] })),
  eventOf('HabitResumed', fc.record({ on })),
  eventOf('HabitArchived', nothing),
  eventOf('HabitRestored', nothing),
  eventOf('HabitDeleted', nothing),
);
