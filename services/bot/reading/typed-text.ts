import { z } from 'zod';

declare const unread: unique symbol;

/**
 * What a person typed, as Telegram gave it: up to 4,096 characters of any kind, halves of characters among them. It is no
 * string to the compiler, so that nothing can normalise, match or split it before its length is bounded here: NFKC makes
 * eighteen characters of one `ﷺ`, and a reader that tries each place of a text multiplies that by itself.
 */
export type TypedText = { readonly [unread]: true };
export const TypedText = z.custom<TypedText>((value) => typeof value === 'string');

/** Only this file may look at a text of any length. */
const allOf = (text: TypedText): string => String(text);

/** In UTF-16 units, as Telegram counts. */
export const lengthOf = (text: TypedText): number => allOf(text).length;

/** The first `most` characters: for what is read from the beginning alone. */
export const beginningOf = (text: TypedText, most: number): string => allOf(text).slice(0, most);

/** What stands behind the first `from` characters, at most `most` characters of it: a text that is bounded by its reader. */
export const textBehind = (text: TypedText, from: number, most: number): TypedText =>
  TypedText.parse(allOf(text).slice(from, from + most));

/** Whether it is, character by character, one of the texts that the bot itself offers. */
export const isOneOf = (text: TypedText, offered: readonly string[]): boolean =>
  offered.includes(allOf(text));

/**
 * A text in a normal form, which is the one way to its characters.
 * @param most how long a sensible text of the reader's kind can be, in UTF-16 units
 * @returns undefined for a text that is longer, as it was typed or when it is normalised.
 */
export function normalised(text: TypedText, form: 'NFC' | 'NFKC' | 'NFKD', most: number): string | undefined {
  if (lengthOf(text) > most) return undefined;
  const made = allOf(text).normalize(form);
  return made.length > most ? undefined : made;
}
