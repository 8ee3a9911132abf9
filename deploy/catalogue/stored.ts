import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const CONTRACTS = join(dirname(dirname(import.meta.dirname)), 'contracts');

/** Where the catalogue is written. */
export const CATALOGUE = join(CONTRACTS, 'catalogue');
export const EXAMPLES = join(CONTRACTS, 'examples');

/** A message as it was stored. `variant` tells several examples of one event or message apart. */
export type Example = { of: string; variant: string; subject: string; body: unknown };

const StoredExample = z.object({ subject: z.string(), body: z.unknown() });

/** Examples in a folder of `contracts/examples`, by `<Type>.v<version>` or by the name of a message; in order of their names. */
export function examplesIn(folder: 'events' | 'messages'): Map<string, Example[]> {
  const examples = readdirSync(join(EXAMPLES, folder))
    .toSorted()
    .map((file): Example => {
      const [, of = file, variant = ''] = /^(.+?(?:\.v\d+)?)(?:\.([a-zA-Z]+))?\.json$/.exec(file) ?? [];
      return { of, variant, ...StoredExample.parse(readJson(join(EXAMPLES, folder, file))) };
    });
  return Map.groupBy(examples, ({ of }) => of);
}

/** What is in the catalogue's folder, by the path in it. */
export function committedFiles(): Map<string, string> {
  const entries = readdirSync(CATALOGUE, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(CATALOGUE.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
