import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAmount } from '#services/bot/reading/amount.ts';
import { inGoal } from '#services/bot/reading/unit.ts';
import { typed } from '#test/support/typed.ts';

test.each([
  ['0', 'en', 0, ''],
  ['5', 'ru', 5, ''],
  ['05', 'en', 5, ''],
  [' 20 ', 'en', 20, ''],
  ['5.', 'en', 5, ''],
  ['5!', 'ru', 5, ''],
  ['２０', 'en', 20, ''],
  ['5️⃣', 'en', 5, ''],
  ['1️⃣0️⃣', 'en', 10, ''],
  ['\u200e12', 'en', 12, ''],
  ['1000000000', 'en', 1e9, ''],
  ['2.5', 'en', 2.5, ''],
  ['2,5', 'en', 2.5, ''],
  ['2.5', 'ru', 2.5, ''],
  ['2,5', 'ru', 2.5, ''],
  ['0.125', 'en', 0.125, ''],
  ['0,125', 'ru', 0.125, ''],
  ['1.23456', 'en', 1.235, ''],
  ['1500,125', 'ru', 1500.125, ''],
  ['1,000', 'en', 1000, ''],
  ['1,500', 'en', 1500, ''],
  ['12,500.5 m', 'en', 12500.5, 'm'],
  ['12.500,5 м', 'ru', 12500.5, 'м'],
  ['1,000,000', 'ru', 1e6, ''],
  ['1.000.000', 'en', 1e6, ''],
  ['1 000', 'ru', 1000, ''],
  ['1\u00a0000 шагов', 'ru', 1000, 'шагов'],
  ['10\u202f000', 'en', 10000, ''],
  ['1 500,5', 'ru', 1500.5, ''],
  ['1 000 000', 'en', 1e6, ''],
  ["1'500", 'en', 1500, ''],
  ['1’500', 'ru', 1500, ''],
  ["12'500.25", 'en', 12500.25, ''],
  ['½', 'en', 0.5, ''],
  ['1½', 'en', 1.5, ''],
  ['1 ½', 'ru', 1.5, ''],
  ['2¾ hours', 'en', 2.75, 'hours'],
  ['⅓', 'en', 0.333, ''],
  ['1/2', 'en', 0.5, ''],
  ['1⁄2', 'en', 0.5, ''],
  ['3/4', 'ru', 0.75, ''],
  ['1 1/2', 'en', 1.5, ''],
  ['1 1/2 стакана', 'ru', 1.5, 'стакана'],
  ['5 glasses', 'en', 5, 'glasses'],
  ['5 стаканов', 'ru', 5, 'стаканов'],
  ['20 pages', 'en', 20, 'pages'],
  ['2.5km', 'en', 2.5, 'km'],
  ['2,5 км', 'ru', 2.5, 'км'],
  ['5 kcal', 'en', 5, 'kcal'],
  ['5 m²', 'en', 5, 'm²'],
  ['80 %', 'en', 80, '%'],
  ['5€', 'en', 5, '€'],
  ['3🍎', 'en', 3, '🍎'],
] as const)('%j in %s is %d', (text, locale, value, unit) => {
  expect(readAmount(typed(text), locale)).toEqual({ value, unit });
});

test.each([
  ['+2', 2, ''],
  ['+ 2', 2, ''],
  ['+1½', 1.5, ''],
  ['+2 glasses', 2, 'glasses'],
  ['plus 2', 2, ''],
  ['another 3 pages', 3, 'pages'],
  ['2 more', 2, ''],
  ['ещё 2', 2, ''],
  ['еще 2 стакана', 2, 'стакана'],
  ['2 стакана ещё', 2, 'стакана'],
  ['плюс 5', 5, ''],
] as const)('%j is added', (text, value, unit) => {
  expect(readAmount(typed(text), 'ru')).toEqual({ value, unit, adds: true });
});

