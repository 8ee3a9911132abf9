import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTap, type Tap, tapData } from '#services/bot/conversation/taps.ts';
import { asHabitId } from '../../../support/ids.ts';

const habitId = asHabitId('abcdefghij234');
const longest: Tap[] = [
  { tap: 'dayAmount', habitId, on: '2026-11-25', page: 999, value: 999_999_999.125 },
  { tap: 'remindOn', habitId, at: '23:59', weekdays: [1, 2, 3, 4, 5, 6, 7] },
  { tap: 'zone', timezone: 'America/Argentina/ComodRivadavia' },
  { tap: 'clock', offset: -570 },
  { tap: 'draftDays', weekdays: [] },
  { tap: 'often', how: 'timesAWeek' },
  { tap: 'create' },
  { tap: 'dayStartsAt', at: '03:00' },
  { tap: 'quietHours', from: '22:30', to: '07:15' },
  { tap: 'away', from: '2026-12-01', to: '2026-12-14' },
  { tap: 'remindWithin', habitId, at: '23:59', minutes: 60 },
  { tap: 'draftWithin', minutes: 0 },
  { tap: 'continueReminders' },
];

test.each(longest)('$tap is read back, and fits 64 bytes', (tap) => {
  expect(parseTap(tapData(tap))).toEqual(tap);
  expect(Buffer.byteLength(tapData(tap))).toBeLessThanOrEqual(64);
});

test('whatever is read is written again the same', () => {
  const token = fc.oneof(
    fc.constantFrom(
      '0',
      '1',
      '135',
      '0900',
      habitId,
      '2026-11-25',
      'en',
      'daily',
      'atLeast',
      'yesNo',
      '',
      '-60',
    ),
    fc.string({ maxLength: 8 }),
  );
  const names = [
    'today',
    'dayDone',
    'habit',
    'remindOn',
    'clock',
    'zone',
    'idea',
    'often',
    'draftDays',
    'create',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(token, { maxLength: 4 }), (name, tokens) => {
      const tap = parseTap([name, ...tokens].join(':'));
      if (tap) expect(parseTap(tapData(tap))).toEqual(tap);
    }),
  );
});

test('any text is a tap or not, and never an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 64 }), (data) => {
      parseTap(data);
    }),
  );
});
