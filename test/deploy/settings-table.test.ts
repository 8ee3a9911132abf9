import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { serviceSettings } from '#deploy/local/services.ts';
import { environmentName } from '#services/platform/process/settings.ts';

/* README's table of settings, compared with the schemas that services read them by. */

const SERVICES = Object.entries<z.ZodObject>(serviceSettings);

/** A setting as README has it. `readBy`: without its processes that are no services. `usual`: as it is written, if it is. */
type Row = { readBy: string[]; usual: string | undefined };

async function readmeTable(): Promise<Map<string, Row>> {
  const readme = await readFile('README.md', 'utf8');
  const [, section = ''] = /\n## Settings\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const rows = new Map<string, Row>();
  for (const line of section.split('\n').filter((each) => each.startsWith('| `'))) {
    const [, names = '', readers = '', defaults = ''] = line.split('|').map((cell) => cell.trim());
    const all = [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    const known = SERVICES.map(([service]) => service);
    const readBy = readers === 'all' ? known : readers.split(/,\s*/).filter((each) => known.includes(each));
    const usual = all.length === 1 ? [defaults] : defaults.split(/,\s*/);
    for (const [i, name] of all.entries())
      rows.set(name, { readBy: readBy.sort(), usual: usual[i] || undefined });
  }
  return rows;
}

const inCode = (): Map<string, string[]> => {
  const readers = new Map<string, string[]>();
  for (const [service, { shape }] of SERVICES)
    for (const name of Object.keys(shape).map(environmentName))
      readers.set(name, [...(readers.get(name) ?? []), service].sort());
  return readers;
};

test('every setting of a service is in README, with the services that read it', async () => {
  const table = await readmeTable();
  const said = [...inCode().keys()].map((name) => [name, table.get(name)?.readBy]);
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(inCode()));
});

test('README names no setting that nobody reads', async () => {
  const read = inCode();
  const unread = [...(await readmeTable())].filter(
    ([name, { readBy }]) => readBy.length > 0 && !read.has(name),
  );
  expect(unread).toEqual([]);
});

test('numbers that are usual are those of the code', async () => {
  const table = await readmeTable();
  const numbers = SERVICES.flatMap(([, { shape }]) =>
    Object.entries(shape).flatMap(([key, schema]) => {
      const usual = schema.safeParse(undefined).data;
      return typeof usual === 'number' ? [[environmentName(key), String(usual)] as const] : [];
    }),
  );
  expect(numbers.length).toBeGreaterThan(8);
  for (const [name, usual] of numbers) expect([name, table.get(name)?.usual]).toEqual([name, usual]);
});
