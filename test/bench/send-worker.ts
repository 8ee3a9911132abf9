import { connect } from '@nats-io/transport-node';
import { z } from 'zod';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openRateLimiter, type RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { createTelegram, openTelegram } from '#services/platform/telegram/client.ts';

/*
 * One sending process of the benchmark: each of its `senders` has `waiting` messages that wait for a slot, for `ms`.
 * Without `rate` messages need no slot. The process reports how the budget was used, and ends.
 */

export const Work = z.object({
  natsUrl: z.string(),
  apiRoot: z.string(),
  token: z.string(),
  rate: z.number().optional(),
  senders: z.int(),
  waiting: z.int(),
  ms: z.number(),
  firstChat: z.int(),
  chats: z.int(),
});
export type Work = z.infer<typeof Work>;

export const Worked = z.object({
  sent: z.int(),
  bookings: z.int(),
  slots: z.int(),
  conflicts: z.int(),
  missed: z.int(),
});
export type Worked = z.infer<typeof Worked>;

/** One sender, with a connection and a rate limiter of its own. */
async function send({ natsUrl, apiRoot, token, rate, waiting, ms, firstChat, chats }: Work): Promise<Worked> {
  const nats = await connect({ servers: natsUrl });
  const ports = { nats, clock: systemClock, log: createLog('bench', 'warn', process.stderr) };
  const limiter =
    rate === undefined ? undefined : await openRateLimiter(ports, { sendRate: rate, bulkRate: rate });
  const settings = { token, apiRoot };
  const telegram = limiter
    ? createTelegram({ ...settings, limiter, lane: 'bulk', clock: systemClock, log: ports.log }).api
    : openTelegram(settings).api;
  const endMs = performance.now() + ms;
  let sent = 0;
  const one = async () => {
    while (performance.now() < endMs) {
      const chat = firstChat + (sent++ % chats);
      await telegram.sendMessage(chat, 'a reminder').catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: waiting }, one));
  const figures = figuresOf(limiter);
  await limiter?.stop();
  await nats.close();
  return { sent, ...figures };
}

const figuresOf = (limiter: RateLimiter | undefined) =>
  limiter?.figures() ?? { bookings: 0, slots: 0, conflicts: 0, missed: 0 };

async function work(all: Work): Promise<Worked> {
  const chats = Math.floor(all.chats / all.senders);
  const each = (_: unknown, i: number) => send({ ...all, firstChat: all.firstChat + i * chats, chats });
  const worked = await Promise.all(Array.from({ length: all.senders }, each));
  const total = (key: keyof Worked) => worked.reduce((sum, one) => sum + one[key], 0);
  return {
    sent: total('sent'),
    bookings: total('bookings'),
    slots: total('slots'),
    conflicts: total('conflicts'),
    missed: total('missed'),
  };
}

if (process.send) {
  process.once('message', async (message) => {
    process.send?.(await work(Work.parse(message)));
    process.disconnect();
  });
  process.send('ready');
}
