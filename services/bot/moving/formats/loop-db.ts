import { dateOf } from '#contracts/civil-date.ts';
import type { Goal } from '#contracts/habit-events.ts';
import { localTimeOf, type Weekdays } from '#contracts/time.ts';
import type { Reminder } from '../../domain/habit-state.ts';
import { type Brought, type BroughtHabit, FileRefused } from '../brought.ts';
import { numberOf, type Row, type SentDatabase, textOf } from '../files/sqlite.ts';
import {
  type Entries,
  fittingName,
  fittingTarget,
  fittingText,
  fittingUnit,
  gatherEntries,
  habitKeys,
  habitOf,
  MAX_QUESTION,
  type Tally,
  tally,
  timesInDays,
} from '../gather.ts';
import { MAX_HABITS } from '../limits.ts';
import { colorOfLoop } from '../palette.ts';
import { meaningOf } from './loop-values.ts';

/** What Loop 2.3 writes. A newer one may mean something else by the same columns. */
export const LOOP_VERSION = 25;
/** From here on a description is no question any more. */
const WITH_QUESTIONS = 23;
const MS_PER_DAY = 86_400_000;

const HABIT_COLUMNS = [
  'id',
  'archived',
  'color',
  'description',
  'question',
  'freq_num',
  'freq_den',
  'name',
  'position',
  'reminder_hour',
  'reminder_min',
  'reminder_days',
  'type',
  'target_type',
  'target_value',
  'unit',
  'uuid',
];

export const isLoopDatabase = ({ tables }: SentDatabase): boolean =>
  tables.has('habits') && tables.has('repetitions');

/**
 * A backup of Loop. Older versions lack columns: without a value every row is a yes, without a type every habit is yes or
 * no. Rows of habits that are gone are left out.
 */
export function readLoopDatabase(db: SentDatabase): Brought {
  if (db.version > LOOP_VERSION) throw new FileRefused('newerDatabase');
  const rows = [...db.rows('habits', HABIT_COLUMNS)];
  if (rows.length > MAX_HABITS) throw new FileRefused('tooManyHabits');
  rows.sort((a, b) => placeOf(a) - placeOf(b));
  const notes = tally();
  const keysOf = habitKeys('loop');
  const drafts = rows.map((row, index) => draftOf(row, { db, position: index + 1, notes, keysOf }));
  const byId = new Map(drafts.map((draft, index) => [numberOf(rows[index]?.id), draft]));
  readRepetitions(db, byId, notes);
  return {
    source: 'loop',
    form: `db ${db.version}`,
    habits: drafts.map(({ habit, entries }) => ({ ...habit, ...entries.found() })),
    leftOut: notes.leftOut(),
    remarks: [],
  };
}

const placeOf = (row: Row): number => (numberOf(row.position) ?? 0) * 1e6 + (numberOf(row.id) ?? 0);

type Draft = { habit: BroughtHabit; entries: Entries };
type DraftContext = {
  db: SentDatabase;
  position: number;
  notes: Tally;
  keysOf: ReturnType<typeof habitKeys>;
};

function draftOf(row: Row, { db, position, notes, keysOf }: DraftContext): Draft {
  const name = fittingName(textOf(row.name), position, notes);
  const goal = goalOf(row, notes);
  const hasQuestions = db.version >= WITH_QUESTIONS && db.columns('habits').has('question');
  const question = hasQuestions ? textOf(row.question) : textOf(row.description);
  const description = hasQuestions ? textOf(row.description) : '';
  const habit = habitOf(
    {
      keys: keysOf(textOf(row.name), textOf(row.uuid)),
      name,
      goal,
      frequency: timesInDays(numberOf(row.freq_num) ?? 1, numberOf(row.freq_den) ?? 1, notes),
      reminders: remindersOf(row, notes),
      archived: (numberOf(row.archived) ?? 0) !== 0,
      entries: [],
    },
    {
      color: colorOfLoop(numberOf(row.color) ?? 0, db.version),
      question: fittingText(question, notes, MAX_QUESTION),
      description: fittingText(description, notes),
    },
  );
  return { habit, entries: gatherEntries(goal, notes) };
}

function goalOf(row: Row, notes: Tally): Goal {
  if ((numberOf(row.type) ?? 0) === 0) return { kind: 'yesNo' };
  return {
    kind: 'numeric',
    direction: numberOf(row.target_type) === 1 ? 'atMost' : 'atLeast',
    target: fittingTarget(numberOf(row.target_value) ?? 0),
    unit: fittingUnit(textOf(row.unit), notes),
  };
}

/** At most one. Bit 0 of its days is Saturday, as in Loop's calendar. */
function remindersOf(row: Row, { leaveOut }: Tally): Reminder[] {
  const hour = numberOf(row.reminder_hour);
  const minute = numberOf(row.reminder_min);
  if (hour === undefined || minute === undefined) return [];
  const mask = numberOf(row.reminder_days) ?? 127;
  const weekdays: Weekdays = [0, 1, 2, 3, 4, 5, 6]
    .filter((bit) => (mask & (1 << bit)) !== 0)
    .map((bit) => ((bit + 5) % 7) + 1)
    .sort((a, b) => a - b);
  const isTime = Number.isInteger(hour) && Number.isInteger(minute) && hour >= 0 && hour < 24;
  if (!isTime || minute < 0 || minute > 59 || weekdays.length === 0) {
    leaveOut('unreadableReminder');
    return [];
  }
  return [{ at: localTimeOf(hour * 60 + minute), weekdays }];
}

function readRepetitions(
  db: SentDatabase,
  drafts: ReadonlyMap<number | undefined, Draft>,
  { leaveOut }: Tally,
): void {
  const hasValues = db.columns('repetitions').has('value');
  for (const row of db.rows('repetitions', ['habit', 'timestamp', 'value', 'notes'])) {
    const draft = drafts.get(numberOf(row.habit));
    const code = hasValues ? numberOf(row.value) : 2;
    if (!draft) leaveOut('unknownHabit');
    else if (code === undefined) leaveOut('unreadableValue');
    else {
      const meaning = meaningOf(code, draft.habit.goal.kind === 'numeric');
      const [on, note] = [dayOf(numberOf(row.timestamp)), textOf(row.notes)];
      if ('entry' in meaning) draft.entries.add(on, meaning.entry, note);
      else draft.entries.without(meaning.leftOut, on, note);
    }
  }
}

/** Loop stores the midnight in UTC of the local date. */
function dayOf(timestampMs: number | undefined): string | undefined {
  const isPossible = timestampMs !== undefined && timestampMs >= 0 && timestampMs < 253_402_300_800_000;
  return isPossible ? dateOf(Math.floor(timestampMs / MS_PER_DAY)) : undefined;
}
