import { normalised, type TypedText } from './typed-text.ts';

export const NOTE_LENGTH = 500;

/**
 * A note of a day, on several lines if it was typed so. Characters that are invisible or would reorder the text around them
 * are removed.
 * @returns undefined for one that is too long; null for a dash or nothing that can be seen, which takes the note away.
 */
export function readNote(text: TypedText): string | null | undefined {
  const words = normalised(text, 'NFC', NOTE_LENGTH);
  if (words === undefined) return undefined;
  const note = words
    .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
    .replace(
      /(?!\n)[\p{Cc}\p{Co}\p{Cs}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu,
      '',
    )
    .replace(/\n{2,}/gu, '\n')
    .trim();
  return note === '' || /^[-‐-―−]$/u.test(note) ? null : note;
}
