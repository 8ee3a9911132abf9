import { jetstream } from '@nats-io/jetstream';
import type { RequestRecord } from '#deploy/telegram/requests.ts';
import type { LimiterState } from '#services/platform/rate-limit/slots.ts';
import { fromStored } from '#services/platform/rate-limit/stored-state.ts';
import type { FaultFixture } from './fixture.ts';

/** A state of the budget, and when the server stored it, in milliseconds since 1970. */
export type StoredBudget = { storedMs: number; state: LimiterState };

const STREAM = 'KV_pacer';
const AT_ONCE = 1_000;
/** What processes may be wrong by about the server's time, on a busy machine. */
const CLOCK_MS = 100;

/** From now on every state of the budget stays, so that it can be told what had been granted when a pause began. */
export async function keepBudgets({ manager }: Pick<FaultFixture, 'manager'>): Promise<void> {
  await manager.streams.update(STREAM, { max_msgs_per_subject: -1, max_bytes: -1 });
}

/** All of them, in order. */
export async function storedBudgets({
  connection,
}: Pick<FaultFixture, 'connection'>): Promise<StoredBudget[]> {
  const consumer = await jetstream(connection).consumers.get(STREAM, {});
  const found: StoredBudget[] = [];
  for (let left = (await consumer.info()).num_pending; left > 0; ) {
    for await (const message of await consumer.fetch({
      max_messages: Math.min(left, AT_ONCE),
      expires: 5_000,
    })) {
      left--;
      const state = fromStored(message.string());
      if (state) found.push({ storedMs: message.time.getTime(), state });
    }
  }
  return found;
}

export type PauseVerdict = {
  violations: string[];
  /** How the pauses went, for people. */
  note: string;
};

/**
 * Judges pauses by what was granted, not by when it arrived: an arrival is stamped when a busy process comes to it. G7: each
 * 429 is made known; no slot is booked in a pause; and what arrives in one had its slot before. What was under way is the
 * note's.
 */
export function pauseVerdict(
  budgets: readonly StoredBudget[],
  requests: readonly RequestRecord[],
): PauseVerdict {
  const pauses = pausesIn(budgets);
  const refusals = requests.filter(({ status }) => status === 429);
  const unknown = refusals.filter((refusal) => knownAfterMs(budgets, refusal) === undefined);
  const delays = refusals.flatMap((refusal) => knownAfterMs(budgets, refusal) ?? []).sort((a, b) => a - b);
  const booked = pauses.filter((pause) => isBookedIn(pause));
  const during = pauses.flatMap((pause) => arrivalsIn(pause, requests));
  const late = during.filter(({ slotMs }) => slotMs === undefined);
  const latestMs = Math.max(0, ...during.map(({ slotMs = 0, pause }) => slotMs - pause.storedMs));
  return {
    violations: [
      ...lines(unknown.length, `of ${refusals.length} 429s paused nobody`),
      ...lines(booked.length, `of ${pauses.length} pauses had slots booked in them`),
      ...lines(late.length, 'messages left in a pause that had no slot before it'),
    ],
    note: `${pauses.length} pauses stored ${delays[delays.length >> 1] ?? 0} ms after their 429 (at most ${delays.at(-1) ?? 0}); ${during.length} messages under way then, by slots of at most ${Math.round(latestMs)} ms later`,
  };
}

type Pause = {
  storedMs: number;
  untilMs: number;
  /** The last slot of each chat that had one when the pause was stored. */
  granted: ReadonlyMap<string, number>;
  state: LimiterState;
  after: readonly StoredBudget[];
};

/** The states that made a pause longer. */
function pausesIn(budgets: readonly StoredBudget[]): Pause[] {
  const granted = new Map<string, number>();
  let untilMs = 0;
  return budgets.flatMap(({ storedMs, state }, i) => {
    for (const [chatId, slotMs] of state.chats) granted.set(chatId, slotMs);
    const isPause = state.pausedUntilMs > untilMs && state.pausedUntilMs > storedMs;
    untilMs = Math.max(untilMs, state.pausedUntilMs);
    const pause = { storedMs, untilMs, granted: new Map(granted), state, after: budgets.slice(i + 1) };
    return isPause ? [pause] : [];
  });
}

function isBookedIn({ state, untilMs, after }: Pause): boolean {
  return after.some(
    (later) =>
      later.storedMs < untilMs - CLOCK_MS &&
      (later.state.originMs !== state.originMs ||
        later.state.nextOpen !== state.nextOpen ||
        later.state.nextKept !== state.nextKept),
  );
}

/** Messages that arrived in a pause, each with the slot that it had before. */
function arrivalsIn(
  pause: Pause,
  requests: readonly RequestRecord[],
): { slotMs: number | undefined; pause: Pause }[] {
  return requests
    .filter(({ atMs, counted }) => counted && atMs > pause.storedMs && atMs < pause.untilMs - CLOCK_MS)
    .map(({ chatId }) => ({ slotMs: pause.granted.get(String(chatId)), pause }));
}

/** How long after a 429 it was stored that all, or this chat, wait as long as was asked for. */
function knownAfterMs(
  budgets: readonly StoredBudget[],
  { atMs, chatId, retryAfterSeconds = 0 }: RequestRecord,
): number | undefined {
  const untilMs = atMs + retryAfterSeconds * 1000 - CLOCK_MS;
  const known = budgets.find(
    ({ storedMs, state }) =>
      storedMs >= atMs - CLOCK_MS &&
      Math.max(state.pausedUntilMs, state.held.get(String(chatId)) ?? 0) >= untilMs,
  );
  return known && Math.max(0, Math.round(known.storedMs - atMs));
}

const lines = (count: number, what: string): string[] => (count === 0 ? [] : [`${count} ${what}`]);
