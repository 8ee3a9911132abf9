import type { TypedText } from '../../reading/typed-text.ts';
import { type Asker, type Atlas, openAtlas, type Zone } from './atlas.ts';
import { type FoundPlace, findPlace } from './find-place.ts';
import { timezonesAround } from './timezones-around.ts';

/** Ways from what a person knows (a place, where they are, what their clock shows) to a timezone. */
export type Places = Pick<Atlas, 'offsets' | 'nameOf'> & {
  find(query: TypedText, asker: Asker): FoundPlace;
  /** The zone at coordinates, if there are such; near a border also those on the other side whose clocks differ. */
  at(latitude: number, longitude: number, asker: Asker): Zone[];
  /** Zones whose clocks are so many minutes from UTC, the likeliest first, at most eight. */
  withOffset(minutes: number, asker: Asker): Zone[];
};

export function openPlaces(): Places {
  const atlas = openAtlas();
  const { offsets, nameOf } = atlas;
  return {
    find: (query, asker) => findPlace(query, asker, atlas),
    at: (latitude, longitude, { locale, nowMs }) =>
      timezonesAround(latitude, longitude, nowMs).map((timezone) => atlas.zoneOf(timezone, locale)),
    offsets,
    withOffset: (minutes, asker) => atlas.withOffsets([minutes], asker),
    nameOf,
  };
}
