import { UserId } from '#contracts/ids.ts';
import { normalised, type TypedText } from './typed-text.ts';

const ID_LENGTH = 40;

/** A person's numeric id, alone in the text. */
export function readUserId(text: TypedText): UserId | undefined {
  return UserId.safeParse(normalised(text, 'NFKC', ID_LENGTH)?.trim()).data;
}
