import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Delivery, Occurrence } from '#contracts/messages.ts';
import { occurrenceKey } from '#contracts/subjects.ts';
import { isLostRace, Poison } from '#services/platform/jetstream/errors.ts';
import { type Claiming, type ClaimStatus, SendRecord, standing } from './send-record.ts';

export type KeyClaim =
  /** A marker that this process wrote. */
  | { kind: 'claimed'; key: string; revision: number; record: SendRecord }
  | { kind: 'standing'; standing: NotFree; held: Held };

type OfOccurrence<C> = C & { occurrence: Occurrence };
export type Claimed = OfOccurrence<Extract<KeyClaim, { kind: 'claimed' }>>;
export type Claim = Claimed | OfOccurrence<Extract<KeyClaim, { kind: 'standing' }>>;

type NotFree = Exclude<ClaimStatus, { kind: 'free' }>;
/** A marker that somebody else wrote. */
export type Held = { key: string; revision: number; record: SendRecord };

export type SendRecords = {
  /** Writes the marker of an occurrence, if its standing allows. With `delivery` it has its end at once. */
  claim(claiming: Claiming, occurrence: Occurrence, delivery?: Delivery): Promise<Claim>;
  /** The same for what is no occurrence. */
  claimKey(claiming: Claiming, key: string, delivery?: Delivery): Promise<KeyClaim>;
  /**
   * Gives a marker its end. May be repeated.
   * @returns the end that counts: somebody else's if they were first, undefined while theirs is open.
   */
  settle(held: Held, delivery: Delivery): Promise<Delivery | undefined>;
  /**
   * Nothing was sent by this claim: as if it had never been made. That it may have been sent before stays known, and
   * somebody else's word is left alone.
   */
  withdraw(held: Held): Promise<void>;
};

/** What is needed of a KV bucket. */
export type SendRecordBucket = {
  /** Rejects with JetStream's wrong last sequence unless the key stands at `previousSeq`. */
  put(key: string, value: string, options: { previousSeq: number }): Promise<number>;
  get(key: string): Promise<{ revision: number; operation: string; json(): unknown } | null>;
  delete(key: string, options: { previousSeq: number }): Promise<void>;
};

/** The `sending` bucket. Rejects when the server does not answer. */
export async function openSendRecords(nats: NatsConnection): Promise<SendRecords> {
  return sendRecordsIn(await new Kvm(nats).open('sending'));
}

/** No handling of a reminder has this name, so none takes the marker for its own. */
const NOBODY = '';

export function sendRecordsIn(bucket: SendRecordBucket): SendRecords {
  async function claimKey(claiming: Claiming, key: string, delivery?: Delivery): Promise<KeyClaim> {
    const { minute, startedAt, by } = claiming;
    const end = delivery === undefined ? {} : { delivery };
    let record: SendRecord = { minute, startedAt, by, tries: 1, ...end };
    let expected = 0;
    for (;;) {
      const revision = await write(bucket, key, record, expected);
      if (revision !== undefined) return { kind: 'claimed', key, revision, record };
      const found = await find(bucket, key);
      expected = found.revision;
      if (found.record === undefined) continue;
      const stands = standing(found.record, claiming);
      const held = { key, revision: found.revision, record: found.record };
      if (stands.kind !== 'free') return { kind: 'standing', standing: stands, held };
      record = { minute, startedAt, by, tries: stands.tries, ...end };
    }
  }

  return {
    claimKey,
    async claim(claiming, occurrence, delivery) {
      const { habitId, on, at, snoozed } = occurrence;
      const key = occurrenceKey(claiming.userId, habitId, on, at, snoozed && claiming.minute);
      return { ...(await claimKey(claiming, key, delivery)), occurrence };
    },
    async settle({ key, revision, record }, delivery) {
      if ((await write(bucket, key, { ...record, delivery }, revision)) !== undefined) return delivery;
      return (await find(bucket, key)).record?.delivery;
    },
    async withdraw({ key, revision, record }) {
      if (record.tries > 1) {
        await write(bucket, key, { ...record, by: NOBODY, tries: record.tries - 1 }, revision);
        return;
      }
      await bucket.delete(key, { previousSeq: revision }).catch((error: unknown) => {
        if (!isLostRace(error)) throw error;
      });
    },
  };
}

/** @returns the new revision, or undefined when `expected` is not the present one. */
async function write(
  bucket: SendRecordBucket,
  key: string,
  record: SendRecord,
  expected: number,
): Promise<number | undefined> {
  try {
    return await bucket.put(key, JSON.stringify(record), { previousSeq: expected });
  } catch (error) {
    if (isLostRace(error)) return undefined;
    throw error;
  }
}

/** @throws {Poison} for a marker that is not ours to judge: whether it was sent cannot be told. */
async function find(
  bucket: SendRecordBucket,
  key: string,
): Promise<{ revision: number; record: SendRecord | undefined }> {
  const entry = await bucket.get(key);
  if (entry === null) return { revision: 0, record: undefined };
  const { revision, operation } = entry;
  if (operation !== 'PUT') return { revision, record: undefined };
  try {
    return { revision, record: SendRecord.parse(entry.json()) };
  } catch (cause) {
    throw new Poison(`unreadable marker ${key}`, { cause });
  }
}
