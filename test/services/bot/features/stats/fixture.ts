import type { Locale } from '#contracts/account-events.ts';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { HabitEvent } from '#contracts/events.ts';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import type { Entry } from '#contracts/history.ts';
import { habitIdFrom } from '#contracts/ids.ts';
import { render } from '#services/bot/conversation/render.ts';
import type { Rendered } from '#services/bot/conversation/render-context.ts';
import type { Screen } from '#services/bot/conversation/screen.ts';
import { parseTap, type Tap } from '#services/bot/conversation/taps.ts';
import { evolve, initialState } from '#services/bot/domain/habit-state.ts';
import type { Habit, Person } from '#services/bot/person.ts';
import { reference, settled, TODAY, USER } from '../../conversation/fixture.ts';

export const yesNo: Goal = { kind: 'yesNo' };
export const daily: Frequency = { kind: 'daily' };
export const glasses: Goal = { kind: 'numeric', direction: 'atLeast', target: 8, unit: 'l' };
export const coffee: Goal = { kind: 'numeric', direction: 'atMost', target: 2, unit: 'l' };
export const weekly: Frequency = { kind: 'timesPerWeek', times: 3 };

export type Defined = { name?: string; emoji?: string; goal?: Goal; frequency?: Frequency };

/** The last entry is today's. */
export function habit(
  entries: readonly (Entry | undefined)[],
  { goal, frequency, ...named }: Defined = {},
): Habit {
  const first = epochDayOf(TODAY) - entries.length + 1;
  const data = { name: 'Read', goal: goal ?? yesNo, frequency: frequency ?? daily, ...named };
  const events = entries.flatMap((entry, index): HabitEvent[] => {
    const on = dateOf(first + index);
    if (entry === undefined) return [];
    if (entry === 'skip') return [{ type: 'HabitSkipped', data: { on } }];
    return [{ type: 'HabitCheckedIn', data: { on, value: entry } }];
  });
  const state = [{ type: 'HabitDefined', data } as const, ...events].reduce(evolve, initialState());
  return { habitId: habitIdFrom(USER, 1), state };
}

export const marks = (text: string): (Entry | undefined)[] =>
  [...text].map((mark) => (mark === '.' ? undefined : mark === 's' ? 'skip' : Number(mark)));

export function personWith(habits: readonly Habit[], locale: Locale = 'en'): Person {
  const { person } = settled();
  return { ...person, habits, account: { ...person.account, locale } };
}

export const seen = (screen: Screen, person: Person): Rendered =>
  render({ screen }, person, reference.places);
export const month = { period: { span: 'month', on: TODAY }, theme: 'dark' } as const;

export const pageOf = (one: Habit, locale: Locale = 'en', looking: typeof month = month) =>
  seen({ screen: 'habitStats', habitId: one.habitId, ...looking }, personWith([one], locale));

export const tapsOf = ({ reply_markup: markup }: Rendered): (Tap | undefined)[] =>
  markup && 'inline_keyboard' in markup
    ? markup.inline_keyboard
        .flat()
        .map((each) => parseTap('callback_data' in each ? (each.callback_data ?? '') : ''))
    : [];
