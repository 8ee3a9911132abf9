import type { WhyLeftOut } from '../brought.ts';

/*
 * What Loop writes for a day: a code, or the code's name in newer CSV files. One function of Loop writes both kinds of
 * habit, so that a numeric zero is `NO` and a numeric skip `SKIP`. Amounts are in thousandths.
 */

const CODES: Readonly<Record<string, number>> = {
  UNKNOWN: -1,
  NO: 0,
  YES_AUTO: 1,
  YES_MANUAL: 2,
  SKIP: 3,
};

/** Of yes, no and skip. */
export const HIGHEST_CODE = 3;

/** What a day's code says: an entry, or why it is none. */
export type Meaning = { entry: number | 'skip' } | { leftOut: WhyLeftOut };

/** @returns undefined for what is neither a code nor a name of one. */
export function loopCode(text: string): number | undefined {
  const plain = text.trim().toUpperCase();
  const code = CODES[plain];
  if (code !== undefined) return code;
  // Some versions printed the object in place of its value.
  const [, printed] = /^ENTRY\(.*\bVALUE=(-?\d{1,12})\b/.exec(plain) ?? [];
  const digits = printed ?? (/^-?\d{1,12}(\.0+)?$/.test(plain) ? plain : undefined);
  return digits === undefined ? undefined : Number(digits);
}

export function meaningOf(code: number, numeric: boolean): Meaning {
  if (code < 0) return { leftOut: 'unanswered' };
  if (code === 3) return { entry: 'skip' };
  if (numeric) return { entry: code / 1000 };
  if (code === 1) return { leftOut: 'computed' };
  return code === 0 || code === 2 ? { entry: code === 2 ? 1 : 0 } : { leftOut: 'unreadableValue' };
}

/** One line of a habit's days: as the file has it. */
export type DayLine = readonly [date: string, value: string, note: string];

/** Puts the value in the place of an object that a version of Loop printed, with its unquoted comma. */
export function withPlainValues(text: string): string {
  return text.replace(/Entry\(timestamp=[^,()]{0,40}, ?value=(-?\d{1,12})[^()\n]{0,80}\)/g, '$1');
}
