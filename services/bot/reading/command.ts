import { NAME_TYPED_LENGTH } from './habit-name.ts';
import { beginningOf, lengthOf, type TypedText, textBehind } from './typed-text.ts';

/** A command and a bot's name have at most 32 characters each. */
const LONGEST = 80;

/** What may stand behind a command is a line about a habit, or a payload of Telegram's 64 characters. */
const BEHIND_LENGTH = NAME_TYPED_LENGTH + 1;

export type BotCommand = { name: string; behind?: TypedText };

/**
 * The command that a text begins with, in lower case: `today` for `/Today@habit_bot now`. `behind` is what follows, cut
 * where it is too long for anything that can be said there.
 */
export function readCommand(text: TypedText): BotCommand | undefined {
  const command = /^\/([A-Za-z0-9_]{1,32})(?:@\w{1,32})?(?:\s+|$)/.exec(beginningOf(text, LONGEST));
  if (!command) return undefined;
  const [all, name = ''] = command;
  const behind = textBehind(text, all.length, BEHIND_LENGTH);
  return lengthOf(behind) === 0 ? { name: name.toLowerCase() } : { name: name.toLowerCase(), behind };
}

/** Whether a text in a group is meant as a command. */
export const looksLikeCommand = (text: TypedText): boolean => beginningOf(text, 1) === '/';
