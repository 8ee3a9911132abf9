import { readdirSync, readFileSync } from 'node:fs';
import { FluentResource } from '@fluent/bundle';
import { expect, test } from 'vitest';
import { MENU } from '#services/bot/features/menu/dialog.ts';
import { mark, richText, unmarked } from '#services/platform/messages/i18n/rich-text.ts';
import { localeOf, translator } from '#services/platform/messages/i18n/translator.ts';

const SERVICES = new URL('../../../../services/', import.meta.url);

/** Keys of a file, each with the variables it uses. */
function variablesByKey(locale: string): Map<string, string[]> {
  const source = readFileSync(new URL(`platform/messages/i18n/${locale}.ftl`, SERVICES), 'utf8');
  const { body } = new FluentResource(source);
  return new Map(body.map(({ id, value }) => [id, [...new Set(variablesIn(value))].sort()]));
}

function variablesIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = 'type' in part && part.type === 'var' && 'name' in part ? [String(part.name)] : [];
  return [...own, ...Object.values(part).flatMap(variablesIn)];
}

test('both languages have the same keys, each with the same variables', () => {
  const [en, ru] = [variablesByKey('en'), variablesByKey('ru')];
  expect(en.size).toBeGreaterThan(100);
  expect(Object.fromEntries(ru)).toEqual(Object.fromEntries(en));
});

/** Fluent obeys these in a file and silently ignores the others, `style` among them. */
const OBEYED: Readonly<Record<string, readonly string[]>> = {
  NUMBER: ['minimumFractionDigits', 'maximumFractionDigits', 'useGrouping'],
  BOLD: [],
  PERCENT: [],
  UNIT: [],
  TIME: [],
};

test('functions in the texts are known, and are given only options that they obey', () => {
  const calls = ['en', 'ru'].flatMap((locale) => {
    const source = readFileSync(new URL(`platform/messages/i18n/${locale}.ftl`, SERVICES), 'utf8');
    return [...source.matchAll(/\b([A-Z]{3,})\(([^)]*)\)/g)];
  });
  expect(calls.length).toBeGreaterThan(50);
  for (const [call, name = '', given = ''] of calls) {
    const options = [...given.replaceAll(/"[^"]*"/g, '').matchAll(/(\w+):/g)].map(([, option]) => option);
    expect(OBEYED[name], call).toBeDefined();
    expect(OBEYED[name], call).toEqual(expect.arrayContaining(options));
  }
});

test.each([
  [0, '0%', '0\u00a0%'],
  [0.051922, '5%', '5\u00a0%'],
  [0.655747, '66%', '66\u00a0%'],
  [1, '100%', '100\u00a0%'],
])('a strength of %d is shown in percent', (strength, english, russian) => {
  expect(translator('en')('record-strength', { strength })).toBe(`💪 Strength: ${english}`);
  expect(translator('ru')('record-strength', { strength })).toBe(`💪 Сила привычки: ${russian}`);
});

test('no key stands twice in a file', () => {
  for (const locale of ['en', 'ru']) {
    const source = readFileSync(new URL(`platform/messages/i18n/${locale}.ftl`, SERVICES), 'utf8');
    const keys = [...source.matchAll(/^([a-zA-Z-]+) =/gm)].map(([, key]) => key);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  }
});

