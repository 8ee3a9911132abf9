import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../process/clock.ts';
import type { Log } from '../process/log.ts';
import { type Parcel, park } from './dead-letter.ts';
import { isUnavailable, Poison } from './errors.ts';
import type { Delivery } from './message.ts';
import { pull } from './pull.ts';

export type Running = { stop(): Promise<void> };

/** A stored message as its handler sees it: a replayed one looks as it did when it was parked. */
export type Taken = {
  subject: string;
  /** In the stream where it was stored first. */
  seq: number;
  /** When it was stored there, epoch ms; of a replayed one, when it was parked. */
  storedAtMs: number;
  data: Uint8Array;
  json(): unknown;
};

export type Consumption<T> = {
  stream: string;
  /** Name of the durable consumer. Its `max_ack_pending` bounds how many are handled at once. */
  consumer: string;
  /** Failed tries before a message is parked in DEAD. */
  maxTries: number;
  ackWaitMs: number;
  /** Messages asked for ahead of need. */
  prefetch: number;
  /** Reads a message; whatever it throws parks the message at once. */
  parse(message: Taken): T;
  /** Does the work. Returning acks; the signal is aborted when the service stops. */
  handle(value: T, message: Taken, signal: AbortSignal): Promise<void>;
};

export type ConsumePorts = { nats: NatsConnection; clock: Clock; log: Log };

/** A durable consumer to pull from. */
export type Source = Pick<Consumption<unknown>, 'stream' | 'consumer' | 'ackWaitMs' | 'prefetch'>;

/** What is to be done with one message, and what is parked in DEAD when it cannot be. */
export type Task = {
  maxTries: number;
  parcel: Omit<Parcel, 'deliveries'>;
  /** Deliveries before those of the message in hand. */
  triesBefore: number;
  work(signal: AbortSignal): Promise<void>;
};

/**
 * The one consume loop. A handled message is acked after its effect; a failed one is tried again with backoff and
 * parked in DEAD after `maxTries`; a poison one is parked at once; while a server is away nothing is parked.
 * `stop()` takes no new messages, gives back what is on its way, and resolves when those in hand are finished.
 */
export function consume<T>(ports: ConsumePorts, consumption: Consumption<T>): Running {
  return consumeTasks(ports, consumption, (message) => {
    const { subject, seq, storedAtMs, data } = message;
    return taskOf(consumption, { subject, seq, storedAtMs, data, json: () => message.json() });
  });
}

/** What a consumption does with a message. */
export function taskOf<T>(consumption: Consumption<T>, taken: Taken): Task {
  const { stream, consumer, maxTries } = consumption;
  const { subject, seq: sequence, data } = taken;
  return {
    maxTries,
    parcel: { consumer, stream, sequence, subject, data },
    triesBefore: 0,
    work: (signal) => consumption.handle(parseOrPoison(consumption, taken), taken, signal),
  };
}

function parseOrPoison<T>(consumption: Consumption<T>, message: Taken): T {
  try {
    return consumption.parse(message);
  } catch (cause) {
    throw new Poison(`unreadable message on ${message.subject}`, { cause });
  }
}

/** {@link consume} with the work chosen for each message. `taskFor` must not throw. */
export function consumeTasks(
  ports: ConsumePorts,
  source: Source,
  taskFor: (message: Delivery) => Task,
): Running {
  const stopping = new AbortController();
  const inHand = new Map<string, Promise<void>>();
  const js = jetstream(ports.nats);

  const pulling = pull(ports, source, (message) => {
    // A server that was away for longer than `ack_wait` brings again what is still in hand here. Its end settles both.
    // After a power cut another message may have the sequence.
    const which = `${message.seq} ${message.storedAtMs}`;
    if (inHand.has(which)) return;
    const work = settle(ports, js, source.ackWaitMs, message, taskFor(message), stopping.signal);
    inHand.set(which, work);
    void work.finally(() => inHand.delete(which));
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
  { log, clock }: ConsumePorts,
  js: JetStreamClient,
  ackWaitMs: number,
  message: Delivery,
  { work, parcel, maxTries, triesBefore }: Task,
  signal: AbortSignal,
): Promise<void> {
  const heartbeat = setInterval(() => message.working(), ackWaitMs / 3);
  try {
    await work(signal);
    message.ack();
  } catch (error) {
    // Somebody else may take it at once; it has not failed.
    if (signal.aborted) return message.nak();
    const tries = message.tries;
    const about = { err: error, consumer: parcel.consumer, sequence: parcel.sequence, tries };
    if (!(error instanceof Poison) && (isUnavailable(error) || tries < maxTries)) {
      log.warn(about, 'message will be tried again');
      message.nak(backoffMs(tries));
      return;
    }
    log.error(about, 'message parked in DEAD');
    try {
      await park(js, { ...parcel, deliveries: triesBefore + tries }, error, clock.now());
      message.term();
    } catch (cause) {
      log.error({ err: cause, consumer: parcel.consumer }, 'parking failed');
      message.nak(backoffMs(tries));
    }
  } finally {
    clearInterval(heartbeat);
  }
}

/** 0.2 s, doubled with each try, at most 10 s. */
const backoffMs = (tries: number): number => Math.min(10_000, 200 * 2 ** (tries - 1));
