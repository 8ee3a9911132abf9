import zoneAtCoordinates from '@photostructure/tz-lookup';
import { cityMapping } from 'city-timezones';
import { epochMinuteAt } from '#contracts/time.ts';
import { canonicalTimezone } from '#services/platform/local-time/local-time.ts';
import { offsetAt } from '#services/platform/local-time/zone-offsets.ts';
import { normalised, type TypedText } from '../../reading/typed-text.ts';
import { EXONYMS } from './exonyms.ts';
import { skeleton } from './skeleton.ts';

export type Zone = { label: string; timezone: string };

/** Ways from what a person knows (a city, a country, where they are, what their clock shows) to a timezone. */
export type Places = {
  /** Zones of the places of that name, the most populous first, at most six. A zone's own name is one too. */
  search(query: TypedText): Zone[];
  /** The zone at coordinates, if there are such coordinates. */
  at(latitude: number, longitude: number): string | undefined;
  /** Minutes east of UTC that any clock shows at an instant, rising. */
  offsets(nowMs: number): number[];
  /** Zones whose clocks are that far from UTC, the most populous first, at most eight. */
  withOffset(minutes: number, nowMs: number): Zone[];
};

type City = Zone & { skeleton: string; countrySkeleton: string; population: number };

/** The longest name of a city or a zone, typed with its accents apart. */
const PLACE_LENGTH = 80;
const FOUND_MOST = 6;
const OFFERED_MOST = 8;

/** Builds the index, some tenths of a second once: 7,000 cities, and every zone's name in Russian from Node's ICU. */
export function openPlaces(): Places {
  const cities = readCities();
  const known = knownNames();
  const capitals = firstOfEachZone(cities);
  return {
    search: (query) => search(query, cities, known),
    at(latitude, longitude) {
      const possible = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
      return possible ? canonicalTimezone(zoneAtCoordinates(latitude, longitude)) : undefined;
    },
    offsets(nowMs) {
      const offsets = capitals.map((city) => offsetOf(city.timezone, nowMs));
      return [...new Set(offsets)].sort((a, b) => a - b);
    },
    withOffset: (minutes, nowMs) =>
      capitals
        .filter((city) => offsetOf(city.timezone, nowMs) === minutes)
        .slice(0, OFFERED_MOST)
        .map(toZone),
  };
}

function search(text: TypedText, cities: readonly City[], known: ReadonlyMap<string, Zone>): Zone[] {
  const query = normalised(text, 'NFKD', PLACE_LENGTH);
  if (query === undefined) return [];
  const own = canonicalTimezone(query.trim().replace(/\s+/g, '_'));
  if (own) return [{ label: own, timezone: own }];
  const wanted = skeleton(query);
  if (wanted === '') return [];
  const exact = cities.filter((city) => city.skeleton === wanted);
  const named = known.get(wanted);
  const found = exact.length > 0 ? exact : cities.filter((city) => city.countrySkeleton === wanted);
  const begun = wanted.length < 3 ? [] : cities.filter((city) => city.skeleton.startsWith(wanted));
  const zones = (found.length > 0 || named ? found : begun).map(toZone);
  return firstOfEachZone(named ? [named, ...zones] : zones).slice(0, FOUND_MOST);
}

const toZone = ({ label, timezone }: City): Zone => ({ label, timezone });

const offsetOf = (timezone: string, nowMs: number) => offsetAt(epochMinuteAt(nowMs), timezone);

function firstOfEachZone<T extends { timezone: string }>(ranked: readonly T[]): T[] {
  const seen = new Set<string>();
  return ranked.filter(({ timezone }) => !seen.has(timezone) && seen.add(timezone));
}

function readCities(): City[] {
  const canonical = new Map<string, string | undefined>();
  const cities: City[] = [];
  for (const { city, city_ascii, country, province, iso2, timezone: listed, pop } of cityMapping) {
    if (!canonical.has(listed)) canonical.set(listed, canonicalTimezone(listed));
    const timezone = canonical.get(listed);
    if (!timezone) continue;
    // Many American states have a city of the same name, in different zones.
    const label = iso2 === 'US' ? `${city}, ${province}, USA` : `${city}, ${country}`;
    const skeletons = { skeleton: skeleton(city_ascii), countrySkeleton: skeleton(country) };
    cities.push({ label, timezone, population: pop, ...skeletons });
  }
  return cities.sort((a, b) => b.population - a.population);
}

/** Names that the list of cities lacks. ICU calls a zone by its city or, where a country has one zone, by that. */
function knownNames(): Map<string, Zone> {
  const names = new Map<string, Zone>();
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const timezone = canonicalTimezone(zone);
    const parts = new Intl.DateTimeFormat('ru', {
      timeZone: zone,
      timeZoneName: 'shortGeneric',
    }).formatToParts(0);
    const label = parts.find((part) => part.type === 'timeZoneName')?.value;
    if (timezone && label && /^\p{Lu}/u.test(label)) names.set(skeleton(label), { label, timezone });
  }
  for (const [label, timezone] of Object.entries(EXONYMS)) names.set(skeleton(label), { label, timezone });
  return names;
}
