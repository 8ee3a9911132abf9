import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { NoNewProjection, newProjection } from '#projections/engine/new-projection.ts';
import { projection } from '#projections/engine/template/projection.ts';
import { testFolder } from '#test/support/run-folder.ts';

test('a new folder has all that the template has, and is never made over another', async () => {
  const directory = await testFolder('new-projection');
  const folder = await newProjection('reactions_2', directory);
  expect(basename(folder)).toBe('reactions_2');
  const template = await readdir(join(import.meta.dirname, '../../../projections/engine/template'));
  expect(await readdir(folder)).toEqual(template);
  await expect(newProjection('reactions_2', directory)).rejects.toThrow(NoNewProjection);
});

test('analysts may read a new one', () => {
  expect(projection.readers).toEqual(['analyst']);
});

test.each(['', 'Reactions', '1st', 'engine', 'projections', 'public', '../up', 'a-b', 'a'.repeat(32)])(
  '"%s" is no name for one',
  async (name) => {
    const directory = await testFolder('new-projection');
    await expect(newProjection(name, directory)).rejects.toThrow(NoNewProjection);
    expect(await readdir(directory)).toEqual([]);
  },
);
