import { expect, test } from 'vitest';
import { openGazetteer } from '#services/bot/features/timezone/gazetteer/gazetteer.ts';
import { skeleton } from '#services/bot/features/timezone/skeleton.ts';
import { canonicalTimezone } from '#services/platform/local-time/local-time.ts';

const gazetteer = openGazetteer();
const CITIES = 69_000;
/** A few hundred cities of all sizes. */
const sample = Array.from({ length: 345 }, (_, at) => gazetteer.city(at * 200));

test('every city is found by its names: the file and the skeletons belong together', () => {
  expect(sample.at(-1)?.population).toBeGreaterThanOrEqual(0);
  expect(sample.length * 200).toBe(CITIES);
  for (const { id, name, russian } of sample) {
    for (const each of [name, russian].filter(Boolean)) {
      const entries = gazetteer.named(skeleton(each));
      const isKnown =
        entries.length === 16 || entries.some((entry) => entry.id === id && entry.as === 'name');
      expect(isKnown || skeleton(each).length > 40, each).toBe(true);
    }
  }
});

test('zones are those of this Node, each with a city that it is named for', () => {
  expect(gazetteer.capitals.length).toBeGreaterThan(340);
  for (const { timezone } of gazetteer.capitals) expect(canonicalTimezone(timezone)).toBe(timezone);
  expect(gazetteer.capitals.find(({ timezone }) => timezone === 'Europe/Paris')).toMatchObject({
    name: 'Paris',
    russian: 'Париж',
    country: 'FR',
  });
});

test('a name before the first, behind the last, between two, and of any letters finds nothing', () => {
  for (const key of ['', '!', 'berlix', 'berlin\t', '\u{10ffff}', '<b>', '\n', 'a\nb', 'x'.repeat(100)]) {
    expect(gazetteer.named(key)).toEqual([]);
  }
  expect(gazetteer.beginningWith('\u{10ffff}', 10)).toEqual([]);
  expect(gazetteer.beginningWith('berl', 5).length).toBeGreaterThan(0);
});

test('cities of Russia are spelled as in Russian, not as their neighbours spell them', () => {
  const russian = Array.from({ length: CITIES }, (_, at) => gazetteer.city(at)).filter(
    ({ country, population }) => country === 'RU' && population >= 20_000,
  );
  expect(russian.length).toBeGreaterThan(800);
  const foreign = russian.filter((city) => /[сзц]ьк|[жшчщ]ы|ц[ьи]$|балһсн/u.test(city.russian));
  expect(foreign.map((city) => city.russian)).toEqual([]);
});
