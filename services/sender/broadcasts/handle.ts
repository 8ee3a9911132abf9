import { randomUUID } from 'node:crypto';
import { TIERS } from '#contracts/consumers.ts';
import type { UserId } from '#contracts/ids.ts';
import type { BroadcastDue, SuppressionReason } from '#contracts/messages.ts';
import type { Recipient } from '#projections/schedules/recipients.ts';
import { Poison } from '#services/platform/jetstream/errors.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { RateLimiter, Slot } from '#services/platform/rate-limit/rate-limiter.ts';
import { silence } from '#services/platform/telegram/client.ts';
import { refusalReason } from '#services/platform/telegram/refusals.ts';
import type { SendGate } from '#services/platform/telegram/transport.ts';
import type { Posted } from '../delivery/post.ts';
import { openReadiness, type Preparing, type Readiness } from '../delivery/readiness.ts';
import type { Held } from '../delivery/send-records.ts';
import type { BroadcastEnds } from './ends.ts';
import type { ReadText, Text } from './texts.ts';

export type BroadcastStep = 'claimed' | 'answered';

export type BroadcastPorts = {
  readText: ReadText;
  readRecipient(userId: UserId): Promise<Recipient | undefined>;
  ends: BroadcastEnds;
  /** Sends when it may leave; never rejects. */
  post(chatId: number, text: Text, mayGo: SendGate): Promise<Posted>;
  limiter: RateLimiter;
  clock: Clock;
  log: Log;
  /** Told of each step; the next one waits for it. */
  probe?(step: BroadcastStep, due: BroadcastDue): Promise<void> | void;
};

type Handling = BroadcastPorts & { readiness: Readiness };

/** How one message goes: in whose name it is claimed, slots missed and failures elsewhere in a row. */
type Course = { by: string; missed: number; outages: number };

/** Behind every reminder that waits. */
const RANK = TIERS.indexOf('broadcast');
const OUTAGE_MS = 1_000;
const LONGEST_OUTAGE_MS = 30_000;

/**
 * Brings a broadcast's message to one person to its end: resolves when DELIVERIES has it. What passes by itself is
 * waited for here. Rejects when the signal is aborted meanwhile: another sender may take it at once.
 */
export function broadcastHandler(
  given: BroadcastPorts,
): (due: BroadcastDue, signal: AbortSignal) => Promise<void> {
  const ports = { ...given, readiness: openReadiness(given.clock) };
  return async (due, signal) => {
    let course: Course | undefined = { by: randomUUID(), missed: 0, outages: 0 };
    while (course) {
      signal.throwIfAborted();
      const before: Course = course;
      course = await attempt(ports, due, before, signal).catch((error: unknown) => {
        if (signal.aborted || error instanceof Poison) throw error;
        ports.log.warn({ err: error, ...about(due) }, 'a broadcast waits');
        return { ...before, outages: before.outages + 1 };
      });
      if (course && course.outages > 0) await ports.clock.sleep(outageMs(course.outages), signal);
    }
  };
}

const about = ({ userId, broadcastId }: BroadcastDue) => ({ userId, broadcastId });
const outageMs = (outages: number): number => Math.min(LONGEST_OUTAGE_MS, OUTAGE_MS * 2 ** (outages - 1));

/** One try. Undefined when the message has come to its end. Rejects only before it was sent, or when stopping. */
async function attempt(
  ports: Handling,
  due: BroadcastDue,
  course: Course,
  signal: AbortSignal,
): Promise<Course | undefined> {
  const { ends, limiter, readiness } = ports;
  if ((await textOf(ports, due)).cancelled) return ends.endUnsent(due, course.by, CANCELLED).then(over);
  const earlyMs = readiness.earlyMs(course.missed);
  const slot = await limiter.take({ lane: 'bulk', chatId: due.userId, rank: RANK, earlyMs }, signal);
  const preparing = readiness.begin();
  // Then the slot lapses, and holds the chat back for a second.
  if (!preparing) return { ...course, outages: 0 };
  try {
    return await sendAt(slot, ports, due, course, preparing, signal);
  } finally {
    preparing.end();
  }
}

/** Checks and claims it, opens the connection, and sends at the slot's instant. */
async function sendAt(
  slot: Slot,
  ports: Handling,
  due: BroadcastDue,
  course: Course,
  preparing: Preparing,
  signal: AbortSignal,
): Promise<Course | undefined> {
  const claimed = await claimWanted(ports, due, course);
  if (claimed === undefined) return undefined;
  const { held, text } = claimed;
  await ports.probe?.('claimed', due);
  const posted = await ports.post(Number(due.userId), text, () => {
    preparing.ready();
    return slot.begin();
  });
  if (posted.kind !== 'notSent') await ports.probe?.('answered', due);
  return conclude(ports, due, course, held, posted, signal);
}

async function claimWanted(
  ports: Handling,
  due: BroadcastDue,
  { by }: Course,
): Promise<{ held: Held; text: Text } | undefined> {
  const { ends } = ports;
  const [text, recipient] = await Promise.all([textOf(ports, due), ports.readRecipient(due.userId)]);
  const reason = whyNot(text, recipient);
  if (reason !== undefined) return ends.endUnsent(due, by, reason).then(over);
  const held = await ends.claim(due, by);
  return held && { held, text };
}

const over = () => undefined;
const CANCELLED: SuppressionReason = 'cancelled';

async function textOf({ readText }: Handling, { broadcastId }: BroadcastDue): Promise<Text> {
  const text = await readText(broadcastId);
  if (!text) throw new Poison(`nobody requested broadcast ${broadcastId}`);
  return text;
}

function whyNot({ cancelled }: Text, recipient: Recipient | undefined): SuppressionReason | undefined {
  if (cancelled) return CANCELLED;
  if (!recipient) return 'unknownAccount';
  return recipient.blocked ? 'blocked' : undefined;
}

/** What follows from Telegram's answer. */
async function conclude(
  { ends, limiter, log }: Handling,
  due: BroadcastDue,
  course: Course,
  held: Held,
  posted: Posted,
  signal: AbortSignal,
): Promise<Course | undefined> {
  switch (posted.kind) {
    case 'sent': {
      const { messageId: telegramMessageId } = posted;
      return ends.settle(due, held, { outcome: 'delivered', telegramMessageId }, signal).then(over);
    }
    case 'refused': {
      const reason = refusalReason(posted);
      return ends.settle(due, held, { outcome: 'failed', reason }, signal).then(over);
    }
    case 'limited': {
      // Others of this process must not be sent while this one's marker is taken back.
      const silent = silence(limiter, posted.retryAfterMs, log);
      await ends.withdraw(held);
      await silent;
      return { ...course, missed: 0, outages: 0 };
    }
    case 'notSent':
      await ends.withdraw(held);
      return { ...course, missed: course.missed + 1, outages: 0 };
    case 'unreachable':
      log.warn({ ...about(due), err: posted.cause }, 'Telegram cannot be reached');
      await ends.withdraw(held);
      return { ...course, missed: 0, outages: course.outages + 1 };
    case 'unknown':
      log.warn({ ...about(due), err: posted.cause }, 'whether a broadcast arrived is unknown');
      // Under another name, the marker tells that it may have been sent.
      if (ends.mayResend(held)) return { ...course, by: randomUUID(), missed: 0, outages: 0 };
      return ends.settle(due, held, { outcome: 'uncertain', reason: 'no answer' }, signal).then(over);
  }
}
