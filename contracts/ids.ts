import { z } from 'zod';

/** Telegram's numeric user id in decimal, of at most 52 bits. A private chat has the id of its user. */
export const UserId = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'a Telegram user id in decimal')
  .refine((id) => Number.isSafeInteger(Number(id)), 'a Telegram user id that a number holds')
  .brand<'UserId'>()
  .meta({ title: 'user id' });
export type UserId = z.infer<typeof UserId>;

/** Telegram's numeric id of a chat that is no private one: a group's. */
export const GroupId = z.int().brand<'GroupId'>();
export type GroupId = z.infer<typeof GroupId>;

/** Made by us from the update that defined the habit, so that a redelivered update makes the same one. */
export const HabitId = z
  .string()
  .regex(/^[a-z2-7]{13}$/, 'a habit id of 13 base32 characters')
  .brand<'HabitId'>()
  .meta({ title: 'habit id' });
export type HabitId = z.infer<typeof HabitId>;

/**
 * Stands where a habit would for the weekly digest, which comes by the way of reminders: its occurrences are queued,
 * sent and recorded as a habit's are. It is no hash that a habit ever gets, but for a chance of one in 2^64.
 */
export const DIGEST: HabitId = HabitId.parse('weeklydigest2');

/** Made by us from the update in which an admin wrote it. */
export const BroadcastId = z
  .string()
  .regex(/^[a-z2-7]{13}$/, 'a broadcast id of 13 base32 characters')
  .brand<'BroadcastId'>()
  .meta({ title: 'broadcast id' });
export type BroadcastId = z.infer<typeof BroadcastId>;

/** A position in EVENTS: rising, with gaps. Positions in other streams are plain numbers and are no substitute. */
export const EventSequence = z
  .int()
  .nonnegative()
  .brand<'EventSequence'>()
  .meta({ title: 'sequence', 'x-unit': 'position in EVENTS' });
export type EventSequence = z.infer<typeof EventSequence>;

/** The id of an aggregate inside one person's events: the account, or one habit. */
export const ACCOUNT = 'account';
export type AggregateId = typeof ACCOUNT | HabitId;

/** Fixed for life: stored subjects carry it. */
export const PARTITION_COUNT = 64;

/**
 * FNV-1a 32 of the decimal id, modulo 64: what nats-server's `partition(64,n)` computes, so that operators can
 * reproduce it in a subject mapping.
 */
export function partitionOf(userId: UserId): number {
  return fnv1a32(userId) % PARTITION_COUNT;
}

/** Partitions owned by member `index` of `count` equal members, in rising order. */
export function partitionsOf(index: number, count: number): number[] {
  return Array.from({ length: PARTITION_COUNT }, (_, partition) => partition).filter(
    (partition) => partition % count === index,
  );
}

/** Habit id of the `ordinal`-th habit that one update defines. The same arguments always give the same id. */
export function habitIdFrom(userId: UserId, updateId: number, ordinal = 0): HabitId {
  return HabitId.parse(idFrom(`${userId}/${updateId}/${ordinal}`));
}

/**
 * Id of a habit that a person brings from another tracker, where it has this origin; `nth` counts those of the origin that
 * they deleted here. The same arguments always give the same id, whichever update brings it.
 */
export function habitIdOfOrigin(userId: UserId, origin: string, nth = 0): HabitId {
  return HabitId.parse(idFrom(`${userId}/origin/${origin}/${nth}`));
}

/** Id of the broadcast that an admin wrote in an update. The same arguments always give the same id. */
export function broadcastIdFrom(userId: UserId, updateId: number): BroadcastId {
  return BroadcastId.parse(idFrom(`${userId}/${updateId}/broadcast`));
}

function idFrom(text: string): string {
  const high = BigInt(fnv1a32(text));
  const low = BigInt(fnv1a32(`${text}/low`));
  return base32((high << 32n) | low);
}

/** FNV-1a, 32 bits, over the ASCII codes of `text`. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

function base32(value: bigint): string {
  let digits = '';
  for (let rest = value, i = 0; i < 13; i++, rest >>= 5n) {
    digits = BASE32.charAt(Number(rest & 31n)) + digits;
  }
  return digits;
}
