import { randomUUID } from 'node:crypto';
import { Poison } from '#services/platform/jetstream/errors.ts';
import { kindOf } from '#services/platform/process/failure-run.ts';
import { type Backoff, backoffMs } from '#services/platform/process/lifecycle.ts';
import { openFloodControl } from '#services/platform/telegram/flood-control.ts';
import { attempt } from './attempt.ts';
import { gatheringMs, openJoining } from './joining.ts';
import type { Attempt, DeliveryPorts, MessageState } from './message-state.ts';
import { openReadiness } from './readiness.ts';
import type { Work } from './work.ts';

/** Brings a due message, queued at `storedAtMs`, to its outcome; the signal is aborted when the service stops. */
export type Deliver = (work: Work, storedAtMs: number, signal: AbortSignal) => Promise<void>;

const OUTAGE: Backoff = { firstMs: 1_000, longestMs: 30_000 };

/**
 * The delivery engine of one sender, for reminders and broadcasts alike. A delivery resolves when every item has its
 * outcome in DELIVERIES. Whatever passes by itself (no slot, Telegram or Postgres away, a 429) is waited for here, in the
 * process. Rejects when the signal is aborted meanwhile: another sender may take it at once.
 */
export function openDelivery(engine: Omit<DeliveryPorts, 'readiness' | 'floodControl' | 'joining'>): Deliver {
  const own = { readiness: openReadiness(engine.clock), joining: openJoining() };
  const ports = { ...engine, ...own, floodControl: openFloodControl(engine) };
  return async (work, storedAtMs, signal) => {
    await ports.probe?.('received', work.due);
    const gathersMs = gatheringMs(work, storedAtMs, ports.clock.now());
    for (const index of work.messages.keys()) await deliverMessage({ ports, work, signal }, index, gathersMs);
    await ports.probe?.('published', work.due);
  };
}

async function deliverMessage(context: Attempt, index: number, gathersMs: number): Promise<void> {
  const { ports, work, signal } = context;
  const { userId, minute, tier } = work;
  let state: MessageState = {
    index,
    left: work.messages[index] ?? [],
    chatId: Number(userId),
    by: randomUUID(),
    missed: 0,
    outages: 0,
    gathersMs,
  };
  while (state.left.length > 0) {
    signal.throwIfAborted();
    const before = state;
    state = await attempt(context, before).catch((error: unknown) => {
      if (signal.aborted || error instanceof Poison) throw error;
      ports.log.warn({ err: error, userId, minute, tier }, 'a message waits');
      ports.failures?.failed(`none can be sent (${kindOf(error)})`);
      return { ...before, outages: before.outages + 1 };
    });
    if (state.outages <= before.outages) ports.failures?.succeeded();
    if (state.outages > 0) await ports.clock.sleep(backoffMs(state.outages, OUTAGE), signal);
  }
}
