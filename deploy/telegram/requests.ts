import { z } from 'zod';
import type { Clock } from './clock.ts';
import { createSlidingWindow, type SlidingWindow } from './limits/sliding-window.ts';

/**
 * One Bot API request. `atMs` is Unix milliseconds, `monotonicMs` the arrival on a clock that never jumps.
 * `status` is absent while the answer is still open, and 0 when the connection was dropped unanswered.
 */
export const requestRecordSchema = z.object({
  index: z.int(),
  /** Grows over all records with every arrival and every answer, so a reader can ask for what changed. */
  revision: z.int(),
  atMs: z.number(),
  monotonicMs: z.number(),
  /** The earliest instant at which it can have come, on the same clock; only when standstills are watched. */
  notBeforeMs: z.number().optional(),
  method: z.string(),
  chatId: z.int().optional(),
  /** Whether it counts against the limits. */
  counted: z.boolean(),
  parameters: z.record(z.string(), z.unknown()),
  status: z.int().optional(),
  description: z.string().optional(),
  retryAfterSeconds: z.int().optional(),
  messageId: z.int().optional(),
  /** Whether it changed a chat: true even if the answer was then lost. */
  applied: z.boolean().optional(),
  durationMs: z.number().optional(),
});
export type RequestRecord = z.infer<typeof requestRecordSchema>;

/** Figures over all requests since the start or the last reset, however many records were let go. */
export const countersSchema = z.object({
  requests: z.int(),
  byMethod: z.record(z.string(), z.int()),
  byStatus: z.record(z.string(), z.int()),
  /** Calls that count against the limits, and how many of them the limits let through. */
  counted: z.int(),
  admitted: z.int(),
  /** The most counting calls that ARRIVED within one second, refused ones included: the sender's conduct. */
  maxInSlidingSecond: z.int(),
  /** The most that were let through within one second. */
  maxAdmittedInSlidingSecond: z.int(),
  /** The most counting calls to one chat within one second, refused ones included. */
  maxInChatSecond: z.int(),
  /** Counting calls in the second before now. */
  inLastSecond: z.int(),
});
export type Counters = z.infer<typeof countersSchema>;

export type Arrival = Pick<
  RequestRecord,
  'method' | 'chatId' | 'counted' | 'parameters' | 'atMs' | 'monotonicMs' | 'notBeforeMs'
>;
export type RequestFilter = {
  /** The lowest index. */
  since?: number | undefined;
  /** Only records that arrived or were answered after this revision. */
  changedAfter?: number | undefined;
  method?: string | undefined;
  limit: number;
};
export type Outcome = Pick<
  RequestRecord,
  'status' | 'description' | 'retryAfterSeconds' | 'messageId' | 'applied'
>;

export type Requests = {
  begin(arrival: Arrival): RequestRecord;
  admitted(record: RequestRecord): void;
  finish(record: RequestRecord, outcome: Outcome): void;
  /** Records that match, oldest first. */
  list(filter: RequestFilter): RequestRecord[];
  counters(): Counters;
  /** Sets the counters to zero and lets all records go; indexes go on. */
  reset(): void;
  nextIndex(): number;
  revision(): number;
  /** Calls the listener at every arrival and every answer; returns how to end it. */
  onChange(listener: () => void): () => void;
};

const CHATS_BEFORE_SWEEP = 50_000;

/** Keeps the newest `kept` records in a ring; the counters cost constant time and memory. */
export function createRequests(clock: Clock, kept: number): Requests {
  const ring: RequestRecord[] = [];
  const listeners = new Set<() => void>();
  let nextIndex = 0;
  let revision = 0;
  let tally = createTally();

  function changed(): void {
    for (const listener of listeners) listener();
  }

  return {
    begin(arrival) {
      revision += 1;
      const record: RequestRecord = { ...arrival, index: nextIndex, revision };
      ring[nextIndex % kept] = record;
      nextIndex += 1;
      tally.arrived(record);
      changed();
      return record;
    },
    admitted: (record) => tally.admitted(record),
    finish(record, outcome) {
      revision += 1;
      Object.assign(record, outcome, { revision, durationMs: clock.monotonicMs() - record.monotonicMs });
      tally.finished(record);
      changed();
    },
    list({ since = 0, changedAfter = -1, method, limit }) {
      const found: RequestRecord[] = [];
      const first = Math.max(since, nextIndex - kept);
      for (let index = first; index < nextIndex && found.length < limit; index += 1) {
        const record = ring[index % kept];
        // After a reset the ring has holes, and older indexes may still be asked for.
        if (record?.index !== index || record.revision <= changedAfter) continue;
        if (!method || record.method === method) found.push(record);
      }
      return found;
    },
    counters: () => tally.counters(clock.monotonicMs()),
    reset() {
      ring.length = 0;
      tally = createTally();
    },
    nextIndex: () => nextIndex,
    revision: () => revision,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function createTally() {
  const arrived = createSlidingWindow(1000);
  const admitted = createSlidingWindow(1000);
  const chats = new Map<number, SlidingWindow>();
  const byMethod: Record<string, number> = {};
  const byStatus: Record<string, number> = {};
  const figures = {
    requests: 0,
    counted: 0,
    admitted: 0,
    maxInSlidingSecond: 0,
    maxAdmittedInSlidingSecond: 0,
    maxInChatSecond: 0,
  };
  let latest = Number.NEGATIVE_INFINITY;

  function inChat(chatId: number, now: number): number {
    const window = chats.get(chatId) ?? createSlidingWindow(1000);
    chats.set(chatId, window);
    if (chats.size > CHATS_BEFORE_SWEEP) {
      for (const [id, other] of chats) if (other.count(now) === 0 && id !== chatId) chats.delete(id);
    }
    return window.add(now);
  }

  return {
    arrived({ method, chatId, counted, monotonicMs }: RequestRecord): void {
      figures.requests += 1;
      byMethod[method] = (byMethod[method] ?? 0) + 1;
      if (!counted) return;
      // Uploads are stamped when they begin but recorded when read, so stamps may step back a little.
      latest = Math.max(latest, monotonicMs);
      figures.counted += 1;
      figures.maxInSlidingSecond = Math.max(figures.maxInSlidingSecond, arrived.add(latest));
      if (chatId === undefined) return;
      figures.maxInChatSecond = Math.max(figures.maxInChatSecond, inChat(chatId, latest));
    },
    admitted({ counted }: RequestRecord): void {
      if (!counted) return;
      figures.admitted += 1;
      figures.maxAdmittedInSlidingSecond = Math.max(figures.maxAdmittedInSlidingSecond, admitted.add(latest));
    },
    finished({ status }: RequestRecord): void {
      const key = String(status ?? 0);
      byStatus[key] = (byStatus[key] ?? 0) + 1;
    },
    counters: (now: number): Counters => ({
      ...figures,
      byMethod: { ...byMethod },
      byStatus: { ...byStatus },
      inLastSecond: arrived.count(Math.max(now, latest)),
    }),
  };
}
