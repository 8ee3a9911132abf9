import type { Goal } from '#contracts/habit-events.ts';
import { type Brought, type BroughtHabit, FileRefused } from '../brought.ts';
import { csvRows, numberIn, plainName, type Table, tableOf } from '../files/csv.ts';
import { type DateOrder, type DateReader, dateReader } from '../files/dates.ts';
import {
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
import { MAX_HABITS, MAX_ROWS } from '../limits.ts';
import { colorOfHex } from '../palette.ts';
import { goalFromScores } from './goal-from-scores.ts';
import { matrixColumns } from './loop-matrix.ts';
import { type DayLine, HIGHEST_CODE, loopCode, meaningOf, withPlainValues } from './loop-values.ts';

/**
 * The texts of Loop's CSV export. `checkmarks` are those of the habits' own folders by the number that the folder's name
 * begins with; the `matrix` of all habits is read only where there are none of these.
 */
export type LoopTexts = {
  habits: string;
  checkmarks: ReadonlyMap<number, string>;
  matrix?: string | undefined;
  /** The scores, in the same two forms, for habits whose goals are not in `habits`. */
  scores?: Pick<LoopTexts, 'checkmarks' | 'matrix'> | undefined;
};

/** Headers of the versions that wrote none, by the number of columns. */
const HEADERS: Readonly<Record<number, string>> = {
  12: 'Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?',
  7: 'Position,Name,Question,Description,NumRepetitions,Interval,Color',
  6: 'Position,Name,Description,NumRepetitions,Interval,Color',
  5: 'Name,Description,NumRepetitions,Interval,Color',
};

/**
 * Loop's CSV export, with words or codes, with headers or without.
 * @param chosen how its dates are meant, if the person was asked.
 */
export function readLoopCsv(texts: LoopTexts, chosen?: DateOrder): Brought {
  const table = habitTable(csvRows(texts.habits));
  if (table.rows.length === 0) throw new FileRefused('noHabits');
  if (table.rows.length > MAX_HABITS) throw new FileRefused('tooManyHabits');
  const notes = tally();
  const linesOf = dayLines(texts, table, notes);
  const dates = dateReader(
    linesOf.flatMap((lines) => lines.map(([date]) => date)),
    chosen,
  );
  const keysOf = habitKeys('loop');
  const scores = texts.scores ? dayLines({ habits: '', ...texts.scores }, table, tally()) : [];
  const habits = table.rows.map((row, index) => {
    const lines = linesOf[index] ?? [];
    const habit = habitFrom(row, table, { position: index + 1, notes, keysOf, lines });
    const days = entriesFrom(lines, habit.goal, dates, notes);
    const isGiven = habit.goal.kind === 'yesNo' || table.cell(row, 'Target Value') !== '';
    if (isGiven) return { ...habit, ...days };
    const lineOf = (scores[index] ?? []).map(
      ([on, value]) => [dates.read(on) ?? '', numberIn(value)] as const,
    );
    const found = goalFromScores({ ...habit, ...days }, new Map(lineOf.filter(isScore)));
    if (!found) notes.leaveOut('noTarget');
    return { ...habit, goal: { ...habit.goal, ...found }, ...days };
  });
  notes.leaveOut('noReminders', habits.length);
  const { dayFirst } = dates;
  return {
    source: 'loop',
    form: 'csv',
    habits,
    leftOut: notes.leftOut(),
    remarks: dayFirst === undefined ? [] : [{ remark: 'dates', dayFirst }],
  };
}

const isScore = (one: readonly [string, number | undefined]): one is readonly [string, number] =>
  one[0] !== '' && one[1] !== undefined;

function habitTable(rows: string[][]): Table {
  const [first = [], ...others] = rows;
  if (first.some((cell) => plainName(cell) === 'name')) return tableOf(first, others);
  // Spreadsheets drop empty cells at the end of a line.
  const width = Math.max(0, ...rows.map((row) => row.length));
  const header = HEADERS[width] ?? (width > 7 && width < 12 ? HEADERS[12] : undefined);
  if (!header) throw new FileRefused('partOfLoop');
  return tableOf(header.split(','), rows);
}

type HabitContext = {
  position: number;
  notes: Tally;
  keysOf: ReturnType<typeof habitKeys>;
  lines: readonly DayLine[];
};

function habitFrom(
  row: readonly string[],
  { cell }: Table,
  { position, notes, keysOf, lines }: HabitContext,
): BroughtHabit {
  const raw = cell(row, 'Name');
  const times = numberIn(cell(row, 'FrequencyNumerator', 'NumRepetitions')) ?? 1;
  const days = numberIn(cell(row, 'FrequencyDenominator', 'Interval')) ?? 1;
  return habitOf(
    {
      keys: keysOf(raw),
      name: fittingName(raw, position, notes),
      goal: goalFrom(row, cell, lines, notes),
      frequency: timesInDays(times, days, notes),
      reminders: [],
      archived: /^(true|1|yes|истина|да)$/i.test(cell(row, 'Archived?')),
      entries: [],
    },
    {
      color: colorOfHex(cell(row, 'Color')),
      question: fittingText(cell(row, 'Question'), notes, MAX_QUESTION),
      description: fittingText(cell(row, 'Description'), notes),
    },
  );
}

/** Versions without types had habits with amounts already: their codes are above those of yes, no and skip. */
function goalFrom(
  row: readonly string[],
  cell: Table['cell'],
  lines: readonly DayLine[],
  notes: Tally,
): Goal {
  const type = cell(row, 'Type');
  const hasAmounts = lines.some(([, value]) => (loopCode(value) ?? 0) > HIGHEST_CODE);
  if (type === '' ? !hasAmounts : !/^NUMERIC/i.test(type)) return { kind: 'yesNo' };
  const target = numberIn(cell(row, 'Target Value'));
  return {
    kind: 'numeric',
    direction: /MOST/i.test(cell(row, 'Target Type')) ? 'atMost' : 'atLeast',
    target: fittingTarget(target ?? 1),
    unit: fittingUnit(cell(row, 'Unit'), notes),
  };
}

/** The days of each habit, in the order of `Habits.csv`. */
function dayLines({ checkmarks, matrix }: LoopTexts, table: Table, notes: Tally): DayLine[][] {
  if (checkmarks.size === 0) {
    const names = table.rows.map((row) => table.cell(row, 'Name'));
    return matrix === undefined ? [] : matrixColumns(matrix, names, notes);
  }
  let left = MAX_ROWS;
  const lines = (position: number): DayLine[] => {
    const rows = csvRows(withPlainValues(checkmarks.get(position) ?? ''));
    left -= rows.length;
    if (left < 0) throw new FileRefused('tooManyRows');
    return dayLinesIn(rows);
  };
  const positions = table.rows.map((row, index) => numberIn(table.cell(row, 'Position')) ?? index + 1);
  const known = new Set(positions);
  for (const position of checkmarks.keys())
    if (!known.has(position)) notes.leaveOut('unknownHabit', Math.max(1, lines(position).length));
  return positions.map(lines);
}

/** Without a header the columns stand as Loop writes them. */
function dayLinesIn(all: string[][]): DayLine[] {
  const [first = [], ...others] = all;
  const isHeader = first.some((cell) => plainName(cell) === 'date');
  const { rows, cell } = isHeader ? tableOf(first, others) : tableOf(DAY_HEADER, all);
  return rows.map((row) => [cell(row, 'Date'), cell(row, 'Value', 'Score'), cell(row, 'Notes')]);
}

const DAY_HEADER = ['Date', 'Value', 'Notes'];

function entriesFrom(lines: readonly DayLine[], goal: Goal, dates: DateReader, notes: Tally) {
  const entries = gatherEntries(goal, notes);
  for (const [date, value, note] of lines) {
    const code = loopCode(value);
    if (code === undefined) notes.leaveOut('unreadableValue');
    else {
      const meaning = meaningOf(code, goal.kind === 'numeric');
      if ('entry' in meaning) entries.add(dates.read(date), meaning.entry, note);
      else entries.without(meaning.leftOut, dates.read(date), note);
    }
  }
  return entries.found();
}
