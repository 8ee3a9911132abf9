import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../process/clock.ts';
import { type Backoff, backoffMs, type Running } from '../process/lifecycle.ts';
import type { Log } from '../process/log.ts';
import type { ConsumerWatch } from './consumer-watch.ts';
import { type DeadLetterOrigin, storeDeadLetter } from './dead-letter.ts';
import { isPoison, isUnavailable } from './errors.ts';
import type { ConsumerHandler, StoredMessage } from './handler.ts';
import type { JetStreamMessage } from './message.ts';
import { pull } from './pull.ts';

/** `watch` is told of what is seen of the consumer. */
export type ConsumePorts = { nats: NatsConnection; clock: Clock; log: Log; watch?: ConsumerWatch };

/** What is to be done with one message, and what is dead-lettered when it cannot be. */
export type MessageTask = {
  maxTries: number;
  origin: Omit<DeadLetterOrigin, 'deliveries'>;
  /** Deliveries before those of the message in hand. */
  triesBefore: number;
  work(signal: AbortSignal): Promise<void>;
};

const RETRY: Backoff = { firstMs: 200, longestMs: 10_000 };

/**
 * The consume loop of one handler. A handled message is acked after its effect; a failed one is tried again with
 * backoff and dead-lettered after `maxTries`; a poison one is dead-lettered at once; while a server is away nothing is.
 * `stop()` takes no new messages, gives back what is on its way, and resolves when those in hand are finished.
 */
export function consume(ports: ConsumePorts, handler: ConsumerHandler): Running {
  return consumeTasks(ports, handler, (message) => {
    const { subject, seq, storedAtMs, tries, behind, data } = message;
    return taskOf(handler, { subject, seq, storedAtMs, tries, behind, data, json: () => message.json() });
  });
}

/** What a handler does with a message. */
export function taskOf({ consumer, handle }: ConsumerHandler, message: StoredMessage): MessageTask {
  const { name, stream, maxTries } = consumer;
  const { subject, seq: sequence, data } = message;
  return {
    maxTries,
    origin: { consumer: name, stream, sequence, subject, data },
    triesBefore: 0,
    work: (signal) => handle(message, signal),
  };
}

/** {@link consume} with the work chosen for each message. `taskFor` must not throw. */
export function consumeTasks(
  ports: ConsumePorts,
  source: Pick<ConsumerHandler, 'consumer' | 'prefetch'>,
  taskFor: (message: JetStreamMessage) => MessageTask,
): Running {
  const stopping = new AbortController();
  const inHand = new Map<string, Promise<void>>();
  const js = jetstream(ports.nats);
  const { ackWaitMs } = source.consumer;

  const pulling = pull(ports, source, (message) => {
    // A server that was away for longer than `ack_wait` delivers again what is still in hand here. One end settles both.
    // After a power cut another message may have the sequence.
    const key = `${message.seq} ${message.storedAtMs}`;
    if (inHand.has(key)) return;
    const heartbeat = setInterval(() => message.working(), ackWaitMs / 3);
    const work = settle({ ...ports, js }, message, taskFor(message), stopping.signal).finally(() => {
      clearInterval(heartbeat);
      inHand.delete(key);
    });
    inHand.set(key, work);
  });

  return {
    async stop() {
      stopping.abort();
      await pulling.stop();
      await Promise.all(inHand.values());
    },
  };
}

async function settle(
  { log, clock, js, watch }: ConsumePorts & { js: JetStreamClient },
  message: JetStreamMessage,
  { work, origin, maxTries, triesBefore }: MessageTask,
  signal: AbortSignal,
): Promise<void> {
  try {
    await work(signal);
    message.ack();
    watch?.handled();
  } catch (error) {
    // Another process may take it at once; it has not failed.
    if (signal.aborted) return message.nak();
    const { tries } = message;
    const { consumer, sequence } = origin;
    const about = { err: error, consumer, sequence, tries };
    if (!isPoison(error) && (isUnavailable(error) || tries < maxTries)) {
      log.warn(about, 'message will be tried again');
      watch?.failed(error);
      return message.nak(backoffMs(tries, RETRY));
    }
    log.error(about, 'message dead-lettered');
    try {
      await storeDeadLetter(js, { ...origin, deliveries: triesBefore + tries }, error, clock.now());
      message.term();
      if (isPoison(error)) watch?.handled();
      else watch?.failed(error);
    } catch (cause) {
      log.error({ err: cause, consumer }, 'message could not be dead-lettered');
      watch?.failed(cause);
      message.nak(backoffMs(tries, RETRY));
    }
  }
}
