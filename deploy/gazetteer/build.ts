import { writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import zoneAtCoordinates from '@photostructure/tz-lookup';
import { skeleton } from '#services/bot/features/timezone/skeleton.ts';
import { canonicalTimezone } from '#services/platform/local-time/local-time.ts';
import { offsetAt } from '#services/platform/local-time/zone-offsets.ts';
import { type GeoName, readGeoNames } from './geonames.ts';
import { OTHER_COUNTRY_NAMES, REGIONS, SHORT_NAMES } from './regions.ts';
import { russianName } from './russian-name.ts';
import { RUSSIAN_SPELLINGS } from './russian-spellings.ts';
import { allStates, type State } from './states.ts';

/*
 * Makes the file of places that the bot looks names up in. Its form is told in
 * services/bot/features/timezone/gazetteer/README.md. The same input gives the same file.
 */

/** How a name leads to a city: it is its name, one of its other names, or that of a region around it. */
type Kind = '' | '~' | '^';

const LONGEST_KEY = 40;
const OTHER_SCRIPTS_FROM = 50_000;
const MOST_PER_KEY = 16;
const REGION_CITIES = 8;
const REGION_CITY_FROM = 50_000;
/** A winter's and a summer's minute: zones that agree in both are one to a person. */
const MINUTES = [Date.parse('2026-01-15T12:00Z'), Date.parse('2026-07-15T12:00Z')].map((ms) => ms / 60_000);

type City = GeoName & { zone: string; russian: string | undefined; state: State | undefined };

export function buildGazetteer(
  folder: string,
  file: string,
): { cities: number; keys: number; bytes: number } {
  const { cities: geoNames, states: american } = readGeoNames(folder);
  const states = allStates(american);
  const known = new Set([...zoneCitiesInRussian(), ...RUSSIAN_SPELLINGS]);
  const cities = geoNames.flatMap((city): City[] => {
    const zone = canonicalTimezone(city.timezone);
    if (!zone) return [];
    const names = city.alternatenames;
    const russian = russianName({ name: city.name, country: city.countrycode, names }, known);
    const state = states.find(
      ({ country, geoNames: code }) => country === city.countrycode && code === city.admin1code,
    );
    return [{ ...city, zone, russian, state }];
  });
  const keys = new Map<string, Map<number, Kind>>();
  const add = (name: string, id: number, kind: Kind) => addKey(keys, skeleton(name), id, kind);
  cities.forEach((city, id) => {
    addNames(city, id, add);
  });
  addRegions(cities, states, add);
  const zones = [...new Set(cities.map(({ zone }) => zone))].sort();
  const header = {
    cities: cities.length,
    zones,
    capitals: zones.map((zone) => capitalOf(zone, cities)),
    states: Object.fromEntries(states.map(({ code, names }) => [code, names])),
  };
  const lines = [JSON.stringify(header), ...cities.map((city) => cityLine(city, zones)), ...keyLines(keys)];
  const bytes = brotliCompressSync(`${lines.join('\n')}\n`, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  writeFileSync(file, bytes);
  return { cities: cities.length, keys: keys.size, bytes: bytes.length };
}

function addKey(keys: Map<string, Map<number, Kind>>, key: string, id: number, kind: Kind): void {
  if (key === '' || key.length > LONGEST_KEY) return;
  const found = keys.get(key) ?? new Map<number, Kind>();
  keys.set(key, found);
  if (kind !== '~' && found.get(id) !== '') found.set(id, kind);
  else if (!found.has(id)) found.set(id, kind);
}

type Add = (name: string, id: number, kind: Kind) => void;

function addNames(city: City, id: number, add: Add): void {
  add(city.name, id, '');
  if (city.russian) add(city.russian, id, '');
  for (const name of city.alternatenames) if (isName(name, city)) add(name, id, '~');
}

/** Codes of airports and transcriptions of other scripts, in small letters, are among GeoNames' names. */
function isName(name: string, { population }: City): boolean {
  if (/^\p{Ll}/u.test(name) || /^[A-Z]{2,4}$/.test(name) || /\d/.test(name)) return false;
  return /^[\p{Script=Latin}\p{Script=Cyrillic}]/u.test(name) || population >= OTHER_SCRIPTS_FROM;
}

function addRegions(cities: readonly City[], states: readonly State[], add: Add): void {
  const inBoth = ['en', 'ru'].map((locale) => new Intl.DisplayNames(locale, { type: 'region' }));
  const largest = (isIn: (city: City) => boolean) => largestOfEachZone(cities, isIn);
  for (const country of new Set(cities.map(({ countrycode }) => countrycode))) {
    const names = [
      ...inBoth.map((names) => names.of(country) ?? ''),
      ...(OTHER_COUNTRY_NAMES[country] ?? []),
    ];
    const ids = largest(({ countrycode }) => countrycode === country);
    for (const name of names) for (const id of ids) add(name, id, '^');
  }
  for (const state of states) {
    for (const id of largest((city) => city.state === state))
      for (const name of Object.values(state.names)) add(name, id, '^');
  }
  const idOf = (name: string, country: string) => {
    const id = cities.findIndex(
      (city) => city.countrycode === country && [city.name, ...city.alternatenames].includes(name),
    );
    if (id < 0) throw new Error(`GeoNames has no city ${name} in ${country}`);
    return id;
  };
  for (const [names, city, country] of REGIONS) {
    for (const name of names.split(', ')) add(name, idOf(city, country), '^');
  }
  for (const [names, city, country] of SHORT_NAMES) {
    for (const name of names.split(', ')) add(name, idOf(city, country), '');
  }
}

/** Ids of a region's largest cities with different clocks; small ones only where there is no other. */
function largestOfEachZone(cities: readonly City[], isIn: (city: City) => boolean): number[] {
  const ids = new Map<string, number>();
  cities.forEach((city, id) => {
    if (!isIn(city)) return;
    const clocks = clocksOf(city.zone);
    if (!ids.has(clocks) && (ids.size === 0 || city.population >= REGION_CITY_FROM)) ids.set(clocks, id);
  });
  return [...ids.values()].slice(0, REGION_CITIES);
}

const clocksOf = (zone: string) => MINUTES.map((minute) => offsetAt(minute, zone)).join();

/** The city a zone is named for, or its largest one. */
function capitalOf(zone: string, cities: readonly City[]): number {
  const name = skeleton((zone.split('/').at(-1) ?? '').replaceAll('_', ' '));
  const namesake = cities.findIndex(
    (city) =>
      city.zone === zone &&
      (skeleton(city.name) === name || city.alternatenames.some((each) => skeleton(each) === name)),
  );
  return namesake >= 0 ? namesake : cities.findIndex((city) => city.zone === zone);
}

/** Names of zones' cities that ICU knows in Russian. */
function zoneCitiesInRussian(): string[] {
  return Intl.supportedValuesOf('timeZone').flatMap((timeZone) => {
    const format = new Intl.DateTimeFormat('ru', { timeZone, timeZoneName: 'shortGeneric' });
    const name = format.formatToParts(0).find(({ type }) => type === 'timeZoneName')?.value;
    return name && /^[А-ЯЁ]/u.test(name) ? [name] : [];
  });
}

function cityLine(city: City, zones: readonly string[]): string {
  const { name, russian, countrycode, zone, population } = city;
  const state = city.state?.code ?? '';
  const index = zones.indexOf(zone).toString(36);
  return [name, russian ?? '', countrycode, state, index, population, isDoubtful(city) ? '?' : ''].join('\t');
}

/** Whether the map of zones says that its clocks show something else: it lies on a border. */
function isDoubtful({ zone, latitude, longitude }: City): boolean {
  const onTheMap = canonicalTimezone(zoneAtCoordinates(latitude, longitude));
  return onTheMap !== undefined && clocksOf(onTheMap) !== clocksOf(zone);
}

/** In the order of their UTF-8 bytes. */
function keyLines(keys: ReadonlyMap<string, ReadonlyMap<number, Kind>>): string[] {
  const rank = ['', '^', '~'];
  return [...keys]
    .map(([key, ids]) => {
      const sorted = [...ids].sort(([a, x], [b, y]) => rank.indexOf(x) - rank.indexOf(y) || a - b);
      const written = sorted.slice(0, MOST_PER_KEY).map(([id, kind]) => `${id.toString(36)}${kind}`);
      return { bytes: Buffer.from(key), line: `${key}\t${written.join(' ')}` };
    })
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ line }) => line);
}
