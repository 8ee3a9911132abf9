import { TIERS } from '#contracts/consumers.ts';
import type { Slot } from '#services/platform/rate-limit/rate-limiter.ts';
import { ChatHeld } from '#services/platform/rate-limit/slot-queue.ts';
import { refusalReason } from '#services/platform/telegram/refusals.ts';
import type { Attempt, MessageState, WaitingMessage } from './message-state.ts';
import { sendTogether } from './send-together.ts';
import { stillWanted } from './still-wanted.ts';

const UNLIMITED_PATIENCE_MS = 60_000;

/**
 * From the first check to the outcome of one attempt: checks, takes a slot, and shortly before its instant gets ready; or
 * goes with another message of its chat that has its slot first. Rejects only before anything was sent, or when stopping.
 */
export async function attempt(context: Attempt, state: MessageState): Promise<MessageState> {
  const { joining, clock } = context.ports;
  const { wanted } = await stillWanted(context, state);
  if (wanted.length === 0) return { ...state, left: [] };
  const waiting = joining.wait(context, { ...state, left: wanted, gathersMs: 0 });
  const signal = AbortSignal.any([context.signal, waiting.taken]);
  try {
    if (state.gathersMs > 0) await clock.sleep(state.gathersMs, signal);
    const slot = await takeSlot(waiting, signal);
    // Taken along in the instant in which it was granted a slot of its own, which lapses.
    if (waiting.taken.aborted) return await waiting.outcome;
    if (slot instanceof ChatHeld) return await endHeld(context, waiting.state, slot);
    return await useSlot(waiting, slot);
  } catch (error) {
    if (waiting.taken.aborted) return await waiting.outcome;
    throw error;
  } finally {
    joining.leave(waiting);
  }
}

function takeSlot({ context, state }: WaitingMessage, signal: AbortSignal): Promise<Slot | ChatHeld> {
  const { limiter, readiness } = context.ports;
  const rank = TIERS.indexOf(context.work.tier);
  const earlyMs = readiness.earlyMs(state.missed);
  const heldPatienceMs = heldPatience(context);
  const request = { lane: 'bulk', chatId: String(state.chatId), rank, earlyMs, heldPatienceMs } as const;
  return limiter.take(request, signal).catch(unlessHeld);
}

async function useSlot(waiting: WaitingMessage, slot: Slot): Promise<MessageState> {
  const { joining, readiness } = waiting.context.ports;
  joining.leave(waiting);
  const timer = readiness.begin();
  // Then the slot lapses, and holds the chat back for a second.
  if (!timer) return { ...waiting.state, outages: 0 };
  try {
    return await sendTogether(waiting, slot, timer);
  } finally {
    timer.end();
  }
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
