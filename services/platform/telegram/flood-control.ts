import type { Clock } from '../process/clock.ts';
import type { Log } from '../process/log.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import { afterAccepted, afterLimited, type LimitScope, limitScope, NO_HISTORY } from './limit-scope.ts';
import { BELIEVED_MS } from './retry-after.ts';

/** Obeys Telegram's 429s: each holds one chat, or pauses the whole fleet. One for each process that sends. */
export type FloodControl = {
  /** Telegram accepted a message for this chat, which had left at `leftMs`. */
  accepted(chatId: string, leftMs: number): void;
  /** Resolves when every process can know. Never rejects: while the store is away this process sends nothing anyway. */
  obey(limited: { chatId: string | undefined; retryAfterMs: number }): Promise<void>;
};

type Parts = { limiter: Pick<RateLimiter, 'pause' | 'hold'>; clock: Pick<Clock, 'now'>; log: Log };

export function openFloodControl({ limiter, clock, log }: Parts): FloodControl {
  let history = NO_HISTORY;

  function scopeOf(chatId: string | undefined): LimitScope {
    if (chatId === undefined) return 'all';
    const nowMs = clock.now();
    const scope = limitScope(history, chatId, nowMs);
    history = afterLimited(history, chatId, nowMs);
    return scope;
  }

  return {
    accepted(chatId, leftMs) {
      history = afterAccepted(history, chatId, leftMs);
    },
    async obey({ chatId, retryAfterMs }) {
      const scope = scopeOf(chatId);
      const forMs = Math.min(retryAfterMs, BELIEVED_MS[scope]);
      if (forMs < retryAfterMs) log.error({ scope, retryAfterMs, forMs }, 'a wait too long to be believed');
      log.warn({ scope, forMs }, 'Telegram asked for a pause');
      const because = `429, retry after ${retryAfterMs / 1000} s`;
      const stored =
        scope === 'chat' && chatId !== undefined
          ? limiter.hold(chatId, forMs)
          : limiter.pause(forMs, because);
      await stored.catch((error: unknown) => log.warn({ err: error }, 'the pause could not be made known'));
    },
  };
}
