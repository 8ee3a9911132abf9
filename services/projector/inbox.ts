import { type ConsumerMessages, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { LogMessage } from '#projections/source.ts';
import type { Running } from '#services/runtime/consume.ts';
import type { Ports } from '#services/runtime/process.ts';

/** Messages of a durable consumer that wait in this process. At most its `max_ack_pending`. */
export type Inbox = Running & {
  /** Resolves when something is in hand, or when `signal` is aborted. */
  arrival(signal: AbortSignal): Promise<void>;
  /** Highest sequence in hand. */
  last(): number | undefined;
  /** The messages in hand that follow `after` without a gap, at most `limit`. They stay in hand. */
  runAfter(after: number, limit: number): LogMessage[];
  /** Acks all in hand up to `upTo`: their effect is committed. */
  settle(upTo: number): void;
};

const PREFETCH = 1_000;
const RETRY_MS = 500;

/** Pulls from a durable consumer, again and again if the server goes away. Acks nothing by itself. */
export function openInbox({ nats, clock, log }: Ports, stream: string, consumer: string): Inbox {
  const stopping = new AbortController();
  const held = new Map<number, JsMsg>();
  let messages: ConsumerMessages | undefined;
  let arrived = Promise.withResolvers<void>();

  const pull = async () => {
    const source = await jetstream(nats).consumers.get(stream, consumer);
    messages = await source.consume({ max_messages: PREFETCH, expires: 5_000 });
    if (stopping.signal.aborted) messages.stop();
    for await (const message of messages) {
      held.set(message.seq, message); // a redelivered one takes the place of its first copy
      arrived.resolve();
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await pull().catch((error: unknown) => {
        if (!stopping.signal.aborted) log.warn({ err: error, consumer }, 'consumer interrupted');
      });
      await clock.sleep(RETRY_MS, stopping.signal);
    }
  };
  const running = loop();

  return {
    async arrival(signal) {
      if (held.size > 0 || signal.aborted) return;
      arrived = Promise.withResolvers<void>();
      const wake = () => arrived.resolve();
      signal.addEventListener('abort', wake, { once: true });
      await arrived.promise;
      signal.removeEventListener('abort', wake);
    },
    last: () => highest(held.keys()),
    runAfter: (after, limit) => runAfter(held, after, limit),
    settle: (upTo) => settle(held, upTo),
    async stop() {
      stopping.abort();
      messages?.stop();
      await running;
    },
  };
}

function highest(sequences: Iterable<number>): number | undefined {
  let found: number | undefined;
  for (const sequence of sequences) found = Math.max(found ?? 0, sequence);
  return found;
}

function runAfter(held: Map<number, JsMsg>, after: number, limit: number): LogMessage[] {
  const run: LogMessage[] = [];
  for (let sequence = after + 1; run.length < limit; sequence++) {
    const message = held.get(sequence);
    if (!message) break;
    run.push({ subject: message.subject, sequence, data: message.data });
  }
  return run;
}

function settle(held: Map<number, JsMsg>, upTo: number): void {
  for (const [sequence, message] of held) {
    if (sequence > upTo) continue;
    message.ack();
    held.delete(sequence);
  }
}
