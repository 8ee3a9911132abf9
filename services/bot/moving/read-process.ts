import { readFileSync } from 'node:fs';
import type { DateOrder } from './files/dates.ts';
import { readFile } from './read-file.ts';

/*
 * The process in which one file is read (see reader.ts): its path is the first argument, the order of its dates the second.
 * It tells its parent what it read, and ends.
 */
const [, , path = '', chosen] = process.argv;

const dateOrder: DateOrder | undefined =
  chosen === 'dayFirst' || chosen === 'monthFirst' ? chosen : undefined;
// What failed is told without its message: that may hold what the person wrote.
const said = await readFile(readFileSync(path), dateOrder).catch((error: unknown) => ({
  kind: 'failed',
  at: error instanceof Error ? `${error.name} ${error.stack?.split('\n')[1]?.trim()}` : typeof error,
}));
process.send?.(said, () => process.disconnect());
