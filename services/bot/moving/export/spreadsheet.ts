import { dateOf } from '#contracts/civil-date.ts';
import type { LocalDate } from '#contracts/time.ts';
import { entriesOf } from '../../domain/calendar.ts';
import { csvText } from './csv-text.ts';
import { type Exported, type ExportedHabit, notesAlone } from './exported.ts';

/** Names of its columns. */
export const SPREADSHEET = ['Habit', 'Group', 'Date', 'Entry', 'Amount', 'Unit', 'Note'];
/** A spreadsheet would calculate such a cell. */
const FORMULA = /^[=+\-@\t\r]/;

/** One line for each habit and day, oldest first; at last the days that have a note alone. The byte order mark tells spreadsheets that it is UTF-8. */
export function spreadsheet({ habits }: Exported): Uint8Array {
  return Buffer.from(`\uFEFF${csvText([SPREADSHEET, ...habits.flatMap(rowsOf)])}`);
}

function rowsOf(habit: ExportedHabit): string[][] {
  const { state, notes } = habit;
  const { name, goal, group } = state;
  const grouped = group === null ? '' : group.kind === 'named' ? group.name : group.part;
  const row = (on: LocalDate, [word, amount]: [string, string], note: string) => [
    harmless(name),
    harmless(grouped),
    on,
    word,
    amount,
    harmless(goal.kind === 'numeric' ? goal.unit : ''),
    harmless(note),
  ];
  const entered = [...entriesOf(state.calendar)].map(([day, entry]) => {
    const isAmount = goal.kind === 'numeric' && entry !== 'skip';
    const word = entry === 'skip' ? 'skip' : isAmount ? 'amount' : entry > 0 ? 'yes' : 'no';
    return row(dateOf(day), [word, isAmount ? String(entry) : ''], notes[dateOf(day)] ?? '');
  });
  return [...entered, ...notesAlone(habit).map(([on, note]) => row(on, ['', ''], note))];
}

const harmless = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
