import { partitionsOf } from './ids.ts';
import type { Tier } from './messages.ts';
import { Tier as Tiers } from './messages.ts';
import {
  BROADCAST_REQUESTS,
  deliveriesWithOutcome,
  remindersOfTier,
  replaysOfRole,
  TICK_SUBJECT,
  updatesOfPartition,
} from './subjects.ts';

/*
 * Streams, buckets and durable consumers as data. The provisioning command applies them; services only check that they
 * exist. Durations are milliseconds.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type StreamName =
  | 'EVENTS'
  | 'TICKS'
  | 'UPDATES'
  | 'REMINDERS'
  | 'DELIVERIES'
  | 'BROADCASTS'
  | 'DEAD'
  | 'REPLAYS';

export type StreamDefinition = {
  name: StreamName;
  subjects: string[];
  description: string;
  /** 0 keeps for ever. */
  maxAgeMs: number;
  /** How long message ids are remembered. */
  duplicateWindowMs: number;
  /** Several messages stored all or none. Not possible together with `async`. */
  atomic: boolean;
  /** Acked before it is on disk: only for what can be computed again. */
  async: boolean;
  /** Larger bodies (headers included) are refused. */
  maxMessageBytes: number;
};

const KIB = 1024;

export const streams: readonly StreamDefinition[] = [
  {
    name: 'EVENTS',
    subjects: ['events.*.*.*'],
    description: 'What happened to accounts and habits: the source of truth',
    maxAgeMs: 0,
    duplicateWindowMs: 2 * MINUTE,
    atomic: true,
    async: false,
    maxMessageBytes: 64 * KIB,
  },
  {
    name: 'TICKS',
    subjects: [TICK_SUBJECT],
    description: 'One message a minute, without gaps',
    maxAgeMs: 7 * DAY,
    duplicateWindowMs: 2 * MINUTE,
    atomic: false,
    async: true,
    maxMessageBytes: KIB,
  },
  {
    name: 'UPDATES',
    subjects: ['updates.*.*'],
    description: 'Raw updates from Telegram, once each',
    maxAgeMs: 2 * DAY,
    duplicateWindowMs: 2 * DAY,
    atomic: false,
    async: false,
    maxMessageBytes: 512 * KIB,
  },
  {
    name: 'REMINDERS',
    subjects: ['reminders.*.*.*.*'],
    description: 'Reminders due, one for a person and minute',
    maxAgeMs: 2 * DAY,
    duplicateWindowMs: 2 * MINUTE,
    atomic: false,
    async: true,
    maxMessageBytes: 64 * KIB,
  },
  {
    name: 'DELIVERIES',
    subjects: ['deliveries.*.*.*'],
    description: 'How each reminder ended',
    maxAgeMs: 400 * DAY,
    duplicateWindowMs: HOUR,
    atomic: false,
    async: false,
    maxMessageBytes: 64 * KIB,
  },
  {
    name: 'BROADCASTS',
    subjects: ['broadcasts.*.*'],
    description: 'What admins send to everybody: the text once, how far it is, and whether it was called off',
    maxAgeMs: 400 * DAY,
    duplicateWindowMs: 2 * MINUTE,
    atomic: false,
    async: false,
    maxMessageBytes: 64 * KIB,
  },
  {
    name: 'DEAD',
    subjects: ['dead.*'],
    description: 'Poison messages, parked with their error',
    maxAgeMs: 30 * DAY,
    duplicateWindowMs: HOUR,
    atomic: false,
    async: false,
    maxMessageBytes: 1024 * KIB,
  },
  {
    name: 'REPLAYS',
    subjects: ['replays.*.*'],
    description: 'Dead letters handed back to the consumer that parked them',
    maxAgeMs: 2 * DAY,
    duplicateWindowMs: HOUR,
    atomic: false,
    async: false,
    maxMessageBytes: 1024 * KIB,
  },
];

export type BucketName = 'dialogs' | 'throttle' | 'pacer' | 'snapshots' | 'leases' | 'sending';

export type BucketDefinition = {
  name: BucketName;
  description: string;
  /** 0 keeps for ever. */
  ttlMs: number;
  /** Lets single keys carry a time to live. */
  keyTtl: boolean;
  /** Acked before it is on disk: only for what can be computed again. */
  async: boolean;
};

export const buckets: readonly BucketDefinition[] = [
  { name: 'dialogs', description: 'FSM state of each chat', ttlMs: 30 * DAY, keyTtl: false, async: false },
  {
    name: 'throttle',
    description: 'Inbound requests of each person',
    ttlMs: 2 * MINUTE,
    keyTtl: false,
    async: true,
  },
  { name: 'pacer', description: 'The global outgoing budget', ttlMs: 0, keyTtl: false, async: false },
  {
    name: 'snapshots',
    description: 'Aggregate state and the sequence it stands at',
    ttlMs: 0,
    keyTtl: false,
    async: true,
  },
  { name: 'leases', description: 'Who long-polls', ttlMs: 0, keyTtl: true, async: false },
  {
    name: 'sending',
    description: 'Write-ahead marker of each send',
    ttlMs: 3 * DAY,
    keyTtl: false,
    async: false,
  },
];

