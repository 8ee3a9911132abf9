import { normalised, type TypedText } from './typed-text.ts';

/** The longest wait or dates that a person may say: `please remind me again in one hour and thirty minutes`. */
export const PHRASE_LENGTH = 80;

/**
 * A text as the patterns of this room expect it: lower case, one kind of space, dash and ё, nothing invisible.
 * @returns undefined for a text of more than `most` characters.
 */
export function plainWords(text: TypedText, most: number): string | undefined {
  return normalised(text, 'NFKC', most)
    ?.replace(/\p{Cf}/gu, '')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[‐-―−]/gu, '-')
    .replace(/\s+/gu, ' ')
    .replace(/(?<![!?])[!?]+$/u, '')
    .trim();
}
