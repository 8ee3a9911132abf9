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

test.each([
  ['en', 'London, Ontario', 'London, Ontario, Canada', 'America/Toronto'],
  ['en', 'london on', 'London, Ontario, Canada', 'America/Toronto'],
  ['en', 'Vancouver, BC', 'Vancouver, British Columbia, Canada', 'America/Vancouver'],
  ['en', 'Washington, D.C.', 'Washington, District of Columbia, USA', 'America/New_York'],
  ['en', 'CDMX', 'Mexico City, Mexico', 'America/Mexico_City'],
  ['en', 'ciudad de méxico', 'Ciudad de México, Mexico', 'America/Mexico_City'],
  ['en', 'Hong Kong', 'Hong Kong', 'Asia/Hong_Kong'],
  ['en', 'Berlin (UTC+1)', 'Berlin, Germany', 'Europe/Berlin'],
  ['en', 'KL', 'Kuala Lumpur, Malaysia', 'Asia/Kuala_Lumpur'],
  ['ru', 'Владивосток +7', 'Владивосток, Россия', 'Asia/Vladivostok'],
  ['ru', 'по Москве', 'Москва, Россия', 'Europe/Moscow'],
  ['ru', 'Майами', 'Майами, Флорида, США', 'America/New_York'],
  ['ru', 'в Ростове-на-Дону', 'Ростов-на-Дону, Россия', 'Europe/Moscow'],
  ['ru', 'ростов-на-дону', 'Ростов-на-Дону, Россия', 'Europe/Moscow'],
  ['ru', 'Кейптаун', 'Кейптаун, ЮАР', 'Africa/Johannesburg'],
] as const)('in %s %s is %s', (locale, name, label, timezone) => {
  expect(places.find(typed(name), { locale, nowMs: NOW_MS })).toEqual({
    sure: true,
    zone: { label, timezone },
  });
});

test.each([
  ['en', 'Eastern Time', 'America/New_York'],
  ['en', 'Pacific time', 'America/Los_Angeles'],
  ['en', 'US east coast', 'America/New_York'],
  ['en', 'UTC 3', 'Europe/Istanbul'],
  ['en', 'Newfoundland', 'America/St_Johns'],
  ['en', 'Nova Scotia', 'America/Halifax'],
  ['ru', 'московское время', 'Europe/Moscow'],
  ['ru', 'екатеринбургское время', 'Asia/Yekaterinburg'],
  ['ru', 'Техас', 'America/Chicago'],
  ['ru', 'Доминикана', 'America/Santo_Domingo'],
  ['ru', 'Подмосковье', 'Europe/Moscow'],
  ['ru', 'Петропавловск', 'Asia/Kamchatka'],
] as const)('in %s %s is offered', (locale, name, timezone) => {
  const place = places.find(typed(name), { locale, nowMs: NOW_MS });
  expect(place.sure ? [] : place.zones.map((zone) => zone.timezone)).toContain(timezone);
});

/** They stand for a longer name, or the place has two. */
const CALLED_OTHERWISE = new Set(['Спб', 'Екб', 'Нск', 'Алма-Ата', 'Франкфурт', 'Шарм-эш-Шейх']);

test('in Russian a common place is called as people call it', () => {
  const others = RUSSIAN_PLACES.filter(({ name }) => !CALLED_OTHERWISE.has(name)).flatMap(({ name }) => {
    const place = places.find(typed(name), { locale: 'ru', nowMs: NOW_MS });
    const labels = place.sure ? [place.zone.label] : place.zones.map((zone) => zone.label);
    return labels.some((label) => label.split(', ')[0] === name) ? [] : [`${name}: ${labels[0]}`];
  });
  expect(others).toEqual([]);
});
