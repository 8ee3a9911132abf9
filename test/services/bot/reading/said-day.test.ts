import { expect, test } from 'vitest';
import { readSaidDay } from '#services/bot/reading/said-day.ts';

/** A Wednesday. */
const TODAY = '2026-11-25';

test.each([
  ['water 3 yesterday', '2026-11-24'],
  ['yesterday water 3', '2026-11-24'],
  ['water yesterday 3', '2026-11-24'],
  ['вчера вечером вода 3', '2026-11-24'],
  ['вода 3 за вчера', '2026-11-24'],
  ['water 3 the day before yesterday', '2026-11-23'],
  ['позавчера: вода 3', '2026-11-23'],
  ['water 3, two days ago', '2026-11-23'],
  ['вода 3, 5 дней назад', '2026-11-20'],
  ['a week ago water 3', '2026-11-18'],
  ['вода 3 неделю назад', '2026-11-18'],
  ['вода 3 две недели назад', '2026-11-11'],
  ['water 3 today', TODAY],
  ['завтра вода 3', '2026-11-26'],
  ['water 3 on monday', '2026-11-23'],
  ['вода 3 во вторник', '2026-11-24'],
  ['пт вода 3', '2026-11-20'],
  ['water 3 on sat', '2026-11-21'],
  ['water 3 last friday', '2026-11-20'],
  ['вода 3 в прошлую среду', '2026-11-18'],
  ['water 3 this monday', '2026-11-23'],
  ['water 3 on 20 nov', '2026-11-20'],
  ['november 20th: water 3', '2026-11-20'],
  ['вода 3 20 ноября', '2026-11-20'],
  ['20-го вода 3', '2026-11-20'],
  ['вода 3 30 числа', '2026-10-30'],
  ['water 3 on the 1st', '2026-11-01'],
  ['water 3 2026-11-20', '2026-11-20'],
  ['water 3 20.11', '2026-11-20'],
  ['20.11. water 3', '2026-11-20'],
  ['water 3 11/20', '2026-11-20'],
  ['water 3 20/11', '2026-11-20'],
  ['water 3 11/20/2026', '2026-11-20'],
  ['water 3 20.11.2026', '2026-11-20'],
  ['water 3 1 january 2026', '2026-01-01'],
])('%j is of %s', (words, on) => {
  expect(readSaidDay(words, TODAY)).toMatchObject({ on });
  expect(readSaidDay(words, TODAY)?.rest).toMatch(/^(?:water|вода):? 3$/);
});

test.each([
  'water 3 on wednesday', // today, or a week ago
  'вода 3 в среду',
  'water 3 last monday', // of this week, or of the last
  'вода 3 в прошлый вторник',
  'water 3 yesterday and 5 today',
  'water 3 on 30 feb',
  'water 3 1 january', // ten months ago, or to come
  'water 3 25.12',
  'water 3 3/8/2026', // 3 August, or 8 March
])('%j may be of several days, or of none', (words) => {
  const { said = '', on } = readSaidDay(words, TODAY) ?? {};
  expect(said).not.toBe('');
  expect(on).toBeUndefined();
});

test.each([
  '5 marathons',
  '3 marks',
  'sunscreen done',
  'sat 20 min',
  'wednesdays',
  '1/2',
  '3/8',
  '7.30',
  '1.1.1',
])('%j names no day', (words) => {
  expect(readSaidDay(words, TODAY)).toBeUndefined();
});

test('of more days than two nothing is left that could be an answer', () => {
  expect(readSaidDay('mon, tue, fri: water 3', TODAY)).toEqual({ said: 'mon', rest: '', isWeak: false });
});

test('an amount with a decimal sign looks like a date, and is one only beside something else', () => {
  expect(readSaidDay('water 2.5', TODAY)).toMatchObject({ rest: 'water', isWeak: true });
  expect(readSaidDay('water 2.5 yesterday', TODAY)).toMatchObject({ rest: 'water 2.5', isWeak: false });
});
