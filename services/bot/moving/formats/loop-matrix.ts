import { FileRefused } from '../brought.ts';
import type { Tally } from '../gather.ts';
import { MAX_ROWS } from '../limits.ts';
import { type DayLine, withPlainValues } from './loop-values.ts';

/**
 * The columns of Loop's `Checkmarks.csv` of all habits: a date, then a value of each. Its names are not quoted, so that
 * one with a comma looks like two: the names are known, and taken from the header one after the other.
 * @returns the days of each name, in the order of `names`.
 */
export function matrixColumns(text: string, names: readonly string[], notes: Tally): DayLine[][] {
  const [header = '', ...lines] = withPlainValues(text.replace(/^\uFEFF/, '')).split(/\r\n|\n|\r/);
  const isNamed = /^"?date/i.test(header.trim());
  const sign = signOf(isNamed ? header : (lines[0] ?? header));
  const columns = isNamed ? columnsIn(header, names, sign) : names.map((_, index) => index);
  const found: DayLine[][] = names.map(() => []);
  let left = MAX_ROWS;
  for (const line of isNamed ? lines : [header, ...lines]) {
    if (line.trim() === '') continue;
    const [date = '', ...values] = line.split(sign).map((cell) => cell.replace(/^"|"$/g, ''));
    left -= names.length;
    if (left < 0) throw new FileRefused('tooManyRows');
    for (const [index, column] of columns.entries()) {
      const value = column === undefined ? undefined : values[column];
      if (value !== undefined && value.trim() !== '') found[index]?.push([date, value, '']);
      else if (column !== undefined) notes.leaveOut('unanswered');
    }
  }
  return found;
}

const signOf = (line: string): string => (line.split(';').length > line.split(',').length ? ';' : ',');

/** Which column is whose. An export of chosen habits lacks those of the others. */
function columnsIn(header: string, names: readonly string[], sign: string): (number | undefined)[] {
  let rest = header.slice(header.indexOf(sign) + 1);
  let column = 0;
  const columns = names.map((name) => {
    const taken = [name, `"${name}"`].find((each) => rest === each || rest.startsWith(`${each}${sign}`));
    if (taken === undefined) return undefined;
    rest = rest.slice(taken.length + 1);
    return column++;
  });
  if (columns.some((each) => each !== undefined) && rest.replaceAll(sign, '').trim() === '') return columns;
  // A spreadsheet may have changed the names, but not their number.
  const count = header.split(sign).filter((cell) => cell.trim() !== '').length - 1;
  if (count !== names.length) throw new FileRefused('brokenText');
  return names.map((_, index) => index);
}