const UNSURE = [
  ...['', '\u200b', 'many', 'два', '-3', '−3', '- 3', '<2', '>2', '~5', '=5', '#5', '.5', ',5', '٢', '5٢'],
  ...[
    '2kk',
    '1 млн',
    '0k',
    '05k',
    '1500k',
    '1.25k',
    '1 500 k',
    '1,500k',
    '½k',
    '3 yesterday',
    '3 вчера',
    '3 в среду',
  ],
  ...['5M', '2 dozen', '3 сотни', '1e3', '1E3', '1е3', '2e', '1x', '5х', '2×3', '1O', '1о', '10^3', '2**3'],
  ...['1:30', '1h30', '1h 30m', '1 ч 30 мин', '5-6', '5–6', '5 - 6', '5 or 6', '5+2', '5 + 2', '2*3', '(5)'],
  ...['1.2.3', '1,2,3', '1..5', '1.,5', '5,', '5;', '5?', '1 2', '5 5', '12 34', '1 50', '0 500', '1 5000'],
  ...['1.500', '12.345', "1'50", "1''500", '1,000.500,5', '1.000,000.5', '1 000.000.5', '1,50,000'],
  ...[
    '3/0',
    '0/0',
    '5/2',
    '10/10',
    '3/16',
    '25/11',
    '1/2/3',
    '1 3/2',
    '1 500 1/2',
    '½½',
    '1½½',
    '1/2½',
    '5½5',
  ],
  ...['5²', '5₂', '①', 'Ⅳ', '1000000001', '0.0001', '5th', '1st', '5-й', '5 pm', '5am', '9 утра', '8 вечера'],
  ...['1'.repeat(4096), '<b>5</b>', '{5}', '0x10', '5%5', 'NaN', 'Infinity', '1_000'],
];
test.each(UNSURE.flatMap((text) => [[text, 'en'] as const, [text, 'ru'] as const]))(
  '%j in %s is asked for again',
  (text, locale) => {
    expect(readAmount(typed(text), locale)).toBeUndefined();
  },
);

test.each([
  ['15k', 15_000, ''],
  ['15 K steps', 15_000, 'steps'],
  ['1.5k', 1_500, ''],
  ['12к', 12_000, ''],
  ['12 К шагов', 12_000, 'шагов'],
  ['2 тыс. шагов', 2_000, 'шагов'],
  ['3 тысячи', 3_000, ''],
  ['2 thousand', 2_000, ''],
])('%j is of thousands, for a habit whose goal is', (text, value, unit) => {
  const amount = readAmount(typed(text), 'ru');
  expect(amount).toEqual({ value, unit, thousands: true });
  const goal = { kind: 'numeric', direction: 'atLeast', unit: '' } as const;
  expect(amount && inGoal(amount, { ...goal, target: 1_000 })).toBe(value);
  expect(amount && inGoal(amount, { ...goal, target: 999 })).toBeUndefined();
});

test('thousands of the other language are asked for again', () => {
  expect(readAmount(typed('1,500'), 'ru')).toBeUndefined();
  expect(readAmount(typed('1.500'), 'ru')).toBeUndefined();
});

test('a share of the target is asked for again; so many of it are so many', () => {
  expect(readAmount(typed('3/8'), 'en')).toEqual({ value: 0.375, unit: '' });
  expect(readAmount(typed('3/8'), 'en', 8)).toBeUndefined();
  expect(readAmount(typed('3 of 8'), 'en', 8)).toEqual({ value: 3, unit: '' });
  expect(readAmount(typed('3 из 8 стаканов'), 'ru', 8)).toEqual({ value: 3, unit: 'стаканов' });
  expect(readAmount(typed('3 of 9'), 'en', 8)).toBeUndefined();
});

