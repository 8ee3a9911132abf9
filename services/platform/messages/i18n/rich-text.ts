import type { MessageEntity } from 'grammy/types';

/** What a message shows: `entities` carry the formatting, so nothing in `text` is ever read as markup. */
export type RichText = { text: string; entities: MessageEntity[] };

// Private-use characters: no keyboard makes them, and they are taken out of everything a person typed.
const OPEN = '\uE000';
const CLOSE = '\uE001';
const MARKS = /[\uE000\uE001]/g;

/** `text` marked to become bold. */
export const mark = (text: string): string => `${OPEN}${text}${CLOSE}`;

/** `text` without marks. */
export const unmarked = (text: string): string => text.replace(MARKS, '');

/** Turns marks into bold entities; offsets and lengths are UTF-16 code units, as Telegram counts. */
export function richText(marked: string): RichText {
  const entities: MessageEntity[] = [];
  let text = '';
  for (const piece of marked.split(OPEN)) {
    const [inside, ...outside] = piece.split(CLOSE);
    if (outside.length > 0 && inside) {
      entities.push({ type: 'bold', offset: text.length, length: inside.length });
    }
    text += piece.replaceAll(CLOSE, '');
  }
  return { text, entities };
}
