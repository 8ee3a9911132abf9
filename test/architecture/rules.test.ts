import { describe, expect, test } from 'vitest';
import { check, withoutExceptions } from './check.ts';
import type { Exception } from './exceptions.ts';
import { asLine } from './report.ts';
import { readSource } from './source-tree.ts';

/** What the rules say of files given as path and text. */
const reported = (sources: Record<string, string>) =>
  check(Object.entries(sources).map(([path, text]) => readSource(path, text))).map(asLine);

const lines = (count: number) => Array.from({ length: count }, (_, i) => `// ${i}`).join('\n');

describe('imports', () => {
  test.each([
    [
      'services/bot/a.ts',
      '#services/sender/start.ts',
      'services/bot may not import services/sender/start.ts',
    ],
    ['contracts/a.ts', 'node:fs', 'contracts may not import node:fs'],
    [
      'projections/admin/a.ts',
      '../schedules/due.ts',
      'projections/admin may not import projections/schedules/due.ts',
    ],
    ['projections/engine/a.ts', '@nats-io/kv', 'projections/engine may not import @nats-io/kv'],
    [
      'services/platform/process/a.ts',
      '#services/bot/start.ts',
      'services/platform/process may not import services/bot/start.ts',
    ],
    [
      'services/platform/jetstream/a.ts',
      '../process/run-service.ts',
      'services/platform/jetstream may not import services/platform/process/run-service.ts',
    ],
    [
      'services/bot/domain/a.ts',
      '../replies.ts',
      'services/bot/domain may not import services/bot/replies.ts',
    ],
    ['deploy/telegram/a.ts', '#contracts/ids.ts', 'deploy/telegram may not import contracts/ids.ts'],
    ['deploy/local/a.ts', '#test/support/nats.ts', 'deploy/local may not import test/support/nats.ts'],
  ])('%s may not import %s', (path, target, what) => {
    const static_ = `import {\n  type A,\n} from '${target}';`;
    for (const statement of [static_, `await import('${target}');`, `type B = import('${target}').B;`])
      expect(reported({ [path]: `\n${statement}` })).toContain(`${path}:2  import  ${what}`);
  });

  test('a file must be in a room of the table', () => {
    expect(reported({ 'services/platform/loose.ts': '' })).toEqual([
      'services/platform/loose.ts:1  room  the table of rooms has no room for it',
    ]);
  });

  test('a cycle is reported at the import that closes it, types included', () => {
    const found = reported({
      'services/tick/a.ts': "import { b } from './b.ts';",
      'services/tick/b.ts': "\nimport type { A } from './a.ts';",
    });
    const cycle = 'services/tick/a.ts -> services/tick/b.ts -> services/tick/a.ts';
    expect(found).toEqual([`services/tick/b.ts:2  cycle  ${cycle}`]);
  });
});

describe('sizes', () => {
  test('250 lines, not 251', () => {
    expect(reported({ 'services/tick/a.ts': `${lines(250)}\n`, 'test/a.test.ts': lines(250) })).toEqual([]);
    expect(reported({ 'deploy/telegram/page/a.css': lines(251), 'test/a.test.ts': lines(251) })).toEqual([
      'deploy/telegram/page/a.css:1  long file  251 lines',
      'test/a.test.ts:1  long file  251 lines',
    ]);
  });

  test('a function of 60 lines, not 61', () => {
    const source = (count: number) => `\nconst f = () => {\n${lines(count - 2)}\n};`;
    expect(reported({ 'services/tick/a.ts': source(60) })).toEqual([]);
    expect(reported({ 'services/tick/a.ts': source(61) })).toEqual([
      'services/tick/a.ts:2  long function  f: 61 lines',
    ]);
  });

  test('four parameters, not five', () => {
    const source = 'const f = (a, b, c, d) => a;\nfunction g(a, b, c, d, ...e) {}';
    expect(reported({ 'services/tick/a.ts': source })).toEqual([
      'services/tick/a.ts:2  parameters  g: 5 parameters',
    ]);
  });
});

