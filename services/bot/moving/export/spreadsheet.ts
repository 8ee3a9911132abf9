import { dateOf } from '#contracts/civil-date.ts';
import { entriesOf } from '../../domain/calendar.ts';
import { csvText } from './csv-text.ts';
import type { Exported, ExportedHabit } from './exported.ts';

const HEADER = ['Habit', 'Group', 'Date', 'Entry', 'Amount', 'Unit', 'Note'];
/** A spreadsheet would calculate such a cell. */
const FORMULA = /^[=+\-@\t\r]/;

/** One line for each habit and day, oldest first. The byte order mark tells spreadsheets that it is UTF-8. */
export function spreadsheet({ habits }: Exported): Uint8Array {
  return Buffer.from(`\uFEFF${csvText([HEADER, ...habits.flatMap(rowsOf)])}`);
}

function rowsOf({ state, notes }: ExportedHabit): string[][] {
  const { name, goal, group } = state;
  const grouped = group === null ? '' : group.kind === 'named' ? group.name : group.part;
  return [...entriesOf(state.calendar)].map(([day, entry]) => {
    const on = dateOf(day);
    const isAmount = goal.kind === 'numeric' && entry !== 'skip';
    const word = entry === 'skip' ? 'skip' : isAmount ? 'amount' : entry > 0 ? 'yes' : 'no';
    return [
      harmless(name),
      harmless(grouped),
      on,
      word,
      isAmount ? String(entry) : '',
      harmless(goal.kind === 'numeric' ? goal.unit : ''),
      harmless(notes[on] ?? ''),
    ];
  });
}

const harmless = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
