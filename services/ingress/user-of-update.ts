import { UserId } from '#contracts/ids.ts';

/**
 * Whose update it is, of whatever kind, those we do not know included: `from`, as messages, button taps, joins,
 * inline and payment queries have it, or else `user`, as poll answers and reactions have it. A bot is nobody.
 *
 * @param update what Telegram sent, not trusted to have any form.
 * @returns undefined when nobody is named, as in channel posts, or the id is no user's.
 */
export function userOfUpdate(update: Readonly<Record<string, unknown>>): UserId | undefined {
  const contents = Object.values(update).filter(isObject);
  return firstId(contents, 'from') ?? firstId(contents, 'user') ?? partnerOfBot(contents);
}

/** Telegram's own word in a private chat, such as of a refund, may come from the bot: it is about the other one. */
function partnerOfBot(contents: readonly Record<string, unknown>[]): UserId | undefined {
  const content = contents.find(({ from, chat }) => isBot(from) && isObject(chat) && chat.type === 'private');
  return content && firstId([content], 'chat');
}

const isBot = (person: unknown): boolean => isObject(person) && person.is_bot === true;

function firstId(contents: readonly Record<string, unknown>[], key: string): UserId | undefined {
  for (const content of contents) {
    const person = content[key];
    const id =
      isObject(person) && !isBot(person) && typeof person.id === 'number'
        ? UserId.safeParse(String(person.id))
        : undefined;
    if (id?.success) return id.data;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
