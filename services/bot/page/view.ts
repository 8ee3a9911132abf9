import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { PageHabit, PageView, PageYear } from '#contracts/page.ts';
import { unmarked } from '#services/platform/messages/i18n/rich-text.ts';
import { type Translate, translator } from '#services/platform/messages/i18n/translator.ts';
import { goalText } from '#services/platform/messages/reminder-card.ts';
import { frequencyText, groupText } from '../conversation/words.ts';
import { type DayMarks, dayMarks } from '../domain/day-marks.ts';
import type { State } from '../domain/habit-state.ts';
import { score } from '../domain/score.ts';
import { streakTexts } from '../features/stats/habit-words.ts';
import type { Habit, Person } from '../person.ts';

/** Which part of a person's page: of which years, and of which habits; without `only`, of all. */
export type PagePart = { years?: readonly number[] | undefined; only?: readonly HabitId[] };

/** A message of NATS holds a megabyte. A hundred habits with an amount a day for two years are 700 KB. */
const MOST_BYTES = 900_000;

/** What the calendar page shows of a person; of fewer years, the newest, where it would be too long for one message. */
export function pageView(person: Person, { years, only }: PagePart = {}): PageView {
  const thisYear = Number(person.today.slice(0, 4));
  const asked = [...new Set(years ?? [thisYear, thisYear - 1])].sort((a, b) => b - a);
  for (let count = asked.length; ; count--) {
    const view = viewOf(person, asked.slice(0, count), only);
    if (count <= 1 || Buffer.byteLength(JSON.stringify(view)) <= MOST_BYTES) return view;
  }
}

function viewOf(person: Person, years: readonly number[], only: readonly HabitId[] | undefined): PageView {
  const { account, today } = person;
  const shown = person.habits.filter(({ state }) => !state.archived);
  const t = translator(account.locale);
  return {
    locale: account.locale,
    today,
    habitIds: shown.map(({ habitId }) => habitId),
    habits: shown
      .filter(({ habitId }) => only?.includes(habitId) ?? true)
      .map((habit) => habitView(t, habit, person, years)),
  };
}

function habitView(
  t: Translate,
  { habitId, state }: Habit,
  person: Person,
  years: readonly number[],
): PageHabit {
  const { locale, vacations } = person.account;
  const { today } = person;
  const { goal, frequency, paused } = state;
  const strength = score(state, today, vacations);
  const streaks = streakTexts({ t, locale }, { habit: state, today, vacations });
  const about = [frequencyText(t, locale, frequency), goalText(t, goal)].filter(Boolean).join(' · ');
  const numeric = goal.kind === 'numeric' && { target: goal.target, unit: goal.unit };
  return {
    habitId,
    name: state.name,
    ...(state.emoji !== null && { emoji: state.emoji }),
    ...(state.brought.color !== undefined && { color: state.brought.color }),
    ...(state.group && { group: unmarked(groupText(t, state.group)) }),
    kind: goal.kind === 'yesNo' ? 'yesNo' : goal.direction,
    ...numeric,
    about,
    strength: Math.round(strength.value * 100),
    strengthChange: Math.round(strength.value * 100) - Math.round(strength.before * 100),
    streak: streaks.current,
    best: streaks.best,
    paused,
    ...calendarOf(state, person, years),
  };
}

function calendarOf(
  state: State,
  { today, account: { vacations } }: Person,
  years: readonly number[],
): Pick<PageHabit, 'firstYear' | 'years'> {
  const days = dayMarks(state, today, vacations);
  const isBegun = days.entries.some((entry) => entry !== undefined);
  return {
    ...(isBegun && { firstYear: Number(dateOf(days.first).slice(0, 4)) }),
    years: Object.fromEntries(years.map((year) => [year, yearOf(days, year, state.goal.kind === 'numeric')])),
  };
}

function yearOf({ first, marks, entries }: DayMarks, year: number, isNumeric: boolean): PageYear {
  const begin = epochDayOf(`${year}-01-01`);
  const length = epochDayOf(`${year + 1}-01-01`) - begin;
  const places = Array.from({ length }, (_, place) => place);
  const text = places.map((place) => marks[begin + place - first] ?? '.').join('');
  const amounts = places.flatMap((place) => {
    const entry = entries[begin + place - first];
    return typeof entry === 'number' ? [[place, entry] as const] : [];
  });
  const trimmed = { marks: text.replace(/\.+$/, '') };
  return isNumeric ? { ...trimmed, amounts: Object.fromEntries(amounts) } : trimmed;
}
