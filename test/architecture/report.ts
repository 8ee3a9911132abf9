import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSources, checkText, withoutExceptions } from './check.ts';
import { EXCEPTIONS } from './exceptions.ts';
import { listFiles, readSources } from './source-tree.ts';

const ROOT = join(import.meta.dirname, '../..');
const RULES = /^test\/architecture\//;

/** Every violation in the project's tree, a line each: `path:line  rule: what`. The rules' own files are left out. */
export function treeReport(): string[] {
  const paths = listFiles(ROOT).filter((path) => !RULES.test(path));
  const texts = paths
    .filter((path) => /\.(ts|js|mjs|css|sql|json|md|yml|yaml|html|sh|run)$/.test(path) && path !== 'package-lock.json')
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
  const found = [...checkSources(readSources(ROOT, paths)), ...texts.flatMap(checkText)];
  return withoutExceptions(found, EXCEPTIONS);
}

/** `node test/architecture/report.ts [part of a path or rule]` */
if (import.meta.main) {
  const part = process.argv[2] ?? '';
  const lines = treeReport().filter((line) => line.includes(part));
  for (const line of lines) console.log(line);
  console.log(`${lines.length} violations`);
}
