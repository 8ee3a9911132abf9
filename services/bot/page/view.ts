import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { MOST_SHOWN, type PageHabit, type PageQuery, type PageView, type PageYear } from '#contracts/page.ts';
import type { LocalDate } from '#contracts/time.ts';
import { unmarked } from '#services/platform/messages/i18n/rich-text.ts';
import { type Translate, translator, unitForm } from '#services/platform/messages/i18n/translator.ts';
import { goalText } from '#services/platform/messages/reminder-card.ts';
import { frequencyText, groupText } from '../conversation/words.ts';
import { type DayMarks, dayMarks } from '../domain/day-marks.ts';
import { ask } from '../domain/days.ts';
import { isPausedOn, lastDayOfPause, type State } from '../domain/habit-state.ts';
import { score } from '../domain/score.ts';
import { streakTexts } from '../features/stats/habit-words.ts';
import type { Habit, Person } from '../person.ts';

/** Which part of a person's page: of which years, and of which habits. */
export type PagePart = Pick<PageQuery, 'years' | 'after' | 'only'>;

/** What the calendar page shows of a person. */
export function pageView(person: Person, { years, after, only }: PagePart = {}): PageView {
  const { account, today } = person;
  const thisYear = Number(today.slice(0, 4));
  const t = translator(account.locale);
  const habits = person.habits.filter(({ state }) => !state.archived);
  const wanted = only === undefined ? habits : habits.filter(({ habitId }) => habitId === only);
  const first = after === undefined ? 0 : wanted.findIndex(({ habitId }) => habitId === after) + 1;
  return {
    locale: account.locale,
    today,
    habitIds: habits.map(({ habitId }) => habitId),
    habits: wanted
      .slice(first, first + MOST_SHOWN)
      .map((habit) => habitView(t, habit, person, years ?? [thisYear, thisYear - 1])),
    more: wanted.length > first + MOST_SHOWN,
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
  const { goal, frequency } = state;
  const strength = score(state, today, vacations);
  const streaks = streakTexts({ t, locale }, ask(state, today, vacations));
  const about = [frequencyText(t, locale, frequency), goalText(t, goal)].filter(Boolean).join(' · ');
  const numeric = goal.kind === 'numeric' && {
    target: goal.target,
    unit: goal.unit,
    unitForm: unitForm(goal.unit),
  };
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
    ...pauseOf(state, today),
    ...calendarOf(state, person, years),
  };
}

function pauseOf(state: State, today: LocalDate): Pick<PageHabit, 'paused' | 'pausedUntil'> {
  if (!isPausedOn(state, today)) return { paused: false };
  const to = lastDayOfPause(state);
  return { paused: true, ...(to !== null && { pausedUntil: to }) };
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
