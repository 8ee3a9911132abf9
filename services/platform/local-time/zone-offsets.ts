/*
 * UTC offsets of a zone as a table, read from Node's own ICU once for each zone and year: asking ICU costs a
 * microsecond and a formatter tens of kilobytes, and a tick asks for hundreds of zones.
 *
 * Everything is in whole minutes. The one zone since 1970 with seconds in its offset (Monrovia, until January 1972) is
 * rounded down.
 */

/** A moment at which the clocks of a zone are moved: from `at` on they show UTC + `after` minutes. */
export type Shift = { at: number; before: number; after: number };

/** `shifts` in rising order; before the first of them the offset is `first`. */
type Chunk = { first: number; shifts: readonly Shift[] };

/** No zone ever moved its clocks by more: Apia and Kwajalein left out a whole day. */
export const LONGEST_SHIFT = 24 * 60;

const CHUNK = 2 ** 19;
/** Closest shifts of one zone since 1970: 6 days and 23 hours (Recife, October 2000). */
const STEP = 5 * 24 * 60;

const tables = new Map<string, Map<number, Chunk>>();

/** Minutes east of UTC. */
export function offsetAt(epochMinute: number, timezone: string): number {
  return latestShift(epochMinute, timezone).after;
}

/**
 * The latest shift at or before the minute. `at` is -Infinity when the clocks were not moved for at least
 * {@link LONGEST_SHIFT} before: older shifts matter to nobody.
 * @throws {RangeError} for a zone that does not exist.
 */
export function latestShift(epochMinute: number, timezone: string): Shift {
  const { first, shifts } = chunkOf(Math.floor(epochMinute / CHUNK), timezone);
  for (let i = shifts.length - 1; i >= 0; i--) {
    const shift = shifts[i];
    if (shift !== undefined && shift.at <= epochMinute) return shift;
  }
  return { at: Number.NEGATIVE_INFINITY, before: first, after: first };
}

function chunkOf(index: number, timezone: string): Chunk {
  let chunks = tables.get(timezone);
  const remembered = chunks?.get(index);
  if (remembered !== undefined) return remembered;
  const chunk = readChunk(index * CHUNK, timezone);
  chunks ??= new Map();
  chunks.set(index, chunk);
  tables.set(timezone, chunks);
  return chunk;
}

/** Begins early enough to know a shift whose gap or overlap reaches into the chunk. */
function readChunk(start: number, timezone: string): Chunk {
  const offset = offsetReader(timezone);
  const begin = start - LONGEST_SHIFT;
  const end = start + CHUNK;
  const shifts: Shift[] = [];
  const first = offset(begin);
  let before = first;
  for (let from = begin; from < end; from += STEP) {
    const to = Math.min(from + STEP, end);
    const after = offset(to);
    if (after !== before) shifts.push({ at: firstMinuteWithAnother(offset, from, to), before, after });
    before = after;
  }
  return { first, shifts };
}

/** Bisects: at `from` the offset is one, at `to` another, with one shift between. */
function firstMinuteWithAnother(offset: (minute: number) => number, from: number, to: number): number {
  const old = offset(from);
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle) === old) low = middle;
    else high = middle;
  }
  return high;
}

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

function offsetReader(timezone: string): (epochMinute: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    timeZoneName: 'longOffset',
    year: 'numeric',
  });
  return (epochMinute) => {
    const [, sign, hours, minutes, seconds] = OFFSET.exec(format.format(epochMinute * 60_000)) ?? [];
    const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0) + Number(seconds ?? 0) / 60;
    return Math.floor(sign === '-' ? -size : size);
  };
}
