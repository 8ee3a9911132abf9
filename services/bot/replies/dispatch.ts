import type { UserId } from '#contracts/ids.ts';
import type { Slot } from '#services/platform/rate-limit/rate-limiter.ts';
import type { Person } from '../person.ts';
import { isAwaited, merged, type PendingReply, type Showing, withList } from './pending-replies.ts';
import type { Waiting } from './reply-stream.ts';
import { type ReplyPorts, readyReply, renderReply } from './show-reply.ts';

/** How the replies to one update leave. */
export type Dispatch = {
  /** Takes the slot of what is about to be shown, where one is free. */
  prepare(): void;
  /**
   * Shows what is to be shown: the first reply at once if it may leave now; the others, and what did not get there, when
   * they are durable in REPLIES.
   * @returns whether the person blocked the bot.
   */
  show(replies: readonly PendingReply[], person: Person): Promise<'blocked' | 'goes on'>;
  /** To be called in the end: the slot that was taken early and not used lapses. */
  end(): void;
};

export type DispatchOrder = {
  /** See share.ts. */
  rank: number;
  /** Replies to this person that wait, as far as is known: this one comes behind them. */
  waiting: Waiting;
  /** Updates of the same consumer that wait behind this one: some may be this person's. */
  behind: number;
  /** Sequence in UPDATES of the update that is answered. */
  upTo?: number;
};

/** A booked slot is at hand within moments; when a pause or another process came between, the reply waits elsewhere. */
const LONGEST_WAIT_MS = 1_000;

/**
 * A reply leaves at once, from the handler of its update, only if that holds nobody else's updates up: when the chat and
 * the budget are free, and nothing waits, neither replies to this person nor updates behind this one. Its slot is taken
 * while the events are appended. Everything else waits in REPLIES: see deliver-replies.ts.
 */
export function openDispatch(
  ports: ReplyPorts,
  userId: UserId,
  { rank, waiting, behind, upTo }: DispatchOrder,
): Dispatch {
  const { limiter, stream, photos } = ports;
  const given = new AbortController();
  let slot: Promise<Slot> | undefined;

  const isReady = () => !isAwaited(waiting.pending) && behind === 0 && limiter.isFree(userId);

  function prepare(): void {
    if (slot || !isReady()) return;
    const giveUp = AbortSignal.any([given.signal, AbortSignal.timeout(LONGEST_WAIT_MS)]);
    slot = limiter.take({ lane: 'reply', chatId: userId, rank }, giveUp);
    slot.catch(() => {}); // reported where it is used
  }

  async function showNow(reply: PendingReply, person: Person): Promise<Showing | undefined> {
    const rendered = renderReply(ports, reply, person);
    // Drawing takes longer than a slot keeps, and others' updates would wait for a renderer that is busy.
    if (!rendered.picture) prepare();
    else if (!isReady() || !photos.isFree()) return undefined;
    const show = await readyReply(ports, reply, { userId, rendered });
    prepare();
    const taken = slot;
    return taken && show(async () => (await taken).begin());
  }

  return {
    prepare,
    async show(replies, person) {
      const [first, ...others] = replies;
      if (!first) return 'goes on';
      const showing = await showNow(first, person);
      const posted = showing?.posted;
      if (posted === 'blocked') return 'blocked';
      const left = posted === 'shown' || posted === 'refused' ? others : replies;
      const how = { rank, hasMoreBehind: behind > 0, ...(upTo !== undefined && { upTo }) };
      await stream.change(userId, waiting, (before) => {
        const after = showing ? withList(before, first, showing, person.today) : before;
        return left.length > 0 ? merged(after, left, how) : after;
      });
      return 'goes on';
    },
    end: () => given.abort(),
  };
}