test('every key is used somewhere, by its name or by the beginning of it', () => {
  const folders = ['bot', 'ingress', 'sender', 'forgetting', 'platform'].map(
    (name) => new URL(`${name}/`, SERVICES),
  );
  const source = folders.flatMap(sourcesIn).join('\n');
  const named = new Set([...source.matchAll(/'([a-zA-Z]+(?:-[a-zA-Z]+)*)'/g)].map(([, key]) => key));
  const begun = [...source.matchAll(/`([a-zA-Z-]+-)\$\{/g)].map(([, start]) => start ?? '');
  const unused = [...variablesByKey('en').keys()].filter(
    (key) => !named.has(key) && !begun.some((start) => key.startsWith(start)),
  );
  expect(unused).toEqual([]);
});

test('every key that the sources name is there', () => {
  const folders = ['bot', 'platform'].map((name) => new URL(`${name}/`, SERVICES));
  const source = folders.flatMap(sourcesIn).join('\n');
  const uses = /(?:\bt|notice|again)\(\s*'([\w-]+)'|\bkey: '([\w-]+)'|toast\(dialog, '([\w-]+)'/g;
  const used = [...source.matchAll(uses)].map(([, ...found]) => found.find((key) => key !== undefined) ?? '');
  expect(used.length).toBeGreaterThan(100);
  expect([...new Set(used)].filter((key) => !variablesByKey('en').has(key))).toEqual([]);
});

function sourcesIn(folder: URL): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

test('every refusal of the domain has a text', () => {
  const source = readFileSync(new URL('bot/domain/refusal.ts', SERVICES), 'utf8');
  const codes = [...source.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code ?? '');
  expect(codes).toContain('HabitNotFound');
  expect(codes.filter((code) => !variablesByKey('en').has(`refusal-${code}`))).toEqual([]);
});

test('every command of the menu has a description in both languages', () => {
  for (const locale of ['en', 'ru'] as const) {
    for (const command of MENU) expect(translator(locale)(`command-${command}`)).toMatch(/\S/);
  }
});

test.each([
  [1, '🌱 Day one of a new streak', '🌱 Первый день новой серии'],
  [2, '🔥 2 days in a row', '🔥 2 дня подряд'],
  [5, '🔥 5 days in a row', '🔥 5 дней подряд'],
  [11, '🔥 11 days in a row', '🔥 11 дней подряд'],
  [21, '🔥 21 days in a row', '🔥 21 день подряд'],
  [22, '🔥 22 days in a row', '🔥 22 дня подряд'],
  [114, '🔥 114 days in a row', '🔥 114 дней подряд'],
])('plural forms of %i', (days, en, ru) => {
  expect(translator('en')('streak', { days })).toBe(en);
  expect(translator('ru')('streak', { days })).toBe(ru);
});

test('numbers are written as in the language', () => {
  const amount = { value: 2.5, unit: 'km' };
  expect(translator('en')('amount', amount)).toBe('2.5 km');
  expect(translator('ru')('amount', amount)).toBe('2,5 km');
});

test('a missing key or argument is an error, not a text with braces', () => {
  expect(() => translator('en')('no-such-key')).toThrow('no-such-key');
  expect(() => translator('en')('renamed-by', {})).toThrow();
  expect(() => translator('en')('reminder-open', {})).toThrow();
});

test('the language follows the first part of Telegram’s tag', () => {
  expect(['ru', 'ru-RU', 'RU', 'en-GB', 'pt-br', '', undefined].map(localeOf)).toEqual([
    'ru',
    'ru',
    'ru',
    'en',
    'en',
    'en',
    'en',
  ]);
});

test('bold stands where the name is, in UTF-16 units', () => {
  const name = '👨‍👩‍👧 <b>עברית</b> *_`';
  const { text, entities } = richText(translator('en')('reminder-open', { name }));
  expect(text).toBe(`⏰ ${name}`);
  expect(entities).toEqual([{ type: 'bold', offset: 2, length: name.length }]);
});

test('marks in what a person typed make nothing bold', () => {
  const typed = 'a\uE000b\uE001c';
  const { text, entities } = richText(translator('en')('reminder-open', { name: typed }));
  expect(text).toBe('⏰ abc');
  expect(entities).toEqual([{ type: 'bold', offset: 2, length: 3 }]);
  expect(unmarked(mark('x'))).toBe('x');
  expect(richText(`${mark('')}${mark('a')} b ${mark('c')}`)).toEqual({
    text: 'a b c',
    entities: [
      { type: 'bold', offset: 0, length: 1 },
      { type: 'bold', offset: 4, length: 1 },
    ],
  });
});

test('a time of day is written as the person’s clock shows it, in every text', () => {
  const h12 = translator('en', 'h12');
  const shown = ['00:00', '00:05', '09:30', '12:00', '12:30', '19:30', '23:59'].map((at) =>
    h12('time', { at }),
  );
  expect(shown).toEqual(['12:00 AM', '12:05 AM', '9:30 AM', '12:00 PM', '12:30 PM', '7:30 PM', '11:59 PM']);
  expect(translator('en')('time', { at: '19:30' })).toBe('19:30');
  // A time that goes into a text by another way would stay as it is stored.
  for (const locale of ['en', 'ru']) {
    const source = readFileSync(new URL(`platform/messages/i18n/${locale}.ftl`, SERVICES), 'utf8');
    expect([...source.matchAll(/^.*\{ \$(?:at|time|until) \}.*$/gm)].map(([line]) => line)).toEqual([]);
  }
});
