import { TIERS } from '#contracts/consumers.ts';
import type { Tier } from '#contracts/messages.ts';
import { type EpochMinute, localTimeOf } from '#contracts/time.ts';
import { dueMinute, flexibleBy, type Rhythm } from '#projections/schedules/due-minute.ts';
import { localMinutesOf } from '#services/shards/local-minutes.ts';
import { tierOf } from '#services/shards/reminders.ts';
import { LAST_ANSWERED } from './default-mix.ts';
import type { Distribution } from './distribution.ts';
import { type Person, people } from './people.ts';
import type { Settings } from './settings.ts';

/** The tiers of reminders, best first. Broadcasts, the fourth tier, are not simulated. */
export const REMINDER_TIERS: readonly Tier[] = TIERS.filter((tier) => tier !== 'broadcast');
/** A number for each tier, in the order of {@link REMINDER_TIERS}. */
export type ByTier = number[];

/**
 * The messages of one week, counted by zone, weekday, local minute and tier. Nothing else about a person decides when
 * a message is sent, so memory holds counts instead of people.
 */
export type Population = { zones: readonly string[]; counts: Uint32Array };

const MINUTES = 1440;
const DAY_MS = 86_400_000;

/** Takes the same few megabytes for any number of users. */
export function populate(settings: Settings, distribution: Distribution): Population {
  const zones = distribution.map(({ timezone }) => timezone);
  const counts = new Uint32Array(zones.length * 7 * MINUTES * REMINDER_TIERS.length);
  const tiers = LAST_ANSWERED.map(({ daysAgo }) => REMINDER_TIERS.indexOf(tierAfter(daysAgo)));
  for (const person of people(settings, distribution, LAST_ANSWERED)) {
    const tier = tiers[person.recency] ?? 0;
    for (const minute of messagesOf(person, settings.windowMinutes)) {
      const index = (person.zone * 7 * MINUTES + minute) * REMINDER_TIERS.length + tier;
      counts[index] = (counts[index] ?? 0) + 1;
    }
  }
  return { zones, counts };
}

function tierAfter(daysAgo: number | null) {
  return tierOf(daysAgo === null ? null : new Date(0).toISOString(), (daysAgo ?? 0) * DAY_MS);
}

/** Quiet hours and days that start after midnight are not simulated. */
const RHYTHM: Rhythm = { dayStarts: 0, quiet: null };

/** The minutes of the week, counted from Monday midnight, at which a person gets a message. */
function messagesOf(person: Person, windowMinutes: number): number[] {
  const minutes: number[] = [];
  for (const reminder of person.reminders) {
    const offset = flexibleBy(person.userId, localTimeOf(reminder.minute), windowMinutes);
    const due = dueMinute(reminder.minute, offset, RHYTHM);
    for (const weekday of reminder.weekdays) {
      const minute = (weekday - 1) * MINUTES + due;
      if (!minutes.includes(minute)) minutes.push(minute);
    }
  }
  return minutes;
}

/** How many messages become due when a minute begins. */
export function dueAt({ zones, counts }: Population, minute: EpochMinute): ByTier {
  const due: ByTier = REMINDER_TIERS.map(() => 0);
  for (const { timezone, weekday, fromMinute, toMinute } of localMinutesOf(zones, minute).minutes) {
    const day = (zones.indexOf(timezone) * 7 + weekday - 1) * MINUTES;
    for (let local = fromMinute; local <= toMinute; local++) addCounts(due, counts, day + local);
  }
  return due;
}

/** @param row of a zone, weekday and local minute; it has a count for each tier. */
function addCounts(due: ByTier, counts: Uint32Array, row: number): void {
  for (const tier of due.keys())
    due[tier] = (due[tier] ?? 0) + (counts[row * REMINDER_TIERS.length + tier] ?? 0);
}
