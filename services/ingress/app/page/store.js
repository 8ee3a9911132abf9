import { askView, sendChange } from './api.js';
import { monthOf, placeOf, yearOf } from './dates.js';

/*
 * What the page knows: the view that the server gave, and over it what the person has just done and the server has not
 * answered yet. Changes go one after the other, in the order in which they were made.
 */

export const store = {
  /** Undefined until the first view is there. */
  today: undefined,
  locale: 'en',
  habitIds: [],
  habits: new Map(),
  /** What is shown: `month` or `year`, and which month. */
  mode: 'month',
  month: undefined,
};

const pending = new Map();
const keyOf = (habitId, on) => `${habitId}/${on}`;

/** What a day holds: its mark, its amount if it has one, and whether the server has yet to confirm it. */
export function dayOfHabit(habit, on) {
  const waiting = pending.get(keyOf(habit.habitId, on));
  if (waiting) return { ...waiting.shown, isPending: true };
  const year = habit.years[yearOf(on)];
  const place = placeOf(on);
  return { mark: year?.marks[place] ?? '.', amount: year?.amounts?.[place], isPending: false };
}

/** The mark that a value will have, before the server says so. */
function markOf({ kind, target = 0 }, value) {
  if (kind === 'yesNo') return value > 0 ? 'd' : 'x';
  if (kind === 'atMost') return value <= target ? 'd' : 'x';
  if (value >= target) return 'd';
  return value > 0 ? 'p' : 'x';
}

function merge(view) {
  const isNewDay = store.today !== view.today;
  Object.assign(store, { today: view.today, locale: view.locale, habitIds: view.habitIds });
  if (isNewDay || !store.month) store.month = monthOf(view.today);
  for (const habit of view.habits) {
    const known = store.habits.get(habit.habitId);
    store.habits.set(habit.habitId, { ...habit, years: { ...known?.years, ...habit.years } });
  }
  for (const habitId of store.habits.keys())
    if (!view.habitIds.includes(habitId)) store.habits.delete(habitId);
}

/** Loads the view, part by part, of the usual years or of one more. @returns the last reply, whose view is then in the store. */
export async function load(onWaiting, years) {
  let after;
  for (;;) {
    const reply = await askView({ years, after }, onWaiting);
    const { view } = reply.body;
    if (view) merge(view);
    if (!view?.more) return reply;
    after = view.habits.at(-1).habitId;
  }
}

export const hasYear = (year) => [...store.habits.values()].every(({ years }) => year in years);

/** The year of the first entry of all. */
export const firstYear = () =>
  Math.min(
    yearOf(store.today) - 1,
    ...[...store.habits.values()].map((habit) => habit.firstYear ?? Infinity),
  );

let queue = Promise.resolve();

/** After what was sent before. @returns the reply, whose view is then in the store. */
function inTurn(change, onWaiting) {
  const sent = queue.then(async () => {
    const reply = await sendChange(change, onWaiting);
    if (reply.body.view) merge(reply.body.view);
    return reply;
  });
  queue = sent.then(
    () => {},
    () => {},
  );
  return sent;
}

/**
 * Changes a day; it looks changed at once. `action` is `{ do: 'enter', value }`, `{ do: 'skip' }` or `{ do: 'clear' }`.
 * @returns the reply; then the day looks as the server has it.
 */
export async function changeDay(habit, on, action, onWaiting) {
  const { habitId, kind } = habit;
  const isAmount = action.do === 'enter' && kind !== 'yesNo';
  const mark = { enter: () => markOf(habit, action.value), skip: () => 's', clear: () => '.' }[action.do]();
  const waiting = { shown: { mark, amount: isAmount ? action.value : undefined } };
  pending.set(keyOf(habitId, on), waiting);
  try {
    return await inTurn({ ...action, habitId, on }, onWaiting);
  } finally {
    if (pending.get(keyOf(habitId, on)) === waiting) pending.delete(keyOf(habitId, on));
  }
}

/** Puts the habits in another order. @returns the reply. */
export function reorder(habitIds, onWaiting) {
  store.habitIds = habitIds;
  return inTurn({ do: 'reorder', habitIds }, onWaiting);
}

/** Whether something is on its way that would be lost by closing the page: never answered, it may not be stored. */
export const isSaving = () => pending.size > 0;