describe('what may not be written', () => {
  const A = 'services/tick/a.ts';
  test.each([
    ['any', A, 'let a: any;', 'any  any'],
    ['a subject', A, 'const a = `events.` + b;', 'subject  events.'],
    ['a code', A, 'if (code === 10071) f();', 'JetStream code  10071'],
    ['the environment', A, 'f(process.env.HOME);', 'environment  process.env'],
    ['a race', A, 'if (isLostRace(error)) read();', 'lost race  isLostRace'],
    ['unfinished work', A, '// TODO: more', 'forbidden text  TODO: work that is left belongs in an issue'],
    ['a switched off check', A, '// @ts-ignore', 'forbidden text  @ts-ignore: a type check switched off'],
    ['a barrel', A, "export { b } from './b.ts';", 'barrel  it only exports what others declare'],
    ['a bag', 'services/tick/utils.ts', '', 'forbidden name  services/tick/utils.ts'],
    ['a test switched off', 'test/a.test.ts', "it.only('a', f);", 'test switched off  it.only'],
    ['an export', A, 'export const b = 1;', 'unused export  b: nothing imports it'],
  ])('%s', (_, path, source, what) => {
    expect(reported({ [path]: source })).toEqual([`${path}:1  ${what}`]);
  });

  test('an export that only tests import', () => {
    const sources = {
      [A]: 'export function f() {}',
      'test/a.test.ts': "import { f } from '#services/tick/a.ts';",
    };
    expect(reported(sources)).toEqual([`${A}:1  unused export  f: only tests import it`]);
  });

  test('pure files, and the values they import', () => {
    const found = reported({
      'services/tick/ticks.ts': "import { a } from './a.ts';\nimport type { B } from './b.ts';\nnew Date(1);",
      [A]: "import { randomUUID } from 'node:crypto';\nexport const a = () => Date.now();",
      'services/tick/b.ts': 'export type B = string;\nperformance.now();',
    });
    const why = 'services/tick/ticks.ts, which is pure, imports it';
    expect(found).toEqual([`${A}:1  impure  node:crypto: ${why}`, `${A}:2  impure  Date.now: ${why}`]);
  });
});

describe('the dictionary', () => {
  test('words in names, file names and comments', () => {
    const source =
      '/*\n * The waiting\n * room of whoever comes.\n */\nconst tickAgenda = slotQueue;\nf(tickAgenda);';
    expect(reported({ 'services/tick/agenda.ts': source })).toEqual([
      'services/tick/agenda.ts:5  dictionary  tickAgenda: say tick plan',
      'services/tick/agenda.ts:1  dictionary  agenda: say tick plan',
      expect.stringMatching(
        /^services\/tick\/agenda\.ts:2 {2}dictionary {2}"waiting\s\*?[^"]*room" in a comment: say slot queue$/,
      ),
      'services/tick/agenda.ts:3  dictionary  "whoever" in a comment: say the one who does it',
    ]);
  });

  test('a word with another meaning is this one only as written, in its room', () => {
    const source = 'const here = turnTo(order);';
    expect(reported({ 'services/tick/a.ts': source, 'services/bot/a.ts': source })).toEqual([
      'services/bot/a.ts:1  dictionary  order: say commands',
      'services/bot/a.ts:1  dictionary  here: say edit',
    ]);
  });
});

test('an exception excuses what it names; one that excuses nothing is reported', () => {
  const found = check([
    readSource('services/tick/a.ts', 'let a: any;\nlet b: any;'),
    readSource('services/tick/b.ts', ''),
  ]);
  const exception = (path: string): Exception => ({ rule: 'any', path, what: 'any', reason: '' });
  const left = (path: string) => withoutExceptions(found, [exception(path)], () => 7).map(asLine);
  expect(left('services/tick')).toEqual([]);
  expect(left('services/tick/b.ts')).toEqual([
    'services/tick/a.ts:1  any  any',
    'services/tick/a.ts:2  any  any',
    'test/architecture/exceptions.ts:7  stale exception  any of services/tick/b.ts: any',
  ]);
});
