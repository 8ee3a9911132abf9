import { MAX_HABITS } from '#contracts/account-events.ts';
import { epochDayOf } from '#contracts/civil-date.ts';
import type { ImportedEntry } from '#contracts/entry-events.ts';
import { type HabitId, habitIdOfOrigin } from '#contracts/ids.ts';
import type { LocalDate } from '#contracts/time.ts';
import { entryOn } from '../domain/calendar.ts';
import { type ImportedNote, MAX_DAYS_BACK, MAX_IMPORTED_NOTES } from '../domain/habit-entries.ts';
import type { State } from '../domain/habit-state.ts';
import type { AddressedCommand, Person } from '../person.ts';
import { type Brought, type BroughtEntry, type BroughtHabit, FileRefused } from './brought.ts';
import { type KnownHabits, matched } from './match.ts';
import type { NotesHere } from './notes.ts';

/** What an import of one habit comes to, for the person as they are now. */
export type HabitPlan = {
  habit: BroughtHabit;
  habitId: HabitId;
  /** The habit here that it is, or undefined when it is new. */
  known: State | undefined;
  /** Days that are brought. */
  fresh: readonly ImportedEntry[];
  /** Notes that are brought to days which hold the same here, or nothing. */
  notes: readonly ImportedNote[];
  /** Days that hold the same here already. */
  same: number;
  /** Days that hold something else here, and keep it. */
  kept: number;
  future: number;
  tooOld: number;
  /** Amounts of a habit that is yes or no here. */
  otherGoal: number;
};

/** `habitOrder` is how all habits are shown afterwards; undefined when nothing changes in it. */
export type ImportPlan = { habits: readonly HabitPlan[]; habitOrder: readonly HabitId[] | undefined };

/**
 * What is to be done for a file to be here: nothing for what is here already, so that the same file brings nothing the second
 * time, and one that was interrupted goes on.
 * @param notesHere all notes of the habits here, should they have more than their states.
 * @throws {FileRefused} `tooManyHabits` when the account cannot take them all.
 */
export function planImport(brought: Brought, person: Person, notesHere: NotesHere = new Map()): ImportPlan {
  const known = matched(brought, person);
  const created = brought.habits.filter((habit) => !known.has(habit)).length;
  if (person.habits.length + created > MAX_HABITS) throw new FileRefused('tooManyHabits');
  const habits = brought.habits.map((habit) => planHabit(habit, known, { person, notesHere }));
  return { habits, habitOrder: habitOrderAfter(habits, person) };
}

function planHabit(
  habit: BroughtHabit,
  known: KnownHabits,
  { person, notesHere }: { person: Person; notesHere: NotesHere },
): HabitPlan {
  const found = known.get(habit);
  const noted = found && (notesHere.get(found.habitId) ?? found.state.notes);
  const plan = {
    habit,
    habitId: found?.habitId ?? freeId(habit, person),
    known: found?.state,
    same: 0,
    kept: 0,
    future: 0,
    tooOld: 0,
    otherGoal: 0,
  };
  const fresh: ImportedEntry[] = [];
  const notes = Object.entries(habit.notes ?? {}).map(([on, note]) => ({ on, note }));
  for (const entry of habit.entries) {
    const what = fateOf(entry, plan.known, person.today);
    if (what === 'fresh') fresh.push(noted?.[entry.on] === undefined ? entry : unnoted(entry));
    else plan[what]++;
    if (what === 'same' && entry.note !== undefined) notes.push({ on: entry.on, note: entry.note });
  }
  const isNew = ({ on }: ImportedNote) => noted?.[on] === undefined && isInReach(on, person.today);
  return { ...plan, fresh, notes: notes.filter(isNew) };
}

/** What was written here beside the day stays. */
function unnoted({ note: _, ...entry }: BroughtEntry): BroughtEntry {
  return entry;
}

function isInReach(on: LocalDate, today: LocalDate): boolean {
  const daysAgo = epochDayOf(today) - epochDayOf(on);
  return daysAgo >= 0 && daysAgo <= MAX_DAYS_BACK;
}

type Fate = 'fresh' | 'same' | 'kept' | 'future' | 'tooOld' | 'otherGoal';

function fateOf(entry: BroughtEntry, known: State | undefined, today: LocalDate): Fate {
  const daysAgo = epochDayOf(today) - epochDayOf(entry.on);
  if (daysAgo < 0) return 'future';
  if (daysAgo > MAX_DAYS_BACK) return 'tooOld';
  const isAmount = 'value' in entry && entry.value !== 0 && entry.value !== 1;
  if (known?.goal.kind === 'yesNo' && isAmount) return 'otherGoal';
  const held = known && entryOn(known.calendar, entry.on);
  if (held === undefined) return 'fresh';
  return held === ('value' in entry ? entry.value : 'skip') ? 'same' : 'kept';
}

/** One that was deleted here keeps its id; the same habit, brought again, is another one. */
function freeId({ keys: [origin] }: BroughtHabit, { userId, deletedHabits = [] }: Person): HabitId {
  for (let nth = 0; ; nth++) {
    const habitId = habitIdOfOrigin(userId, origin, nth);
    if (!deletedHabits.includes(habitId)) return habitId;
  }
}

/** New habits come after those that are here, in the order of their file. */
function habitOrderAfter(
  plans: readonly HabitPlan[],
  { habits, account }: Person,
): readonly HabitId[] | undefined {
  const ordered = new Set(account.habitOrder);
  const added = plans.filter(({ habitId }) => !ordered.has(habitId)).map(({ habitId }) => habitId);
  if (added.every((habitId) => habits.some((each) => each.habitId === habitId)) && ordered.size > 0)
    return undefined;
  const before = habits.map(({ habitId }) => habitId).filter((habitId) => !added.includes(habitId));
  return [...before, ...added];
}

/** The commands that carry out a plan, those of each habit by themselves. */
export function commandsOf(plan: HabitPlan, today: LocalDate): AddressedCommand[] {
  const { habit, habitId, known, fresh, notes } = plan;
  const to = { to: 'habit', habitId } as const;
  const commands: AddressedCommand[] = [];
  if (!known) commands.push({ ...to, command: { type: 'DefineHabit', data: definitionOf(habit) } });
  if (fresh.length > 0)
    commands.push({ ...to, command: { type: 'ImportEntries', data: { entries: fresh, today } } });
  for (let first = 0; first < notes.length; first += MAX_IMPORTED_NOTES) {
    const some = notes.slice(first, first + MAX_IMPORTED_NOTES);
    commands.push({ ...to, command: { type: 'ImportNotes', data: { notes: some, today } } });
  }
  if (!known && habit.archived) commands.push({ ...to, command: { type: 'ArchiveHabit', data: {} } });
  return commands;
}

const definitionOf = ({ keys: [origin], entries: _, notes: __, archived: ___, ...habit }: BroughtHabit) => ({
  ...habit,
  origin,
});
