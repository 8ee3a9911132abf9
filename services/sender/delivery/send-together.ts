import type { Slot } from '#services/platform/rate-limit/rate-limiter.ts';
import { conclude } from './conclude.ts';
import type { Attempt, ClaimedMessage, MessageState, WaitingMessage } from './message-state.ts';
import type { ReadyTimer } from './readiness.ts';
import { stillWanted } from './still-wanted.ts';
import type { Check } from './work.ts';

/**
 * Sends a message that has its slot, and those of its chat that wait for theirs, as one request. Each of them gets what it
 * has come to. From then on they have one name of attempt: it stands in the send records of all.
 */
export async function sendTogether(
  waiting: WaitingMessage,
  slot: Slot,
  timer: ReadyTimer,
): Promise<MessageState> {
  const { context, state } = waiting;
  const check = await stillWanted(context, state);
  // Not earlier: what was received together with it was looked up by that read at the latest, and waits now.
  const along = context.ports.joining.takeAlong(waiting);
  if (along.length === 0) return sendAt(context, { state, check }, slot, timer);
  const others = along.map((each) => each.context.work);
  const all = { ...state, left: [state, ...along.map((each) => each.state)].flatMap(({ left }) => left) };
  const together = { ...context, others };
  try {
    const checked = { state: all, check: await stillWanted(together, all) };
    const after = await sendAt(together, checked, slot, timer);
    for (const each of along) each.conclude(partOf(after, each.state));
    return partOf(after, state);
  } catch (error) {
    for (const each of along) {
      // It may have been sent: under a name of its own, the next attempt at it finds that out.
      if (context.signal.aborted) each.fail(error);
      else each.conclude({ ...each.state, by: state.by, outages: each.state.outages + 1 });
    }
    throw error;
  }
}

function partOf(after: MessageState, { index, left }: MessageState): MessageState {
  return { ...after, index, left: after.left.filter((item) => left.includes(item)) };
}

/** What was looked at again shortly before the slot, because it may have changed during the wait (G8). */
type Checked = { state: MessageState; check: Check };

/** Writes the send records, opens the connection, and sends at the slot's instant. */
async function sendAt(
  context: Attempt,
  { state, check }: Checked,
  slot: Slot,
  timer: ReadyTimer,
): Promise<MessageState> {
  const { ports, work } = context;
  const ready = await claimWanted(context, state, check);
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

/** @returns undefined when nothing is left to be sent. */
async function claimWanted(
  { ports, work }: Attempt,
  state: MessageState,
  { wanted, composer }: Check,
): Promise<ClaimedMessage | undefined> {
  const compose = wanted.length > 0 ? await composer() : undefined;
  await ports.probe?.('checked', work.due);
  const claimed = await ports.settlement.claim(work, wanted, state.by);
  await ports.probe?.('claimed', work.due);
  if (!compose || claimed.length === 0) return undefined;
  return { claimed, outgoing: compose(claimed.map(({ item }) => item)) };
}
