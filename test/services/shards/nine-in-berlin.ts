import { expect } from 'vitest';
import type { ReminderDue } from '#contracts/messages.ts';
import { asMinute } from '#test/support/ids.ts';
import { habitIdOf, type Person } from './people.ts';

/*
 * 500 people with up to three habits each, all reminded at 09:00. Those in Berlin are due together at one minute; it is
 * another minute in Kathmandu.
 */

/** 09:00 in Berlin on a Wednesday. */
export const NINE = asMinute(Date.parse('2026-11-25T08:00:00Z') / 60_000);
export const people: Person[] = Array.from({ length: 500 }, (_, i) => ({
  userId: String(1000 + i),
  timezone: i % 5 === 0 ? 'Asia/Kathmandu' : 'Europe/Berlin',
  at: '09:00',
  habits: 1 + (i % 3),
  ...(i % 2 === 0 && { answeredAt: '2026-11-24T12:00:00Z' }),
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
    habits: Array.from({ length: habits }, (_, i) => `${habitIdOf(i)} 2026-11-25 09:00`),
  }));
  const byPerson = (a: { userId: string }, b: { userId: string }) => Number(a.userId) - Number(b.userId);
  expect(found.sort(byPerson)).toEqual(wanted.sort(byPerson));
}
