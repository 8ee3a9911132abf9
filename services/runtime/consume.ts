import { type ConsumerMessages, type JetStreamClient, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from './clock.ts';
import { isUnavailable, Poison } from './failures.ts';
import type { Log } from './log.ts';
import { park } from './park.ts';

export type Running = { stop(): Promise<void> };

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
  parse(message: JsMsg): T;
  /** Does the work. Returning acks; the signal is aborted when the service stops. */
  handle(value: T, message: JsMsg, signal: AbortSignal): Promise<void>;
};

type Ports = { nats: NatsConnection; clock: Clock; log: Log };

/**
 * The one consume loop. A handled message is acked after its effect; a failed one is tried again with backoff and
 * parked in DEAD after `maxTries`; a poison one is parked at once; while a server is away nothing is parked.
 * `stop()` takes no new messages and resolves when those in hand are finished.
 */
export function consume<T>(ports: Ports, consumption: Consumption<T>): Running {
  const stopping = new AbortController();
  const inHand = new Set<Promise<void>>();
  const js = jetstream(ports.nats);
  let messages: ConsumerMessages | undefined;

  const pull = async () => {
    const consumer = await js.consumers.get(consumption.stream, consumption.consumer);
    messages = await consumer.consume({ max_messages: consumption.prefetch, expires: 5_000 });
    if (stopping.signal.aborted) messages.stop();
    for await (const message of messages) {
      const work = settle(ports, js, consumption, message, stopping.signal);
      inHand.add(work);
      void work.finally(() => inHand.delete(work));
    }
  };

  const loop = async () => {
    while (!stopping.signal.aborted) {
      await pull().catch((error: unknown) => {
        if (!stopping.signal.aborted)
          ports.log.warn({ err: error, consumer: consumption.consumer }, 'consumer interrupted');
      });
      await ports.clock.sleep(500, stopping.signal);
    }
  };
  const running = loop();

  return {
    async stop() {
      stopping.abort();
      messages?.stop();
      await running;
      await Promise.all(inHand);
    },
  };
}

async function settle<T>(
  { log, clock }: Ports,
  js: JetStreamClient,
  consumption: Consumption<T>,
  message: JsMsg,
  signal: AbortSignal,
): Promise<void> {
  const heartbeat = setInterval(() => message.working(), consumption.ackWaitMs / 3);
  try {
    await consumption.handle(parseOrPoison(consumption, message), message, signal);
    message.ack();
  } catch (error) {
    // Somebody else may take it at once; it has not failed.
    if (signal.aborted) return message.nak();
    const tries = message.info.deliveryCount;
    const about = { err: error, consumer: consumption.consumer, sequence: message.seq, tries };
    if (!(error instanceof Poison) && (isUnavailable(error) || tries < consumption.maxTries)) {
      log.warn(about, 'message will be tried again');
      message.nak(backoffMs(tries));
      return;
    }
    log.error(about, 'message parked in DEAD');
    await parkAndTerm(js, consumption, message, error, clock.now()).catch((cause: unknown) => {
      log.error({ err: cause, consumer: consumption.consumer }, 'parking failed');
      message.nak(backoffMs(tries));
    });
  } finally {
    clearInterval(heartbeat);
  }
}

function parseOrPoison<T>(consumption: Consumption<T>, message: JsMsg): T {
  try {
    return consumption.parse(message);
  } catch (cause) {
    throw new Poison(`unreadable message on ${message.subject}`, { cause });
  }
}

/** 0.2 s, doubled with each try, at most 10 s. */
const backoffMs = (tries: number): number => Math.min(10_000, 200 * 2 ** (tries - 1));

async function parkAndTerm<T>(
  js: JetStreamClient,
  { stream, consumer }: Consumption<T>,
  message: JsMsg,
  error: unknown,
  nowMs: number,
): Promise<void> {
  const { seq: sequence, subject, data } = message;
  const deliveries = message.info.deliveryCount;
  await park(js, { consumer, stream, sequence, subject, data, deliveries }, error, nowMs);
  message.term();
}
