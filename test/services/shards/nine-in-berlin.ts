import { expect } from 'vitest';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { ReminderDue } from '#contracts/messages.ts';
import { epochMinuteAt, type LocalDate } from '#contracts/time.ts';
import { instantOf } from '#services/platform/local-time/local-time.ts';
import { habitIdOf, type Person } from './people.ts';

/*
 * 500 people with up to three habits each, all reminded at 09:00. Those in Berlin are due together at one minute; it is
 * another minute in Kathmandu.
 */

/** The date two days ago: shards refuse ticks that are older than a week, or of the future. */
export const ON: LocalDate = dateOf(epochDayOf(new Date().toISOString().slice(0, 10)) - 2);
const DAY_BEFORE = dateOf(epochDayOf(ON) - 1);
/** 09:00 in Berlin then. */
export const NINE = epochMinuteAt(instantOf(ON, '09:00', 'Europe/Berlin'));
/** When those have answered who are engaged. */
export const ANSWERED_AT = `${DAY_BEFORE}T12:00:00Z`;
export const people: Person[] = Array.from({ length: 500 }, (_, i) => ({
  userId: String(1000 + i),
  timezone: i % 5 === 0 ? 'Asia/Kathmandu' : 'Europe/Berlin',
  at: '09:00',
  habits: 1 + (i % 3),
  ...(i % 2 === 0 && { answeredAt: ANSWERED_AT }),
}));
export const inBerlin = people.filter((person) => person.timezone === 'Europe/Berlin');

/** Everybody in Berlin is reminded once, of all their habits, and nobody else is. */
export function expectEveryoneOnce(reminders: readonly ReminderDue[]): void {
  const found = reminders.map(({ userId, tier, minute, due }) => ({
    userId: String(userId),
    tier,
    minute,
    habits: due.map((each) => `${each.habitId} ${each.on} ${each.at}`).sort(),
  }));
  const wanted = inBerlin.map(({ userId, habits, answeredAt }) => ({
    userId,
    tier: answeredAt ? 'engaged' : 'regular',
    minute: NINE,
    habits: Array.from({ length: habits }, (_, i) => `${habitIdOf(i)} ${ON} 09:00`),
  }));
  const byPerson = (a: { userId: string }, b: { userId: string }) => Number(a.userId) - Number(b.userId);
  expect(found.sort(byPerson)).toEqual(wanted.sort(byPerson));
}
