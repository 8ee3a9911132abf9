import { TIERS } from '#contracts/consumers.ts';
import type { Slot } from '#services/platform/rate-limit/rate-limiter.ts';
import { ChatHeld } from '#services/platform/rate-limit/slot-queue.ts';
import { refusalReason } from '#services/platform/telegram/refusals.ts';
import { conclude } from './conclude.ts';
import type { Attempt, ClaimedMessage, MessageState } from './message-state.ts';
import type { ReadyTimer } from './readiness.ts';

const UNLIMITED_PATIENCE_MS = 60_000;

/**
 * From the first check to the outcome of one attempt: checks, takes a slot, and shortly before its instant gets ready.
 * Rejects only before anything was sent, or when stopping.
 */
export async function attempt(context: Attempt, state: MessageState): Promise<MessageState> {
  const { limiter, readiness } = context.ports;
  const { wanted } = await stillWanted(context, state);
  if (wanted.length === 0) return { ...state, left: [] };
  const rank = TIERS.indexOf(context.work.tier);
  const earlyMs = readiness.earlyMs(state.missed);
  const heldPatienceMs = heldPatience(context);
  const request = { lane: 'bulk', chatId: String(state.chatId), rank, earlyMs, heldPatienceMs } as const;
  const slot = await limiter.take(request, context.signal).catch(unlessHeld);
  if (slot instanceof ChatHeld) return endHeld(context, { ...state, left: wanted }, slot);
  const timer = readiness.begin();
  // Then the slot lapses, and holds the chat back for a second.
  if (!timer) return { ...state, outages: 0 };
  try {
    return await sendAt(context, { ...state, left: wanted }, slot, timer);
  } finally {
    timer.end();
  }
}

/**
 * Checks again what may have changed during the wait (G8), writes the send records, opens the connection, and sends at
 * the slot's instant.
 */
async function sendAt(
  context: Attempt,
  state: MessageState,
  slot: Slot,
  timer: ReadyTimer,
): Promise<MessageState> {
  const { ports, work } = context;
  const ready = await claimWanted(context, state);
  if (!ready) return { ...state, left: [] };
  let leftMs = 0;
  const posted = await ports.post(state.chatId, ready.outgoing, async () => {
    timer.ready();
    const granted = await slot.begin();
    leftMs = ports.clock.now();
    if (granted) await ports.probe?.('begun', work.due);
    return granted;
  });
  if (posted.kind === 'sent') ports.floodControl.accepted(String(state.chatId), leftMs);
  if (posted.kind !== 'notSent') await ports.probe?.('answered', work.due);
  return conclude(context, state, ready, posted);
}

/** A message waits for its held chat until it would expire. One that never expires waits a minute. */
function heldPatience({ ports, work }: Attempt): number {
  return work.expiresAtMs === undefined ? UNLIMITED_PATIENCE_MS : work.expiresAtMs - ports.clock.now();
}

function unlessHeld(error: unknown): ChatHeld {
  if (error instanceof ChatHeld) return error;
  throw error;
}

/** Telegram's 429 for this chat lasts longer than the message can wait: that is its refusal. */
async function endHeld(
  { ports, work }: Attempt,
  state: MessageState,
  { forMs }: ChatHeld,
): Promise<MessageState> {
  const description = `Too Many Requests: held for ${Math.ceil(forMs / 1000)} s more`;
  const result = { outcome: 'failed', reason: refusalReason({ code: 429, description }) } as const;
  for (const item of state.left) await ports.settlement.endUnsent(work, item, state.by, result);
  return { ...state, left: [] };
}

/** @returns undefined when nothing is left to be sent. */
async function claimWanted(context: Attempt, state: MessageState): Promise<ClaimedMessage | undefined> {
  const { ports, work } = context;
  const { wanted, compose } = await stillWanted(context, state);
  await ports.probe?.('checked', work.due);
  const claimed = await ports.settlement.claim(work, wanted, state.by);
  await ports.probe?.('claimed', work.due);
  if (claimed.length === 0) return undefined;
  return { claimed, outgoing: compose(claimed.map(({ item }) => item)) };
}

/** What is still to be sent by what is known now. The other items come to their outcome here. */
async function stillWanted({ ports, work }: Attempt, { left, index, by }: MessageState) {
  const check = await work.check(left, index);
  for (const { item, result } of check.unwanted) await ports.settlement.endUnsent(work, item, by, result);
  return check;
}
