import { randomUUID } from 'node:crypto';
import { REPLIES_CONSUMER } from '#contracts/consumers.ts';
import type { UserId } from '#contracts/ids.ts';
import { userOfReplySubject } from '#contracts/subjects.ts';
import { Poison } from '#services/platform/jetstream/errors.ts';
import { type ConsumerHandler, consumerHandler } from '#services/platform/jetstream/handler.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { type Backoff, backoffMs } from '#services/platform/process/lifecycle.ts';
import type { Slot } from '#services/platform/rate-limit/rate-limiter.ts';
import { ChatHeld } from '#services/platform/rate-limit/slot-queue.ts';
import type { People } from '../people.ts';
import { claimedBy, NONE, rankOf, unclaimed, withList, withoutFirst } from './pending-replies.ts';
import type { Posted } from './replies.ts';
import { type Waiting, waitingIn } from './reply-stream.ts';
import { type Backlog, settling } from './settling.ts';
import { type ReplyPorts, readyReply, renderReply } from './show-reply.ts';

export type ReplyDeliveryPorts = ReplyPorts & {
  backlog: Backlog;
  people: Pick<People, 'read'>;
  noteBlock(userId: UserId, updateId: number): Promise<void>;
};

/** Messages asked for at once. */
const PREFETCH = 256;
/** For reading the person and drawing the screen, before the slot's instant; twice as long after each that was missed. */
const EARLY = { firstMs: 80, longestMs: 1_000 } as const;
/** Tries of a reply whose arrival is unknown: each may show it once more. */
const MOST_UNKNOWN = 3;
/** Telegram seldom takes longer to answer; where it does, another process may show the reply once more. */
const ABANDONED_MS = 8_000;
const LOOK_AGAIN_MS = 100;
/** How long replies wait for a chat that Telegram takes nothing for. */
const HELD_PATIENCE_MS = 60_000;
/** After a 429, and while Telegram is away. */
const RETRY: Backoff = { firstMs: 500, longestMs: 30_000 };

/**
 * Shows replies that could not leave at once, each person's in their order, one a second. A message of REPLIES is acked when
 * its person has nothing waiting, or when a newer one holds what waits; so a crash shows again at most the last reply.
 * While one person waits, the others are served.
 */
export function replyHandler(ports: ReplyDeliveryPorts): ConsumerHandler {
  const running = new Map<UserId, RunningDelivery>();

  return consumerHandler<UserId>({
    consumer: REPLIES_CONSUMER,
    prefetch: PREFETCH,
    parse({ subject }) {
      const userId = userOfReplySubject(subject);
      if (!userId) throw new Error('names no person');
      return userId;
    },
    handle(userId, message, signal) {
      const { seq, tries } = message;
      const { promise, resolve: supersede } = Promise.withResolvers<void>();
      let delivery = running.get(userId);
      if (delivery) {
        delivery.supersede();
        delivery.newest = seq;
        delivery.supersede = supersede;
      } else {
        delivery = { newest: seq, isRedelivered: tries > 1, supersede, ended: Promise.resolve() };
        running.set(userId, delivery);
        const work = { userId, delivery, waiting: waitingIn(message) };
        delivery.ended = deliver(ports, work, signal).finally(() => running.delete(userId));
      }
      return Promise.race([delivery.ended, promise]);
    },
  });
}

type RunningDelivery = {
  /** Sequence of the newest message of this person that came here, which holds all that waits. */
  newest: number;
  /** Whether the first of them was in the hands of a process that has failed. */
  isRedelivered: boolean;
  supersede(): void;
  ended: Promise<void>;
};

/** `waiting`: as the message says that began it. */
type DeliveryWork = {
  userId: UserId;
  delivery: Pick<RunningDelivery, 'newest' | 'isRedelivered'>;
  waiting: Waiting;
};

