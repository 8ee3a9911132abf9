import { normalised, type TypedText } from './typed-text.ts';

/** The longest emoji has 15 UTF-16 units; spaces around it do no harm. */
export const EMOJI_LENGTH = 32;

/** One emoji and nothing else. */
export function readEmoji(text: TypedText): string | undefined {
  const typed = normalised(text, 'NFC', EMOJI_LENGTH)?.trim() ?? '';
  return /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic})$/v.test(typed) ? typed : undefined;
}
