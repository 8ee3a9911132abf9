import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterAccepted,
  afterLimited,
  type LimitHistory,
  limitScope,
  NO_HISTORY,
} from '#services/platform/telegram/limit-scope.ts';

/** What Telegram answered to a message for a chat, which left a moment before. */
type Answer = { atMs: number; chatId: string; isLimited: boolean };

const NEAR_MS = 10_000;
const MEMORY_MS = 600_000;

function after(answers: readonly Answer[]): LimitHistory {
  let history = NO_HISTORY;
  for (const { atMs, chatId, isLimited } of answers)
    history = isLimited ? afterLimited(history, chatId, atMs) : afterAccepted(history, chatId, atMs);
  return history;
}

/** The rule in plain words, over everything that was ever answered. */
function expected(answers: readonly Answer[], chatId: string, nowMs: number): 'chat' | 'all' {
  const lastLimited = new Map<string, number>();
  for (const answer of answers) if (answer.isLimited) lastLimited.set(answer.chatId, answer.atMs);
  const isAnotherAccepted = (than: string, sinceMs: number) =>
    answers.some((answer) => !answer.isLimited && answer.chatId !== than && answer.atMs > sinceMs);
  for (const [other, atMs] of lastLimited)
    if (other !== chatId && nowMs - atMs < NEAR_MS && !isAnotherAccepted(other, atMs)) return 'all';
  if (chatId.startsWith('-')) return 'chat';
  const beforeMs = lastLimited.get(chatId);
  const isKnown = beforeMs !== undefined && nowMs - beforeMs <= MEMORY_MS;
  return isKnown && isAnotherAccepted(chatId, beforeMs) ? 'chat' : 'all';
}

const chats = fc.constantFrom('5', '6', '7', '-100', '-200');
const answers = fc
  .array(
    fc.record({
      afterMs: fc.oneof(fc.constantFrom(0, 1, NEAR_MS, MEMORY_MS), fc.nat(20_000)),
      chatId: chats,
      isLimited: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((steps) => {
    let atMs = 0;
    return steps.map(({ afterMs, ...rest }): Answer => {
      atMs += afterMs;
      return { ...rest, atMs };
    });
  });

test('property: it remembers little and decides as if it remembered everything', () => {
  let one = 0;
  fc.assert(
    fc.property(answers, chats, fc.nat(20_000), (before, chatId, laterMs) => {
      const nowMs = (before.at(-1)?.atMs ?? 0) + laterMs;
      const scope = limitScope(after(before), chatId, nowMs);
      if (scope === 'chat') one++;
      expect(scope).toBe(expected(before, chatId, nowMs));
    }),
    { numRuns: 5_000 },
  );
  expect(one).toBeGreaterThan(500);
});

test('property: without a word about other chats, a private chat is never held alone', () => {
  fc.assert(
    fc.property(answers, fc.constantFrom('5', '6'), (before, chatId) => {
      const own = before.filter((answer) => answer.chatId === chatId || answer.isLimited);
      expect(limitScope(after(own), chatId, (own.at(-1)?.atMs ?? 0) + 1)).toBe('all');
    }),
  );
});

test('a storm over many chats is the bot’s, also when it begins in a group', () => {
  let history = NO_HISTORY;
  const scopes = ['-100', '5', '-200', '6', '-300', '7'].map((chatId, i) => {
    const scope = limitScope(history, chatId, i * 100);
    history = afterLimited(history, chatId, i * 100);
    return scope;
  });
  expect(scopes).toEqual(['chat', 'all', 'all', 'all', 'all', 'all']);
});

test('what is remembered is bounded', () => {
  let history = NO_HISTORY;
  for (let i = 0; i < 10_000; i++) {
    history = afterLimited(history, `-${i}`, i);
    history = afterAccepted(history, `${i}`, i);
  }
  expect(history.limited.size).toBe(100);
  expect(history.accepted.size).toBe(2);
});
