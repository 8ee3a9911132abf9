import { expect, test } from 'vitest';
import type { ReminderDue } from '#contracts/messages.ts';
import { reminderWork } from '#services/sender/reminders/reminder-work.ts';
import { asHabitId, asMinute, asUserId } from '../../../support/ids.ts';

const HABITS = ['a', 'b'].map((letter) => asHabitId(letter.repeat(13)));
const AT_MS = Date.parse('2026-11-25T08:00:10Z');
const due: ReminderDue = {
  userId: asUserId('7'),
  minute: asMinute(Date.parse('2026-11-25T08:00:00Z') / 60_000),
  tier: 'engaged',
  expiresAt: '2026-11-25T10:00:00Z',
  due: HABITS.map((habitId) => ({ habitId, on: '2026-11-25', at: '08:00' })),
};

test('what a message says is read before it is sent, not at each look whether it is wanted', async () => {
  const reads: string[] = [];
  const work = reminderWork(
    {
      readFacts: async ({ userId, occurrences }) => ({
        userId,
        account: { locale: 'en', timezone: 'UTC', blocked: false, quiet: null, silentSince: null },
        occurrences: occurrences.map((one) => ({ ...one, name: one.habitId, goal: { kind: 'yesNo' } })),
      }),
      readStreak: async ({ habitId }) => reads.push(`streak of ${habitId}`),
      readOrder: async () => {
        reads.push('order');
        return [...HABITS].reverse();
      },
      readWeek: async () => [],
      mayAsk: async () => true,
      clock: { now: () => AT_MS, sleep: async () => {} },
    },
    due,
  );
  const [items = []] = work.messages;
  const looks = [await work.check(items, 0), await work.check(items, 0)];
  expect(looks.map(({ wanted }) => wanted.length)).toEqual([2, 2]);
  expect(reads).toEqual([]);
  const { text } = (await looks[1]?.composer())?.(items) ?? {};
  expect(reads.sort()).toEqual(['order', ...HABITS.map((habitId) => `streak of ${habitId}`)].sort());
  expect(text).toMatch(/b{13}.*a{13}/s);
});
