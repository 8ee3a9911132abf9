import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import type { Telegram } from '#services/platform/telegram/client.ts';
import type { SendGate } from '#services/platform/telegram/transport.ts';
import { render } from '../conversation/render.ts';
import type { Places } from '../features/timezone/places.ts';
import type { Person } from '../person.ts';
import type { PendingReply } from './pending-replies.ts';
import { editMessage, type Posted, post, sendMessage } from './replies.ts';
import type { ReplyStream } from './reply-stream.ts';

/** Where replies get their slots. */
export type ReplyLimiter = Pick<RateLimiter, 'isFree' | 'take'>;

export type ReplyPorts = {
  telegram: Telegram;
  limiter: ReplyLimiter;
  stream: ReplyStream;
  places: Places;
  clock: Clock;
  log: Log;
};

/** Without a budget nothing waits. */
export const UNLIMITED: ReplyLimiter = {
  isFree: () => true,
  take: async () => ({ begin: async () => true }),
};

/** One try to show a reply, from the state of the moment; it leaves when the gate opens. */
export function showReply(
  { telegram: { api, gated }, places, log }: ReplyPorts,
  { messageId, screen, above }: PendingReply,
  person: Person,
  gate: SendGate,
): Promise<Posted> {
  const message = render(screen, above, person, places);
  const { userId } = person;
  const call: () => Promise<unknown> =
    messageId === undefined
      ? () => sendMessage(api, userId, message)
      : () => editMessage(api, userId, messageId, message);
  return post(() => gated(gate, call), log);
}
