import { type LocalTime, localTimeOf } from '#contracts/time.ts';
import { plainWords } from './plain-words.ts';
import { spokenTimeIn } from './spoken-time.ts';
import type { TypedText } from './typed-text.ts';

/** Twice the longest time of day. */
export const TIME_LENGTH = 40;

/** `в 12:30 вечера`: what is longer need not be matched. */
const LONGEST = 16;

/*
 * Every way people write a time of day in digits: `9`, `9:30`, `09.30`, `9-30`, `0930`, `9am`, `7.30 PM`, `21h`, `19h30`,
 * `19 ч 30`, and in Russian `9 утра`, `в 9 вечера`.
 */
const TIME =
  /^(?:at |в |к )?(\d{1,2})(?:(?:[:.\- ]| ?[hч:] ?)(\d{2})|(?<=\d{2})(\d{2}))? ?(h|ч|[ap]\.?m\.?|утра|дня|вечера|ночи)?$/;

/** @returns undefined for what is no time of day, such as `25:99` or `13pm`. */
export function readTimeOfDay(text: TypedText): LocalTime | undefined {
  const words = plainWords(text, TIME_LENGTH);
  return words === undefined ? undefined : timeOfDayIn(words);
}

/** {@link readTimeOfDay} of words that `plainWords` gave, or of a part of them. */
export function timeOfDayIn(words: string): LocalTime | undefined {
  const match = words.length > LONGEST ? undefined : TIME.exec(words);
  if (match) {
    const [, hours, afterSign, joined, half] = match;
    return timeFrom(Number(hours), Number(afterSign ?? joined ?? 0), half);
  }
  const spoken = spokenTimeIn(words);
  return spoken && timeFrom(spoken.hour, spoken.minute, spoken.half);
}

function timeFrom(said: number, minute: number, half: string | undefined): LocalTime | undefined {
  const hour = hourOf(said, half);
  if (hour === undefined || hour > 23 || minute > 59) return undefined;
  return localTimeOf(hour * 60 + minute);
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined || half === 'h' || half === 'ч') return hour;
  if (hour < 1 || hour > 12) return undefined;
  const onTheClock = hour % 12;
  if (half === 'ночи') return hour >= 9 && hour !== 12 ? onTheClock + 12 : onTheClock;
  const afternoon = half.startsWith('p') || half === 'дня' || half === 'вечера';
  return afternoon ? onTheClock + 12 : onTheClock;
}
