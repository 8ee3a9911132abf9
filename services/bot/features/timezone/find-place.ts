import { epochMinuteAt } from '#contracts/time.ts';
import { canonicalTimezone, localTimeAt } from '#services/platform/local-time/local-time.ts';
import { offsetAt } from '#services/platform/local-time/zone-offsets.ts';
import { offsetsOfClock, readPlace } from '../../reading/place.ts';
import { isOneOf, normalised, type TypedText } from '../../reading/typed-text.ts';
import { ABBREVIATIONS, SPOKEN_TIMES } from './abbreviations.ts';
import { type Asker, type Atlas, OFFERED_MOST, type Zone } from './atlas.ts';
import { type FoundCities, findCities, type SaidName, type Weighed } from './find-cities.ts';
import type { Gazetteer } from './gazetteer/gazetteer.ts';
import { placeLabels } from './place-names.ts';

/**
 * `sure`: a well-known place that no other is mistaken for. Otherwise the zones are to be confirmed; `means` tells what the
 * words were understood as.
 */
export type FoundPlace =
  | { sure: true; zone: Zone }
  | { sure: false; means: 'place' | 'abbreviation' | 'clock' | 'nothing'; zones: Zone[] };

/** A city with fewer people is confirmed, also one that is known by another name than its own. */
const WELL_KNOWN = { name: 50_000, otherName: 200_000 } as const;
/** So many times more people than any other place of that name with other clocks. */
const OUTWEIGHS = 8;
/** What people say instead of a place; some are names of places too. */
const NO_PLACES = new Set(
  [
    'hello hi hey yes no ok okay test start stop help thanks thank you home here today now later what why who good',
    'привет здравствуй здравствуйте да нет ок хорошо спасибо дома здесь тут сегодня сейчас потом тест старт начать помощь что как где',
  ].flatMap((line) => line.split(' ')),
);
const MOSCOW = 'Europe/Moscow';
const NOTHING: FoundPlace = { sure: false, means: 'nothing', zones: [] };

/** A place by what a person typed: a timezone's name, a distance from UTC or Moscow, a clock, or a place's name. */
export function findPlace(query: TypedText, asker: Asker, atlas: Atlas): FoundPlace {
  const { locale, nowMs } = asker;
  const own = zoneNamed(query);
  if (own) return { sure: true, zone: atlas.zoneOf(own, locale) };
  const said = readPlace(query);
  switch (said?.kind) {
    case undefined:
      return NOTHING;
    case 'named':
      return byName(said, asker, atlas);
    case 'fromUtc':
      return onTheClock(atlas.withOffsets([said.minutes], asker));
    case 'fromMoscow': {
      const moscow = offsetAt(epochMinuteAt(nowMs), MOSCOW);
      return onTheClock(atlas.withOffsets([moscow + said.minutes], asker));
    }
    case 'clock':
      return onTheClock(atlas.withOffsets(offsetsOfClock(said.at, localTimeAt(nowMs, 'UTC')), asker));
  }
}

const onTheClock = (zones: Zone[]): FoundPlace =>
  zones.length === 0 ? NOTHING : { sure: false, means: 'clock', zones };

/** `Europe/Berlin`, in any case, or `UTC`; no abbreviation, though ICU knows some as zones. */
function zoneNamed(query: TypedText): string | undefined {
  const name = normalised(query, 'NFKC', 64)?.trim().replace(/\s+/g, '_');
  if (name === undefined || (!name.includes('/') && !isOneOf(query, ['UTC', 'utc']))) return undefined;
  return canonicalTimezone(name);
}

function byName(said: SaidName, { locale }: Asker, { gazetteer, zoneOf }: Atlas): FoundPlace {
  const { name, inside } = said;
  const zonesBy = (table: Readonly<Record<string, readonly string[]>>) =>
    inside === undefined && Object.hasOwn(table, name)
      ? table[name]?.map((timezone) => zoneOf(timezone, locale))
      : undefined;
  const abbreviated = zonesBy(ABBREVIATIONS);
  if (abbreviated) return { sure: false, means: 'abbreviation', zones: abbreviated };
  const spoken = zonesBy(SPOKEN_TIMES);
  if (spoken) return { sure: false, means: 'place', zones: spoken };
  if (NO_PLACES.has(name)) return NOTHING;
  const { cities, exactly, called } = findSplit(gazetteer, said);
  const offered = firstOfEachZone(cities)
    .slice(0, OFFERED_MOST)
    .map(({ city, as }) => ({ city, typed: as === 'region' ? undefined : called }));
  const labels = placeLabels(offered, gazetteer, locale);
  const zones = offered.map(({ city }, at) => ({ label: labels[at] ?? city.name, timezone: city.timezone }));
  const [zone] = zones;
  if (!zone) return NOTHING;
  if (exactly && isWellKnown(cities)) return { sure: true, zone };
  return { sure: false, means: 'place', zones };
}

/** `Berlin Germany` is understood as `Berlin, Germany`, unless a city has all these words in its name. */
function findSplit(gazetteer: Gazetteer, said: SaidName): FoundCities {
  const whole = findCities(gazetteer, said);
  const [, name, inside] = /^(.+) (\S+)$/.exec(said.name) ?? [];
  if (whole.exactly || !name || !inside || said.inside !== undefined) return whole;
  const split = findCities(gazetteer, { ...said, name, inside });
  return split.exactly ? split : whole;
}

function isWellKnown([first, ...others]: readonly Weighed[]): boolean {
  if (!first || first.as === 'region' || first.city.doubtful) return false;
  if (first.city.population < WELL_KNOWN[first.as]) return false;
  return others.every(
    ({ city, weight }) => city.timezone === first.city.timezone || weight * OUTWEIGHS <= first.weight,
  );
}

function firstOfEachZone(cities: readonly Weighed[]): Weighed[] {
  const seen = new Set<string>();
  return cities.filter(({ city: { timezone } }) => !seen.has(timezone) && seen.add(timezone));
}