async function deliver(
  ports: ReplyDeliveryPorts,
  { userId, delivery, waiting: first }: DeliveryWork,
  signal: AbortSignal,
): Promise<void> {
  const { stream, limiter, clock, log } = ports;
  const others = otherTries(clock, delivery.isRedelivered);
  const hasSettled = settling(ports, userId);
  let failures = 0;
  let missed = 0;
  let { newest } = delivery;
  for (let waiting = first; ; newest = delivery.newest, waiting = await stream.read(userId)) {
    signal.throwIfAborted();
    const { pending } = waiting;
    if (pending.replies.length === 0) {
      if (newest === delivery.newest) return;
    } else if (others.isUnderWay(pending.claim)) {
      await clock.sleep(LOOK_AGAIN_MS, signal);
    } else if (!(await hasSettled(pending, signal))) {
      const earlyMs = backoffMs(missed + 1, EARLY);
      const asked = { lane: 'reply', chatId: userId, rank: rankOf(pending) } as const;
      const request = { ...asked, earlyMs, heldPatienceMs: HELD_PATIENCE_MS };
      const slot = await limiter.take(request, signal).catch(unlessHeld);
      if (slot instanceof ChatHeld) {
        // Screens of minutes ago are no answers any more.
        log.warn({ forMs: slot.forMs }, 'replies to a chat that is held after a 429 are left out');
        await stream.change(userId, waiting, () => NONE);
        continue;
      }
      const isLastTry = failures >= MOST_UNKNOWN - 1;
      const posted = await showFirst(ports, userId, slot, { waiting, isLastTry });
      const hasFailed = posted === 'limited' || posted === 'unreachable' || posted === 'unknown';
      failures = hasFailed ? failures + 1 : 0;
      missed = posted === 'notSent' ? missed + 1 : 0;
      if (hasFailed) await clock.sleep(backoffMs(failures, RETRY), signal);
    }
  }
}

function unlessHeld(error: unknown): ChatHeld {
  if (error instanceof ChatHeld) return error;
  throw error;
}

/**
 * Whether another process is at it, as far as can be told without comparing clocks: until its claim has stood for long,
 * or its message comes to us because it gave no sign of life.
 */
function otherTries(clock: Clock, isRedelivered: boolean) {
  let seen: { claim: string | undefined; sinceMs: number } | undefined;
  return {
    isUnderWay(claim: string | undefined): boolean {
      if (!seen || seen.claim !== claim)
        seen = { claim, sinceMs: !seen && isRedelivered ? Number.NEGATIVE_INFINITY : clock.now() };
      return claim !== undefined && clock.now() - seen.sinceMs < ABANDONED_MS;
    },
  };
}

/**
 * Claims what waits first and shows it at the slot's instant. What was merged into it until then counts.
 * @returns undefined when there was nothing, or another process was quicker.
 */
async function showFirst(
  ports: ReplyDeliveryPorts,
  userId: UserId,
  slot: Slot,
  { waiting, isLastTry }: { waiting: Waiting; isLastTry: boolean },
): Promise<Posted | undefined> {
  const { stream, people, noteBlock } = ports;
  const claim = randomUUID();
  const abandoned = waiting.pending.claim;
  const [claimed, person] = await Promise.all([
    stream.change(userId, waiting, (before) => claimedBy(before, claim, abandoned)),
    people.read(userId),
  ]);
  const [reply] = claimed.pending.replies;
  if (!reply || claimed.pending.claim !== claim) return undefined;
  const shown = async () => {
    const rendered = renderReply(ports, reply, person);
    return (await readyReply(ports, reply, { userId, rendered }))(() => slot.begin());
  };
  const showing = await shown().catch(async (cause: unknown) => {
    // It would hold up all that follows.
    await stream.change(userId, claimed, (before) => withoutFirst(before, claim));
    throw new Poison(`reply ${reply.screen.screen} cannot be shown`, { cause });
  });
  const { posted } = showing;
  if (posted === 'blocked') {
    await noteBlock(userId, reply.updateId);
    await stream.change(userId, claimed, () => NONE);
    return posted;
  }
  const isDone = posted === 'shown' || posted === 'refused' || (posted === 'unknown' && isLastTry);
  await stream.change(userId, claimed, (before) => {
    const after = withList(before, reply, showing, person.today);
    return isDone ? withoutFirst(after, claim) : unclaimed(after, claim);
  });
  return posted;
}
