import type { SaidPlace } from '../../reading/place.ts';
import { uninflected } from '../../reading/russian-case.ts';
import type { City, Entry, Gazetteer, NamedAs } from './gazetteer/gazetteer.ts';
import { nearKeys } from './near-keys.ts';
import { skeleton } from './skeleton.ts';

/**
 * Cities that a name may mean, the likeliest first. `exactly`: it is one of their names, without a slip or a part left out;
 * `called` is that name, unless it was typed in another case.
 */
export type FoundCities = { cities: Weighed[]; exactly: boolean; called?: string };
export type SaidName = Omit<Extract<SaidPlace, { kind: 'named' }>, 'kind'>;
export type Weighed = { city: City; weight: number; as: NamedAs };

const LONGEST_KEY = 40;
/** A shorter name with a slip in it could be anything; a longer one costs too much. */
const NEAR_FROM = 5;
const NEAR_UP_TO = 24;
/** Of a city that has the name itself, or as one of many other names. */
const NEAR_POPULATION = { name: 50_000, otherName: 300_000, region: 0 } as const;
const BEGUN_MOST = 100;
const BEGUN_POPULATION = 100_000;
/** A name of another language counts less than a city's own: as if it had so many times fewer people. */
const OTHER_NAME = 20;
/** `Самара` is what a person means who types it so; `Самарра` has the same skeleton. */
const SPELLED_SO = 3;

/**
 * Looks a name up: as it is, then out of a Russian case, then with one slip of a finger, then as a beginning. The first
 * that finds something counts.
 * `inside` is a country, a state or its code that the city has to lie in.
 */
export function findCities(gazetteer: Gazetteer, { name, inside, oblique }: SaidName): FoundCities {
  if (Math.max(name.length, inside?.length ?? 0) > LONGEST_KEY) return { cities: [], exactly: false };
  const isIn = insideOf(gazetteer, inside);
  const named = (key: string) => weighed(gazetteer, gazetteer.named(key), { isIn, typed: name });
  const key = skeleton(name);
  if (key === '' || key.length > LONGEST_KEY) return { cities: [], exactly: false };
  const exact = named(key);
  if (exact.length > 0) return { cities: exact, exactly: true, called: name };
  for (const form of uninflected(name.toLowerCase())) {
    const found = named(skeleton(form));
    if (found.length > 0) return { cities: found, exactly: oblique };
  }
  if (key.length < NEAR_FROM) return { cities: [], exactly: false };
  const near = key.length > NEAR_UP_TO ? [] : [...nearKeys(key)].flatMap((each) => named(each));
  const large = near.filter(({ city, as }) => city.population >= NEAR_POPULATION[as]);
  if (large.length > 0) return { cities: ranked(large), exactly: false };
  const begun = weighed(gazetteer, gazetteer.beginningWith(key, BEGUN_MOST), { isIn, typed: name });
  return { cities: begun.filter(({ city }) => city.population >= BEGUN_POPULATION), exactly: false };
}

type Wanted = { isIn: (city: City) => boolean; typed: string };

function weighed(gazetteer: Gazetteer, entries: readonly Entry[], { isIn, typed }: Wanted): Weighed[] {
  const found = entries.map(({ id, as }) => {
    const city = gazetteer.city(id);
    const isSpelledSo = [city.name, city.russian].some(
      (own) => own.length === typed.length && plain(own) === typed,
    );
    const factor = as === 'otherName' ? 1 / OTHER_NAME : isSpelledSo || as === 'region' ? SPELLED_SO : 1;
    return { city, weight: city.population * factor, as };
  });
  return ranked(found.filter(({ city }) => isIn(city)));
}

/** A name as it is typed without care. */
const plain = (name: string) => name.toLowerCase().replaceAll('ё', 'е');

const ranked = (found: readonly Weighed[]) => [...found].sort((a, b) => b.weight - a.weight);

/** A region's cities are the largest of each of its zones, so they tell its country, and of a state the state. */
function insideOf(gazetteer: Gazetteer, inside: string | undefined): (city: City) => boolean {
  if (inside === undefined) return () => true;
  const key = skeleton(inside);
  const code = inside.replaceAll('.', '').toUpperCase();
  const cities = gazetteer
    .named(key)
    .filter(({ as }) => as === 'region')
    .map(({ id }) => gazetteer.city(id));
  const statesOf = (code: string) =>
    new Set(cities.filter(({ country }) => country === code).map(({ state }) => state));
  const isIn = ({ country, state }: City) => {
    const states = statesOf(country);
    return states.size > 1 || states.has(state);
  };
  return (city) => isIn(city) || city.country === code || (city.state !== '' && city.state === code);
}
