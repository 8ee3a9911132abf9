import type { Delivery, ReminderDue, Tick } from '#contracts/messages.ts';
import type { Random } from '#deploy/capacity/random.ts';
import type { Kept } from '#services/platform/rate-limit/limiter-record.ts';
import { initialState, type LimiterState, type Rates } from '#services/platform/rate-limit/slots.ts';
import { deliveryId } from '#services/sender/delivery/delivery.ts';
import { type Diary, openDiary } from './diary.ts';
import type { Engine } from './engine.ts';
import { type Bucket, type Log, openBucket, openLog, wrongLastSequence } from './jetstream.ts';

export type Reminders = Log<ReminderDue> & {
  /** @throws wrong last sequence when the person has one for the minute in any tier. */
  queueOnce(due: ReminderDue): number;
  /** All reminders that were ever queued, also those that a power cut took. */
  everQueued: ReminderDue[];
};

/** The record of the rate limiter in its bucket. */
export type StoredLimiter = {
  kept(): Kept;
  /** @returns undefined when another process has replaced it before. */
  replace(expected: Kept, state: LimiterState): Kept | undefined;
  watch(onChange: (kept: Kept) => void): void;
  /** When a longer pause was stored, and until when it lasts by the server's clock. */
  pauses: { atMs: number; untilMs: number; serverAheadMs: number }[];
};

/** The NATS server: its clock, streams and buckets. */
export type Nats = {
  /** By how much its clock is ahead of the true time. */
  aheadMs(): number;
  stepClock(ms: number): void;
  /** When its clock was set, by the true time. */
  steps: number[];
  now(): number;
  /** The latest time that its clock ever showed. */
  latest(): number;
  ticks: Log<Tick>;
  reminders: Reminders;
  sending: Bucket;
  deliveries: Delivery[];
  publishDelivery(delivery: Delivery): void;
  diary: Diary;
  limiter: StoredLimiter;
  /** The watches that notice that the server is another process than before. */
  serverWatches: Set<{ restarted(done: number[]): void; doneLately(): number[] }>;
};

const DUPLICATE_WINDOW_MS = 3_600_000;

export function openNats({ engine, random }: { engine: Engine; random: Random }, rates: Rates): Nats {
  let aheadMs = 0;
  let latestMs = 0;
  const steps: number[] = [];
  const seen = new Map<string, number>();
  const deliveries: Delivery[] = [];
  const now = () => {
    const nowMs = engine.now() + aheadMs;
    latestMs = Math.max(latestMs, nowMs);
    return nowMs;
  };
  return {
    aheadMs: () => aheadMs,
    steps,
    stepClock(ms) {
      now();
      steps.push(engine.now());
      aheadMs += ms;
    },
    now,
    latest: () => Math.max(latestMs, now()),
    ticks: openLog<Tick>(engine.now, () => aheadMs),
    reminders: openReminders(engine),
    sending: openBucket(),
    deliveries,
    publishDelivery(delivery) {
      const id = deliveryId(delivery);
      const before = seen.get(id);
      if (before !== undefined && engine.now() - before < DUPLICATE_WINDOW_MS) return;
      seen.set(id, engine.now());
      deliveries.push(delivery);
    },
    diary: openDiary(engine.now),
    limiter: openStoredLimiter({ engine, random }, now, rates),
    serverWatches: new Set(),
  };
}

function openReminders(engine: Engine): Reminders {
  const log = openLog<ReminderDue>(engine.now);
  const there = new Set<string>();
  const everQueued: ReminderDue[] = [];
  const keyOf = ({ userId, minute }: ReminderDue) => `${userId}.${minute}`;
  return {
    ...log,
    everQueued,
    queueOnce(due) {
      if (there.has(keyOf(due))) throw wrongLastSequence();
      there.add(keyOf(due));
      everQueued.push(due);
      return log.append(due);
    },
    loseSince(atMs) {
      const lost = log.loseSince(atMs);
      for (const { body } of lost) there.delete(keyOf(body));
      return lost;
    },
  };
}

function openStoredLimiter(
  { engine, random }: { engine: Engine; random: Random },
  serverNow: () => number,
  rates: Rates,
): StoredLimiter {
  const watchers: ((kept: Kept) => void)[] = [];
  const pauses: StoredLimiter['pauses'] = [];
  let kept: Kept = { state: initialState(serverNow(), rates), revision: 1 };
  return {
    kept: () => kept,
    pauses,
    watch(onChange) {
      watchers.push(onChange);
    },
    replace({ revision }, state) {
      if (revision !== kept.revision) return undefined;
      const serverAheadMs = serverNow() - engine.now();
      if (state.pausedUntilMs > kept.state.pausedUntilMs)
        pauses.push({ atMs: engine.now(), untilMs: state.pausedUntilMs, serverAheadMs });
      kept = { state, revision: revision + 1 };
      const stored = kept;
      engine.after(0.5 + 2 * random(), () => {
        for (const watcher of watchers) watcher(stored);
      });
      return kept;
    },
  };
}
