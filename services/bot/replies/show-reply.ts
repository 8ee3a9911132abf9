import type { UserId } from '#contracts/ids.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import type { Telegram } from '#services/platform/telegram/client.ts';
import type { SendGate } from '#services/platform/telegram/transport.ts';
import { render } from '../conversation/render.ts';
import type { Rendered } from '../conversation/render-context.ts';
import type { Places } from '../features/timezone/places.ts';
import type { Person } from '../person.ts';
import type { PendingReply, Showing } from './pending-replies.ts';
import type { Photos } from './photos.ts';
import { editMessage, outgoing, post, sendMessage } from './replies.ts';
import type { ReplyStream } from './reply-stream.ts';

/** Where replies get their slots. */
export type ReplyLimiter = Pick<RateLimiter, 'isFree' | 'take'>;

export type ReplyPorts = {
  telegram: Telegram;
  limiter: ReplyLimiter;
  stream: ReplyStream;
  photos: Photos;
  places: Places;
  appUrl?: string | undefined;
  clock: Clock;
  log: Log;
};

/** Without a budget nothing waits. */
export const UNLIMITED: ReplyLimiter = {
  isFree: () => true,
  take: async () => ({ begin: async () => true }),
};

/** A reply as it goes to Telegram, ready for one try to show it; it leaves when the gate opens. */
export type ReadyReply = (gate: SendGate) => Promise<Showing>;

/** From the state of the moment. */
export function renderReply(
  { places, appUrl }: Pick<ReplyPorts, 'places' | 'appUrl'>,
  reply: Pick<PendingReply, 'screen' | 'above' | 'below' | 'asks'>,
  person: Person,
): Rendered {
  return render(reply, person, places, appUrl);
}

/** Draws the picture of a rendered reply, if it has one. */
export async function readyReply(
  { telegram: { api, gated }, photos, log }: ReplyPorts,
  { messageId }: Pick<PendingReply, 'messageId'>,
  { userId, rendered }: { userId: UserId; rendered: Rendered },
): Promise<ReadyReply> {
  const message = await outgoing(photos, rendered);
  let shownIn = messageId;
  const call = async () => {
    if (messageId === undefined) shownIn = await sendMessage(api, userId, message);
    else await editMessage(api, userId, messageId, message);
  };
  return async (gate) => ({ posted: await post(() => gated(gate, call), log), messageId: shownIn });
}
