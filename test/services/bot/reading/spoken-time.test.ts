import { expect, test } from 'vitest';
import { readHabitLine } from '#services/bot/reading/habit-line/habit-line.ts';
import { readTimeOfDay } from '#services/bot/reading/time-of-day.ts';
import { typed } from '#test/support/typed.ts';

const TIMES: Readonly<Record<string, string>> = {
  '00:00': 'midnight, at midnight, полночь, в полночь, 12am, 12 a.m., 0:00',
  '12:00': 'noon, at noon, midday, полдень, в полдень, 12 pm, 12 дня, 12 o’clock',
  '01:00': 'час ночи, в час ночи, one in the morning, 1 a.m.',
  '13:00': 'час дня, в час дня, one in the afternoon, 1pm',
  '07:00': 'at seven, seven o’clock, в семь утра, семь часов утра, в семь, в 7, 7 am, seven am',
  '19:00': 'seven in the evening, в семь вечера, 7 вечера, 7 p.m., 7PM, seven pm, в семь часов вечера',
  '07:30':
    'half past seven, half seven, seven thirty, 7:30, 7.30, 7-30, 07h30, 7h30, полвосьмого, пол восьмого, половина восьмого, в половине восьмого, семь тридцать',
  '19:30':
    '19h30, 19 h 30, 19ч30, 19 ч 30, 1930, 7.30pm, 7:30 p.m., half past seven pm, half past seven in the evening, в полвосьмого вечера',
  '07:15':
    'quarter past seven, a quarter past seven, четверть восьмого, 15 minutes past seven, seven fifteen',
  '07:45': 'quarter to eight, без четверти восемь, без пятнадцати восемь, 15 to eight, без 15 восемь',
  '19:45': 'quarter to eight in the evening, без четверти восемь вечера, a quarter to eight pm',
  '23:30': 'в половине двенадцатого ночи, half past eleven at night',
  '12:30': 'half past twelve, половина первого, 12:30, полпервого',
};

test.each(Object.entries(TIMES).flatMap(([time, texts]) => texts.split(', ').map((text) => [text, time])))(
  '%s is %s',
  (text, time) => {
    expect(readTimeOfDay(typed(text))).toBe(time);
  },
);

test.each([
  'seven',
  'семь',
  'half',
  'half past',
  'half past thirteen',
  'половина',
  'quarter to',
  'без восемь',
  'noonish',
  'twenty past',
  '25:00',
  '7h60',
  '13 pm',
  'half past 25',
  'at seven eight',
  'пол',
])('%j is asked for again', (text) => {
  expect(readTimeOfDay(typed(text))).toBeUndefined();
});

test.each([
  ['Run at half past seven', 'Run', '07:30'],
  ['Run at half past seven in the evening every day', 'Run', '19:30'],
  ['Читать в семь вечера', 'Читать', '19:00'],
  ['Бег в половине восьмого вечера по будням', 'Бег', '19:30'],
  ['Пить воду без четверти восемь', 'Пить воду', '07:45'],
])('%s: a line about a habit may say its time in words', (line, name, at) => {
  expect(readHabitLine(typed(line))).toMatchObject({ name, times: [at] });
});

test.each(['Полить цветы', 'Семь минут зарядки', 'Read ten pages', 'Half marathon'])(
  '%s says no time',
  (line) => {
    expect(readHabitLine(typed(line))).not.toHaveProperty('times');
  },
);
