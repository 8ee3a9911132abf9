import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { testProcesses } from './support/processes.ts';
import { testFolder } from './support/run-folder.ts';

const REPORTER = fileURLToPath(new URL('./reporter.ts', import.meta.url));
const processes = testProcesses();

/** Runs vitest with our reporter beside the default one on these files. */
async function running(files: Record<string, string>, ...args: string[]) {
  const root = await testFolder('reporter');
  const config = [
    `import { countsReporter } from '${REPORTER}';`,
    `export default { test: { globals: true, include: ['*.case.js'], reporters: ['default', countsReporter()] } };`,
  ];
  await writeFile(join(root, 'vitest.config.mjs'), config.join('\n'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, `${name}.case.js`), text);
  const run = await processes.startScript(
    'node_modules/vitest/vitest.mjs',
    ['run', '--root', root, ...args],
    {},
  );
  const { code } = await run.exited;
  return { code, last: run.lines.at(-1), lines: run.lines };
}

test('counts stand alone on the last line, and a green run succeeds', async () => {
  const { code, last } = await running({ a: `test('one', () => {}); test('two', () => {});` });
  expect({ code, last }).toEqual({ code: 0, last: '2 passed, 0 failed' });
});

test('failed and skipped ones are counted, over all files', async () => {
  const { code, lines } = await running({
    a: `test('one', () => {}); test.skip('two', () => {}); test.todo('three');`,
    b: `test('bad', () => { throw new Error('no'); });`,
  });
  expect(code).toBe(1);
  expect(lines).toContain('1 passed, 1 failed, 2 skipped');
});

test('a file that cannot be loaded, a failed hook and a stray rejection count as failures', async () => {
  const { code, lines } = await running({
    load: `throw new Error('cannot load');`,
    hook: `afterAll(() => { throw new Error('hook'); }); test('fine', () => {});`,
    stray: `test('fine too', () => { Promise.reject(new Error('stray')); });`,
  });
  expect(code).toBe(1);
  expect(lines).toContain('2 passed, 3 failed');
});

test('a run in which no test ran fails', async () => {
  const none = await running({});
  expect(none.code).toBe(1);
  expect(none.lines).toContain('0 passed, 0 failed');
  const filtered = await running({ a: `test('one', () => {});` }, '-t', 'nothing like it');
  expect(filtered.code).toBe(1);
  expect(filtered.lines).toContain('0 passed, 0 failed, 1 skipped');
});
