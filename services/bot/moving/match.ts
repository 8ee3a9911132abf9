import { dateOf } from '#contracts/civil-date.ts';
import { entriesOf } from '../domain/calendar.ts';
import type { Habit, Person } from '../person.ts';
import type { Brought, BroughtHabit } from './brought.ts';
import { loopUuid } from './export/loop-terms.ts';
import { nativeId } from './gather.ts';

/** Which habits of a file are here already. */
export type KnownHabits = ReadonlyMap<BroughtHabit, Habit>;

/** Days that must be the same before a habit of another name is taken for a renamed one. */
const ENOUGH_DAYS = 10;
/** Of its days here that the file has too. */
const MOST_DIFFERENT = 0.05;

/**
 * Finds the habits of a file among those that are here: by what they are, should the file have gone out from here, by what
 * they were when they came, else by their name, else, when a
 * habit was renamed in the other program, by its history. A habit made here is found by its name; one that came from another
 * program is another habit.
 */
export function matched({ source, habits }: Brought, person: Person): KnownHabits {
  const known = new Map<BroughtHabit, Habit>();
  const free = new Set(person.habits);
  const take = (habit: BroughtHabit, found: Habit | undefined) => {
    if (!found) return;
    known.set(habit, found);
    free.delete(found);
  };
  const rules: ((habit: BroughtHabit) => Habit | undefined)[] = [
    ({ keys }) => [...free].find((each) => keys.some((key) => isOwn(key, each))),
    ({ keys }) => [...free].find(({ state }) => keys[0] === state.brought.origin),
    ({ keys }) => [...free].find(({ state }) => keys.includes(state.brought.origin ?? '')),
    (habit) => [...free].find((each) => isNamesake(habit, each, source)),
    (habit) => oneOf([...free].filter((each) => isRenamed(habit, each, source))),
  ];
  for (const rule of rules) {
    for (const habit of habits) if (!known.has(habit)) take(habit, rule(habit));
  }
  return known;
}

/** Whether it went out from here, in our own file or in one for Loop. */
const isOwn = (key: string, { habitId, state }: Habit): boolean =>
  nativeId('habitstream', key) === habitId || nativeId('loop', key) === loopUuid(habitId, state);

const oneOf = (found: readonly Habit[]): Habit | undefined => (found.length === 1 ? found[0] : undefined);

const isFrom = ({ state }: Habit, source: string): boolean =>
  state.brought.origin?.startsWith(`${source}:`) ?? false;

function isNamesake({ name, goal }: BroughtHabit, each: Habit, source: string): boolean {
  const isCandidate = each.state.brought.origin === undefined || isFrom(each, source);
  return isCandidate && each.state.name === name && each.state.goal.kind === goal.kind;
}

function isRenamed({ goal, entries }: BroughtHabit, each: Habit, source: string): boolean {
  if (!isFrom(each, source) || each.state.goal.kind !== goal.kind) return false;
  const inFile = new Map(entries.map((entry) => [entry.on, 'value' in entry ? entry.value : 'skip']));
  const last = entries.at(-1)?.on ?? '';
  let same = 0;
  let different = 0;
  for (const [day, entry] of entriesOf(each.state.calendar)) {
    const on = dateOf(day);
    if (on > last) break;
    if (inFile.get(on) === entry) same++;
    else different++;
  }
  return same >= ENOUGH_DAYS && different <= same * MOST_DIFFERENT;
}
