import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { World } from '../world.ts';

const waitSchema = z.object({
  after: z.coerce.number().int().optional(),
  timeoutMs: z.coerce.number().min(0).max(60_000).default(0),
});

/** Resolves when the chat's version is above `after` of the query, or as {@link waitUntil} does. */
export function changedChat(
  { chats, changes }: World,
  chatId: number,
  query: unknown,
  signals: AbortSignal[],
): Promise<void> {
  const { after, timeoutMs } = waitSchema.parse(query);
  return waitUntil({
    isReady: () => after === undefined || chats.chat(chatId).version > after,
    subscribe: changes.subscribe,
    timeoutMs,
    signal: AbortSignal.any(signals),
  });
}

/** Aborted when the caller is gone. */
export function hangUp(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}

/**
 * Resolves as soon as `isReady` holds, checked now and after each signal from `subscribe`, or after `timeoutMs`,
 * or when `signal` aborts. Never rejects: the caller looks at the state again.
 */
export function waitUntil(options: {
  isReady: () => boolean;
  subscribe: (listener: () => void) => () => void;
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<void> {
  const { isReady, subscribe, timeoutMs, signal } = options;
  if (isReady() || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(finish, timeoutMs);
    const unsubscribe = subscribe(() => {
      if (isReady()) finish();
    });
    signal.addEventListener('abort', finish);
  });
}
