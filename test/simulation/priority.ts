import { TIERS } from '#contracts/consumers.ts';
import type { RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { CHAT_INTERVAL_MS } from '#services/platform/rate-limit/slots.ts';
import type { Machine } from './machine.ts';
import type { World } from './role.ts';

type Waiting = { rank: number; chatId: string | undefined; sinceMs: number; earlyMs: number };

/** Longer than slots are reserved early, and than a lane or a chat may have to wait before its next request. */
const BOOKED_BEFORE_MS = 2_500;

/**
 * A rate limiter that is watched: no reminder of a lower tier may get a slot before one that has long waited for it.
 */
export function watchedLimiter(world: World, machine: Machine, limiter: RateLimiter): RateLimiter {
  const waiting = new Set<Waiting>();
  return {
    ...limiter,
    async take(request, signal) {
      const { rank = 0, chatId, earlyMs = 0 } = request;
      const one: Waiting = { rank, chatId, earlyMs, sinceMs: world.engine.now() };
      waiting.add(one);
      try {
        const slot = await limiter.take(request, signal);
        const passed = [...waiting].find(
          (other) =>
            other.rank < rank &&
            // A request that has missed slots is granted the next one earlier, before its instant.
            other.earlyMs >= earlyMs &&
            other.sinceMs < world.engine.now() - BOOKED_BEFORE_MS &&
            other.sinceMs < one.sinceMs,
        );
        // A reserved slot whose answer was lost lapses, and makes its chat wait as a used one does.
        const lostLately = world.engine.now() - world.network.lastLostMs < 2 * BOOKED_BEFORE_MS;
        const isSure = !lostLately && !machine.wasFrozen() && !mustWait(world, passed?.chatId);
        if (passed && isSure)
          world.notes.broken(`${machine.name}: ${TIERS[rank]} went before ${TIERS[passed.rank]}`);
        return slot;
      } finally {
        waiting.delete(one);
      }
    },
  };
}

/**
 * Its chat had a message lately, or a slot by the stored state: of a dead process, or before a step of the clock. A slot that is used
 * now was reserved up to so long ago.
 */
function mustWait({ telegram, engine, nats }: World, chatId: string | undefined): boolean {
  const from = engine.now() - BOOKED_BEFORE_MS - CHAT_INTERVAL_MS;
  const slotMs = chatId === undefined ? undefined : nats.limiter.kept().state.chats.get(chatId);
  if (slotMs !== undefined && slotMs + CHAT_INTERVAL_MS > nats.now() - BOOKED_BEFORE_MS) return true;
  return telegram.departures.some((departure) => departure.chatId === chatId && departure.atMs >= from);
}
