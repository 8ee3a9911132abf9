import { expect, test } from 'vitest';
import { render } from '#services/bot/conversation/render.ts';
import * as account from '#services/bot/domain/account.ts';
import { decide } from '#services/bot/domain/habit.ts';
import { evolve, initialState, type Reminder } from '#services/bot/domain/habit-state.ts';
import { asHabitId } from '../../../../support/ids.ts';
import { NOW_MS, reference, TODAY, USER } from '../../conversation/fixture.ts';

const HABIT = asHabitId('aaaaaaaaaaaaa');
const every = [1, 2, 3, 4, 5, 6, 7];

/** What a person in Berlin, where it is Wednesday 10:30, is told when they have made a habit. */
function told(reminder: Reminder, rhythm: Partial<account.State> = {}): string {
  const goal = { kind: 'yesNo' } as const;
  const define = { name: 'Read', goal, frequency: { kind: 'daily' as const }, reminders: [reminder] };
  const made = decide({ type: 'DefineHabit', data: define }, initialState());
  const person = {
    userId: USER,
    account: { ...account.initialState(), registered: true, timezone: 'Europe/Berlin', ...rhythm },
    habits: [{ habitId: HABIT, state: made.reduce(evolve, initialState()) }],
    nowMs: NOW_MS,
    today: TODAY,
  };
  const { text } = render({ screen: { screen: 'habitCreated', habitId: HABIT } }, person, reference.places);
  return text.split('\n').at(-1) ?? '';
}

test.each<[string, Reminder, Partial<account.State>]>([
  ['today', { at: '10:31', weekdays: every }, {}],
  ['tomorrow', { at: '10:30', weekdays: every }, {}],
])('%s', (day, reminder, rhythm) => {
  expect(told(reminder, rhythm)).toContain(day);
});

test('what quiet hours hold back is told as it comes', () => {
  const text = told({ at: '23:00', weekdays: every }, { quiet: { from: '22:00', to: '07:00' } });
  expect(text).toContain('07:00');
  expect(text).toContain('tomorrow');
});

test("a time before the day starts comes at its weekday's end", () => {
  const nightly = { at: '01:00', weekdays: [3] };
  expect(told(nightly, { dayStartsAt: '03:00' })).toContain('tomorrow');
  expect(told(nightly)).not.toMatch(/today|tomorrow/);
});

test('a later date stands in the sentence as its language writes it', () => {
  const onFriday = { at: '08:00', weekdays: [5] };
  expect(told(onFriday)).toBe('Your first reminder: Friday, November 27 at 08:00.');
  expect(told(onFriday, { locale: 'ru' })).toBe('Первое напоминание: пятница, 27 ноября в 08:00.');
});
