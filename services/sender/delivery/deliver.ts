import { randomUUID } from 'node:crypto';
import { TIERS } from '#contracts/consumers.ts';
import type { Occurrence, ReminderDue } from '#contracts/messages.ts';
import { Poison } from '#services/platform/jetstream/errors.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { RateLimiter, Slot, SlotRequest } from '#services/platform/rate-limit/rate-limiter.ts';
import { silence } from '#services/platform/telegram/client.ts';
import { refusalReason } from '#services/platform/telegram/refusals.ts';
import type { MayAsk } from '../reminders/continuation.ts';
import type { ReadFacts } from '../reminders/facts.ts';
import { decideSend } from '../reminders/send-policy.ts';
import { type Asking, isSame, occurrenceOf, type Post, type Posted, type Wanted } from './post.ts';
import { openReadiness, type Preparing, type Readiness } from './readiness.ts';
import { type DeliveryResult, inMessages } from './send-record.ts';
import type { Claimed } from './send-records.ts';
import type { Settling } from './settlement.ts';

/** The instants at which a crash makes a difference: see marker.ts. */
export type SendStep =
  | 'received'
  | 'checked'
  | 'claimed'
  | 'begun'
  | 'answered'
  | 'withdrawn'
  | 'settled'
  | 'published';

export type HandlingPorts = {
  readFacts: ReadFacts;
  mayAsk: MayAsk;
  settling: Settling;
  post: Post;
  limiter: RateLimiter;
  clock: Clock;
  log: Log;
  /** Told of each step; the next one waits for it. */
  probe?(step: SendStep, due: ReminderDue): Promise<void> | void;
};

type Handling = HandlingPorts & { readiness: Readiness };

/** What one message of a reminder has come to. */
type Progress = {
  left: Occurrence[];
  /** Only the first message of a reminder may ask whether to go on. */
  isFirst: boolean;
  chatId: number;
  by: string;
  /** Slots missed in a row: the checks before them take longer than was allowed for. */
  missed: number;
  /** Failures in a row that do not lie with the message. */
  outages: number;
};

type Checked = { wanted: Wanted[]; asking: Asking };
type Ready = Checked & { claimed: Claimed[] };

const OUTAGE_MS = 1_000;
const LONGEST_OUTAGE_MS = 30_000;

/**
 * Brings one due reminder to its end: resolves when each of its occurrences has a delivery in DELIVERIES. Whatever
 * passes by itself (no slot, Telegram or Postgres away, a 429) is waited for here, in the process, until the reminder
 * expires. Rejects when the signal is aborted meanwhile: another sender may take it at once.
 */
export function reminderHandler(
  given: HandlingPorts,
): (due: ReminderDue, signal: AbortSignal) => Promise<void> {
  const ports = { ...given, readiness: openReadiness(given.clock) };
  return async (due, signal) => {
    await ports.probe?.('received', due);
    for (const [index, left] of inMessages(due.due).entries()) {
      await bring(ports, due, { left, isFirst: index === 0 }, signal);
    }
    await ports.probe?.('published', due);
  };
}

async function bring(
  ports: Handling,
  due: ReminderDue,
  message: Pick<Progress, 'left' | 'isFirst'>,
  signal: AbortSignal,
): Promise<void> {
  const { userId } = due;
  let progress: Progress = { ...message, chatId: Number(userId), by: randomUUID(), missed: 0, outages: 0 };
  while (progress.left.length > 0) {
    signal.throwIfAborted();
    const before = progress;
    progress = await attempt(ports, due, before, signal).catch((error: unknown) => {
      if (signal.aborted || error instanceof Poison) throw error;
      ports.log.warn({ err: error, userId: due.userId, minute: due.minute }, 'a reminder waits');
      return { ...before, outages: before.outages + 1 };
    });
    if (progress.outages > 0) await ports.clock.sleep(outageMs(progress.outages), signal);
  }
}

const outageMs = (outages: number): number => Math.min(LONGEST_OUTAGE_MS, OUTAGE_MS * 2 ** (outages - 1));

/**
 * From the first check to the end of one try: checks, takes a slot, and shortly before its instant gets ready. Rejects
 * only before anything was sent, or when stopping.
 */
async function attempt(
  ports: Handling,
  due: ReminderDue,
  progress: Progress,
  signal: AbortSignal,
): Promise<Progress> {
  const before = await stillWanted(ports, due, progress);
  if (before.wanted.length === 0) return { ...progress, left: [] };
  const left = before.wanted.map(occurrenceOf);
  const rank = TIERS.indexOf(due.tier);
  const earlyMs = ports.readiness.earlyMs(progress.missed);
  const wish: SlotRequest = { lane: 'bulk', chatId: String(progress.chatId), rank, earlyMs };
  const slot = await ports.limiter.take(wish, signal);
  const preparing = ports.readiness.begin();
  // Then the slot lapses, and holds the chat back for a second.
  if (!preparing) return { ...progress, outages: 0 };
  try {
    return await sendAt(slot, ports, due, { ...progress, left }, preparing, signal);
  } finally {
    preparing.end();
  }
}

/**
 * Checks again what may have changed during the wait (G8), writes the markers, opens the connection, and sends at the
 * slot's instant.
 */