/** Every way that this page knows to write a number: an amount that was read must be one of them. */
function waysToWrite(value: number): string[] {
  const [whole = '', decimals] = String(value).split('.');
  const groupedBy = (sign: string) => whole.replace(/\B(?=(?:\d{3})+$)/g, sign);
  const wholes = new Set([whole, groupedBy(' '), groupedBy("'"), groupedBy(','), groupedBy('.')]);
  const rest = Math.round((value - Math.trunc(value)) * 1000);
  const parts = FRACTIONS.filter(([, part]) => Math.round(part * 1000) === rest).map(([sign]) => sign);
  const written = [...wholes].flatMap((each) =>
    decimals === undefined ? [each] : ['.', ','].map((sign) => `${each}${sign}${decimals}`),
  );
  const mixed = parts.flatMap((part) =>
    part.includes('/') ? [`${whole} ${part}`] : [whole + part, `${whole} ${part}`],
  );
  return [...written, ...(value < 1 ? parts : []), ...mixed];
}

const FRACTIONS: readonly (readonly [string, number])[] = [
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((below) =>
    Array.from({ length: below - 1 }, (_, i) => [`${i + 1}/${below}`, (i + 1) / below] as const),
  ),
  ...([
    ['½', 0.5],
    ['¼', 0.25],
    ['¾', 0.75],
  ] as const),
];

/** Zeros say nothing at the beginning of a number, nor behind its decimal sign. */
const bare = (text: string) =>
  text
    .replace(/^0+(?=\d)/, '')
    .replace(/([.,]\d*?)0+(?= ?$)/, (_, kept: string) => kept.replace(/^[.,]$/, ''));

test('whatever signs stand around digits: what is read is written there, or nothing is read', () => {
  const piece = fc.constantFrom(..."0123456789.,' /½¾+-ek:x", '000', '500', '1/2', ' km');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), fc.constantFrom('en', 'ru'), (pieces, locale) => {
      const text = pieces.join('');
      const read = readAmount(typed(text), locale as 'en' | 'ru');
      if (!read) return;
      const number = text
        .trim()
        .replace(/^\+\s*/, '')
        .replace(/(?: ?km\s*|[^\d½¾]+)$/u, '')
        .trim();
      if (/[.,]\d{4,}$/.test(number)) return; // rounded to three decimals
      const ways = waysToWrite(read.thousands ? read.value / 1000 : read.value);
      expect([number, bare(number)].some((each) => ways.includes(each.replace(/\s+/g, ' ')))).toBe(true);
    }),
    { numRuns: 20_000 },
  );
});

test('an amount written in any of the ways is read as it, or asked for again', () => {
  const values = fc.oneof(
    fc.integer({ min: 0, max: 1e9 }),
    fc.integer({ min: 0, max: 1e6 }).map((n) => n / 1000),
  );
  fc.assert(
    fc.property(values, fc.constantFrom('en', 'ru'), (value, locale) => {
      for (const text of waysToWrite(value)) {
        const read = readAmount(typed(text), locale as 'en' | 'ru');
        const isAmbiguous = /^[1-9]\d{0,2}[.,]\d{3}$/.test(text);
        if (isAmbiguous && read && locale === 'en') expect(text).toContain(',');
        if (!isAmbiguous) expect([value, undefined]).toContain(read?.value);
      }
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  [30, 'min', 'hours', 0.5],
  [30, 'минут', 'ч', 0.5],
  [500, 'm', 'km', 0.5],
  [1.5, 'л', 'мл', 1500],
  [1, 'h', 'min', 60],
  [5, 'cups', 'glasses', 5],
  [5, 'стаканов', 'стаканы', 5],
  [5, '', 'km', 5],
  [5, 'km', '', 5],
  [5, 'km', 'pages', undefined],
  [5, 'laps', 'km', undefined],
  [5, 'km', 'min', undefined],
  [50, '%', 'pages', undefined],
  [1, 'mm', 'km', undefined],
  [1, 's', 'days', undefined],
])('%d %j of a habit in %j is %j', (value, unit, wanted, amount) => {
  expect(inGoal({ value, unit }, { kind: 'numeric', direction: 'atLeast', target: 1, unit: wanted })).toBe(
    amount,
  );
});
