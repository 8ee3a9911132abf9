export type Cell = string | number | boolean | null | undefined;

/**
 * Rows turned into one Postgres array literal for each column: the parameters of a bulk
 * `SELECT ... FROM unnest($1::bigint[], $2::text[], ...)`.
 */
export function columns<R>(rows: Iterable<R>, ...cells: ((row: R) => Cell)[]): string[] {
  const all = [...rows];
  return cells.map((cell) => `{${all.map((row) => element(cell(row))).join(',')}}`);
}

function element(cell: Cell): string {
  if (cell === null || cell === undefined) return 'NULL';
  if (typeof cell !== 'string') return String(cell);
  return PLAIN.test(cell) ? `"${cell}"` : `"${storable(cell).replace(/["\\]/g, '\\$&')}"`;
}

const PLAIN = /^[\w .:/+-]*$/;

/** Postgres has neither NUL nor half a character in its texts; people's texts may have both. */
const storable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

/** A value for a `jsonb` column. */
export function json(value: unknown): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value, (_key, part) => (typeof part === 'string' ? storable(part) : part));
}
