import { habitNameFrom } from '../domain/habit.ts';
import { Refusal } from '../domain/refusal.ts';
import { lengthOf, normalised, type TypedText } from './typed-text.ts';

export const NAME_LENGTH = 64;
export const UNIT_LENGTH = 24;
/** Letters typed with their accents apart, and spaces to be taken out, may make a good name four times as long. */
export const NAME_TYPED_LENGTH = 4 * NAME_LENGTH;

/**
 * Words of a person, of bounded length, as one line: line breaks become spaces, and characters are removed that are
 * invisible or would reorder the text around them (zero-width, bidi controls, private use). Joiners stay inside words and
 * emoji.
 */
export function asLine(words: string): string {
  return words
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Co}\p{Cs}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu, '')
    .replace(/^[\s\u200C\u200D]+|(?<![\s\u200C\u200D])[\s\u200C\u200D]+$/gu, '');
}

/** The name to record, or what is wrong with it. `length` is in UTF-16 units, as the limit is. */
export type NameRead = { name: string } | { problem: 'empty' | 'long'; length: number };

export function readHabitName(text: TypedText): NameRead {
  const words = normalised(text, 'NFC', NAME_TYPED_LENGTH);
  if (words === undefined) return { problem: 'long', length: lengthOf(text) };
  return nameIn(asLine(words));
}

/** {@link readHabitName} of a line that `asLine` gave, or of a part of it. */
export function nameIn(line: string): NameRead {
  // Fillers of Hangul and Braille count as letters and symbols, but are invisible.
  const seen = line.replace(/[\u115F\u1160\u3164\uFFA0\u2800\u200C\u200D]/gu, '').trim();
  if (seen === '') return { problem: 'empty', length: 0 };
  if (line.length > NAME_LENGTH) return { problem: 'long', length: line.length };
  try {
    return { name: habitNameFrom(line) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { problem: 'empty', length: 0 };
  }
}
