import { expect, test } from 'vitest';
import { russianName } from '#deploy/gazetteer/russian-name.ts';

const city = (name: string, country: string, names: string) => ({ name, country, names: names.split(', ') });

test.each([
  ['Париж', city('Paris', 'FR', 'Париж ош, Парижь, Париз, Парис, Париж, Парыж, Paris, 巴黎')],
  ['Пермь', city('Perm', 'RU', 'Перем, Перм, Пермь')],
  ['Королёв', city('Korolyov', 'RU', 'Калининград, Королёв')],
  ['Грозный', city('Grozny', 'RU', 'Грозний, Грозный')],
  ['Нью-Йорк', city('New York City', 'US', 'Нью-Ёрк, Нью-Йорк, Ню Йорк, Њу Јорк')],
  ['Чэнду', city('Chengdu', 'CN', 'Ченгду, Ченду, Чънду, Чэнду')],
  ['Ростов-на-Дону', city('Rostov-na-Donu', 'RU', 'Ростов-на-Дону, Ростов на Дон')],
  [undefined, city('Nasinu', 'FJ', 'Nasinu, 纳西努')],
])('%s is the Russian name', (russian, given) => {
  expect(russianName(given, new Set(['Париж', 'Нью-Йорк']))).toBe(russian);
});

test('a name that is surely Russian is taken', () => {
  const cairo = city('Cairo', 'EG', 'Каиро, Каир, Кайро');
  expect(russianName(cairo, new Set(['Каир']))).toBe('Каир');
});
