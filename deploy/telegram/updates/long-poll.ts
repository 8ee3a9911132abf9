import { conflict } from '../checks/refusal.ts';
import type { UpdateQueue } from './queue.ts';

export type Poll = { offset: number; limit: number; timeoutMs: number; signal: AbortSignal };

/** getUpdates: at most one poll waits; a newer one ends it. */
export type LongPolling = {
  /** Resolves with updates at once or when one arrives, with none at the timeout. Rejects with 409 when ended. */
  poll(poll: Poll): Promise<object[]>;
  /** Ends the waiting poll with a 409 of this text. */
  terminate(reason: string): void;
  /** Ends the waiting poll with no updates. */
  stop(): void;
};

const OTHER_POLLER =
  'terminated by other getUpdates request; make sure that only one bot instance is running';

export function createLongPolling(queue: UpdateQueue): LongPolling {
  let wake: (() => void) | undefined;
  let fail: ((reason: string) => void) | undefined;
  queue.onArrival(() => wake?.());

  function terminate(reason: string): void {
    fail?.(reason);
  }

  function wait({ offset, limit, timeoutMs, signal }: Poll): Promise<object[]> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', deliver);
        wake = undefined;
        fail = undefined;
        settle();
      };
      const deliver = () => finish(() => resolve(take(queue, offset, limit)));
      const timer = setTimeout(deliver, timeoutMs);
      signal.addEventListener('abort', deliver);
      wake = deliver;
      fail = (reason) => finish(() => reject(conflict(reason)));
    });
  }

  return {
    async poll(poll) {
      terminate(OTHER_POLLER);
      confirmUpTo(queue, poll.offset);
      const ready = take(queue, poll.offset, poll.limit);
      return ready.length > 0 || poll.timeoutMs <= 0 ? ready : wait(poll);
    },
    terminate,
    stop: () => wake?.(),
  };
}

/** An offset confirms all lower ids; a negative one keeps only that many from the end. */
function confirmUpTo(queue: UpdateQueue, offset: number): void {
  const ids = [...queue.pending()].map(({ update }) => update.update_id);
  if (offset > 0) queue.confirm(ids.filter((id) => id < offset));
  if (offset < 0) queue.confirm(ids.slice(0, Math.max(0, ids.length + offset)));
}

function take(queue: UpdateQueue, offset: number, limit: number): object[] {
  const taken: object[] = [];
  for (const { update } of queue.pending()) {
    if (taken.length >= limit) break;
    if (update.update_id >= offset) taken.push(update);
  }
  return taken;
}
