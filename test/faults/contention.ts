import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openRateLimiter, type RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { createTelegram } from '#services/platform/telegram/client.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { type FaultFixture, startFaultFixture, TOKEN } from './fixture.ts';

const SEND_RATE = 28;
/** How many messages of each sender wait for a slot at any time. */
const WAITING = 8;
const CHATS_EACH = 100;

/** All senders want to send more than is permitted, for `runs` seconds. */
export function contention(senders: number): Fault {
  const name = `${senders} senders want more than the budget`;
  return { name, fullRuns: 20, run: (settings) => contend(name, senders, settings) };
}

async function contend(
  fault: string,
  senders: number,
  { servers, seed, runs }: FaultSettings,
): Promise<FaultRow> {
  const fixture = await startFaultFixture(servers, { sendRate: SEND_RATE });
  try {
    const sending = await keepSending(fixture, senders, SEND_RATE);
    await delay(runs * 1000);
    await sending.stop();
    return { fault, runs, ...(await verdict(fixture, sending.figures())), seed };
  } finally {
    await fixture.stop();
  }
}

/** Senders, each with a connection of its own, that always want to send more than `rate` messages a second. */
export async function keepSending(fixture: FaultFixture, senders: number, rate: number) {
  await fixture.telegram.crowd(1, senders * CHATS_EACH);
  const limiters = await Promise.all(Array.from({ length: senders }, () => rateLimiterOn(fixture, rate)));
  const stopping = new AbortController();
  const sending = limiters.map((limiter, i) =>
    sendUntil(stopping.signal, fixture, limiter, 1 + i * CHATS_EACH),
  );
  return {
    figures: () => limiters.map((limiter) => limiter.figures()),
    async stop() {
      stopping.abort();
      await Promise.all(sending);
      await Promise.all(limiters.map((limiter) => limiter.stop()));
    },
  };
}

/** Which of the senders a message to this chat was from. */
export const senderTo = (chatId: number): number => Math.floor((chatId - 1) / CHATS_EACH);

async function rateLimiterOn({ nats }: FaultFixture, rate: number): Promise<RateLimiter> {
  const ports = { nats: await nats.connection(), clock: systemClock, log: createLog('faults', 'silent') };
  return openRateLimiter(ports, { sendRate: rate, bulkRate: rate });
}

async function sendUntil(
  stopping: AbortSignal,
  { telegramUrl }: FaultFixture,
  limiter: RateLimiter,
  firstChat: number,
): Promise<void> {
  const log = createLog('faults', 'silent');
  const telegram = createTelegram({
    ...{ token: TOKEN, apiRoot: telegramUrl },
    ...{ limiter, lane: 'bulk', clock: systemClock, log },
  }).api;
  let sent = 0;
  const one = async () => {
    while (!stopping.aborted)
      await telegram.sendMessage(firstChat + (sent++ % CHATS_EACH), 'a reminder').catch(() => {});
  };
  await Promise.all(Array.from({ length: WAITING }, one));
}

async function verdict(fixture: FaultFixture, figures: readonly ReturnType<RateLimiter['figures']>[]) {
  const total = (key: 'bookings' | 'conflicts' | 'missed') =>
    figures.reduce((sum, each) => sum + each[key], 0);
  const { counted, maxInSlidingSecond, byStatus } = await fixture.telegram.counters();
  const conflicts = (total('conflicts') / Math.max(1, total('bookings'))).toFixed(2);
  const used = Math.round((100 * (await rateOf(fixture.telegram))) / SEND_RATE);
  return {
    ...{ reminders: counted, lost: 0, duplicated: 0, uncertain: 0, recoveryMs: recovery([]) },
    overBudget: await fixture.overBudget(),
    violations: [],
    note: `at ${SEND_RATE}/s: ${conflicts} conflicts a grant, at most ${maxInSlidingSecond} in a sliding second, ${used}% used, ${total('missed')} slots missed, ${byStatus['429'] ?? 0} answered 429`,
  };
}

/** Messages a second from the first to the last one. */
async function rateOf(telegram: FaultFixture['telegram']): Promise<number> {
  const sends = await telegram.requests({ method: 'sendMessage' });
  const [first, last] = [sends[0]?.monotonicMs ?? 0, sends.at(-1)?.monotonicMs ?? 0];
  return ((sends.length - 1) * 1000) / Math.max(1, last - first);
}
