import { epochDayOf } from '#contracts/civil-date.ts';
import { EntryValue, type ImportedEntry, MAX_IMPORTED_ENTRIES, Note } from '#contracts/entry-events.ts';
import type { HabitEvent } from '#contracts/events.ts';
import type { Instant, LocalDate } from '#contracts/time.ts';
import { entryOn } from './calendar.ts';
import { isPausedOn, type Snooze, type State } from './habit-state.ts';
import { Refusal } from './refusal.ts';
import { isSettled, isToReach } from './reminding.ts';

/*
 * What days may hold, and the decisions that change them.
 */

/** What a person asks of a habit's days. `today` is their local date, `nowAt` the instant. */
export type DayCommand =
  /** `value` is 1 or 0 for yes and no, else an amount. */
  | { type: 'CheckIn'; data: { on: LocalDate; value: number; today: LocalDate } }
  /** `amount` more than the day holds; a skipped day holds nothing. */
  | { type: 'AddAmount'; data: { on: LocalDate; amount: number; today: LocalDate } }
  /** Not today, or no more today: a no, or for an amount to be reached that no more reminders come. */
  | { type: 'CloseDay'; data: { on: LocalDate; today: LocalDate } }
  /** Takes a closing back, and leaves the amount. */
  | { type: 'ReopenDay'; data: { on: LocalDate } }
  | { type: 'SkipDay'; data: { on: LocalDate; today: LocalDate } }
  | { type: 'ClearEntry'; data: { on: LocalDate } }
  /** Null takes the note away. */
  | { type: 'NoteEntry'; data: { on: LocalDate; note: string | null; today: LocalDate } }
  | { type: 'ImportEntries'; data: { entries: readonly ImportedEntry[]; today: LocalDate } }
  /** At most {@link MAX_IMPORTED_NOTES}. A day keeps the note that it has. */
  | { type: 'ImportNotes'; data: { notes: readonly ImportedNote[]; today: LocalDate } }
  | { type: 'SnoozeReminder'; data: Snooze & { nowAt: Instant } };

export type ImportedNote = { on: LocalDate; note: string };

/** All notes of a command are stored at once, an event each. */
export const MAX_IMPORTED_NOTES = 500;
export const MAX_SNOOZE_MS = 24 * 3_600_000;
/** The minute of a shorter snooze may have begun before the snooze is confirmed. */
export const MIN_SNOOZE_MS = 60_000;
/** About 27 years: what an import may bring, and what bounds the work of a forged date. */
export const MAX_DAYS_BACK = 10_000;
/** So many bytes of entries leave room for the rest of an event: EVENTS takes messages of 64 KiB. */
const MAX_ENTRY_BYTES = 56_000;

export function decideDays(command: DayCommand, state: State): HabitEvent[] {
  switch (command.type) {
    case 'CheckIn':
      return checkIn(command.data, state);
    case 'AddAmount':
      return addAmount(command.data, state);
    case 'CloseDay':
      return close(command.data, state);
    case 'ReopenDay':
      return openAgain(command.data.on, state);
    case 'SkipDay':
      return skip(command.data, state);
    case 'ClearEntry':
      return clear(command.data.on, state);
    case 'NoteEntry':
      return note(command.data, state);
    case 'ImportEntries':
      return importEntries(command.data, state);
    case 'ImportNotes':
      return importNotes(command.data, state);
    case 'SnoozeReminder':
      return snooze(command.data, state);
  }
}

type DayValue = { on: LocalDate; value: number; today: LocalDate };

function checkIn({ on, value, today }: DayValue, { goal, calendar, closedOn }: State): HabitEvent[] {
  refuseOutOfReach(on, today);
  const possible = goal.kind === 'yesNo' ? value === 0 || value === 1 : EntryValue.safeParse(value).success;
  if (!possible) throw new Refusal('WrongValue');
  return entryOn(calendar, on) === value && !closedOn.includes(on)
    ? []
    : [{ type: 'HabitCheckedIn', data: { on, value } }];
}

function addAmount(
  { on, amount, today }: { on: LocalDate; amount: number; today: LocalDate },
  state: State,
): HabitEvent[] {
  if (state.goal.kind === 'yesNo' || !(amount > 0)) throw new Refusal('WrongValue');
  const held = entryOn(state.calendar, on);
  // In thousandths: three times 0.1 is 0.3.
  const value = Math.round(((typeof held === 'number' ? held : 0) + amount) * 1000) / 1000;
  return checkIn({ on, value, today }, state);
}

function skip({ on, today }: { on: LocalDate; today: LocalDate }, { calendar }: State): HabitEvent[] {
  refuseOutOfReach(on, today);
  return entryOn(calendar, on) === 'skip' ? [] : [{ type: 'HabitSkipped', data: { on } }];
}

