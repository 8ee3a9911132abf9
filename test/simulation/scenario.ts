import { type HabitId, habitIdFrom, type UserId } from '#contracts/ids.ts';
import { EVERY_DAY, type LocalTime, type Weekdays } from '#contracts/time.ts';
import type { Random } from '#deploy/capacity/random.ts';
import { asUserId } from '#test/support/ids.ts';

export type Reminder = { at: LocalTime; weekdays: Weekdays };
export type Habit = { habitId: HabitId; reminders: Reminder[] };
/** `answeredDaysAgo` decides the tier at the beginning; null for a person who has never answered. */
export type Person = { userId: UserId; timezone: string; answeredDaysAgo: number | null; habits: Habit[] };

/** Everything that is drawn from the seed before time begins. */
export type Scenario = {
  startMs: number;
  days: number;
  zones: string[];
  people: Person[];
  shardCount: number;
  replicas: { tick: number; shards: number; sender: number };
  rates: { whole: number; bulk: number };
  deadlineMs: number;
  mayResend: number;
  maxAckPending: number;
  /** How often something goes wrong while reminders are due. 0 for a world without faults. */
  trouble: number;
};

const DAY_MS = 86_400_000;

/** A zone, and a day around which its clocks are moved, or any day where they are not. */
const SHIFTS: readonly (readonly [string, string])[] = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Africa/Cairo', '2026-04-24'],
  ['Africa/Cairo', '2026-10-30'],
  ['Pacific/Chatham', '2026-04-05'],
  ['Pacific/Chatham', '2026-09-27'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Africa/Casablanca', '2026-03-22'],
  ['America/Santiago', '2026-09-06'],
  ['Asia/Kathmandu', '2026-05-10'],
  ['Pacific/Apia', '2026-07-01'],
  ['America/St_Johns', '2026-11-01'],
];

/** Around the times at which clocks are moved, around midnight, and ordinary ones. */
const TIMES: readonly LocalTime[] = [
  ...['00:00', '00:15', '00:30', '01:00', '01:30', '01:45', '02:00', '02:15', '02:30', '02:45', '03:00'],
  ...['03:30', '03:44', '08:00', '09:00', '21:15', '23:30', '23:59'],
];
const WEEKDAYS: readonly Weekdays[] = [EVERY_DAY, EVERY_DAY, EVERY_DAY, [1, 2, 3, 4, 5], [6, 7], [1, 3, 7]];

export const pick = <T>(random: Random, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)] as T; // never called with an empty list

export function scenarioOf(random: Random): Scenario {
  const [zone, day] = pick(random, SHIFTS);
  const others = SHIFTS.filter(() => random() < 0.12).map(([other]) => other);
  const zones = [...new Set([zone, ...others.slice(0, 2)])];
  const days = random() < 0.03 ? 14 : 2;
  const isRush = random() < 0.15;
  const whole = isRush ? 2 + Math.floor(random() * 6) : 5 + Math.floor(random() * 24);
  return {
    startMs: Date.parse(`${day}T00:00:00Z`) - 0.5 * DAY_MS - Math.floor(random() * 12) * 3_600_000,
    days,
    zones,
    people: people(random, zones, isRush),
    shardCount: pick(random, [1, 2]),
    replicas: {
      tick: pick(random, [1, 1, 2]),
      shards: pick(random, [1, 1, 2]),
      sender: pick(random, [1, 2]),
    },
    rates: { whole, bulk: Math.max(1, Math.floor(whole * (0.6 + random() * 0.4))) },
    deadlineMs: random() < 0.2 ? 120_000 : 7_200_000,
    mayResend: random() < 0.2 ? 1 : 0,
    maxAckPending: pick(random, [2, 8, 64]),
    trouble: random() < 0.15 ? 0 : random() < 0.5 ? 0.3 : 0.8,
  };
}

/** In a rush, many are reminded in the same minute of one day, and hardly anything else happens. */
function people(random: Random, zones: readonly string[], isRush: boolean): Person[] {
  const rush: Reminder = { at: pick(random, TIMES), weekdays: EVERY_DAY };
  const count = isRush ? 12 + Math.floor(random() * 14) : 1 + Math.floor(random() * 2);
  return Array.from({ length: count }, (_, i) => {
    const userId = asUserId(1_000_000 + Math.floor(random() * 1e9));
    const reminders = () =>
      isRush ? [rush] : Array.from({ length: 1 + Math.floor(random() * 2) }, () => reminder(random));
    return {
      userId,
      timezone: isRush ? (zones[0] ?? 'UTC') : pick(random, zones),
      answeredDaysAgo: pick(random, [null, 1, 8, 20]),
      habits: Array.from({ length: isRush ? 1 : 1 + Math.floor(random() * 2) }, (_, ordinal) => ({
        habitId: habitIdFrom(userId, i, ordinal),
        reminders: distinct(reminders()),
      })),
    };
  });
}

const reminder = (random: Random): Reminder => ({
  at: pick(random, TIMES),
  weekdays: pick(random, WEEKDAYS),
});
const distinct = (reminders: Reminder[]): Reminder[] =>
  reminders.filter(({ at }, i) => reminders.findIndex((other) => other.at === at) === i);

export const anyTime = (random: Random): LocalTime => pick(random, TIMES);