async function sendAt(
  slot: Slot,
  ports: Handling,
  due: ReminderDue,
  progress: Progress,
  preparing: Preparing,
  signal: AbortSignal,
): Promise<Progress> {
  const ready = await claimWanted(ports, due, progress);
  if (ready === 'over') return { ...progress, left: [] };
  const { wanted, asking } = ready;
  const posted = await ports.post(progress.chatId, wanted, asking, async () => {
    preparing.ready();
    const mayGo = await slot.begin();
    if (mayGo) await ports.probe?.('begun', due);
    return mayGo;
  });
  if (posted.kind !== 'notSent') await ports.probe?.('answered', due);
  return conclude(ports, due, progress, { ...ready, posted }, signal);
}

async function claimWanted(ports: Handling, due: ReminderDue, progress: Progress): Promise<Ready | 'over'> {
  const { wanted, asking } = await stillWanted(ports, due, progress);
  await ports.probe?.('checked', due);
  const claimed = await ports.settling.claim(due, wanted.map(occurrenceOf), progress.by);
  await ports.probe?.('claimed', due);
  if (claimed.length === 0) return 'over';
  const isClaimed = (one: Wanted) => claimed.some(({ occurrence }) => isSame(one, occurrence));
  return { claimed, wanted: wanted.filter(isClaimed), asking };
}

/** What is to be sent by what is known now. The others end here: expired or suppressed. */
async function stillWanted(
  { readFacts, mayAsk, settling, clock }: Handling,
  due: ReminderDue,
  { left, by, isFirst }: Pick<Progress, 'left' | 'by' | 'isFirst'>,
): Promise<Checked> {
  const end = (occurrence: Occurrence, ending: DeliveryResult) =>
    settling.endUnsent(due, occurrence, by, ending);
  const nothing: Checked = { wanted: [], asking: 'reminder' };
  const { userId, minute } = due;
  if (clock.now() >= Date.parse(due.expiresAt)) {
    for (const occurrence of left) await end(occurrence, { outcome: 'expired' });
    return nothing;
  }
  if (left.length === 0) return nothing;
  const facts = await readFacts({ userId, minute, occurrences: left });
  // A clock that is behind must not send into the quiet hours that end with this minute.
  const instantMs = Math.max(clock.now(), minute * 60_000);
  const { wanted, suppressed, isSilent } = decideSend(facts, instantMs);
  for (const { occurrence, reason } of suppressed) await end(occurrence, { outcome: 'suppressed', reason });
  if (!isSilent || wanted.length === 0) return { wanted, asking: 'reminder' };
  if (isFirst && (await mayAsk(userId, minute))) return { wanted, asking: 'continuation' };
  for (const each of wanted) await end(occurrenceOf(each), { outcome: 'suppressed', reason: 'silent' });
  return nothing;
}

async function withdraw({ settling, probe }: Handling, due: ReminderDue, claimed: Claimed[]): Promise<void> {
  await settling.withdraw(claimed);
  await probe?.('withdrawn', due);
}

const again = (progress: Progress, claimed: readonly Claimed[]): Progress => ({
  ...progress,
  left: claimed.map(({ occurrence }) => occurrence),
  missed: 0,
  outages: 0,
});

/** What follows from Telegram's answer. */
async function conclude(
  ports: Handling,
  due: ReminderDue,
  progress: Progress,
  { claimed, asking, posted }: { claimed: Claimed[]; asking: Asking; posted: Posted },
  signal: AbortSignal,
): Promise<Progress> {
  const { settling, limiter, log } = ports;
  const done = { ...progress, left: [] };
  const about = { userId: due.userId, minute: due.minute };
  switch (posted.kind) {
    case 'sent': {
      const { messageId: telegramMessageId } = posted;
      const outcome = asking === 'continuation' ? 'asked' : 'delivered';
      await settling.settle(due, claimed, { outcome, telegramMessageId }, signal);
      return done;
    }
    case 'refused': {
      const { migrateToChatId } = posted;
      if (migrateToChatId !== undefined && progress.chatId === Number(due.userId)) {
        await withdraw(ports, due, claimed);
        return { ...again(progress, claimed), chatId: migrateToChatId };
      }
      await settling.settle(due, claimed, { outcome: 'failed', reason: refusalReason(posted) }, signal);
      return done;
    }
    case 'limited': {
      // Others of this process must not be sent while this one's marker is taken back.
      const silent = silence(limiter, posted.retryAfterMs, log);
      await withdraw(ports, due, claimed);
      await silent;
      return again(progress, claimed);
    }
    case 'notSent':
      await withdraw(ports, due, claimed);
      return { ...again(progress, claimed), missed: progress.missed + 1 };
    case 'unreachable':
      log.warn({ ...about, err: posted.cause }, 'Telegram cannot be reached');
      await withdraw(ports, due, claimed);
      return { ...again(progress, claimed), outages: progress.outages + 1 };
    case 'unknown':
      log.warn({ ...about, err: posted.cause }, 'whether a reminder arrived is unknown');
      // Under another name, the marker tells that it may have been sent.
      if (settling.mayResend(claimed)) return { ...again(progress, claimed), by: randomUUID() };
      await settling.settle(due, claimed, { outcome: 'uncertain', reason: 'no answer' }, signal);
      return done;
  }
}
