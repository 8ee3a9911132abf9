import { CsvError, parse } from 'csv-parse/sync';
import { FileRefused } from '../brought.ts';
import { MAX_ROWS } from '../limits.ts';

const DELIMITERS = [',', ';', '\t'] as const;
const MAX_CELLS = 64;

/**
 * The rows of a CSV, of at most 64 cells each, blank ones left out. The sign between cells is the one that the first line
 * has most of: spreadsheets write a semicolon where the comma is the decimal sign. Rows may lack their last cells.
 * @throws {FileRefused} for more rows than there may be, and for quotes that never end.
 */
export function csvRows(text: string): string[][] {
  try {
    const rows: string[][] = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      to: MAX_ROWS + 1,
      max_record_size: 1_000_000,
    });
    if (rows.length > MAX_ROWS) throw new FileRefused('tooManyRows');
    return rows.map((row) => row.slice(0, MAX_CELLS)).filter((row) => row.some((cell) => cell.trim() !== ''));
  } catch (cause) {
    if (cause instanceof CsvError) throw new FileRefused('brokenText', cause);
    throw cause;
  }
}

function delimiterOf(text: string): string {
  const end = text.search(/[\r\n]/);
  const first = text.slice(0, end < 0 ? 4_096 : Math.min(end, 4_096)).replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((sign) => first.split(sign).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** Reads cells by the names of their columns, in whatever order those stand. */
export type Table = { rows: string[][]; cell(row: readonly string[], ...names: string[]): string };

/** @param header the names of the columns; they match without regard to case, spaces and signs. */
export function tableOf(header: readonly string[], rows: string[][]): Table {
  const places = new Map(header.map((name, at) => [plainName(name), at]));
  return {
    rows,
    cell(row, ...names) {
      const at = names.map((name) => places.get(plainName(name))).find((place) => place !== undefined);
      return at === undefined ? '' : (row[at] ?? '').trim();
    },
  };
}

export const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

/** A number as programs and spreadsheets write it: `12`, `12.5`, `12,5`, `-2.15E+09`; undefined for anything else. */
export function numberIn(text: string): number | undefined {
  const plain = text.replace(/[\s\u00a0\u202f]/g, '');
  const dotted = plain.includes('.') ? plain : plain.replace(',', '.');
  return /^[+-]?\d{1,15}(\.\d{1,15})?(e[+-]?\d{1,2})?$/i.test(dotted) ? Number(dotted) : undefined;
}
