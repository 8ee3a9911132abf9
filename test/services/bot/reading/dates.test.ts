import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LocalDate } from '#contracts/time.ts';
import { readDates } from '#services/bot/reading/dates.ts';
import { typed } from '#test/support/typed.ts';

const TODAY = '2026-11-25';

test.each([
  ['1.12-14.12', '2026-12-01', '2026-12-14'],
  ['1.12. – 14.12.', '2026-12-01', '2026-12-14'],
  ['1-14.12', '2026-12-01', '2026-12-14'],
  ['1.12.2026–14.12.2026', '2026-12-01', '2026-12-14'],
  ['1.12.26-14.12.26', '2026-12-01', '2026-12-14'],
  ['2026-12-01 2026-12-14', '2026-12-01', '2026-12-14'],
  ['2026-12-01 - 2026-12-14', '2026-12-01', '2026-12-14'],
  ['Dec 1 - Dec 14', '2026-12-01', '2026-12-14'],
  ['Dec 1-14', '2026-12-01', '2026-12-14'],
  ['1 Dec to 14 December', '2026-12-01', '2026-12-14'],
  ['December 1st to December 14th, 2026', '2026-12-01', '2026-12-14'],
  ['from 1 to 14 december', '2026-12-01', '2026-12-14'],
  ['1–14 декабря', '2026-12-01', '2026-12-14'],
  ['с 1 по 14 декабря', '2026-12-01', '2026-12-14'],
  ['с 30 мая по 2 июня', '2027-05-30', '2027-06-02'],
  ['20.12-5.1', '2026-12-20', '2027-01-05'],
  ['20.11-5.12', '2026-11-20', '2026-12-05'],
  ['14.12-1.12', '2026-12-14', '2026-12-01'],
  ['25.11-25.11', TODAY, TODAY],
  ['until 14.12', TODAY, '2026-12-14'],
  ['until Dec 14', TODAY, '2026-12-14'],
  ['до 14 декабря', TODAY, '2026-12-14'],
  ['10 days', TODAY, '2026-12-04'],
  ['2 weeks', TODAY, '2026-12-08'],
  ['неделя', TODAY, '2026-12-01'],
  ['на 2 недели', TODAY, '2026-12-08'],
  ['until Friday', TODAY, '2026-11-27'],
  ['until next Wednesday', TODAY, '2026-12-02'],
  ['до пятницы', TODAY, '2026-11-27'],
  ['до следующей среды', TODAY, '2026-12-02'],
  ['по воскресенье', TODAY, '2026-11-29'],
  ['till tomorrow', TODAY, '2026-11-26'],
  ['tomorrow', '2026-11-26', '2026-11-26'],
  ['завтра', '2026-11-26', '2026-11-26'],
  ['until the end of the month', TODAY, '2026-11-30'],
  ['до конца месяца', TODAY, '2026-11-30'],
  ['до конца недели', TODAY, '2026-11-29'],
  ['29.2-1.3', '2028-02-29', '2028-03-01'],
])('%j are the dates from %s to %s', (text, from, to) => {
  const today = text.startsWith('29.2') ? '2028-01-01' : TODAY;
  expect(readDates(typed(text), today)).toEqual({ from, to });
});

test.each([
  '',
  'hello',
  'Friday',
  'monday to friday',
  '1-2',
  '31.2-1.3',
  'until 5',
  '2026-12-01',
  '1.12-14.12 or so',
  '3 cats 4',
  '2 hours',
])('%j are no dates', (text) => {
  expect(readDates(typed(text), TODAY)).toBeUndefined();
});

test('any text is dates or not, and never an error', () => {
  const words = fc
    .array(fc.constantFrom('1', '14', '.12', '-', ' ', 'dec', 'декабря', '2026', 'until ', '31.2', 'до '))
    .map((list) => list.join(''));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), words), (text) => {
      const dates = readDates(typed(text), TODAY);
      if (dates)
        expect([dates.from, dates.to].map((each) => LocalDate.parse(each))).toEqual([dates.from, dates.to]);
    }),
    { numRuns: 500 },
  );
});
