import { strToU8, zipSync } from 'fflate';
import { automaticYeses } from '#contracts/automatic-yes.ts';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { Frequency } from '#contracts/habit-events.ts';
import { repetition } from '#contracts/history.ts';
import { entriesOf } from '../../domain/calendar.ts';
import { scoreHistory, scoreOn } from '../../domain/score.ts';
import { PALETTE } from '../palette.ts';
import { csvText } from './csv-text.ts';
import { type Exported, type ExportedHabit, notesAlone } from './exported.ts';
import { colorOf, loopFrequency, loopValue } from './loop-terms.ts';

const HEADER =
  'Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?';
const WORDS: Readonly<Record<number, string>> = { 0: 'NO', 1: 'YES_AUTO', 2: 'YES_MANUAL', 3: 'SKIP' };
const UNKNOWN = 'UNKNOWN';

/** A habit's days in Loop's words, and its scores by Loop's rules: it knows no vacations and no pauses. */
type Column = {
  name: string;
  folder: string;
  /** From the first entry on; empty without one. */
  days: ReadonlyMap<number, string>;
  scoreOn(day: number): number;
  first: number | undefined;
  notes: ExportedHabit['notes'];
};

/** Loop's CSV export: `Habits.csv`, a folder for each habit, and the two tables of all. */
export function loopZip(exported: Exported): Uint8Array {
  const today = epochDayOf(exported.on);
  const columns = exported.habits.map((habit, index) => columnOf(habit, index, exported));
  const files: Record<string, Uint8Array> = { 'Habits.csv': strToU8(habitsText(exported)) };
  for (const column of columns) {
    files[`${column.folder}/Checkmarks.csv`] = strToU8(checkmarksText(column));
    files[`${column.folder}/Scores.csv`] = strToU8(scoresText(column, today));
  }
  files['Checkmarks.csv'] = strToU8(matrixText(columns, today, ({ days }, day) => days.get(day) ?? UNKNOWN));
  files['Scores.csv'] = strToU8(
    matrixText(columns, today, ({ first, scoreOn: on }, day) =>
      (first === undefined ? 0 : on(day)).toFixed(4),
    ),
  );
  return zipSync(files);
}

const threeDigits = (index: number): string => String(index + 1).padStart(3, '0');

function habitsText({ habits }: Exported): string {
  const rows = habits.map(({ state }, index) => {
    const { goal, brought, frequency } = state;
    const { times, days } = loopFrequency(frequency);
    const numeric = goal.kind === 'numeric' ? goal : undefined;
    return [
      threeDigits(index),
      state.name,
      numeric ? 'NUMERICAL' : 'YES_NO',
      brought.question ?? '',
      brought.description ?? '',
      String(times),
      String(days),
      PALETTE[colorOf(state)] ?? '',
      numeric?.unit ?? '',
      numeric ? (numeric.direction === 'atMost' ? 'AT_MOST' : 'AT_LEAST') : '',
      numeric ? decimal(numeric.target) : '',
      String(state.archived),
    ];
  });
  return csvText([HEADER.split(','), ...rows]);
}

/** With a decimal point always, as Loop writes it. */
const decimal = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

function columnOf(habit: ExportedHabit, index: number, { on }: Exported): Column {
  const { state, notes } = habit;
  const { goal, calendar, name } = state;
  const { times, days } = loopFrequency(state.frequency);
  const frequency: Frequency = times >= days ? { kind: 'daily' } : { kind: 'timesInDays', times, days };
  const entries = [...entriesOf(calendar)];
  const words = new Map(entries.map(([day, entry]) => [day, wordOf(loopValue(entry, goal))]));
  if (goal.kind === 'yesNo')
    addAutomatic(
      words,
      entries.filter(([, entry]) => entry === 1).map(([day]) => day),
      frequency,
    );
  for (const [noted] of notesAlone(habit)) {
    const day = epochDayOf(noted);
    if (!words.has(day)) words.set(day, UNKNOWN);
  }
  const history = scoreHistory({ goal, frequency, calendar }, on);
  const sane = name.replace(/[^ a-zA-Z0-9._-]+/g, '').slice(0, 100);
  return {
    name,
    folder: `${threeDigits(index)} ${sane}`.trim(),
    days: words,
    first: entries[0]?.[0],
    scoreOn: (day) => (entries[0] && day >= entries[0][0] ? scoreOn(history, day) : 0),
    notes,
  };
}

const wordOf = (code: number): string => WORDS[code] ?? String(code);

function addAutomatic(words: Map<number, string>, yeses: number[], frequency: Frequency): void {
  const { times, days } = repetition(frequency);
  if (days <= 1) return;
  for (const day of automaticYeses(yeses, times, days)) if (!words.has(day)) words.set(day, 'YES_AUTO');
}

function checkmarksText({ days, notes }: Column): string {
  const newestFirst = [...days].sort(([a], [b]) => b - a);
  const rows = newestFirst.map(([day, word]) => [dateOf(day), word, notes[dateOf(day)] ?? '']);
  return csvText([['Date', 'Value', 'Notes'], ...rows]);
}

function scoresText({ first, scoreOn: on }: Column, today: number): string {
  const rows: string[][] = [];
  for (let day = today; day >= (first ?? today); day--) rows.push([dateOf(day), on(day).toFixed(4)]);
  return csvText([['Date', 'Score'], ...rows]);
}

/** Names are not quoted there, and each line ends with a comma: so Loop writes it. */
function matrixText(
  columns: readonly Column[],
  today: number,
  textOf: (column: Column, day: number) => string,
): string {
  const firsts = columns.flatMap(({ first }) => first ?? []);
  const oldest = Math.min(today, ...firsts);
  const lines = [`Date,${columns.map(({ name }) => `${name},`).join('')}`];
  for (let day = today; day >= oldest; day--)
    lines.push(`${dateOf(day)},${columns.map((column) => `${textOf(column, day)},`).join('')}`);
  return `${lines.join('\n')}\n`;
}
