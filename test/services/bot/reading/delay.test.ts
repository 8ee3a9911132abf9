import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDelay } from '#services/bot/reading/delay.ts';
import { typed } from '#test/support/typed.ts';

test.each([
  ['in 40 min', 40],
  ['In 40 minutes!', 40],
  ['through', undefined],
  ['40', 40],
  ['40 m', 40],
  ['2h', 120],
  ['2 hours', 120],
  ['1h30', 90],
  ['1h 30m', 90],
  ['1 hour and 5 minutes', 65],
  ['1.5h', 90],
  ['in an hour', 60],
  ['in two hours', 120],
  ['half an hour', 30],
  ['in half an hour', 30],
  ['an hour and a half', 90],
  ['a quarter of an hour', 15],
  ['remind me in 20 minutes, please', 20],
  ['snooze for 10 min', 10],
  ['in 3 days', 4320],
  ['через 40 минут', 40],
  ['через 1 минуту', 1],
  ['40 мин.', 40],
  ['через час', 60],
  ['через два часа', 120],
  ['1,5 часа', 90],
  ['2 часа 15 минут', 135],
  ['час и 10 минут', 70],
  ['полчаса', 30],
  ['через полчаса', 30],
  ['Через полтора часа', 90],
  ['четверть часа', 15],
  ['пару часов', 120],
  ['напомни через 20 минут, пожалуйста', 20],
  ['отложи на час', 60],
  ['ещё 5 минут', 5],
  ['через 3 дня', 4320],
  ['\u200eвчерез', undefined],
  ['5 minutes and 1 hour', undefined],
  ['in', undefined],
  ['a', undefined],
  ['two', undefined],
  ['in 0 minutes', undefined],
  ['in 1000000 weeks', undefined],
  ['1.5', undefined],
])('%j is a wait of %s minutes', (text, minutes) => {
  expect(readDelay(typed(text))).toEqual(minutes === undefined ? undefined : { kind: 'in', minutes });
});

test.each([
  ['at 18:30', { at: '18:30' }],
  ['18:30', { at: '18:30' }],
  ['18.30', { at: '18:30' }],
  ['1830', { at: '18:30' }],
  ['until 9pm', { at: '21:00' }],
  ['at 9', { at: '09:00', orAt: '21:00' }],
  ['1:30', { at: '01:30', orAt: '13:30' }],
  ['01:30', { at: '01:30' }],
  ['до 11', { at: '11:00', orAt: '23:00' }],
  ['at 9am', { at: '09:00' }],
  ['в 18:30', { at: '18:30' }],
  ['до 21:00', { at: '21:00' }],
  ['в 9 вечера', { at: '21:00' }],
  ['в 21ч', { at: '21:00' }],
  ['20:00 today', { at: '20:00', day: 'today' }],
  ['сегодня в 20:00', { at: '20:00', day: 'today' }],
  ['tomorrow', { at: '09:00', day: 'tomorrow' }],
  ['tomorrow at 7', { at: '07:00', day: 'tomorrow' }],
  ['tomorrow morning', { at: '09:00', day: 'tomorrow' }],
  ['завтра', { at: '09:00', day: 'tomorrow' }],
  ['завтра в 7:15', { at: '07:15', day: 'tomorrow' }],
  ['завтра утром', { at: '09:00', day: 'tomorrow' }],
  ['this evening', { at: '19:00' }],
  ['tonight', { at: '19:00' }],
  ['tonight at 8', { at: '20:00' }],
  ['вечером', { at: '19:00' }],
  ['сегодня вечером', { at: '19:00', day: 'today' }],
  ['вечером в 8', { at: '20:00' }],
  ['днём', { at: '15:00' }],
  ['at noon', { at: '12:00' }],
  ['перед сном', { at: '22:00' }],
])('%j is the time %j', (text, delay) => {
  expect(readDelay(typed(text))).toEqual({ kind: 'at', ...delay });
});

test.each(['', ' ', 'hello', 'at 25:00', 'tomorrow at 25', 'later', 'потом', 'в', 'today', '18:30 19:30'])(
  '%j says no time',
  (text) => {
    expect(readDelay(typed(text))).toBeUndefined();
  },
);

test('any text is a delay or not, and never an error or a wait of nothing', () => {
  const words = fc
    .array(
      fc.constantFrom(
        'in',
        'через',
        '40',
        '1,5',
        'h',
        'час',
        'мин',
        'and',
        'и',
        'at',
        'в',
        '18:30',
        'tomorrow',
      ),
    )
    .map((list) => list.join(' '));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), words), (text) => {
      const delay = readDelay(typed(text));
      if (delay?.kind === 'in') {
        expect(delay.minutes).toBeGreaterThanOrEqual(1);
        expect(Number.isInteger(delay.minutes)).toBe(true);
      }
      if (delay?.kind === 'at') expect(delay.at).toMatch(/^([01]\d|2[0-3]):[0-5]\d$/);
    }),
    { numRuns: 500 },
  );
});
