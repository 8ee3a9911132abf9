import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { catalogueFiles, schemasIn } from './files.ts';
import { currentSchemas, refusalsOf } from './schemas.ts';
import { CATALOGUE, committedFiles } from './stored.ts';

/*
 * `npm run catalogue`: writes contracts/catalogue from the schemas and the stored examples. It refuses a change by which what
 * is stored would be read otherwise, or not at all. With `--check` it only says whether it would write anything.
 */
const committed = committedFiles();
const refusals = refusalsOf(schemasIn(committed), currentSchemas());
if (refusals.length > 0) end(refusals);
const files = catalogueFiles();
const changed = [...files].filter(([path, text]) => committed.get(path) !== text).map(([path]) => path);
if (process.argv.includes('--check')) {
  if (changed.length > 0) end(changed.map((path) => `contracts/catalogue/${path}: run "npm run catalogue"`));
} else {
  for (const path of changed) write(path, files.get(path) ?? '');
  console.log(`${changed.length} of ${files.size} files written`);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(CATALOGUE, path)), { recursive: true });
  writeFileSync(join(CATALOGUE, path), text);
}

function end(problems: readonly string[]): never {
  console.error(problems.join('\n'));
  process.exit(1);
}
