import type { Frequency } from '#contracts/habit-events.ts';
import { localTimeOf, type Weekdays } from '#contracts/time.ts';
import { MAX_REMINDERS } from '../../domain/habit.ts';
import type { Reminder } from '../../domain/habit-state.ts';
import { type Brought, type BroughtHabit, FileRefused } from '../brought.ts';
import { numberOf, type Row, type SentDatabase, textOf } from '../files/sqlite.ts';
import {
  fittingName,
  fittingText,
  gatherEntries,
  habitKeys,
  habitOf,
  type Tally,
  tally,
  timesInDays,
} from '../gather.ts';
import { MAX_HABITS } from '../limits.ts';

/** A check-in of this type says that the habit was done. */
const DONE = 2;
/** Days of a week, a month, a year, as Loop's own import of Rewire takes them. */
const PERIODS: readonly number[] = [7, 31, 365];
const HABIT_COLUMNS = [
  '_id',
  'name',
  'description',
  'schedule',
  'active_days',
  'repeating_count',
  'days',
  'period',
];

export const isRewire = ({ tables }: SentDatabase): boolean => tables.has('habits') && tables.has('checkins');

/** Rewire's database. Its weekdays count from Sunday, 0. */
export function readRewire(db: SentDatabase): Brought {
  const rows = [...db.rows('habits', HABIT_COLUMNS)];
  if (rows.length === 0) throw new FileRefused('noHabits');
  if (rows.length > MAX_HABITS) throw new FileRefused('tooManyHabits');
  const notes = tally();
  const keysOf = habitKeys('rewire');
  const reminders = Map.groupBy(db.rows('reminders', ['habit_id', 'time', 'active_days']), habitIdOf);
  const checkIns = Map.groupBy(db.rows('checkins', ['habit_id', 'date', 'type', 'note']), habitIdOf);
  const habits = rows.map((row, index): BroughtHabit => {
    const id = numberOf(row._id) ?? Number.NaN;
    const entries = gatherEntries({ kind: 'yesNo' }, notes);
    for (const { date, type, note } of checkIns.get(id) ?? []) {
      if (numberOf(type) === DONE) entries.add(dateFrom(textOf(date)), 1, textOf(note));
      else entries.without('otherKind', dateFrom(textOf(date)), textOf(note));
    }
    checkIns.delete(id);
    return habitOf(
      {
        keys: keysOf(textOf(row.name)),
        name: fittingName(textOf(row.name), index + 1, notes),
        goal: { kind: 'yesNo' },
        frequency: frequencyOf(row, notes),
        reminders: remindersFrom(reminders.get(id) ?? [], notes),
        archived: false,
        ...entries.found(),
      },
      { description: fittingText(textOf(row.description), notes) },
    );
  });
  for (const lost of checkIns.values()) notes.leaveOut('unknownHabit', lost.length);
  return { source: 'rewire', form: 'db', habits, leftOut: notes.leftOut(), remarks: [] };
}

const habitIdOf = (row: Row): number => numberOf(row.habit_id) ?? Number.NaN;

/** On weekdays, so many times in a period, or every so many days. */
function frequencyOf(row: Row, notes: Tally): Frequency {
  const schedule = numberOf(row.schedule);
  if (schedule === 0) {
    const weekdays = weekdaysOf(textOf(row.active_days));
    if (weekdays.length === 7) return { kind: 'daily' };
    if (weekdays.length > 0) return { kind: 'weekdays', weekdays };
  }
  if (schedule === 1) {
    const days = PERIODS[numberOf(row.period) ?? -1];
    if (days !== undefined) return timesInDays(numberOf(row.days) ?? 0, days, notes);
  }
  if (schedule === 2) return timesInDays(1, numberOf(row.repeating_count) ?? 0, notes);
  notes.leaveOut('otherFrequency');
  return { kind: 'daily' };
}

function weekdaysOf(list: string): Weekdays {
  const days = list.split(',').map((day) => (/^\s*[0-6]\s*$/.test(day) ? Number(day) : undefined));
  const known = days.flatMap((day) => (day === undefined ? [] : [day === 0 ? 7 : day]));
  return [...new Set(known)].sort((a, b) => a - b);
}

function remindersFrom(rows: readonly Row[], { leaveOut }: Tally): Reminder[] {
  const byTime = new Map<string, Reminder>();
  for (const row of rows) {
    const minute = numberOf(row.time) ?? -1;
    const weekdays = weekdaysOf(textOf(row.active_days));
    if (!Number.isInteger(minute) || minute < 0 || minute >= 1_440 || weekdays.length === 0) {
      leaveOut('unreadableReminder');
    } else byTime.set(localTimeOf(minute), { at: localTimeOf(minute), weekdays });
  }
  const sorted = [...byTime.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
  leaveOut('tooManyReminders', Math.max(0, sorted.length - MAX_REMINDERS));
  return sorted.slice(0, MAX_REMINDERS);
}

/** `20240131` */
function dateFrom(text: string): string | undefined {
  const [, year = '', month = '', day = ''] = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text) ?? [];
  const on = `${year}-${month}-${day}`;
  const time = Date.parse(`${on}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== on ? undefined : on;
}
