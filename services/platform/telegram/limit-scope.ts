/*
 * What a 429 is meant for: one chat, or the bot with all chats. Telegram's answer is the same for both ("Too Many Requests:
 * retry after 7"); only what else was answered tells them apart. What is not known counts as all.
 */

export type LimitScope = 'chat' | 'all';

/** What a process remembers of Telegram's answers. Instants are milliseconds by one clock. */
export type LimitHistory = {
  /** When each chat was last answered 429. */
  limited: ReadonlyMap<string, number>;
  /** When the last accepted message left, of the two chats that had one last. */
  accepted: ReadonlyMap<string, number>;
};

export const NO_HISTORY: LimitHistory = { limited: new Map(), accepted: new Map() };

/** 429s for different chats within this time, with nothing accepted between, are the bot's. */
const TOGETHER_MS = 10_000;
/** How long the first 429 of a private chat counts when it has a second one. */
const REMEMBERED_MS = 600_000;
const MOST_REMEMBERED = 100;
/** Of the chat and of another one. */
const ACCEPTED_CHATS = 2;

/** @param leftMs when the accepted message left, not when its answer came: a 429 may have come between. */
export function afterAccepted(history: LimitHistory, chatId: string, leftMs: number): LimitHistory {
  const others = [...history.accepted].filter(([id]) => id !== chatId);
  const lastMs = Math.max(leftMs, history.accepted.get(chatId) ?? leftMs);
  const newest = [...others, [chatId, lastMs] as const].sort(([, a], [, b]) => b - a);
  return { ...history, accepted: new Map(newest.slice(0, ACCEPTED_CHATS)) };
}

/**
 * A 429 is one chat's when it is a group, which may have 20 messages a minute; or when the same private chat had one
 * before, and since then a message to another chat was accepted. It is the bot's all the same when another chat had
 * one just before, and nothing but messages to that chat was accepted since.
 */
export function limitScope({ limited, accepted }: LimitHistory, chatId: string, nowMs: number): LimitScope {
  const isAcceptedElsewhere = (than: string, sinceMs: number) =>
    [...accepted].some(([id, leftMs]) => id !== than && leftMs > sinceMs);
  const isOfTheBot = [...limited].some(
    ([id, atMs]) => id !== chatId && nowMs - atMs < TOGETHER_MS && !isAcceptedElsewhere(id, atMs),
  );
  if (isOfTheBot) return 'all';
  if (isGroup(chatId)) return 'chat';
  const beforeMs = limited.get(chatId);
  if (beforeMs === undefined || nowMs - beforeMs > REMEMBERED_MS) return 'all';
  return isAcceptedElsewhere(chatId, beforeMs) ? 'chat' : 'all';
}

export function afterLimited(history: LimitHistory, chatId: string, nowMs: number): LimitHistory {
  const others = [...history.limited].filter(([id, atMs]) => id !== chatId && nowMs - atMs <= REMEMBERED_MS);
  return { ...history, limited: new Map([...others.slice(1 - MOST_REMEMBERED), [chatId, nowMs]]) };
}

/** Telegram numbers groups and channels below zero; an `@name` is a public one's. */
const isGroup = (chatId: string): boolean => chatId.startsWith('-') || chatId.startsWith('@');
