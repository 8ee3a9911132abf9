import type { DailyHours } from '#contracts/time.ts';
import { plainWords } from './plain-words.ts';
import { readTimeOfDay } from './time-of-day.ts';

const BETWEEN = / ?- ?| (?:to|till|until|до|по) | /g;

/**
 * Hours of every day: `22-7`, `22:30–07:15`, `from 10pm to 7am`, `с 22 до 7`. They may go over midnight.
 * @returns undefined for anything else, also for hours that end when they begin.
 */
export function readHours(text: string): DailyHours | undefined {
  const words = plainWords(text).replace(/^(?:from|between|с|со) /, '');
  for (const { 0: sign, index } of words.matchAll(BETWEEN)) {
    const from = readTimeOfDay(words.slice(0, index));
    const to = readTimeOfDay(words.slice(index + sign.length));
    if (from && to && from !== to) return { from, to };
  }
  return undefined;
}
