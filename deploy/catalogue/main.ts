import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { catalogueFiles, schemasIn } from './files.ts';
import { currentSchemas, refusalsOf } from './schemas.ts';
import { CATALOGUE, committedFiles } from './stored.ts';

/*
 * `npm run catalogue`: writes contracts/catalogue from the schemas and the stored examples. It refuses a change by which what
 * is stored would be read otherwise, or not at all.
 */
const committed = committedFiles();
const refusals = refusalsOf(schemasIn(committed), currentSchemas());
if (refusals.length > 0) {
  console.error(refusals.join('\n'));
  process.exit(1);
}
const files = catalogueFiles();
const isFrozen = (path: string) => path.startsWith('schemas/events/');
for (const path of committed.keys()) if (!files.has(path) && !isFrozen(path)) rmSync(join(CATALOGUE, path));
for (const [path, text] of files) {
  mkdirSync(dirname(join(CATALOGUE, path)), { recursive: true });
  writeFileSync(join(CATALOGUE, path), text);
}
console.log(`${files.size} files in ${CATALOGUE}`);
