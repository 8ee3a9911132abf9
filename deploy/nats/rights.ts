import {
  type ConsumerDefinition,
  FAN_OUT_CONSUMER,
  FORGETTING_CONSUMER,
  MOVING_CONSUMER,
  QUESTIONS_CONSUMER,
  REFUSALS_CONSUMER,
  REPLIES_CONSUMER,
  redriveConsumer,
  senderConsumer,
  TIERS,
} from '#contracts/consumers.ts';
import { type BucketName, buckets, type StreamName, streamOfBucket, streams } from '#contracts/streams.ts';
import {
  BROADCASTS_DUE,
  broadcastsThat,
  DEAD_LETTERS,
  FORGETTING_REPORTS,
  fillerSubject,
  PAGE_CHANGES_HANDLED,
  PAGE_VIEWS,
  STREAM_SUBJECTS,
  TICK_SUBJECT,
} from '#contracts/subjects.ts';

/*
 * What each service does at NATS, and nothing else (G12). A service that begins to do more needs a line here, or its test fails:
 * the tests' own servers know these users alone.
 */

type ConsumerRight = { stream: StreamName; consumer: string };

export type Rights = {
  /** Subjects that it publishes on. */
  publishes: readonly string[];
  /** Core subjects that it hears, beside its own inbox. */
  hears?: readonly string[];
  /** Whether it answers requests. */
  answers?: true;
  /** Durable consumers whose messages it handles. `*` stands for every consumer of the stream. */
  consumes: readonly ConsumerRight[];
  /** Streams whose messages it may read by themselves. */
  reads: readonly StreamName[];
  /** Streams of which it knows how far they are. */
  knows: readonly StreamName[];
  /** Buckets whose keys it reads and writes. */
  keeps: readonly BucketName[];
  /** Of these, which it watches. */
  watches?: readonly BucketName[];
  /** Consumers of others of which it knows how far they are. */
  follows?: readonly ConsumerRight[];
  /** Consumers of others that it pauses and lets go on. */
  pauses?: readonly ConsumerRight[];
  /** Streams, those of buckets too, out of which it erases single messages. */
  erases?: readonly string[];
};

const of = ({ stream, name }: ConsumerDefinition) => ({ stream, consumer: name });

export const SERVICE_RIGHTS = {
  ingress: {
    publishes: [STREAM_SUBJECTS.UPDATES, PAGE_VIEWS],
    hears: [PAGE_CHANGES_HANDLED],
    consumes: [],
    reads: [],
    knows: ['UPDATES'],
    keeps: ['leases'],
  },
  bot: {
    publishes: [
      STREAM_SUBJECTS.EVENTS,
      STREAM_SUBJECTS.REPLIES,
      STREAM_SUBJECTS.MOVING,
      STREAM_SUBJECTS.FORGETTING,
      broadcastsThat('requested'),
      broadcastsThat('tested'),
      broadcastsThat('cancelled'),
      PAGE_CHANGES_HANDLED,
      DEAD_LETTERS,
    ],
    hears: [PAGE_VIEWS],
    answers: true,
    consumes: [
      { stream: 'UPDATES', consumer: '*' },
      ...[REFUSALS_CONSUMER, QUESTIONS_CONSUMER, REPLIES_CONSUMER, MOVING_CONSUMER].map(of),
      of(redriveConsumer('bot')),
    ],
    reads: ['EVENTS', 'REPLIES', 'BROADCASTS', 'REMINDERS', 'UPDATES', 'DELIVERIES', 'FORGETTING', 'MOVING'],
    knows: ['REPLAYS', 'DEAD'],
    keeps: ['dialogs', 'throttle', 'pacer', 'snapshots'],
    watches: ['pacer'],
    follows: [{ stream: 'REMINDERS', consumer: '*' }],
  },
  tick: {
    publishes: [TICK_SUBJECT, DEAD_LETTERS],
    consumes: [],
    reads: ['TICKS'],
    knows: ['EVENTS'],
    keeps: [],
  },
  shards: {
    publishes: [STREAM_SUBJECTS.REMINDERS, DEAD_LETTERS],
    consumes: [{ stream: 'TICKS', consumer: '*' }, of(redriveConsumer('shard'))],
    // Of EVENTS, whether it is the log that Postgres was made from.
    reads: ['TICKS', 'DELIVERIES', 'REMINDERS', 'EVENTS'],
    knows: ['REPLAYS'],
    keeps: [],
  },
  sender: {
    publishes: [
      STREAM_SUBJECTS.DELIVERIES,
      // Broadcasts to each person, and how far they are.
      BROADCASTS_DUE,
      broadcastsThat('progressed'),
      DEAD_LETTERS,
    ],
    consumes: [
      ...TIERS.map((tier) => of(senderConsumer(tier))),
      of(FAN_OUT_CONSUMER),
      of(redriveConsumer('sender')),
    ],
    reads: ['BROADCASTS', 'REMINDERS', 'DELIVERIES', 'EVENTS'],
    knows: ['REPLAYS'],
    keeps: ['pacer', 'sending'],
    watches: ['pacer'],
    // Whether Postgres knows yet what is in hand.
    follows: [{ stream: 'EVENTS', consumer: 'projection-schedules-events' }],
  },
  projector: {
    publishes: [DEAD_LETTERS],
    consumes: [
      { stream: 'EVENTS', consumer: '*' },
      { stream: 'DELIVERIES', consumer: '*' },
    ],
    reads: ['EVENTS', 'DELIVERIES'],
    knows: [],
    keeps: [],
  },
  forgetting: {
    publishes: [
      STREAM_SUBJECTS.FORGETTING,
      STREAM_SUBJECTS.TOMBSTONES,
      FORGETTING_REPORTS,
      DEAD_LETTERS,
      ...streams.map(({ name }) => fillerSubject(name)),
    ],
    consumes: [of(FORGETTING_CONSUMER)],
    reads: streams.map(({ name }) => name),
    knows: [],
    keeps: ['pacer', 'dialogs', 'snapshots', 'sending', 'throttle'],
    watches: ['pacer'],
    // In whose hands something of a person may still be.
    follows: streams.map(({ name }) => ({ stream: name, consumer: '*' })),
    erases: [...streams.map(({ name }) => name), ...buckets.map(({ name }) => streamOfBucket(name))],
  },
  console: {
    publishes: [STREAM_SUBJECTS.REPLAYS],
    consumes: [],
    // How reminders ended, how old the oldest is, and dead letters, which it gives back.
    reads: ['DELIVERIES', 'TICKS', 'REMINDERS', 'DEAD'],
    knows: ['EVENTS'],
    keeps: ['pacer'],
    watches: ['pacer'],
    follows: streams.map(({ name }) => ({ stream: name, consumer: '*' })),
    pauses: TIERS.map((tier) => of(senderConsumer(tier))),
    erases: ['DEAD'],
  },
} as const satisfies Record<string, Rights>;

export type NatsService = keyof typeof SERVICE_RIGHTS;
export const NATS_SERVICES = Object.keys(SERVICE_RIGHTS) as NatsService[];
