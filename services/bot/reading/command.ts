import { beginningOf, type TypedText } from './typed-text.ts';

/** A command and a bot's name have at most 32 characters each. */
const LONGEST = 80;

/** The command that a text begins with, in lower case: `today` for `/Today@habit_bot now`. */
export function readCommand(text: TypedText): string | undefined {
  const command = /^\/([A-Za-z0-9_]{1,32})(?:@\w{1,32})?(?:\s|$)/.exec(beginningOf(text, LONGEST));
  return command?.[1]?.toLowerCase();
}

/** Whether a text in a group is meant as a command. */
export const looksLikeCommand = (text: TypedText): boolean => beginningOf(text, 1) === '/';
