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
  ['Хабаровск', city('Khabarovsk', 'RU', 'Хабараўск, Хабаровск, Хабаровскай, Хабаровськ')],
  ['Люберцы', city('Lyubertsy', 'RU', 'Љуберци, Люберци, Люберцы, Люберці')],
  ['Балашиха', city('Balashikha', 'RU', 'Балашиха, Балашихе, Балашыха')],
  ['Череповец', city('Cherepovets', 'RU', 'Череповетс, Череповец, Череповець')],
  ['Энгельс', city('Engels', 'RU', 'Енгельс, Энгельс')],
  ['Рыбинск', city('Rybinsk', 'RU', 'Рибинск, Рыбинск, Рыбінск')],
  [undefined, city('Nasinu', 'FJ', 'Nasinu, 纳西努')],
])('%s is the Russian name', (russian, given) => {
  expect(russianName(given, new Set(['Париж', 'Нью-Йорк']))).toBe(russian);
});

test('a name that is surely Russian is taken', () => {
  const cairo = city('Cairo', 'EG', 'Каиро, Каир, Кайро');
  expect(russianName(cairo, new Set(['Каир']))).toBe('Каир');
});
