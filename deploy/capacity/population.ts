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

/** Who waits for reminders. Broadcasts, the fourth tier, are not simulated. */
export const REMINDED: readonly Tier[] = TIERS.filter((tier) => tier !== 'broadcast');
/** Of the tiers in the order of {@link REMINDED}. */
export type ByTier = number[];

/**
 * Messages that one week of everybody's reminders comes to, by zone, weekday, local minute and tier. Nothing else about
 * a person decides when they are sent, so people are counted and forgotten.
 */
export type Population = { zones: readonly string[]; counts: Uint32Array };

const MINUTES = 1440;
const DAY_MS = 86_400_000;

/** Needs the same few megabytes for any number of users. */
export function populate(settings: Settings, distribution: Distribution): Population {
  const zones = distribution.map(({ timezone }) => timezone);
  const counts = new Uint32Array(zones.length * 7 * MINUTES * REMINDED.length);
  const tiers = LAST_ANSWERED.map(({ daysAgo }) => REMINDED.indexOf(tierAfter(daysAgo)));
  for (const person of people(settings, distribution, LAST_ANSWERED)) {
    const tier = tiers[person.recency] ?? 0;
    for (const place of messagesOf(person, settings.windowMinutes)) {
      const at = (person.zone * 7 * MINUTES + place) * REMINDED.length + tier;
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  return { zones, counts };
}

function tierAfter(daysAgo: number | null) {
  return tierOf(daysAgo === null ? null : new Date(0).toISOString(), (daysAgo ?? 0) * DAY_MS);
}

/** Nobody here has quiet hours or a day that starts after midnight. */
const RHYTHM: Rhythm = { dayStarts: 0, quiet: null };

/**
 * The minutes of the week, from Monday midnight, at which a person gets a message, with all that is due then.
 */
function messagesOf(person: Person, windowMinutes: number): number[] {
  const places: number[] = [];
  for (const reminder of person.reminders) {
    const offset = flexibleBy(person.userId, localTimeOf(reminder.minute), windowMinutes);
    const due = dueMinute(reminder.minute, offset, RHYTHM);
    for (const weekday of reminder.weekdays) {
      const place = (weekday - 1) * MINUTES + due;
      if (!places.includes(place)) places.push(place);
    }
  }
  return places;
}

/** How many messages become due when a minute begins. */
export function dueAt({ zones, counts }: Population, minute: EpochMinute): ByTier {
  const due: ByTier = REMINDED.map(() => 0);
  for (const { timezone, weekday, fromMinute, toMinute } of localMinutesOf(zones, minute).minutes) {
    const day = (zones.indexOf(timezone) * 7 + weekday - 1) * MINUTES;
    for (let local = fromMinute; local <= toMinute; local++) {
      for (const tier of due.keys())
        due[tier] = (due[tier] ?? 0) + (counts[(day + local) * REMINDED.length + tier] ?? 0);
    }
  }
  return due;
}
