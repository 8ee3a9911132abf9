import type { Locale } from '#contracts/account-events.ts';
import { epochMinuteAt } from '#contracts/time.ts';
import { offsetAt } from '#services/platform/local-time/zone-offsets.ts';
import { type City, type Gazetteer, openGazetteer } from './gazetteer/gazetteer.ts';
import { cityName, placeLabel } from './place-names.ts';

export type Zone = { label: string; timezone: string };

/** The person who asks: labels are in their language, and of several zones the likelier for it come first. */
export type Asker = { locale: Locale; nowMs: number };

/** The gazetteer by its zones. */
export type Atlas = {
  gazetteer: Gazetteer;
  zoneOf(timezone: string, locale: Locale): Zone;
  /** Zones whose clocks are one of these distances from UTC, in minutes east of it; the likeliest first, at most eight. */
  withOffsets(minutes: readonly number[], asker: Asker): Zone[];
  /** All distances that clocks show at an instant, rising. */
  offsets(nowMs: number): number[];
  /** A zone by the city that it is named for. */
  nameOf(timezone: string, locale: Locale): string;
};

/** So many zones fit on a phone. */
export const OFFERED_MOST = 8;
/** Where people who write Russian live as a rule, beside Russia. */
const RUSSIAN_SPEAKING = new Set('BY KZ KG UZ UA GE AM AZ MD TJ TM'.split(' '));

/** Reads the gazetteer, some tenths of a second once. */
export function openAtlas(): Atlas {
  const gazetteer = openGazetteer();
  const { capitals } = gazetteer;
  const byZone = new Map(capitals.map((city) => [city.timezone, city]));

  function zoneOf(timezone: string, locale: Locale): Zone {
    const city = byZone.get(timezone);
    return { label: city ? placeLabel(city, gazetteer, { locale }) : timezone, timezone };
  }

  return {
    gazetteer,
    zoneOf,
    withOffsets: (offsets, { locale, nowMs }) =>
      capitals
        .filter(({ timezone }) => offsets.includes(offsetOf(timezone, nowMs)))
        .sort((a, b) => likelihood(b, locale) - likelihood(a, locale))
        .slice(0, OFFERED_MOST)
        .map(({ timezone }) => zoneOf(timezone, locale)),
    offsets(nowMs) {
      const offsets = capitals.map(({ timezone }) => offsetOf(timezone, nowMs));
      return [...new Set(offsets)].sort((a, b) => a - b);
    },
    nameOf(timezone, locale) {
      const city = byZone.get(timezone);
      return city ? cityName(city, locale) : timezone.replaceAll('_', ' ');
    },
  };
}

/** By the number of people, after the countries where a language is spoken. */
function likelihood({ country, population }: City, locale: Locale): number {
  if (locale !== 'ru') return population;
  return population + (country === 'RU' ? 2e9 : RUSSIAN_SPEAKING.has(country) ? 1e9 : 0);
}

const offsetOf = (timezone: string, nowMs: number) => offsetAt(epochMinuteAt(nowMs), timezone);
