import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { z } from 'zod';
import type { Locale } from '#contracts/account-events.ts';
import { sortedLines } from './sorted-lines.ts';

/** A city of at least 5,000 people. `name` is that of GeoNames, which is the English one of those that have one. */
export type City = {
  id: number;
  name: string;
  russian: string;
  country: string;
  /** Code of the state in the USA or of the province in Canada; empty elsewhere. */
  state: string;
  timezone: string;
  population: number;
  /** It lies so near to a border that the map of zones shows other clocks. */
  doubtful: boolean;
};

/** How a name leads to a city: as its name, as another name of it, or as that of a country or region around it. */
export type NamedAs = 'name' | 'otherName' | 'region';
export type Entry = { id: number; as: NamedAs };

/** Names are looked up by their skeletons. Everything is read from one buffer of 6 MB; nothing is kept beside it. */
export type Gazetteer = {
  /** Cities of that name, at most 16; those whose own name it is come first, and then the most populous. */
  named(key: string): Entry[];
  /** Cities with a name that begins so, from at most `most` names. */
  beginningWith(key: string, most: number): Entry[];
  city(id: number): City;
  /** Each zone that has a city, with the city it is named for. */
  capitals: readonly City[];
  /** Name of a state of the USA, or of a province of Canada. */
  stateName(code: string, locale: Locale): string | undefined;
};

const Header = z.object({
  cities: z.int(),
  zones: z.array(z.string()),
  capitals: z.array(z.int()),
  states: z.record(z.string(), z.object({ en: z.string(), ru: z.string() })),
});

const FILE = new URL('places.br', import.meta.url);
const NEW_LINE = 0x0a;
const AS: Readonly<Record<string, NamedAs>> = { '~': 'otherName', '^': 'region' };

/** Reads the file of places, a fifth of a second. Its form is told in the README beside it. */
export function openGazetteer(): Gazetteer {
  const bytes = brotliDecompressSync(readFileSync(FILE));
  const headerLast = bytes.indexOf(NEW_LINE);
  const header = Header.parse(JSON.parse(bytes.toString('utf8', 0, headerLast)));
  const starts = lineStarts(bytes, headerLast + 1, header.cities);
  const keys = sortedLines(bytes, starts[header.cities] ?? bytes.length);

  function city(id: number): City {
    const line = bytes.toString('utf8', starts[id] ?? 0, (starts[id + 1] ?? 1) - 1);
    const [name = '', russian = '', country = '', state = '', zone = '', people, doubt] = line.split('\t');
    const timezone = header.zones[Number.parseInt(zone, 36)] ?? 'UTC';
    const population = Number(people);
    return { id, name, russian, country, state, timezone, population, doubtful: doubt === '?' };
  }

  return {
    named: (key) => entriesIn(keys.valueOf(key)),
    beginningWith: (key, most) => keys.valuesFrom(key, most).flatMap(entriesIn),
    city,
    capitals: header.capitals.map(city),
    stateName: (code, locale) => header.states[code]?.[locale],
  };
}

function entriesIn(written: string | undefined): Entry[] {
  if (written === undefined) return [];
  return written
    .split(' ')
    .map((each) => ({ id: Number.parseInt(each, 36), as: AS[each.at(-1) ?? ''] ?? 'name' }));
}

/** Where each of `count` lines begins, and where the line behind them does. */
function lineStarts(bytes: Buffer, from: number, count: number): Uint32Array {
  const starts = new Uint32Array(count + 1);
  starts[0] = from;
  for (let line = 1; line <= count; line++) starts[line] = bytes.indexOf(NEW_LINE, starts[line - 1]) + 1;
  return starts;
}
