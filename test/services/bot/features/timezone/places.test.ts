import { expect, test } from 'vitest';
import { typed } from '#test/support/typed.ts';
import { NOW_MS, reference } from '../../conversation/fixture.ts';
import { OTHER_PLACES, RUSSIAN_PLACES } from './common-places.ts';

const { places } = reference;

/** How many of some places are taken at once, offered for a tap, or missed. */
function outcomes(rows: readonly { name: string; timezone: string }[], locale: 'en' | 'ru') {
  const found = { atOnce: 0, offered: 0, missed: [] as string[] };
  for (const { name, timezone } of rows) {
    const place = places.find(typed(name), { locale, nowMs: NOW_MS });
    const zones = place.sure ? [place.zone] : place.zones;
    if (!zones.some((zone) => zone.timezone === timezone)) found.missed.push(name);
    else if (place.sure) found.atOnce++;
    else found.offered++;
  }
  return found;
}

test('common places are found with their zones', () => {
  const russian = outcomes(RUSSIAN_PLACES, 'ru');
  const others = outcomes(OTHER_PLACES, 'en');
  console.table({
    Russian: { ...russian, missed: russian.missed.join(), of: RUSSIAN_PLACES.length },
    others: { ...others, missed: others.missed.join(), of: OTHER_PLACES.length },
  });
  expect(RUSSIAN_PLACES.length).toBeGreaterThan(166);
  expect(OTHER_PLACES.length).toBeGreaterThan(100);
  expect(russian.missed).toEqual([]);
  expect(others.missed).toEqual([]);
  expect(russian.atOnce / RUSSIAN_PLACES.length).toBeGreaterThan(0.9);
  expect(others.atOnce / OTHER_PLACES.length).toBeGreaterThan(0.9);
});

/** Every slip of one letter that a finger makes: left out, doubled into another, or exchanged with the next one. */
const slips = (name: string) =>
  [...name].flatMap((letter, at) => [
    name.slice(0, at) + name.slice(at + 1),
    `${name.slice(0, at)}x${name.slice(at + 1)}`,
    name.slice(0, at) + (name[at + 1] ?? '') + letter + name.slice(at + 2),
  ]);

test.each(['Copenhagen', 'Amsterdam', 'Yekaterinburg'])(
  '%s is offered for nearly every slip of a letter',
  (name) => {
    const right = places.find(typed(name), { locale: 'en', nowMs: NOW_MS });
    const timezone = right.sure && right.zone.timezone;
    const all = slips(name);
    const found = all.filter((slip) => {
      const place = places.find(typed(slip), { locale: 'en', nowMs: NOW_MS });
      return (place.sure ? [place.zone] : place.zones).some((zone) => zone.timezone === timezone);
    });
    expect(found.length / all.length).toBeGreaterThan(0.9);
  },
);

test('ordinary words are never taken for a place at once', () => {
  const words =
    'hello coffee water run read book morning evening money love friend dog cat work school done skip later tea walk sleep music привет вода бег книга утро вечер деньги любовь собака кошка работа школа готово чай сон музыка зарядка';
  const taken = words
    .split(' ')
    .filter((word) => places.find(typed(word), { locale: 'en', nowMs: NOW_MS }).sure);
  expect(taken).toEqual([]);
});

test('every zone has a name in both languages', () => {
  expect(places.nameOf('Europe/Rome', 'ru')).toBe('Рим');
  expect(places.nameOf('America/New_York', 'ru')).toBe('Нью-Йорк');
  expect(places.nameOf('America/Argentina/Buenos_Aires', 'en')).toBe('Buenos Aires');
  expect(places.nameOf('UTC', 'ru')).toBe('UTC');
});

test('every offset in use has zones to offer', () => {
  for (const instant of ['2026-01-15T00:00Z', '2026-07-15T00:00Z']) {
    const offsets = places.offsets(Date.parse(instant));
    expect(offsets.length).toBeGreaterThan(30);
    expect(offsets.length).toBeLessThan(60);
    for (const offset of offsets)
      expect(places.withOffset(offset, { locale: 'en', nowMs: Date.parse(instant) }).length).toBeGreaterThan(
        0,
      );
  }
});
