import { type LimiterState, shareAt } from './slots.ts';

/* What a 429 does to the budget, and how an operator ends it. Pure; instants are milliseconds by the server's clock. */

const DROP = 0.8;
const LEAST_SHARE = 0.2;
/** Every write carries the held chats. One that is forgotten is answered 429 again, and held again. */
const MOST_HELD = 256;

/**
 * Telegram answered 429 for the bot: everybody waits, and the rate drops by a fifth, once for each pause however many of
 * the requests under way are refused. {@link shareAt} says how it climbs back.
 */
export function pause(
  state: LimiterState,
  nowMs: number,
  { forMs, because }: { forMs: number; because: string },
): LimiterState {
  const isLonger = nowMs + forMs > state.pausedUntilMs;
  const longest = isLonger
    ? { ...state, pausedUntilMs: nowMs + forMs, pausedBecause: because }
    : { ...state };
  if (state.pausedUntilMs > nowMs) return longest;
  return { ...longest, share: Math.max(LEAST_SHARE, shareAt(state, nowMs) * DROP) };
}

/** Telegram answered 429 for one chat: nothing goes to it. The rate of all stays. */
export function hold(state: LimiterState, nowMs: number, chatId: string, forMs: number): LimiterState {
  const untilMs = Math.max(state.held.get(chatId) ?? 0, nowMs + forMs);
  const longestFirst = [...state.held, [chatId, untilMs] as const]
    .filter(([id, heldMs]) => heldMs > nowMs && (id !== chatId || heldMs === untilMs))
    .sort(([, a], [, b]) => b - a);
  return { ...state, held: new Map(longestFirst.slice(0, MOST_HELD)) };
}

/**
 * An operator ends the pause and lets every chat go. Processes that obey a pause by their own timers end it when they
 * see another `name` than before.
 */
export function resume(state: LimiterState, nowMs: number, name: string): LimiterState {
  const pausedUntilMs = Math.min(state.pausedUntilMs, nowMs);
  return { ...state, pausedUntilMs, pausedBecause: '', resumed: name, held: new Map() };
}
