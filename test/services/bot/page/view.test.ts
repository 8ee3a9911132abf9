import { expect, test } from 'vitest';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { type HabitId, habitIdFrom } from '#contracts/ids.ts';
import { MOST_SHOWN, PageView } from '#contracts/page.ts';
import { initialState as initialAccount } from '#services/bot/domain/account.ts';
import { evolve, initialState, type State } from '#services/bot/domain/habit-state.ts';
import { pageView } from '#services/bot/page/view.ts';
import type { Person } from '#services/bot/person.ts';
import { asUserId } from '#test/support/ids.ts';

const USER = asUserId(7);
const TODAY = '2026-12-31';
/** A message of nats-server. */
const MEGABYTE = 1024 * 1024;

const personOf = (...states: State[]): Person => ({
  userId: USER,
  account: { ...initialAccount(), registered: true, timezone: 'UTC', locale: 'ru' },
  habits: states.map((state, ordinal) => ({ habitId: habitIdFrom(USER, 1, ordinal), state })),
  nowMs: Date.parse(`${TODAY}T12:00:00Z`),
  today: TODAY,
});

/** A habit with the longest name, unit and amounts there can be, on each of the last `days` days. */
function longHabit(days: number): State {
  const entries = Array.from({ length: days }, (_, ago) => ({
    on: dateOf(epochDayOf(TODAY) - ago),
    value: 123_456_789.123,
  })).toReversed();
  const goal = { kind: 'numeric', direction: 'atLeast', target: 1e9, unit: 'ж'.repeat(24) } as const;
  const defined = evolve(initialState(), {
    type: 'HabitDefined',
    data: { name: 'ж'.repeat(64), goal, frequency: { kind: 'daily' } },
  });
  return evolve(defined, { type: 'EntriesImported', data: { entries } });
}

test('the longest view fits into a message, and views one after the other show every habit once', () => {
  const habit = longHabit(1_096);
  const person = personOf(...Array.from({ length: 2 * MOST_SHOWN + 5 }, () => habit));
  const shown: HabitId[] = [];
  for (let more = true; more; ) {
    const after = shown.at(-1);
    const view = pageView(person, { years: [2024, 2025, 2026], ...(after && { after }) });
    expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(MEGABYTE - 10_000);
    expect(PageView.parse(view)).toEqual(view);
    shown.push(...view.habits.map(({ habitId }) => habitId));
    more = view.more;
  }
  expect(shown).toEqual(person.habits.map(({ habitId }) => habitId));
});

test('a year is a character a day, and amounts stand by their place in it', () => {
  const [habit] = pageView(personOf(longHabit(366))).habits;
  expect(habit).toMatchObject({ kind: 'atLeast', firstYear: 2025, strength: 12, unit: 'ж'.repeat(24) });
  expect(habit?.years['2026']?.marks).toBe('p'.repeat(365));
  expect(habit?.years['2025']?.marks).toBe(`${'.'.repeat(364)}p`);
  expect(habit?.years['2025']?.amounts).toEqual({ 364: 123_456_789.123 });
});

test('archived habits are left out, one alone can be asked for, and one that is not there gives none', () => {
  const person = personOf(longHabit(1), { ...longHabit(1), archived: true }, longHabit(2));
  const [first, archived, last] = person.habits.map(({ habitId }) => habitId);
  expect(pageView(person).habitIds).toEqual([first, last]);
  expect(pageView(person, { only: last }).habits.map(({ habitId }) => habitId)).toEqual([last]);
  expect(pageView(person, { only: archived }).habits).toEqual([]);
});
