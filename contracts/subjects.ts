import {
  ACCOUNT,
  type AggregateId,
  type BroadcastId,
  HabitId,
  PARTITION_COUNT,
  partitionOf,
  UserId,
} from './ids.ts';
import type { DeliveryOutcome, Occurrence, Tier } from './messages.ts';
import type { EpochMinute } from './time.ts';

/** Streams whose subjects name a person. */
export type StreamOfPeople =
  | 'EVENTS'
  | 'UPDATES'
  | 'REMINDERS'
  | 'DELIVERIES'
  | 'REPLIES'
  | 'MOVING'
  | 'KV_dialogs'
  | 'KV_throttle'
  | 'KV_snapshots'
  | 'KV_sending';

/*
 * The one file of subjects: every one is built and parsed here. Tokens are a partition, a numeric user id, an id made
 * by us, an enum member or a minute: nothing a person typed can become a token.
 */

export const TICK_SUBJECT = 'ticks.minute';

/** What each stream keeps. */
export const STREAM_SUBJECTS = {
  EVENTS: 'events.*.*.*',
  TICKS: TICK_SUBJECT,
  UPDATES: 'updates.*.*',
  REMINDERS: 'reminders.*.*.*.*',
  DELIVERIES: 'deliveries.*.*.*',
  BROADCASTS: 'broadcasts.*.*',
  REPLIES: 'replies.*.*',
  MOVING: 'moving.*.*',
  DEAD: 'dead.*',
  REPLAYS: 'replays.*.*',
  FORGETTING: 'forgetting.*.*',
  TOMBSTONES: 'tombstones.*',
} as const;

/** The stream that keeps a subject: the first token of each is a stream's own. @throws {RangeError} when none keeps it. */
export function streamOfSubject(subject: string): keyof typeof STREAM_SUBJECTS {
  const names = Object.keys(STREAM_SUBJECTS) as (keyof typeof STREAM_SUBJECTS)[];
  const [token] = subject.split('.', 1);
  const name = names.find((stream) => STREAM_SUBJECTS[stream].split('.', 1)[0] === token);
  if (name === undefined) throw new RangeError(`no stream keeps ${subject}`);
  return name;
}

/** The whole log. */
export const ALL_EVENTS = 'events.>';

/** `events.<partition>.<userId>.<account or habit id>`: one subject is one aggregate. */
export function eventSubject(userId: UserId, aggregateId: AggregateId): string {
  return `events.${partitionOf(userId)}.${userId}.${aggregateId}`;
}

/** Every event of the people of a partition. */
export const eventsOfPartition = (partition: number): string => `events.${partition}.>`;

/** Every event of one person. */
export function eventsOfUser(userId: UserId): string {
  return `events.${partitionOf(userId)}.${userId}.*`;
}

/** @returns whose event and which aggregate, or undefined for a subject that is not ours. */
export function parseEventSubject(
  subject: string,
): { userId: UserId; aggregateId: AggregateId; partition: number } | undefined {
  const [root, partition, userId, aggregateId, ...rest] = subject.split('.');
  const user = UserId.safeParse(userId);
  if (root !== 'events' || rest.length > 0 || !user.success || !isAggregateId(aggregateId)) return undefined;
  if (partition !== String(partitionOf(user.data))) return undefined;
  return { userId: user.data, aggregateId, partition: Number(partition) };
}

function isAggregateId(token: string | undefined): token is AggregateId {
  return token === ACCOUNT || HabitId.safeParse(token).success;
}

/** `updates.<partition>.<userId>` */
export function updateSubject(userId: UserId): string {
  return `updates.${partitionOf(userId)}.${userId}`;
}

export const updatesOfPartition = (partition: number): string => `updates.${partition}.*`;

/** @returns the user of an update's subject, or undefined. */
export const userOfUpdateSubject = (subject: string): UserId | undefined => ownerIn(subject, 'updates');

/** The user in `<root>.<partition>.<userId>`; undefined on a partition that is not theirs. */
function ownerIn(subject: string, root: string): UserId | undefined {
  const user = UserId.safeParse(subject.split('.')[2]);
  return user.success && subject === `${root}.${partitionOf(user.data)}.${user.data}` ? user.data : undefined;
}

/** Whom a subject names where its kind has the person, whatever its partition says; undefined for one without a person. */
export function userNamedIn(subject: string): string | undefined {
  const tokens = subject.split('.');
  return tokens[tokens[0] === 'reminders' || tokens[0] === 'deliveries' ? 3 : 2];
}

/** `reminders.<tier>.<partition>.<userId>.<minute>`: one message for a person and minute. */
export function reminderSubject(tier: Tier, userId: UserId, minute: EpochMinute): string {
  return `reminders.${tier}.${partitionOf(userId)}.${userId}.${minute}`;
}

