import { expect, test } from 'vitest';
import { readHabitName } from '#services/bot/reading/habit-name.ts';
import { readTimeOfDay } from '#services/bot/reading/time-of-day.ts';
import { typed } from '#test/support/typed.ts';

test.each([
  ['9', '09:00'],
  ['09', '09:00'],
  ['21', '21:00'],
  ['0', '00:00'],
  ['9:30', '09:30'],
  ['09.30', '09:30'],
  ['9-30', '09:30'],
  ['9 30', '09:30'],
  ['0930', '09:30'],
  ['2359', '23:59'],
  ['9am', '09:00'],
  ['9 AM', '09:00'],
  ['9 pm', '21:00'],
  ['9:30pm', '21:30'],
  ['12am', '00:00'],
  ['12 pm', '12:00'],
  ['12:30 a.m.', '00:30'],
  ['21h', '21:00'],
  ['at 7', '07:00'],
  [' 7:05 ', '07:05'],
  ['в 9 вечера', '21:00'],
  ['9 утра', '09:00'],
  ['2 дня', '14:00'],
  ['12 ночи', '00:00'],
  ['11 ночи', '23:00'],
  ['3 ночи', '03:00'],
  ['９：３０', '09:30'],
  ['\u200e9:30', '09:30'],
])('%j is a time of day', (text, time) => {
  expect(readTimeOfDay(typed(text))).toBe(time);
});

test.each([
  '25:99',
  '24:00',
  '24',
  '9:60',
  '13pm',
  '0am',
  '930',
  '9:3',
  '-9',
  '9:30:00',
  'nine',
  '',
  '\u200b',
  '9am9',
  '1e1',
  '99999999999999999999',
  '٩:٣٠',
  '9'.repeat(4096),
  '9 pm tomorrow',
  '<b>9</b>',
])('%j is none', (text) => {
  expect(readTimeOfDay(typed(text))).toBeUndefined();
});

test.each([
  ['Read', 'Read'],
  ['  Read \n more ', 'Read more'],
  ['<b>Read</b> *now* [x](y) &amp;', '<b>Read</b> *now* [x](y) &amp;'],
  ['👨‍👩‍👧‍👦 family', '👨‍👩‍👧‍👦 family'],
  ['שלום עולם', 'שלום עולם'],
  ['\u202eReversed', 'Reversed'],
  ['zero\u200bwidth', 'zerowidth'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
  ['\uD800broken', 'broken'],
  ['e\u0301', 'é'],
  ['x'.repeat(64), 'x'.repeat(64)],
])('%j is a name', (text, name) => {
  expect(readHabitName(typed(text))).toEqual({ name });
});

test.each([
  '',
  '   ',
  '\n',
  '\u200b\u200c\u200d\ufeff',
  '\u2060',
  '\u202e\u202c',
  '\u3164',
  '\u2800',
  '\u00ad',
  '\u0301',
])('%j is empty to the eye', (text) => {
  expect(readHabitName(typed(text))).toEqual({ problem: 'empty', length: 0 });
});

test('a name of 65 characters is too long, and so is a whole message', () => {
  expect(readHabitName(typed('x'.repeat(65)))).toEqual({ problem: 'long', length: 65 });
  expect(readHabitName(typed('x'.repeat(4096)))).toEqual({ problem: 'long', length: 4096 });
});