/** A no is an entry of a habit of yes and no, and of a limit that nothing was used of; an amount to be reached stays. */
function close({ on, today }: { on: LocalDate; today: LocalDate }, state: State): HabitEvent[] {
  if (!isToReach(state.goal)) return checkIn({ on, value: 0, today }, state);
  refuseOutOfReach(on, today);
  if (isSettled(state, on)) return state.closedOn.includes(on) ? [] : refuseAnswered();
  const held = entryOn(state.calendar, on);
  return [{ type: 'DayClosed', data: { on, value: typeof held === 'number' ? held : null } }];
}

function refuseAnswered(): never {
  throw new Refusal('AlreadyAnswered');
}

function openAgain(on: LocalDate, { calendar, closedOn }: State): HabitEvent[] {
  if (!closedOn.includes(on)) return [];
  const held = entryOn(calendar, on);
  if (typeof held !== 'number') return [{ type: 'EntryCleared', data: { on } }];
  return [{ type: 'HabitCheckedIn', data: { on, value: held } }];
}

function clear(on: LocalDate, { calendar, closedOn }: State): HabitEvent[] {
  return entryOn(calendar, on) === undefined && !closedOn.includes(on)
    ? []
    : [{ type: 'EntryCleared', data: { on } }];
}

function note(
  { on, note: wanted, today }: { on: LocalDate; note: string | null; today: LocalDate },
  { notes }: State,
): HabitEvent[] {
  refuseOutOfReach(on, today);
  const text = wanted === null ? null : Note.safeParse(wanted);
  if (text?.success === false) throw new Refusal('WrongNote');
  const written = text === null ? null : text.data;
  return (notes[on] ?? null) === written ? [] : [{ type: 'EntryNoted', data: { on, note: written } }];
}

/**
 * Days that already hold an entry stay as they are, and so do days to come; of one date the first entry counts. So the same
 * file brings nothing the second time, and a later one only what is new.
 */
function importEntries(
  { entries, today }: { entries: readonly ImportedEntry[]; today: LocalDate },
  { goal, calendar }: State,
): HabitEvent[] {
  const wanted = new Map<LocalDate, ImportedEntry>();
  for (const entry of entries) {
    const daysAgo = epochDayOf(today) - epochDayOf(entry.on);
    const fits = 'skipped' in entry || goal.kind === 'numeric' || entry.value === 0 || entry.value === 1;
    if (!fits || daysAgo < 0 || daysAgo > MAX_DAYS_BACK || wanted.has(entry.on)) continue;
    if (entryOn(calendar, entry.on) === undefined) wanted.set(entry.on, entry);
  }
  const sorted = [...wanted.values()].sort((a, b) => (a.on < b.on ? -1 : 1));
  return inEvents(sorted).map((each) => ({ type: 'EntriesImported', data: { entries: each } }));
}

function importNotes(
  { notes, today }: { notes: readonly ImportedNote[]; today: LocalDate },
  { notes: present }: State,
): HabitEvent[] {
  const wanted = new Map<LocalDate, string>();
  for (const { on, note: text } of notes) {
    const daysAgo = epochDayOf(today) - epochDayOf(on);
    const written = Note.safeParse(text).data;
    if (written === undefined || daysAgo < 0 || daysAgo > MAX_DAYS_BACK || wanted.has(on)) continue;
    if (present[on] === undefined) wanted.set(on, written);
  }
  return [...wanted].map(([on, text]) => ({ type: 'EntryNoted', data: { on, note: text } }));
}

/** As few events as hold the entries within the bounds of one message. */
function inEvents(entries: readonly ImportedEntry[]): ImportedEntry[][] {
  const events: ImportedEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = UTF_8.encode(JSON.stringify(entry)).length + 1;
    const last = events.at(-1);
    if (last && last.length < MAX_IMPORTED_ENTRIES && bytes + size <= MAX_ENTRY_BYTES) {
      last.push(entry);
      bytes += size;
    } else {
      events.push([entry]);
      bytes = size;
    }
  }
  return events;
}

const UTF_8 = new TextEncoder();

function snooze({ on, at, untilAt, nowAt }: Snooze & { nowAt: Instant }, state: State): HabitEvent[] {
  if (isPausedOn(state, on)) throw new Refusal('HabitPaused');
  const { snooze: present } = state;
  if (present?.on === on && present.at === at && present.untilAt === untilAt) return [];
  if (isSettled(state, on)) throw new Refusal('AlreadyAnswered');
  const aheadMs = Date.parse(untilAt) - Date.parse(nowAt);
  if (aheadMs < MIN_SNOOZE_MS) throw new Refusal('InThePast');
  if (aheadMs > MAX_SNOOZE_MS) throw new Refusal('SnoozeTooLong');
  return [{ type: 'ReminderSnoozed', data: { on, at, untilAt } }];
}

function refuseOutOfReach(on: LocalDate, today: LocalDate): void {
  const daysAgo = epochDayOf(today) - epochDayOf(on);
  if (daysAgo < 0) throw new Refusal('InTheFuture');
  if (daysAgo > MAX_DAYS_BACK) throw new Refusal('TooLongAgo');
}