/** The same reminder in any tier: expecting last sequence 0 here is what makes it queued once. */
export function reminderInAnyTier(userId: UserId, minute: EpochMinute): string {
  return `reminders.*.${partitionOf(userId)}.${userId}.${minute}`;
}

export const remindersOfTier = (tier: Tier): string => `reminders.${tier}.>`;

/** `deliveries.<outcome>.<partition>.<userId>`; a star stands for every outcome. */
export function deliverySubject(outcome: DeliveryOutcome | '*', userId: UserId): string {
  return `deliveries.${outcome}.${partitionOf(userId)}.${userId}`;
}

export const userOfDeliverySubject = (subject: string): UserId | undefined =>
  ownerIn(subject.replace(/^deliveries\.\w+\./, 'deliveries.'), 'deliveries');
export const deliveriesWithOutcome = (outcome: DeliveryOutcome): string => `deliveries.${outcome}.>`;

/** `replies.<partition>.<userId>`: what one person is still to be answered. */
export function replySubject(userId: UserId): string {
  return `replies.${partitionOf(userId)}.${userId}`;
}

/** @returns whom the subject of a reply names, or undefined. */
export const userOfReplySubject = (subject: string): UserId | undefined => ownerIn(subject, 'replies');

/** `page.views.<userId>`: where ingress asks for what a person's calendar page shows. Core NATS, stored nowhere. */
export const pageViewSubject = (userId: UserId): string => `page.views.${userId}`;

export const PAGE_VIEWS = 'page.views.*';
export const PAGE_CHANGES_HANDLED = 'page.handled.*.*';

/** @returns whose view is asked for, or undefined. */
export function userOfPageViewSubject(subject: string): UserId | undefined {
  const user = UserId.safeParse(subject.split('.')[2]);
  return user.success && subject === pageViewSubject(user.data) ? user.data : undefined;
}

/** `page.handled.<userId>.<updateId>`: where the bot says how a change of the page ended. Core NATS, stored nowhere. */
export function pageHandledSubject(userId: UserId, updateId: number): string {
  return `page.handled.${userId}.${updateId}`;
}

/** `moving.<partition>.<userId>`: files that are to be read or written for one person. */
export const movingSubject = (userId: UserId): string => `moving.${partitionOf(userId)}.${userId}`;

/** @returns for whom, or undefined. */
export const userOfMovingSubject = (subject: string): UserId | undefined => ownerIn(subject, 'moving');

/** `forgetting.<partition>.<userId>`: a person who is to be forgotten. As long as it is there, nothing new is written of them. */
export const forgettingSubject = (userId: UserId): string => `forgetting.${partitionOf(userId)}.${userId}`;

/** @returns who is to be forgotten, or undefined. */
export const userOfForgettingSubject = (subject: string): UserId | undefined =>
  ownerIn(subject, 'forgetting');

/** `forgotten.<userId>`: where the steps of forgetting are told as they are done. Core NATS, stored nowhere. */
export const forgettingReports = (userId: UserId): string => `forgotten.${userId}`;
export const FORGETTING_REPORTS = 'forgotten.*';

/** `tombstones.<keyed hash of a user id>` */
export const tombstoneSubject = (hash: string): string => `tombstones.${hash}`;

/** @returns the keyed hash in a tombstone's subject, or undefined. */
export const hashInTombstoneSubject = (subject: string): string | undefined =>
  /^tombstones\.([\w-]+)$/.exec(subject)?.[1];

/** `filler.<stream>`: what fills the last file of a stream, so that the server writes a new one. No consumer takes it. */
export const fillerSubject = (stream: string): string =>
  stream.startsWith('KV_') ? `$KV.${stream.slice(3)}.filler` : `filler.${stream}`;

/** Where messages of one person stand, by stream. Streams whose subjects name nobody have none. */
export function subjectsOfUser(userId: UserId): Readonly<Record<StreamOfPeople, readonly string[]>> {
  const own = `${partitionOf(userId)}.${userId}`;
  const ofKeys = (bucket: string) => [`$KV.${bucket}.${userId}`, `$KV.${bucket}.${userId}.>`];
  return {
    EVENTS: [eventsOfUser(userId)],
    UPDATES: [updateSubject(userId)],
    REMINDERS: [`reminders.*.${own}.*`],
    DELIVERIES: [deliverySubject('*', userId)],
    REPLIES: [replySubject(userId)],
    MOVING: [movingSubject(userId)],
    KV_dialogs: ofKeys('dialogs'),
    KV_throttle: ofKeys('throttle'),
    KV_snapshots: ofKeys('snapshots'),
    KV_sending: ofKeys('sending'),
  };
}

/** `dead.<consumer>`: dead letters of one durable consumer. */
export const deadSubject = (consumer: string): string => `dead.${consumer}`;

/** Which consumer gave up what is on a subject of DEAD. */
export const deadLetterConsumer = (subject: string): string => subject.slice('dead.'.length);

/** All dead letters. */
export const DEAD_LETTERS = 'dead.*';

