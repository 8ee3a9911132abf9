import { partitionOf, partitionsOf, type UserId } from './ids.ts';
import { Tier } from './messages.ts';
import type { StreamName } from './streams.ts';
import {
  broadcastsThat,
  deliveriesWithOutcome,
  redrivesOfRole,
  remindersOfTier,
  STREAM_SUBJECTS,
  TICK_SUBJECT,
  updatesOfPartition,
} from './subjects.ts';

/*
 * The durable consumers of the services, each as a constant or by its number. Provisioning makes them; a service takes
 * its own from here. Those of the projections come from their folders.
 */

export type ConsumerDefinition = {
  name: string;
  stream: StreamName;
  filterSubjects: string[];
  /** Operators may change it live; provisioning leaves a changed one alone. */
  maxAckPending: number;
  /** A message goes to another process after this long without a sign of life from the one that works on it. */
  ackWaitMs: number;
  /** Failed tries before the consume loop dead-letters a message; an unavailable server does not count. */
  maxTries: number;
  /** `all`: one ack settles everything before it. Default `explicit`. */
  ackPolicy?: 'explicit' | 'all';
  description: string;
};

const SECOND = 1000;

const twoDigits = (n: number) => String(n).padStart(2, '0');

/** Fixed for life: the number decides which updates are kept in order together. */
export const BOT_CONSUMER_COUNT = 32;

/** Updates of a part of the people. One message in flight keeps a person's updates in order. */
export const botConsumer = (index: number): ConsumerDefinition => ({
  name: `bot-${twoDigits(index)}`,
  stream: 'UPDATES',
  filterSubjects: partitionsOf(index, BOT_CONSUMER_COUNT).map(updatesOfPartition),
  maxAckPending: 1,
  ackWaitMs: 5 * SECOND,
  maxTries: 5,
  description: 'Updates of its partitions, one at a time',
});

export const BOT_CONSUMERS: readonly ConsumerDefinition[] = Array.from(
  { length: BOT_CONSUMER_COUNT },
  (_, index) => botConsumer(index),
);

/** Which of them brings the updates of a person. */
export const botConsumerOf = (userId: UserId): ConsumerDefinition =>
  botConsumer(partitionOf(userId) % BOT_CONSUMER_COUNT);

export const REFUSALS_CONSUMER: ConsumerDefinition = {
  name: 'bot-refusals',
  stream: 'DELIVERIES',
  filterSubjects: [deliveriesWithOutcome('failed')],
  maxAckPending: 64,
  ackWaitMs: 10 * SECOND,
  maxTries: 10,
  description: 'Refusals of Telegram that end reminders',
};

export const QUESTIONS_CONSUMER: ConsumerDefinition = {
  name: 'bot-questions',
  stream: 'DELIVERIES',
  filterSubjects: [deliveriesWithOutcome('asked')],
  maxAckPending: 64,
  ackWaitMs: 10 * SECOND,
  maxTries: 10,
  description: 'Who was asked whether to go on reminding',
};

/**
 * Replies that could not leave at once, one message for each person. The 4,001st person waits for another's end, so that
 * many may be waited for at once; of these, the ones that matter most leave first.
 */
export const REPLIES_CONSUMER: ConsumerDefinition = {
  name: 'bot-replies',
  stream: 'REPLIES',
  filterSubjects: [STREAM_SUBJECTS.REPLIES],
  maxAckPending: 4_000,
  ackWaitMs: 6 * SECOND,
  maxTries: 5,
  description: 'Replies that wait for their turn',
};

/**
 * Imports and exports, apart from the updates: one file may take seconds, and nobody's taps wait for it. So few at once, for
 * each reads a file in a process of its own.
 */
export const MOVING_CONSUMER: ConsumerDefinition = {
  name: 'bot-moving',
  stream: 'MOVING',
  filterSubjects: [STREAM_SUBJECTS.MOVING],
  maxAckPending: 4,
  ackWaitMs: 15 * SECOND,
  maxTries: 5,
  description: 'Files that people bring or take along',
};

