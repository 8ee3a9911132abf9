import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  BOT_CONSUMERS,
  REPLIES_CONSUMER,
  redriveRoleOf,
  senderConsumer,
  shardOf,
  TIERS,
} from '#contracts/consumers.ts';
import { DEAD_LETTERS, deadLetterConsumer, TICK_SUBJECT } from '#contracts/subjects.ts';
import { readTick } from '#contracts/ticks.ts';
import { beginOfMinuteMs } from '#contracts/time.ts';
import { type ConsumerFigures, consumerFigures } from '#services/platform/jetstream/consumer-figures.ts';
import { nearestLastMessage } from '#services/platform/jetstream/direct-get.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { BudgetControl, BudgetView } from '#services/platform/rate-limit/budget-control.ts';
import type { Place } from './place.ts';
import { type Queue, queueOf, together } from './queues.ts';
import { streamEnds } from './stream-ends.ts';

/** How the whole installation stands at one moment, by NATS alone. */
export type Figures = {
  /** By the NATS server's clock. */
  nowMs: number;
  tick: { ageMs?: number };
  updates: Queue;
  replies: Queue;
  shards: Queue;
  /** Best first. */
  tiers: Queue[];
  projections: Queue[];
  /** All other durable consumers. */
  others: Queue[];
  missing: { place: Place; name: string }[];
  /** Dead letters by the consumer that gave them up. */
  dead: { consumer: string; letters: number; mayBeRedriven: boolean }[];
  budget: BudgetView;
};

/** Streams with durable consumers. */
const STREAMS = ['UPDATES', 'REPLIES', 'TICKS', 'REMINDERS', 'EVENTS', 'DELIVERIES', 'MOVING', 'BROADCASTS'];
/** What is in these names nobody: their messages are read for their ages. */
const READ = ['TICKS', 'REMINDERS'];
const PROJECTION = /^projection-/;

const EXPECTED: readonly { place: Place; name: string }[] = [
  ...[...BOT_CONSUMERS, REPLIES_CONSUMER].map(({ name }) => ({ place: 'bot' as const, name })),
  ...TIERS.map((tier) => ({ place: 'sender' as const, name: senderConsumer(tier).name })),
];

/** Asked for again and again: some of it is seen by comparison. */
export function figuresReader(
  { nats, clock }: { nats: NatsConnection; clock: Clock },
  budget: BudgetControl,
) {
  const consumersOf = consumerFigures({ nats, clock }, (stream) => READ.includes(stream));
  const ends = streamEnds();

  async function lookAtEnds(nowMs: number): Promise<void> {
    const { streams } = await jetstreamManager(nats, { checkAPI: false });
    for (const stream of ['EVENTS', 'DELIVERIES'])
      ends.saw(stream, (await streams.info(stream)).state.last_seq, nowMs);
  }

  return async (): Promise<Figures> => {
    const view = await budget.view();
    const { nowMs } = view;
    await lookAtEnds(nowMs);
    const found = await consumersOf(STREAMS, ({ config }) => config.durable_name !== undefined);
    const queues = found.map((each: ConsumerFigures) => queueOf(each, nowMs, ends.beyondSinceMs));
    return {
      ...grouped(queues),
      nowMs,
      budget: view,
      tick: await newestTick(nats, nowMs),
      dead: await dead(nats),
    };
  };
}

function grouped(queues: readonly Queue[]) {
  const named = (names: readonly string[]) => queues.filter(({ name }) => names.includes(name));
  const bots = BOT_CONSUMERS.map(({ name }) => name);
  const tierNames = TIERS.map((tier) => senderConsumer(tier).name);
  const shards = queues.filter(({ name }) => shardOf(name) !== undefined);
  const projections = queues.filter(({ name }) => PROJECTION.test(name));
  const shown = new Set([
    ...named([...bots, REPLIES_CONSUMER.name, ...tierNames]),
    ...shards,
    ...projections,
  ]);
  const missing = EXPECTED.filter(({ name }) => !queues.some((queue) => queue.name === name));
  return {
    updates: together('bot', named(bots)),
    replies: together(REPLIES_CONSUMER.name, named([REPLIES_CONSUMER.name])),
    shards: together('shards', shards),
    tiers: tierNames.flatMap((name) => named([name])),
    projections,
    others: queues.filter((queue) => !shown.has(queue)),
    missing: shards.length > 0 ? missing : [...missing, { place: 'shards' as const, name: 'of any shard' }],
  };
}

/** How long ago the minute of the newest tick began. */
async function newestTick(nats: NatsConnection, nowMs: number): Promise<{ ageMs?: number }> {
  const message = await nearestLastMessage(nats, 'TICKS', TICK_SUBJECT);
  const tick = message && readTick(message.string());
  return tick ? { ageMs: nowMs - beginOfMinuteMs(tick.minute) } : {};
}

async function dead(nats: NatsConnection): Promise<Figures['dead']> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  const { subjects = {} } = (await streams.info('DEAD', { subjects_filter: DEAD_LETTERS })).state;
  return Object.entries(subjects)
    .map(([subject, letters]) => {
      const consumer = deadLetterConsumer(subject);
      return { consumer, letters, mayBeRedriven: redriveRoleOf(consumer) !== undefined };
    })
    .sort((a, b) => b.letters - a.letters);
}
