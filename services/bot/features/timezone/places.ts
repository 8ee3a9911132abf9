import type { Locale } from '#contracts/account-events.ts';
import { epochMinuteAt } from '#contracts/time.ts';
import { canonicalTimezone, localTimeAt } from '#services/platform/local-time/local-time.ts';
import { offsetAt } from '#services/platform/local-time/zone-offsets.ts';
import { offsetsOfClock, readPlace, type SaidPlace } from '../../reading/place.ts';
import { isOneOf, normalised, type TypedText } from '../../reading/typed-text.ts';
import { ABBREVIATIONS } from './abbreviations.ts';
import { type FoundCities, findCities, type Weighed } from './find-cities.ts';
import { type City, type Gazetteer, openGazetteer } from './gazetteer/gazetteer.ts';
import { cityName, placeLabel, placeLabels } from './place-names.ts';
import { timezonesAround } from './timezones-around.ts';

export type Zone = { label: string; timezone: string };

/** Whoever asks: labels are in their language, and of several zones the likelier for it come first. */
export type Asker = { locale: Locale; nowMs: number };

/**
 * `sure`: a well-known place that no other is mistaken for. Otherwise the zones are to be confirmed; `means` tells what the
 * words were understood as.
 */
export type FoundPlace =
  | { sure: true; zone: Zone }
  | { sure: false; means: 'place' | 'abbreviation' | 'clock' | 'nothing'; zones: Zone[] };

/** Ways from what a person knows (a place, where they are, what their clock shows) to a timezone. */
export type Places = {
  find(query: TypedText, asker: Asker): FoundPlace;
  /** The zone at coordinates, if there are such; near a border also those on the other side whose clocks differ. */
  at(latitude: number, longitude: number, asker: Asker): Zone[];
  /** Minutes east of UTC that any clock shows at an instant, rising. */
  offsets(nowMs: number): number[];
  /** Zones whose clocks are that far from UTC, the likeliest first, at most eight. */
  withOffset(minutes: number, asker: Asker): Zone[];
  /** A zone by the city that it is named for, in a language. */
  nameOf(timezone: string, locale: Locale): string;
};

const OFFERED_MOST = 8;
/** A city with fewer people is confirmed, also one that is known by another name than its own. */
const WELL_KNOWN = { name: 50_000, otherName: 200_000 } as const;
/** So many times more people than any other place of that name with other clocks. */
const OUTWEIGHS = 8;
/** What people answer instead of a place; some are names of places too. */
const NO_PLACES =
  /^(?:hello|hi|hey|yes|no|ok|okay|test|start|stop|help|thanks?|thank you|home|here|today|now|later|what|why|who|good|nice to meet you|привет|здравствуй(?:те)?|да|нет|ок|хорошо|спасибо|дома|здесь|тут|сегодня|сейчас|потом|тест|старт|начать|помощь|что|как|где|зачем|кто)$/;
/** Where people who write Russian live as a rule. */
const RUSSIAN_SPEAKING: readonly string[] = ['RU', 'BY', 'KZ', 'KG', 'UZ', 'UA', 'GE', 'AM', 'AZ', 'MD', 'TJ', 'TM'];
const MOSCOW = 'Europe/Moscow';

/** Reads the gazetteer, some tenths of a second once. */
export function openPlaces(): Places {
  const gazetteer = openGazetteer();
  const { capitals } = gazetteer;
  const byZone = new Map(capitals.map((city) => [city.timezone, city]));

  const labelOfZone = (timezone: string, locale: Locale) => {
    const city = byZone.get(timezone);
    return city ? placeLabel(city, gazetteer, { locale }) : timezone;
  };
  const zoneOf = (timezone: string, locale: Locale): Zone => ({ label: labelOfZone(timezone, locale), timezone });

  function withOffsets(offsets: readonly number[], { locale, nowMs }: Asker): Zone[] {
    const likely = ({ country, population }: City) =>
      (locale === 'ru' && RUSSIAN_SPEAKING.includes(country) ? 1e9 : 0) + population;
    return capitals
      .filter(({ timezone }) => offsets.includes(offsetOf(timezone, nowMs)))
      .sort((a, b) => likely(b) - likely(a))
      .slice(0, OFFERED_MOST)
      .map(({ timezone }) => zoneOf(timezone, locale));
  }

  function byName({ name, inside }: Extract<SaidPlace, { kind: 'named' }>, { locale }: Asker): FoundPlace {
    const abbreviated = inside === undefined ? ABBREVIATIONS[name] : undefined;
    if (abbreviated && Object.hasOwn(ABBREVIATIONS, name)) {
      return { sure: false, means: 'abbreviation', zones: abbreviated.map((zone) => zoneOf(zone, locale)) };
    }
    if (NO_PLACES.test(name)) return NOTHING;
    const { cities, exactly, called } = findSplit(gazetteer, name, inside);
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

  function find(query: TypedText, asker: Asker): FoundPlace {
    const own = zoneNamed(query);
    if (own) return { sure: true, zone: zoneOf(own, asker.locale) };
    const said = readPlace(query);
    switch (said?.kind) {
      case undefined:
        return NOTHING;
      case 'named':
        return byName(said, asker);
      case 'fromUtc':
        return onTheClock(withOffsets([said.minutes], asker));
      case 'fromMoscow':
        return onTheClock(withOffsets([offsetOf(MOSCOW, asker.nowMs) + said.minutes], asker));
      case 'clock':
        return onTheClock(withOffsets(offsetsOfClock(said.at, localTimeAt(asker.nowMs, 'UTC')), asker));
    }
  }

  return {
    find,
    at: (latitude, longitude, { locale, nowMs }) =>
      timezonesAround(latitude, longitude, nowMs).map((timezone) => zoneOf(timezone, locale)),
    offsets(nowMs) {
      const offsets = capitals.map(({ timezone }) => offsetOf(timezone, nowMs));
      return [...new Set(offsets)].sort((a, b) => a - b);
    },
    withOffset: (minutes, asker) => withOffsets([minutes], asker),
    nameOf(timezone, locale) {
      const city = byZone.get(timezone);
      return city ? cityName(city, locale) : timezone.replaceAll('_', ' ');
    },
  };
}

const NOTHING: FoundPlace = { sure: false, means: 'nothing', zones: [] };

const onTheClock = (zones: Zone[]): FoundPlace =>
  zones.length === 0 ? NOTHING : { sure: false, means: 'clock', zones };

/** `Europe/Berlin`, in any case, or `UTC`; no abbreviation, though ICU knows some as zones. */
function zoneNamed(query: TypedText): string | undefined {
  const name = normalised(query, 'NFKC', 64)?.trim().replace(/\s+/g, '_');
  if (name === undefined || (!name.includes('/') && !isOneOf(query, ['UTC', 'utc']))) return undefined;
  return canonicalTimezone(name);
}

const offsetOf = (timezone: string, nowMs: number) => offsetAt(epochMinuteAt(nowMs), timezone);

/** `Berlin Germany` is understood as `Berlin, Germany`, unless a city has all these words in its name. */
function findSplit(gazetteer: Gazetteer, name: string, inside: string | undefined): FoundCities {
  const whole = findCities(gazetteer, name, inside);
  const [, before, behind] = /^(.+) (\S+)$/.exec(name) ?? [];
  if (whole.exactly || !before || !behind || inside !== undefined) return whole;
  const split = findCities(gazetteer, before, behind);
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
