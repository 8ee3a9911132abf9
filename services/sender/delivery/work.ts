import type { Api } from 'grammy';
import type { BroadcastId, UserId } from '#contracts/ids.ts';
import type { BroadcastDue, Delivery, Occurrence, ReminderDue, Tier } from '#contracts/messages.ts';
import type { EpochMinute } from '#contracts/time.ts';

/*
 * What the delivery engine is given: a description of work. Reminders and broadcasts differ in what is still wanted and
 * in what is said, and that is all a description says; how a message is claimed, given a slot, posted and settled is the
 * engine's.
 */

/** One thing that comes to an outcome of its own: an occurrence of a reminder, or a broadcast for one person. */
export type Item = {
  /** Of its send record. */
  key: string;
  /** Of the due message that it came in: one message to Telegram may be about several minutes. */
  minute: EpochMinute;
  tier: Tier;
  /** Absent for a broadcast. */
  occurrence?: Occurrence;
  /** Keys of all send records of its due message: one of them may tell how the message that it was in ended. */
  besides: readonly string[];
  /** Its message is about nothing else. */
  isAlone?: true;
};

/** What a delivery says of how items ended. */
export type DeliveryResult = Pick<Delivery, 'outcome' | 'reason' | 'telegramMessageId'>;

/** One message as Telegram gets it, about `items`, and the outcome of sending it. */
export type Outgoing = {
  items: readonly Item[];
  text: string;
  options: NonNullable<Parameters<Api['sendMessage']>[2]>;
  outcome: 'delivered' | 'asked';
};

/** The message about some of the wanted items, at least one. */
export type Compose = (items: readonly Item[]) => Outgoing;

/** What is still wanted by what is known now: each item is in one of the two lists. */
export type Check = {
  wanted: readonly Item[];
  unwanted: readonly { item: Item; result: DeliveryResult }[];
  /** Reads what the message says: only before it is sent, for a message is checked more often than that. */
  composer(): Promise<Compose>;
};

export type Work = {
  due: ReminderDue | BroadcastDue;
  userId: UserId;
  minute: EpochMinute;
  tier: Tier;
  broadcastId?: BroadcastId;
  /** When it is no longer wanted, by the clock of the shards; absent when it is at any time. */
  expiresAtMs?: number;
  /** The items of each message that it takes. */
  messages: readonly (readonly Item[])[];
  /** How many items fit a message that is about several minutes; absent when each is sent alone. */
  room?: number;
  /**
   * Looks again at items of the `index`-th message, and of those that go with it.
   * @throws {Poison} when nobody can ever say what is to be sent.
   */
  check(items: readonly Item[], index: number, others?: readonly Work[]): Promise<Check>;
};

/** Whether a delivery says how an item of the same person ended. */
export function isAbout({ minute, occurrences }: Delivery, { minute: own, occurrence }: Item): boolean {
  if (minute !== own) return false;
  return occurrence === undefined || occurrences.some((one) => isSame(one, occurrence));
}

/** Those that came in one due message, together: a delivery is of one minute. */
export function byMinute<T extends { item: Item }>(all: readonly T[]): T[][] {
  return [...Map.groupBy(all, ({ item }) => item.minute).values()];
}

export function isSame(one: Occurrence, other: Occurrence): boolean {
  return (
    one.habitId === other.habitId &&
    one.on === other.on &&
    one.at === other.at &&
    one.snoozed === other.snoozed
  );
}
