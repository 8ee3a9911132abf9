import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, namedButMissing, withoutExceptions } from './check.ts';
import { EXCEPTIONS, type Exception } from './exceptions.ts';
import type { Violation } from './graph.ts';
import { readTree } from './source-tree.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Every violation in the project's tree. */
export function treeViolations(): Violation[] {
  const files = readTree(ROOT);
  const lines = readFileSync(join(import.meta.dirname, 'exceptions.ts'), 'utf8').split('\n');
  const lineOf = ({ reason }: Exception) => lines.findIndex((line) => line.includes(reason)) + 1;
  const missing = namedButMissing(files).map(
    (name): Violation => ({
      rule: 'room',
      path: name,
      line: 1,
      what: 'the rules name it, but it does not exist',
    }),
  );
  return [...withoutExceptions(check(files), EXCEPTIONS, lineOf), ...missing];
}

export const asLine = ({ path, line, rule, what }: Violation) => `${path}:${line}  ${rule}  ${what}`;

/** `npx node test/architecture/report.ts [rule or beginning of a path]` */
if (import.meta.main) {
  const [filter = ''] = process.argv.slice(2);
  const shown = treeViolations().filter(({ rule, path }) => rule === filter || path.startsWith(filter));
  for (const violation of shown) console.log(asLine(violation));
  for (const [rule, all] of Map.groupBy(shown, (each) => each.rule)) console.log(`${all.length} ${rule}`);
  console.log(`${shown.length} violations`);
  if (shown.length > 0) process.exitCode = 1;
}