/** Its name says the count too: what one count has acked is nothing to another. */
export const shardConsumer = (index: number, shardCount: number): ConsumerDefinition => ({
  name: `shard-${twoDigits(index)}-of-${twoDigits(shardCount)}`,
  stream: 'TICKS',
  filterSubjects: [TICK_SUBJECT],
  maxAckPending: 1,
  ackWaitMs: 10 * SECOND,
  maxTries: Number.POSITIVE_INFINITY,
  description: `Ticks for partitions p with p mod ${shardCount} = ${index}`,
});

/** @returns which shard a consumer stands for, or undefined when it is none. */
export function shardOf(consumer: string): { index: number; shardCount: number } | undefined {
  const [, index, shardCount] = /^shard-(\d\d)-of-(\d\d)$/.exec(consumer) ?? [];
  return index === undefined ? undefined : { index: Number(index), shardCount: Number(shardCount) };
}

export const TIERS: readonly Tier[] = Tier.options;

export const senderConsumer = (tier: Tier): ConsumerDefinition => ({
  name: `sender-${tier}`,
  stream: 'REMINDERS',
  filterSubjects: [remindersOfTier(tier)],
  maxAckPending: 64,
  ackWaitMs: 10 * SECOND,
  maxTries: Number.POSITIVE_INFINITY,
  description: `Reminders of the ${tier} tier`,
});

export const FAN_OUT_CONSUMER: ConsumerDefinition = {
  name: 'sender-fan-out',
  stream: 'BROADCASTS',
  filterSubjects: [broadcastsThat('requested'), broadcastsThat('tested')],
  maxAckPending: 1,
  ackWaitMs: 10 * SECOND,
  maxTries: Number.POSITIVE_INFINITY,
  description: 'Broadcasts, one after the other, into messages to each person',
};

/** One after the other: a person is forgotten in seconds, and seldom. Never given up. */
export const FORGETTING_CONSUMER: ConsumerDefinition = {
  name: 'forgetting',
  stream: 'FORGETTING',
  filterSubjects: [STREAM_SUBJECTS.FORGETTING],
  maxAckPending: 1,
  ackWaitMs: 15 * SECOND,
  maxTries: Number.POSITIVE_INFINITY,
  description: 'People who are to be forgotten',
};

/** Services that take dead letters back. Their consumers' names begin with the role's. */
export const REDRIVE_ROLES = ['bot', 'shard', 'sender'] as const;
export type RedriveRole = (typeof REDRIVE_ROLES)[number];

export const redriveConsumer = (role: RedriveRole): ConsumerDefinition => ({
  name: `replays-${role}`,
  stream: 'REPLAYS',
  filterSubjects: [redrivesOfRole(role)],
  maxAckPending: 1,
  ackWaitMs: 10 * SECOND,
  maxTries: Number.POSITIVE_INFINITY,
  description: `Dead letters that consumers of the ${role} service try again`,
});

/** The service that a consumer belongs to, or undefined for one that takes nothing back: a projection's. */
export function redriveRoleOf(consumer: string): RedriveRole | undefined {
  return REDRIVE_ROLES.find((role) => consumer.startsWith(`${role}-`));
}

/** Every consumer of every service. */
export function serviceConsumers(shardCount: number): ConsumerDefinition[] {
  return [
    ...BOT_CONSUMERS,
    ...Array.from({ length: shardCount }, (_, index) => shardConsumer(index, shardCount)),
    ...TIERS.map(senderConsumer),
    REFUSALS_CONSUMER,
    QUESTIONS_CONSUMER,
    REPLIES_CONSUMER,
    MOVING_CONSUMER,
    FAN_OUT_CONSUMER,
    FORGETTING_CONSUMER,
    ...REDRIVE_ROLES.map(redriveConsumer),
  ];
}
