import { z } from 'zod';

/** An enum each of whose members says what it means: the catalogue shows it. */
export function enumOf<const M extends Record<string, string>>(members: M) {
  const names = Object.keys(members) as (keyof M & string)[];
  return z.enum(names).meta({ 'x-enumDescriptions': members });
}
