import type { DailyHours } from '#contracts/time.ts';
import { plainWords } from './plain-words.ts';
import { timeOfDayIn } from './time-of-day.ts';
import type { TypedText } from './typed-text.ts';

/** `from 10:30 p.m. until 7:15 a.m.` and some more. */
export const HOURS_LENGTH = 40;

const BETWEEN = / ?- ?| (?:to|till|until|до|по) | /g;

/**
 * Hours of every day: `22-7`, `22:30–07:15`, `from 10pm to 7am`, `с 22 до 7`. They may go over midnight.
 * @returns undefined for anything else, also for hours that end when they begin.
 */
export function readHours(text: TypedText): DailyHours | undefined {
  const typed = plainWords(text, HOURS_LENGTH);
  if (typed === undefined) return undefined;
  const words = typed.replace(/^(?:from|between|с|со) /, '');
  for (const { 0: sign, index } of words.matchAll(BETWEEN)) {
    const from = timeOfDayIn(words.slice(0, index));
    const to = timeOfDayIn(words.slice(index + sign.length));
    if (from && to && from !== to) return { from, to };
  }
  return undefined;
}
