import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../process/clock.ts';
import { gaugesByAsking, type Metrics, type Sample } from '../process/metrics.ts';
import { type ConsumerFigures, consumerFigures } from './consumer-figures.ts';

const OF_CONSUMER = { labels: ['stream', 'consumer'] } as const;
const GAUGES = {
  habitstream_consumer_pending_messages: {
    help: 'Messages that a durable consumer has not handed out yet',
    ...OF_CONSUMER,
  },
  habitstream_consumer_ack_pending_messages: {
    help: 'Messages that a durable consumer has handed out, and that are not acked yet',
    ...OF_CONSUMER,
  },
  habitstream_consumer_max_ack_pending_messages: {
    help: 'How many may be handed out at once: what "nats consumer edit --max-pending" sets',
    ...OF_CONSUMER,
  },
  habitstream_consumer_oldest_message_age_seconds: {
    help: 'Age of the oldest message that is not acked yet; 0 when there is none',
    ...OF_CONSUMER,
  },
  habitstream_consumer_idle_seconds: {
    help: 'How long this process has seen a durable consumer stand still with messages not acked; 0 while it moves or has none',
    ...OF_CONSUMER,
  },
  habitstream_consumer_paused: {
    help: '1 while an operator has paused the consumer',
    ...OF_CONSUMER,
  },
} as const;

type Name = keyof typeof GAUGES;
type Ports = { nats: NatsConnection; clock: Clock };

type MeasuredConsumer = { stream: string; name: string };

/** Its messages are read by nobody but the consumer's service, and an operator sees what becomes of them. */
const NOT_READ = 'REPLAYS';

/**
 * What the server says of each of `consumers`, which may grow. Each replica of a service says the same, so Prometheus takes the
 * maximum over them.
 */
export function measureConsumers(
  metrics: Metrics,
  ports: Ports,
  consumers: readonly MeasuredConsumer[],
): void {
  const figuresOf = consumerFigures(ports, (stream) => stream !== NOT_READ);

  async function ask(): Promise<Record<Name, readonly Sample[]>> {
    const names = new Set(consumers.map(({ name }) => name));
    const streams = new Set(consumers.map(({ stream }) => stream));
    const found = await figuresOf(streams, (info) => names.has(info.name));
    const all = (value: (each: ConsumerFigures) => number) =>
      found.map((each) => ({
        labels: { stream: each.info.stream_name, consumer: each.info.name },
        value: value(each),
      }));
    return {
      habitstream_consumer_pending_messages: all(({ info }) => info.num_pending),
      habitstream_consumer_ack_pending_messages: all(({ info }) => info.num_ack_pending),
      habitstream_consumer_max_ack_pending_messages: all(({ info }) => info.config.max_ack_pending ?? 0),
      habitstream_consumer_oldest_message_age_seconds: all(({ oldestAgeS }) => oldestAgeS),
      habitstream_consumer_idle_seconds: all(({ idleS }) => idleS),
      habitstream_consumer_paused: all(({ info }) => Number(info.paused ?? false)),
    };
  }
  gaugesByAsking(metrics, GAUGES, ask);
}
