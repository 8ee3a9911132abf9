import type { Clock } from '../process/clock.ts';
import { type Grant, type Lane, MAX_PREPARATION_MS } from './slots.ts';

/** A request for a slot. */
export type SlotRequest = {
  lane: Lane;
  /** At most one message a second goes to each chat, from all processes together. */
  chatId?: string;
  /** Among this process's requests for a lane, lower ones go first. A reply with a rank above 0 is patient. */
  rank?: number;
  /** How long before its instant the slot is handed over, for the last checks: a second at most. */
  earlyMs?: number;
  /** How long it waits for a chat that is held after a 429. */
  heldPatienceMs?: number;
};

/** Telegram takes nothing for this chat, for longer than the message waits. */
export class ChatHeld extends Error {
  override name = 'ChatHeld';
  readonly forMs: number;

  constructor(forMs: number) {
    super(`the chat is held for ${Math.ceil(forMs / 1000)} s more after a 429`);
    this.forMs = forMs;
  }
}

/** A message of this process that waits for a slot. */
export type QueuedRequest = {
  lane: Lane;
  isPatient: boolean;
  chatId?: string;
  preparationMs: number;
  rank: number;
  number: number;
  readyAtMs: number;
  /** Until when it waits for a held chat, and whether it does. */
  heldPatienceUntilMs: number;
  isHeld: boolean;
  grant(slotMs: number): void;
  leave(reason: unknown): void;
};

/** The requests of one process, and until when asking for slots for them is pointless. */
export type SlotQueue = {
  /** Resolves with the instant of the slot; rejects when the signal is aborted first, or with {@link ChatHeld}. */
  enter(request: SlotRequest, signal: AbortSignal | undefined, heldPatienceUntilMs?: number): Promise<number>;
  /** Those for which asking makes sense now, best first. */
  ready(nowMs: number, most: number): QueuedRequest[];
  /** Hands out what was granted. The slot of a request that left meanwhile lapses. */
  settle(requests: readonly QueuedRequest[], grants: readonly Grant[], nowMs: number, jitterMs: number): void;
  /** Whether a reply waits that is not patient. */
  hasReplies(): boolean;
  /** Resolves when a request enters or becomes ready, and when the queue is closed. */
  change(clock: Clock, nowMs: number): Promise<void>;
  /** Rejects every request with `reason`. */
  close(reason: unknown): void;
};

/** Replies before bulk, each by rank, then in the order they came. */
const byPriority = (a: QueuedRequest, b: QueuedRequest): number =>
  Number(a.lane === 'bulk') - Number(b.lane === 'bulk') || a.rank - b.rank || a.number - b.number;

/**
 * A request that was told to ask later asks within a second all the same: it costs nothing, and by a clock that was set
 * back meanwhile, the instant would be far ahead.
 */
const ASK_AGAIN_MS = 1_000;
/** What waits for a held chat occupies a place of its consumer's `max_ack_pending`, of which there are 64. */
const MOST_HELD = 16;
const LONGEST_SLEEP_MS = 60_000;
/** A request that needs no more preparation than this can do with a slot that is now: it may be begun a little late. */
const EARLY_ENOUGH_MS = 40;

export function slotQueue(): SlotQueue {
  const entries = new Set<QueuedRequest>();
  const readyAtMs = { reply: 0, patient: 0, bulk: 0 };
  let arrivals = 0;
  let arrived = new AbortController();

  const isReady = (request: QueuedRequest, nowMs: number) =>
    !isAhead(request.readyAtMs, nowMs) && !isAhead(readyAtMs[kindOf(request)], nowMs);

  return {
    enter(request, signal, heldPatienceUntilMs = Number.POSITIVE_INFINITY) {
      signal?.throwIfAborted();
      const slot = entered(entries, { ...queued(request, arrivals++), heldPatienceUntilMs }, signal);
      arrived.abort();
      return slot;
    },
    ready: (nowMs, most) =>
      [...entries]
        .filter((entry) => isReady(entry, nowMs))
        .sort(byPriority)
        .slice(0, most),
    settle(requests, grants, nowMs, jitterMs) {
      const within = (instantMs: number) => Math.min(instantMs, nowMs + ASK_AGAIN_MS);
      for (const [i, request] of requests.entries()) {
        const grant = grants[i];
        if (grant === undefined || !entries.has(request)) continue;
        if ('slotMs' in grant) request.grant(grant.slotMs);
        else if (grant.because === 'held' && !mayWaitHeld(entries, request, grant.againAtMs))
          request.leave(new ChatHeld(grant.againAtMs - nowMs));
        else if (grant.because !== 'lane') request.readyAtMs = within(grant.againAtMs);
        else readyAtMs[kindOf(request)] = within(grant.againAtMs + (request.lane === 'bulk' ? jitterMs : 0));
      }
    },
    hasReplies() {
      for (const entry of entries) if (kindOf(entry) === 'reply') return true;
      return false;
    },
    async change(clock, nowMs) {
      arrived = new AbortController();
      let next = nowMs + (entries.size > 0 ? ASK_AGAIN_MS : LONGEST_SLEEP_MS);
      for (const request of entries)
        next = Math.min(next, Math.max(nowMs, request.readyAtMs, readyAtMs[kindOf(request)]));
      await clock.sleep(next - nowMs, arrived.signal);
    },
    close(reason) {
      for (const entry of [...entries]) entry.leave(reason);
      arrived.abort();
    },
  };
}

/** Adds a request to those that wait. Resolves with the instant of its slot. */
function entered(
  entries: Set<QueuedRequest>,
  request: Omit<QueuedRequest, 'grant' | 'leave'>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  // Out of the queue in the same instant: it must not be granted twice.
  const leaving =
    <T>(settle: (value: T) => void) =>
    (value: T) => {
      entries.delete(entry);
      signal?.removeEventListener('abort', abort);
      settle(value);
    };
  const entry = { ...request, grant: leaving(resolve), leave: leaving(reject) };
  const abort = () => entry.leave(signal?.reason);
  entries.add(entry);
  signal?.addEventListener('abort', abort);
  return promise;
}

function mayWaitHeld(entries: ReadonlySet<QueuedRequest>, request: QueuedRequest, untilMs: number): boolean {
  if (untilMs > request.heldPatienceUntilMs) return false;
  const others = [...entries].filter((entry) => entry.isHeld && entry !== request).length;
  request.isHeld = others < MOST_HELD;
  return request.isHeld;
}

/** Instants later than can be set now are of before the clock was set back. */
function isAhead(untilMs: number, nowMs: number): boolean {
  return untilMs > nowMs && untilMs <= nowMs + ASK_AGAIN_MS;
}

/** What lies too far ahead for patient replies may be had by the others. */
const kindOf = ({ lane, isPatient }: Pick<QueuedRequest, 'lane' | 'isPatient'>): Lane | 'patient' =>
  isPatient ? 'patient' : lane;

function queued({ lane, chatId, rank = 0, earlyMs = 0 }: SlotRequest, number: number) {
  const preparationMs = Math.min(Math.max(0, earlyMs - EARLY_ENOUGH_MS), MAX_PREPARATION_MS);
  const isPatient = lane === 'reply' && rank > 0;
  const chat = chatId === undefined ? {} : { chatId };
  return { lane, isPatient, rank, preparationMs, number, readyAtMs: 0, isHeld: false, ...chat };
}
