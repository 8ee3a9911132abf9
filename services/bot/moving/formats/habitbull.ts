import type { Goal } from '#contracts/habit-events.ts';
import { type Brought, type BroughtHabit, FileRefused } from '../brought.ts';
import { numberIn, plainName, type Table, tableOf } from '../files/csv.ts';
import { type DateOrder, type DateReader, dateReader } from '../files/dates.ts';
import {
  fittingName,
  fittingText,
  gatherEntries,
  habitKeys,
  habitOf,
  MAX_GROUP,
  namedGroup,
  type Tally,
  tally,
} from '../gather.ts';
import { MAX_HABITS } from '../limits.ts';

export function isHabitBull([header = []]: readonly string[][]): boolean {
  const names = header.map(plainName);
  return names.includes('habitname') && names.includes('value');
}

/**
 * HabitBull's one CSV: a line for each habit and day. A negative value (-2150000000) says that nothing was entered. A habit
 * with a value above 1 counts amounts; which target it had is not in the file.
 */
export function readHabitBull([header = [], ...rows]: string[][], chosen?: DateOrder): Brought {
  const table = tableOf(header, rows);
  const dateOf = (row: readonly string[]) => table.cell(row, 'CalendarDate', 'Date', 'DateNumber');
  const dates = dateReader(
    (function* () {
      for (const row of rows) yield dateOf(row);
    })(),
    chosen,
  );
  const byName = Map.groupBy(rows, (row) => table.cell(row, 'HabitName'));
  if (byName.size === 0) throw new FileRefused('noHabits');
  if (byName.size > MAX_HABITS) throw new FileRefused('tooManyHabits');
  const notes = tally();
  const keysOf = habitKeys('habitbull');
  const habits = [...byName].map(([name, lines], index) => {
    const context = { table, dates, dateOf, notes };
    return habitFrom(name, lines, { ...context, keys: keysOf(name), position: index + 1 });
  });
  notes.leaveOut('noReminders', habits.length);
  const { dayFirst } = dates;
  return {
    source: 'habitbull',
    form: 'csv',
    habits,
    leftOut: notes.leftOut(),
    remarks: dayFirst === undefined ? [] : [{ remark: 'dates', dayFirst }],
  };
}

type HabitContext = {
  table: Table;
  dates: DateReader;
  dateOf: (row: readonly string[]) => string;
  notes: Tally;
  keys: BroughtHabit['keys'];
  position: number;
};

function habitFrom(name: string, lines: string[][], context: HabitContext) {
  const { table, dates, dateOf, notes, keys, position } = context;
  const { cell } = table;
  const values = lines.map((line) => numberIn(cell(line, 'Value')));
  const isNumeric = values.some((value) => value !== undefined && value > 1);
  if (isNumeric) notes.leaveOut('noTarget');
  const goal: Goal = isNumeric
    ? { kind: 'numeric', direction: 'atLeast', target: 1, unit: '' }
    : { kind: 'yesNo' };
  const entries = gatherEntries(goal, notes);
  for (const [index, line] of lines.entries()) {
    const value = values[index];
    const on = dates.read(dateOf(line));
    const note = cell(line, 'CommentText', 'Notes', 'Comment');
    if (value !== undefined && value >= 0) entries.add(on, value, note);
    else entries.without(value === undefined ? 'unreadableValue' : 'unanswered', on, note);
  }
  const [first = []] = lines;
  return habitOf(
    {
      keys,
      name: fittingName(name, position, notes),
      goal,
      frequency: { kind: 'daily' },
      reminders: [],
      archived: false,
      ...entries.found(),
    },
    {
      description: fittingText(cell(first, 'HabitDescription'), notes),
      group: namedGroup(fittingText(cell(first, 'HabitCategory'), notes, MAX_GROUP)),
    },
  );
}
