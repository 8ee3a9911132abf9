import { EVERY_DAY, type Weekdays } from '#contracts/time.ts';
import type { Distribution, TimeShare } from './distribution.ts';

/*
 * The mix that is simulated unless `--distribution` names another. It is an assumption, not a measurement: nobody
 * publishes when people want to be reminded. Its shape is what makes reminders hard to send on time: most people of a
 * zone choose the same few round times, and whole zones coincide. All weights are relative.
 */

/**
 * A bot in English and Russian: zones of Russian speakers weigh more than half, the rest goes to where Telegram is
 * common. Zones of half and three-quarter hours are in it because their peaks fall between the others'.
 */
const ZONES: Readonly<Record<string, number>> = {
  'Europe/Moscow': 26,
  'Asia/Yekaterinburg': 6,
  'Asia/Novosibirsk': 5,
  'Asia/Vladivostok': 2,
  'Europe/Kaliningrad': 1,
  'Europe/Kyiv': 6,
  'Europe/Minsk': 3,
  'Asia/Almaty': 4,
  'Asia/Tashkent': 5,
  'Asia/Kolkata': 10,
  'Asia/Kathmandu': 1,
  'Asia/Tehran': 4,
  'Europe/Istanbul': 3,
  'Africa/Cairo': 2,
  'Africa/Lagos': 2,
  'Europe/Berlin': 4,
  'Europe/London': 3,
  'America/New_York': 4,
  'America/Chicago': 2,
  'America/Los_Angeles': 2,
  'America/Sao_Paulo': 2,
  'Asia/Jakarta': 2,
  'Asia/Singapore': 1,
};

/** By hour of the local day: after getting up (08 and 09), a low bump at noon, and before going to bed (21). */
const HOURS = [
  10, 3, 2, 2, 3, 12, 45, 85, 150, 140, 60, 35, 45, 30, 25, 22, 22, 30, 50, 55, 75, 140, 60, 25,
] as const;

/** People choose full hours, then half hours; pickers that move in steps of five minutes give the next ones. */
function weightInHour(minute: number): number {
  if (minute === 0) return 60;
  if (minute === 30) return 20;
  if (minute % 15 === 0) return 5;
  return minute % 5 === 0 ? 0.75 : 0.1;
}

const TIMES: readonly TimeShare[] = HOURS.flatMap((hour, h) =>
  Array.from({ length: 60 }, (_, minute) => ({
    minute: h * 60 + minute,
    weight: hour * weightInHour(minute),
  })),
);

export const DEFAULT_MIX: Distribution = Object.entries(ZONES).map(([timezone, weight]) => ({
  timezone,
  weight,
  times: TIMES,
}));

/** Most habits are daily ones. */
export const WEEKDAYS: readonly { weekdays: Weekdays; weight: number }[] = [
  { weekdays: EVERY_DAY, weight: 80 },
  { weekdays: [1, 2, 3, 4, 5], weight: 12 },
  { weekdays: [1, 3, 5], weight: 5 },
  { weekdays: [6, 7], weight: 3 },
];

/**
 * How long ago people checked in last; null for never. Most people who keep a reminder check in; people without a check-in
 * for 30 days get no reminders and are not in the mix. The shards' rule makes the tier of it.
 */
export const LAST_ANSWERED: readonly { daysAgo: number | null; weight: number }[] = [
  { daysAgo: 0.5, weight: 45 },
  { daysAgo: 2, weight: 12 },
  { daysAgo: null, weight: 5 },
  { daysAgo: 5, weight: 10 },
  { daysAgo: 10, weight: 8 },
  { daysAgo: 20, weight: 20 },
];

/** How long after a reminder its button is tapped, if it is: exponentially distributed, with these means. */
export const TAP_AFTER: readonly { meanMs: number; weight: number }[] = [
  { meanMs: 60_000, weight: 50 },
  { meanMs: 30 * 60_000, weight: 50 },
];