/** `replays.<role>.<consumer>`: dead letters that their consumer is to try again. */
export function redriveSubject(role: string, consumer: string): string {
  return `replays.${role}.${consumer}`;
}

export const redrivesOfRole = (role: string): string => `replays.${role}.*`;

type BroadcastStep = 'requested' | 'tested' | 'progressed' | 'cancelled';

/** `broadcasts.<broadcast id>.<what happened to it>` */
export function broadcastSubject(broadcastId: BroadcastId, step: BroadcastStep): string {
  return `broadcasts.${broadcastId}.${step}`;
}

/** That step of any broadcast. */
export const broadcastsThat = (step: BroadcastStep): string => `broadcasts.*.${step}`;

/** Any broadcast's messages among the reminders. */
export const BROADCASTS_DUE = 'reminders.broadcast.*.*.*';

/** A broadcast's message to one person among the reminders: its id stands where others have a minute. */
export function broadcastDueSubject(broadcastId: BroadcastId, userId: UserId): string {
  return `reminders.broadcast.${partitionOf(userId)}.${userId}.${broadcastId}`;
}

/** Key of the send record of a broadcast's message to one person in the `sending` bucket. */
export function broadcastKey(broadcastId: BroadcastId, userId: UserId): string {
  return `${userId}.broadcast.${broadcastId}`;
}

/** Every key of a KV bucket. */
export function keysOfBucket(bucket: string): string {
  return `$KV.${bucket}.>`;
}

/** Key of an aggregate's snapshot in the `snapshots` bucket. */
export function snapshotKey(userId: UserId, aggregateId: AggregateId): string {
  return `${userId}.${aggregateId}`;
}

/** Subject behind {@link snapshotKey}: what a KV client writes to. */
export function snapshotSubject(userId: UserId, aggregateId: AggregateId): string {
  return `$KV.snapshots.${snapshotKey(userId, aggregateId)}`;
}

/** Every snapshot of one person, for reading all of them at once. */
export function snapshotsOfUser(userId: UserId): string {
  return `$KV.snapshots.${userId}.*`;
}

/** @returns the aggregate of a snapshot's subject, or undefined. */
export function aggregateOfSnapshotSubject(subject: string): AggregateId | undefined {
  const [root, bucket, userId, aggregateId, ...rest] = subject.split('.');
  if (root !== '$KV' || bucket !== 'snapshots' || rest.length > 0) return undefined;
  return UserId.safeParse(userId).success && isAggregateId(aggregateId) ? aggregateId : undefined;
}

/**
 * Key of one occurrence's send record in the `sending` bucket; `at` is `HH:MM`. A snoozed one is another occurrence for each
 * minute that it was `snoozedTo`.
 */
export function occurrenceKey(
  userId: UserId,
  { habitId, on, at }: Pick<Occurrence, 'habitId' | 'on' | 'at'>,
  snoozedTo?: EpochMinute,
): string {
  const key = `${userId}.${habitId}.${on}.${at.replace(':', '')}`;
  return snoozedTo === undefined ? key : `${key}.${snoozedTo}`;
}

/** Subject behind a key of the `sending` bucket: what its stream is asked for. */
export function sendRecordSubject(key: string): string {
  return `$KV.sending.${key}`;
}

/** Whether a key of the `sending` bucket is of that person. */
export function isKeyOf(key: string, userId: UserId): boolean {
  return key.startsWith(`${userId}.`);
}

/** Key in the `sending` bucket of who asks a person whether to go on. */
export function continuationKey(userId: UserId): string {
  return `${userId}.continuation`;
}

/**
 * What the reply subject of a delivered message says of it: its sequence in the stream, when the server stored it
 * (epoch ms), which delivery of the message it is, 1 for the first, which one of the consumer, and how many messages the
 * consumer had behind it. Undefined for another subject.
 */
export function deliveryPlace(
  replySubject: string,
): { sequence: number; tries: number; delivery: number; storedAtMs: number; behind: number } | undefined {
  const tokens = replySubject.split('.');
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK') return undefined;
  // $JS.ACK.<stream>.<consumer>.<tries>.<sequence>.<consumer sequence>.<nanoseconds>.<behind>, or with domain and account
  // before the stream.
  const at = tokens.length === 9 ? 4 : 6;
  const [tries, sequence] = [Number(tokens[at]), Number(tokens[at + 1])];
  // Not by division: a number holds no nanoseconds since 1970, and rounds some up into the next millisecond.
  const storedAtMs = Number(tokens[at + 3]?.slice(0, -6));
  if (!Number.isSafeInteger(sequence) || sequence < 1 || !Number.isSafeInteger(tries)) return undefined;
  const delivery = Number(tokens[at + 2]);
  return { sequence, tries, delivery, storedAtMs, behind: Number(tokens[at + 4]) || 0 };
}

export const PARTITIONS: readonly number[] = Array.from({ length: PARTITION_COUNT }, (_, i) => i);
