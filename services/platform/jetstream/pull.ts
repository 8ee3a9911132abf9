import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { streams } from '#contracts/streams.ts';
import { nextMessages } from '#contracts/subjects.ts';
import type { Running } from '../process/lifecycle.ts';
import type { Log } from '../process/log.ts';
import { JetStreamMessage } from './message.ts';

/** A durable consumer to pull from. */
export type PullSource = {
  consumer: { name: string; stream: string };
  /** Messages asked for ahead of need. `max_ack_pending` says how many are in hand at once. */
  prefetch: number;
};

const EXPIRES_MS = 5_000;
/** Every request is answered or expires before; after so long without a word all of them are lost. */
const SILENCE_MS = EXPIRES_MS + 2_000;
const RETRY_MS = 500;
const DRAIN_MS = 2_000;
const NANOS_PER_MS = 1_000_000;
const HEARTBEAT = 100;
const EXPIRED = 408;

/**
 * Hands every message of a durable consumer to `take`, and goes on when the server, the stream or the consumer was away.
 *
 * `stop()` takes no more: what is on its way then still arrives, and is given back at once instead of after `ack_wait`.
 * (The client's own `ConsumerMessages.stop()` unsubscribes and loses it.) With several servers a message may be between
 * two of them when the subscription ends; that one waits for `ack_wait`.
 */
export function pull(
  { nats, log }: { nats: NatsConnection; log: Log },
  { consumer: { name: consumer, stream }, prefetch }: PullSource,
  take: (message: JetStreamMessage) => void,
): Running {
  // A server that lost what it had acked gives its sequences to other messages. It knows a message by its sequence alone:
  // an ack of what was lost would settle another.
  const forgets = streams.some(({ name, async }) => name === stream && async);
  const inbox = createInbox();
  const subject = nextMessages(stream, consumer);
  let stopping = false;
  let interrupted = false;
  /** Requested and not received. */
  let coming = 0;
  /** Statuses of requests of an earlier round say nothing of `coming`. */
  let round = 0;
  let timer: NodeJS.Timeout | undefined;

  function request(): void {
    if (stopping || nats.isClosed()) return;
    const batch = prefetch - coming;
    coming = prefetch;
    nats.publish(subject, JSON.stringify({ batch, expires: EXPIRES_MS * NANOS_PER_MS }), {
      reply: `${inbox}.${round}`,
    });
  }

  function again(): void {
    round++;
    coming = 0;
    againAfter(SILENCE_MS);
    request();
  }

  function againAfter(ms: number): void {
    clearTimeout(timer);
    if (!stopping) timer = setTimeout(again, ms);
  }

  function heard(): void {
    if (interrupted) againAfter(SILENCE_MS);
    else timer?.refresh();
    interrupted = false;
  }

  function onStatus({ headers, subject: to }: Msg): void {
    if (to !== `${inbox}.${round}` || headers === undefined || headers.code === HEARTBEAT) return;
    const left = Number(headers.get('Nats-Pending-Messages'));
    if (headers.code === EXPIRED && left > 0) {
      heard();
      coming = Math.max(0, coming - left);
      request();
      return;
    }
    if (!interrupted && !stopping)
      log.warn({ consumer, code: headers.code, status: headers.description }, 'consumer interrupted');
    interrupted = true;
    againAfter(RETRY_MS);
  }

  function onMessage(message: Msg): void {
    const server = nats.info?.server_id;
    const delivered = new JetStreamMessage(message, () => !forgets || nats.info?.server_id === server);
    if (stopping) {
      delivered.nak();
      return;
    }
    heard();
    coming = Math.max(0, coming - 1);
    if (coming <= prefetch / 4) request();
    take(delivered);
  }

  const subscription = nats.subscribe(`${inbox}.*`, {
    callback(error, message) {
      if (error) log.error({ err: error, consumer }, 'consumer cannot be pulled from');
      else if (message.subject.startsWith(inbox)) onStatus(message);
      else onMessage(message);
    },
  });
  void onReconnect(nats, again, () => stopping);
  again();

  return {
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await drained(nats, subscription);
    },
  };
}

/** A server that forgot us has forgotten our requests. */
async function onReconnect(nats: NatsConnection, again: () => void, stopped: () => boolean): Promise<void> {
  for await (const { type } of nats.status()) {
    if (stopped()) return;
    if (type === 'reconnect') again();
  }
}

/** While the server is away nothing is on its way, and nobody answers. */
async function drained(nats: NatsConnection, subscription: Subscription): Promise<void> {
  if (nats.isClosed() || subscription.isClosed()) return;
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const deadline = setTimeout(resolve, DRAIN_MS);
  await Promise.race([subscription.drain(), late]);
  clearTimeout(deadline);
}
