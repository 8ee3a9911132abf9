import type { z } from 'zod';
import type { Instant } from './time.ts';

/** What else is known of a stored event whose data is made that of a newer version. */
export type Circumstances = { at: Instant };

/** Turns the data of one version into that of the next. Pure, and for ever the same: snapshots and tables are made by it. */
export type Upcast = {
  /** What the data of the older version is. */
  from: z.ZodType;
  /** @param data as `from` read it. */
  to: (data: unknown, circumstances: Circumstances) => unknown;
};

/** A version of an event's data: since when it is written, and what it has that the one before had not. */
export type Version = { since: string; change?: string; upcast?: Upcast };

/**
 * What the catalogue holds of an event. `versions` begins with version 1 and ends with `version`, the only one that is written.
 * The data of a version without `upcast` is read as that of the next one.
 */
export type EventDefinition = {
  version: number;
  /** When it happens, and what it means for what is read after it. */
  meaning: string;
  data: z.ZodType;
  versions: readonly [Version, ...Version[]];
};

export function upcast<S extends z.ZodType>(
  from: S,
  to: (data: z.output<S>, circumstances: Circumstances) => unknown,
): Upcast {
  // What it is called with was read by `from`.
  return { from, to: (data, circumstances) => to(data as z.output<S>, circumstances) };
}
