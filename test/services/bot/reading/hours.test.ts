import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DailyHours } from '#contracts/time.ts';
import { readHours } from '#services/bot/reading/hours.ts';
import { typed } from '#test/support/typed.ts';

test.each([
  ['22-7', '22:00', '07:00'],
  ['22:30–07:15', '22:30', '07:15'],
  ['22:30 — 7:15', '22:30', '07:15'],
  ['2230-0715', '22:30', '07:15'],
  ['22-30-7', '22:30', '07:00'],
  ['22 7', '22:00', '07:00'],
  ['from 10pm to 7am', '22:00', '07:00'],
  ['10 pm - 7 am', '22:00', '07:00'],
  ['с 22 до 7', '22:00', '07:00'],
  ['с 23:00 по 8:30', '23:00', '08:30'],
  ['с 10 вечера до 7 утра', '22:00', '07:00'],
  ['13-14', '13:00', '14:00'],
  ['0-6', '00:00', '06:00'],
])('%j are the hours from %s to %s', (text, from, to) => {
  expect(readHours(typed(text))).toEqual({ from, to });
});

test.each(['', '22', '22-22', '25-7', 'off', 'at night', '22-7-8', '22:30', '-'])(
  '%j are no hours',
  (text) => {
    expect(readHours(typed(text))).toBeUndefined();
  },
);

test('any text is hours or not, and never an error', () => {
  const words = fc
    .array(fc.constantFrom('22', '7', '-', '–', 'to', 'до', 'pm', ':', '30', ' ', 'с'))
    .map((list) => list.join(''));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), words), (text) => {
      const hours = readHours(typed(text));
      if (hours) expect(DailyHours.parse(hours)).toEqual(hours);
    }),
    { numRuns: 500 },
  );
});
