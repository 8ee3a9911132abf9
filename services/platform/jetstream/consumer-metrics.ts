import { type ConsumerInfo, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../process/clock.ts';
import { gaugesByAsking, type Metrics, type Sample } from '../process/metrics.ts';

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
  { nats, clock }: Ports,
  consumers: readonly MeasuredConsumer[],
): void {
  const idle = idleTimes(clock);

  async function ask(): Promise<Record<Name, readonly Sample[]>> {
    const manager = await jetstreamManager(nats, { checkAPI: false });
    const found = await Promise.all(
      (await infosOf(manager, consumers)).map(async (info) => ({
        labels: { stream: info.stream_name, consumer: info.name },
        info,
        ageS: await oldestAgeS(manager, info, clock),
      })),
    );
    const all = (value: (each: (typeof found)[number]) => number) =>
      found.map((each) => ({ labels: each.labels, value: value(each) }));
    return {
      habitstream_consumer_pending_messages: all(({ info }) => info.num_pending),
      habitstream_consumer_ack_pending_messages: all(({ info }) => info.num_ack_pending),
      habitstream_consumer_max_ack_pending_messages: all(({ info }) => info.config.max_ack_pending ?? 0),
      habitstream_consumer_oldest_message_age_seconds: all(({ ageS }) => ageS),
      habitstream_consumer_idle_seconds: all(({ info }) => idle.secondsOf(info)),
      habitstream_consumer_paused: all(({ info }) => Number(info.paused ?? false)),
    };
  }
  gaugesByAsking(metrics, GAUGES, ask);
}

/** One request for each stream. */
async function infosOf(
  { consumers: api }: JetStreamManager,
  consumers: readonly MeasuredConsumer[],
): Promise<ConsumerInfo[]> {
  const names = new Set(consumers.map(({ name }) => name));
  const infos: ConsumerInfo[] = [];
  for (const stream of new Set(consumers.map((each) => each.stream)))
    for await (const info of api.list(stream)) if (names.has(info.name)) infos.push(info);
  return infos;
}

/** By the server's clock, where it says it. */
async function oldestAgeS({ streams }: JetStreamManager, info: ConsumerInfo, clock: Clock): Promise<number> {
  const { stream_name: stream, config, ts } = info;
  if (info.num_pending + info.num_ack_pending === 0 || stream === NOT_READ) return 0;
  const filters = config.filter_subjects ?? [config.filter_subject ?? '>'];
  // Everything up to the ack floor is done with, so the oldest comes next.
  const seq = info.ack_floor.stream_seq + 1;
  const firsts = await Promise.all(
    filters.map((subject) => {
      const query = { seq, next_by_subj: subject };
      return streams.getMessage(stream, query);
    }),
  );
  const nowMs = ts === undefined ? clock.now() : Date.parse(ts);
  const ages = firsts.flatMap((first) => (first ? [nowMs - first.time.getTime()] : []));
  return Math.max(0, ...ages) / 1000;
}

/** Where each consumer was seen, and since when. A new leader does not know when its consumer was last active. */
function idleTimes(clock: Clock) {
  const seen = new Map<string, { place: string; sinceMs: number }>();
  return {
    secondsOf({ name, num_pending, num_ack_pending, ack_floor, delivered }: ConsumerInfo): number {
      const waiting = num_pending + num_ack_pending;
      const place = `${waiting > 0} ${ack_floor.stream_seq} ${delivered.stream_seq} ${num_ack_pending}`;
      const nowMs = clock.now();
      const before = seen.get(name);
      const sinceMs = before?.place === place ? before.sinceMs : nowMs;
      seen.set(name, { place, sinceMs });
      return waiting === 0 ? 0 : (nowMs - sinceMs) / 1000;
    },
  };
}
