import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { streams } from '#contracts/streams.ts';
import type { Running } from '../process/lifecycle.ts';
import { JetStreamMessage } from './message.ts';
import { type PullPorts, type PullSource, pullRequests } from './pull-requests.ts';

const DRAIN_MS = 2_000;

/**
 * Hands every message of a durable consumer to `take`, and goes on when the server, the stream or the consumer was away.
 *
 * `stop()` takes no more: what is on its way then still arrives, and is given back at once instead of after `ack_wait`.
 * (The client's own `ConsumerMessages.stop()` unsubscribes and loses it.) With several servers a message may be between
 * two of them when the subscription ends; that one waits for `ack_wait`.
 */
export function pull(
  { nats, log, watch }: PullPorts,
  source: PullSource,
  take: (message: JetStreamMessage) => void,
): Running {
  // A server that lost what it had acked gives its sequences to other messages. It knows a message by its sequence alone:
  // an ack of what was lost would settle another.
  const forgets = streams.some(({ name, async }) => name === source.consumer.stream && async);
  const requests = pullRequests({ nats, log, watch }, source);
  let stopping = false;

  const subscription = nats.subscribe(`${requests.inbox}.*`, {
    callback(error, message) {
      if (error) {
        log.error({ err: error, consumer: source.consumer.name }, 'consumer cannot be pulled from');
        return;
      }
      if (message.subject.startsWith(requests.inbox)) return requests.status(message);
      const server = nats.info?.server_id;
      const delivered = new JetStreamMessage(message, () => !forgets || nats.info?.server_id === server);
      if (stopping) return delivered.nak();
      requests.received();
      take(delivered);
    },
  });
  void onReconnect(nats, requests.restart, () => stopping);
  requests.restart();

  return {
    async stop() {
      stopping = true;
      requests.stop();
      await drained(nats, subscription);
    },
  };
}

/** A server that was started again has forgotten the requests. */
async function onReconnect(nats: NatsConnection, restart: () => void, stopped: () => boolean): Promise<void> {
  for await (const { type } of nats.status()) {
    if (stopped()) return;
    if (type === 'reconnect') restart();
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
