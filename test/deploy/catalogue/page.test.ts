import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { partitionOf, UserId } from '#contracts/ids.ts';
import { CATALOGUE } from '#deploy/catalogue/stored.ts';

const page = readFileSync(join(CATALOGUE, 'README.md'), 'utf8');
const [, python = ''] = /```python\n([\s\S]*?)```/.exec(page) ?? [];
const hasPython = spawnSync('python3', ['--version']).status === 0;

test.skipIf(!hasPython)("the page's formula for partitions gives ours", () => {
  const users = ['1', '7', '700100', '9007199254740991', '4503599627370495', '123456789'];
  const program = `${python}\nprint([partition(user) for user in ${JSON.stringify(users)}])`;
  const { stdout, stderr } = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual(users.map((user) => partitionOf(UserId.parse(user))));
});

test('every link of the page leads somewhere', () => {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
  const anchors = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(anchors.length).toBeGreaterThan(40);
  expect(anchors.filter((anchor) => !headings.includes(anchor ?? ''))).toEqual([]);
  const files = [...page.matchAll(/\]\(([^#)][^)]*)\)/g)].map(([, file = '']) => file);
  for (const file of files.filter((path) => path.endsWith('.json')))
    expect(() => JSON.parse(readFileSync(join(CATALOGUE, file), 'utf8')), file).not.toThrow();
});

/** As GitHub and others make it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