export type ConsumerDefinition = {
  name: string;
  stream: StreamName;
  filterSubjects: string[];
  /** Operators may change it live; provisioning leaves a changed one alone. */
  maxAckPending: number;
  /** After this without a sign of life from whoever has it, a message goes to another. Renewed while it is worked on. */
  ackWaitMs: number;
  /** Failed tries before the consume loop parks a message in DEAD; an unavailable server does not count. */
  maxTries: number;
  /** `all`: one ack settles everything before it. Default `explicit`. */
  ackPolicy?: 'explicit' | 'all';
  description: string;
};

/** Bot consumers: fixed, because they decide which updates are kept in order together. */
export const BOT_CONSUMER_COUNT = 32;
export const TIERS: readonly Tier[] = Tiers.options;

const twoDigits = (n: number) => String(n).padStart(2, '0');
export const botConsumer = (index: number) => `bot-${twoDigits(index)}`;
/** Its name says the count too: what one count has acked is nothing to another. */
export const shardConsumer = (index: number, shardCount: number) =>
  `shard-${twoDigits(index)}-of-${twoDigits(shardCount)}`;

/** @returns which shard a consumer stands for, or undefined when it is none. */
export function shardOf(consumer: string): { index: number; shardCount: number } | undefined {
  const [, index, shardCount] = /^shard-(\d\d)-of-(\d\d)$/.exec(consumer) ?? [];
  return index === undefined ? undefined : { index: Number(index), shardCount: Number(shardCount) };
}
export const senderConsumer = (tier: Tier) => `sender-${tier}`;
export const FAN_OUT_CONSUMER = 'sender-fan-out';

/** Services that take dead letters back. Their consumers' names begin with the role's. */
export const REPLAY_ROLES = ['bot', 'shard', 'sender'] as const;
export type ReplayRole = (typeof REPLAY_ROLES)[number];
export const replayConsumer = (role: ReplayRole) => `replays-${role}`;

/** Whose consumer it is, or undefined for one that takes nothing back: a projection's. */
export function replayRoleOf(consumer: string): ReplayRole | undefined {
  return REPLAY_ROLES.find((role) => consumer.startsWith(`${role}-`));
}

/** Consumers of the services; those of the projections come from their folders. */
export function serviceConsumers(shardCount: number): ConsumerDefinition[] {
  return [
    ...Array.from({ length: BOT_CONSUMER_COUNT }, (_, index) => ({
      name: botConsumer(index),
      stream: 'UPDATES' as const,
      filterSubjects: partitionsOf(index, BOT_CONSUMER_COUNT).map(updatesOfPartition),
      maxAckPending: 1,
      ackWaitMs: 5 * SECOND,
      maxTries: 5,
      description: 'Updates of its partitions, one at a time',
    })),
    ...Array.from({ length: shardCount }, (_, index) => ({
      name: shardConsumer(index, shardCount),
      stream: 'TICKS' as const,
      filterSubjects: [TICK_SUBJECT],
      maxAckPending: 1,
      ackWaitMs: 10 * SECOND,
      maxTries: Number.POSITIVE_INFINITY,
      description: `Ticks for partitions p with p mod ${shardCount} = ${index}`,
    })),
    ...TIERS.map((tier) => ({
      name: senderConsumer(tier),
      stream: 'REMINDERS' as const,
      filterSubjects: [remindersOfTier(tier)],
      maxAckPending: 64,
      ackWaitMs: 10 * SECOND,
      maxTries: Number.POSITIVE_INFINITY,
      description: `Reminders of the ${tier} tier`,
    })),
    {
      name: 'bot-refusals',
      stream: 'DELIVERIES' as const,
      filterSubjects: [deliveriesWithOutcome('failed')],
      maxAckPending: 64,
      ackWaitMs: 10 * SECOND,
      maxTries: 10,
      description: 'Refusals of Telegram that end reminders',
    },
    {
      name: 'bot-questions',
      stream: 'DELIVERIES' as const,
      filterSubjects: [deliveriesWithOutcome('asked')],
      maxAckPending: 64,
      ackWaitMs: 10 * SECOND,
      maxTries: 10,
      description: 'Who was asked whether to go on reminding',
    },
    {
      name: FAN_OUT_CONSUMER,
      stream: 'BROADCASTS' as const,
      filterSubjects: [BROADCAST_REQUESTS],
      maxAckPending: 1,
      ackWaitMs: 10 * SECOND,
      maxTries: Number.POSITIVE_INFINITY,
      description: 'Broadcasts, one after the other, into messages to each person',
    },
    ...REPLAY_ROLES.map((role) => ({
      name: replayConsumer(role),
      stream: 'REPLAYS' as const,
      filterSubjects: [replaysOfRole(role)],
      maxAckPending: 1,
      ackWaitMs: 10 * SECOND,
      maxTries: Number.POSITIVE_INFINITY,
      description: `Dead letters that consumers of the ${role} service try again`,
    })),
  ];
}
