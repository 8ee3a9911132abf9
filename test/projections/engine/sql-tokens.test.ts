import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlTokens } from '#projections/engine/sql-tokens.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';

const RUNS = 2_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const TEXTS = ['schedules', 'analytics', 'admin'].map((name) => `projections/${name}/tables.sql`);
const read = (path: string) => readFile(path, 'utf8');

/** Tokens as they are written. Those that hold what looks like a comment or white space are most of them. */
const token = fc.oneof(
  fc.constantFrom('CREATE', 'users', 'größe', 'a$b', '_x', '1', '007', 'é\u00a0'),
  fc.constantFrom('(', ')', ',', ';', '.', '[', ']', ':'),
  fc.constantFrom('<', '>=', '<>', '||', '->>', '@-', '*', '/', '-', '+', '!~*'),
  fc
    .string({ unit: fc.constantFrom('a', ' ', '\n', '-', '*', '/', '$', '"', "''"), maxLength: 6 })
    .map((text) => `'${text}'`),
  fc
    .string({ unit: fc.constantFrom('a', ' ', '-', '/', '*', "\\'", '\\\\', "''"), maxLength: 6 })
    .map((text) => `E'${text}'`),
  fc
    .string({ unit: fc.constantFrom('a', ' ', '-', "'", '""'), minLength: 1, maxLength: 6 })
    .map((text) => `"${text}"`),
  fc
    .tuple(
      fc.constantFrom('', 'tag'),
      fc.string({ unit: fc.constantFrom('a', ' ', '\n', '-', '/', '*', "'"), maxLength: 6 }),
    )
    .map(([tag, text]) => `$${tag}$${text}$${tag}$`),
);
const words = fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '$$', '-', '(', ';'), maxLength: 8 });
const block: fc.Arbitrary<string> = fc
  .tuple(words, fc.option(words), words)
  .map(([before, nested, after]) => `/*${before}${nested === null ? '' : `/*${nested}*/`}${after}*/`);
const gap = fc.oneof(
  fc.constantFrom(' ', '\n', '\t', '\r\n', '   \n\n'),
  block,
  words.map((text) => `--${text}\n`),
);
/** At least one, since two tokens may be one without. */
const gaps = fc.array(gap, { minLength: 1, maxLength: 3 }).map((all) => ` ${all.join('')} `);

const written = (tokens: readonly string[], between: readonly string[]) =>
  tokens.map((each, i) => each + (between[i % between.length] ?? ' ')).join('');

test('whatever comments and white space stand between tokens, the tokens are the same', () => {
  const some = fc.tuple(fc.array(token, { maxLength: 12 }), fc.array(gaps, { minLength: 1, maxLength: 6 }));
  fc.assert(
    fc.property(some, ([tokens, between]) => {
      expect(sqlTokens(written(tokens, between))).toEqual(tokens);
    }),
    { numRuns: RUNS },
  );
});

test('any change within a token, or of the order of tokens, is another definition', () => {
  const some = fc.tuple(
    fc.array(token, { minLength: 1, maxLength: 8 }),
    fc.nat(),
    token,
    gaps,
    fc.constantFrom('replaced', 'left out', 'put in', 'swapped'),
  );
  fc.assert(
    fc.property(some, ([tokens, place, other, between, how]) => {
      const at = place % tokens.length;
      const changed = {
        replaced: tokens.with(at, other),
        'left out': tokens.toSpliced(at, 1),
        'put in': tokens.toSpliced(at, 0, other),
        swapped: tokens.toSpliced(at, 2, ...tokens.slice(at, at + 2).reverse()),
      }[how];
      const isSame = JSON.stringify(changed) === JSON.stringify(tokens);
      const [one, two] = [sqlTokens(written(tokens, [between])), sqlTokens(written(changed, [' ']))];
      expect(JSON.stringify(one) === JSON.stringify(two)).toBe(isSame);
    }),
    { numRuns: RUNS },
  );
});

test('without a gap tokens end where Postgres ends them', () => {
  const cases: Record<string, string[]> = {
    'a(b)': ['a', '(', 'b', ')'],
    'a::text': ['a', '::', 'text'],
    'x<-1': ['x', '<', '-', '1'],
    'x@-1': ['x', '@-', '1'],
    'x--1': ['x'],
    'x/*1*//2': ['x', '/', '2'],
    'x/* /* */ */y': ['x', 'y'],
    'x+/*1*/-y': ['x', '+', '-', 'y'],
    "E'\\''--'": ["E'\\''"],
    "'\\'--'": ["'\\'"],
    "e 'x'": ['e', "'x'"],
    "e'x'": ["e'x'"],
    'U&\'x\' U&"x"': ["U&'x'", 'U&"x"'],
    "date'x'": ['date', "'x'"],
    a$$b: ['a$$b'],
    $1$2: ['$', '1$2'],
    '$a$ $b$ -- $a$': ['$a$ $b$ -- $a$'],
    "'open -- ": ["'open -- "],
    '/* open': [],
  };
  expect(Object.fromEntries(Object.keys(cases).map((sql) => [sql, sqlTokens(sql)]))).toEqual(cases);
});

test.each(TEXTS)('%s: its tokens make the same tables, and every letter of it counts', async (path) => {
  const sql = await read(path);
  const tokens = sqlTokens(sql);
  expect(await tablesMadeBy(tokens.join(' '))).toEqual(await tablesMadeBy(sql));
  const definition = JSON.stringify(tokens);
  let tried = 0;
  for (let at = 0; at < sql.length; at++) {
    const line = sql.slice(sql.lastIndexOf('\n', at) + 1, at);
    // Our own files have comments of this kind alone, and no quoted "--".
    if (/\s/.test(sql[at] ?? '') || line.includes('--') || sql.startsWith('--', at)) continue;
    if (line.endsWith('-') && sql[at] === '-') continue;
    const changed = sql.slice(0, at) + (sql[at] === 'q' ? 'w' : 'q') + sql.slice(at + 1);
    expect(JSON.stringify(sqlTokens(changed)), `${path} at ${at}`).not.toBe(definition);
    tried++;
  }
  console.log(`${path}: ${tried} letters changed, ${tokens.length} tokens`);
  expect(tried).toBeGreaterThan(200);
});

/** Columns, types, defaults, constraints and indexes, as Postgres has them. */
async function tablesMadeBy(sql: string): Promise<unknown[]> {
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN; CREATE SCHEMA made; SET LOCAL search_path TO made');
    await client.query(sql);
    const { rows } = await client.query(
      `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
         pg_get_expr(d.adbin, d.adrelid) AS expression, pg_get_indexdef(c.oid) AS index
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE c.relnamespace = 'made'::regnamespace ORDER BY 1, a.attnum`,
    );
    return rows;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}
