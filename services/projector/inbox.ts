import type { LogMessage } from '#projections/engine/source.ts';
import type { JetStreamMessage } from '#services/platform/jetstream/message.ts';
import { pull } from '#services/platform/jetstream/pull.ts';
import type { PullPorts } from '#services/platform/jetstream/pull-requests.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';

/**
 * Messages of a durable consumer that wait in this process, at most its `max_ack_pending`. `stop()` naks all of them, so
 * that another replica gets them at once.
 */
export type Inbox = Running & {
  /** Resolves when something is in hand, or when `signal` is aborted. */
  arrival(signal: AbortSignal): Promise<void>;
  /** Lowest sequence in hand. */
  first(): number | undefined;
  /** Highest sequence in hand. */
  last(): number | undefined;
  /** The messages in hand that follow `after` without a gap, at most `limit`. They stay in hand. */
  runAfter(after: number, limit: number): LogMessage[];
  /** Gives all in hand back. */
  giveBack(): void;
  /** Acks all in hand up to `upTo`: their effect is committed. */
  settle(upTo: number): void;
};

const PREFETCH = 1_000;

/** Pulls from a durable consumer. Acks only what `settle` names. */
export function openInbox(ports: PullPorts, stream: string, consumer: string): Inbox {
  const held = new Map<number, JetStreamMessage>();
  let arrived = Promise.withResolvers<void>();
  const pulling = pull(ports, { consumer: { name: consumer, stream }, prefetch: PREFETCH }, (message) => {
    held.set(message.seq, message); // a redelivered one takes the place of its first copy
    arrived.resolve();
  });

  function giveBack(): void {
    for (const message of held.values()) message.nak();
    held.clear();
  }

  return {
    async arrival(signal) {
      if (held.size > 0 || signal.aborted) return;
      arrived = Promise.withResolvers<void>();
      const wake = () => arrived.resolve();
      signal.addEventListener('abort', wake, { once: true });
      await arrived.promise;
      signal.removeEventListener('abort', wake);
    },
    first: () => [...held.keys()].reduce<number | undefined>(lower, undefined),
    last: () => [...held.keys()].reduce<number | undefined>(higher, undefined),
    runAfter: (after, limit) => runAfter(held, after, limit),
    giveBack,
    settle: (upTo) => settle(held, upTo),
    async stop() {
      await pulling.stop();
      giveBack();
    },
  };
}

const lower = (one: number | undefined, other: number) => Math.min(one ?? other, other);
const higher = (one: number | undefined, other: number) => Math.max(one ?? other, other);

function runAfter(held: Map<number, JetStreamMessage>, after: number, limit: number): LogMessage[] {
  const run: LogMessage[] = [];
  for (let sequence = after + 1; run.length < limit; sequence++) {
    const message = held.get(sequence);
    if (!message) break;
    run.push({
      subject: message.subject,
      sequence,
      data: message.data,
      storedAtMs: message.storedAtMs,
    });
  }
  return run;
}

function settle(held: Map<number, JetStreamMessage>, upTo: number): void {
  for (const [sequence, message] of held) {
    if (sequence > upTo) continue;
    message.ack();
    held.delete(sequence);
  }
}
