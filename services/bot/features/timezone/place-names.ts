import type { Locale } from '#contracts/account-events.ts';
import { asName } from '../../reading/place.ts';
import type { City, Gazetteer } from './gazetteer/gazetteer.ts';
import { skeleton } from './skeleton.ts';

const COUNTRIES = {
  en: new Intl.DisplayNames('en', { type: 'region', style: 'short' }),
  ru: new Intl.DisplayNames('ru', { type: 'region', style: 'short' }),
} as const;
/** As people say it, where ICU's short name is another one. */
const SAID: Readonly<Record<Locale, Readonly<Record<string, string>>>> = {
  en: { US: 'USA' },
  ru: { GB: 'Великобритания', KR: 'Южная Корея', ZA: 'ЮАР', KG: 'Кыргызстан' },
};

/** A city's name in a language, where GeoNames has one. */
export const cityName = (city: City, locale: Locale): string =>
  locale === 'ru' && city.russian !== '' ? city.russian : city.name;

/** Where people do not agree on the country, a clock needs none. */
const OF_NO_COUNTRY: ReadonlySet<string> = new Set(['Europe/Simferopol']);

type Naming = {
  locale: Locale;
  /** What the person called it. A good name in their own letters is kept: `Bombay`, `Köln`. */
  typed?: string | undefined;
  /** With its state, as is usual in English. */
  withState?: boolean;
};

/** A city with its country, in the USA and Canada with its state: `Berlin, Germany`. */
export function placeLabel(
  city: City,
  gazetteer: Gazetteer,
  { locale, typed, withState = locale === 'en' }: Naming,
): string {
  const name = typed === undefined ? cityName(city, locale) : nameAsTyped(city, locale, typed);
  if (OF_NO_COUNTRY.has(city.timezone)) return name;
  const state = withState ? gazetteer.stateName(city.state, locale) : undefined;
  const country = SAID[locale][city.country] ?? COUNTRIES[locale].of(city.country) ?? city.country;
  const around = [
    ...(state && !name.startsWith(state) ? [state] : []),
    ...(name === country ? [] : [country]),
  ];
  return [name, ...around].join(', ');
}

/** Labels of cities that are shown side by side: with their states where they are the same without. */
export function placeLabels(
  cities: readonly { city: City; typed?: string | undefined }[],
  gazetteer: Gazetteer,
  locale: Locale,
): string[] {
  const labels = cities.map(({ city, typed }) => placeLabel(city, gazetteer, { locale, typed }));
  return labels.map((label, at) => {
    const { city, typed } = cities[at] ?? {};
    const isShared = city !== undefined && labels.indexOf(label) !== labels.lastIndexOf(label);
    return isShared ? placeLabel(city, gazetteer, { locale, typed, withState: true }) : label;
  });
}

/** `cdmx`, without a vowel. */
const ABBREVIATED = /^[^aeiouyаеёиоуыэюя]+$/iu;

/** A transcription or a slip of the own name is written as the own name; `Bombay` and `Köln` are names by themselves. */
function nameAsTyped(city: City, locale: Locale, typed: string): string {
  const own = cityName(city, locale);
  const key = skeleton(typed);
  const beginning = (name: string) => skeleton(name).slice(0, 3);
  const letters = locale === 'ru' ? /\p{Script=Cyrillic}/u : /\p{Script=Latin}/u;
  if (typed.length < 4 || ABBREVIATED.test(typed) || !letters.test(typed)) return own;
  if (letters.test(own) && beginning(own) === beginning(typed)) return own;
  return skeleton(city.name) === key && letters.test(city.name) ? city.name : asName(typed);
}
