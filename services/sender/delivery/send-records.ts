import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Delivery } from '#contracts/messages.ts';
import { isKeyOf } from '#contracts/subjects.ts';
import { isLostRace } from '#services/platform/jetstream/errors.ts';
import { readAfterLostRace } from '#services/platform/jetstream/lost-race.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { type ClaimRequest, type ClaimStatus, claimStatus, SendRecord } from './send-record.ts';

/** A send record as it stood at a revision of its key. */
export type KeptRecord = { key: string; revision: number; record: SendRecord };

export type Claim =
  /** This attempt wrote the record. */
  | ({ kind: 'claimed' } & KeptRecord)
  /** Another attempt's record stands. */
  | { kind: 'existing'; status: Exclude<ClaimStatus, { kind: 'free' }>; kept: KeptRecord };

export type SendRecords = {
  /** Writes the record of a key, if what stands there allows. With `delivery` it has its outcome at once. */
  claim(request: ClaimRequest, key: string, delivery?: Delivery): Promise<Claim>;
  /**
   * Gives a record its delivery. May be repeated.
   * @returns the delivery that counts: another attempt's if that was first, undefined while theirs is open.
   */
  settle(kept: KeptRecord, delivery: Delivery): Promise<Delivery | undefined>;
  /**
   * Nothing was sent by this claim: as if it had never been made. That it may have been sent before stays known, and
   * what another attempt wrote meanwhile is left alone.
   */
  withdraw(kept: KeptRecord): Promise<void>;
  /** The delivery of a key's record, if it has one. */
  read(key: string): Promise<Delivery | undefined>;
};

/** What is needed of a KV bucket. */
export type SendRecordBucket = {
  /** Rejects with JetStream's wrong last sequence unless the key stands at `previousSeq`. */
  put(key: string, value: string, options: { previousSeq: number }): Promise<number>;
  get(key: string): Promise<{ revision: number; operation: string; json(): unknown } | null>;
  delete(key: string, options: { previousSeq: number }): Promise<void>;
};

/** The `sending` bucket. Rejects when the server does not answer. */
export async function openSendRecords(nats: NatsConnection, clock: Clock): Promise<SendRecords> {
  return sendRecordsIn(await new Kvm(nats).open('sending'), clock);
}

/** No attempt has this name, so none takes the record for its own. */
const NOBODY = '';

export function sendRecordsIn(bucket: SendRecordBucket, clock: Pick<Clock, 'sleep'>): SendRecords {
  /** What stands after a write that expected `expected` lost its race. */
  const findBeyond = (key: string, expected: number): Promise<Found> =>
    readAfterLostRace(
      clock,
      () => find(bucket, key),
      ({ revision }) => revision > expected,
    );
  return {
    async claim(request, key, delivery) {
      const { minute, startedAt, by } = request;
      let record: SendRecord = { minute, startedAt, by, tries: 1, ...(delivery && { delivery }) };
      let expected = 0;
      for (;;) {
        const revision = await write(bucket, key, record, expected);
        if (revision !== undefined) return { kind: 'claimed', key, revision, record };
        const found = await findBeyond(key, expected);
        expected = found.revision;
        if (found.isUnreadable) return unreadable(key, found.revision, request);
        if (found.record === undefined) continue;
        const status = claimStatus(found.record, request);
        const kept = { key, revision: found.revision, record: found.record };
        if (status.kind !== 'free') return { kind: 'existing', status, kept };
        record = { ...record, tries: status.tries };
      }
    },
    async settle({ key, revision, record }, delivery) {
      let expected = revision;
      for (;;) {
        if ((await write(bucket, key, { ...record, delivery }, expected)) !== undefined) return delivery;
        const found = await findBeyond(key, expected);
        // One that still stands lost to a write that was dropped; an unreadable one tells no other outcome.
        if (found.revision !== expected && !found.isUnreadable) return found.record?.delivery;
        expected = found.revision;
      }
    },
    read: async (key) => (await find(bucket, key)).record?.delivery,
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

/** A claim of a record that cannot be read: its item may have been sent, and comes to its outcome by that alone. */
function unreadable(key: string, revision: number, { minute, startedAt }: ClaimRequest): Claim {
  const record = { minute, startedAt, by: NOBODY, tries: 1 };
  return { kind: 'existing', status: { kind: 'unreadable' }, kept: { key, revision, record } };
}

type Found = { revision: number; record?: SendRecord; isUnreadable: boolean };

/** A record of another form, or with the delivery of another person, counts as unreadable. */
async function find(bucket: SendRecordBucket, key: string): Promise<Found> {
  const entry = await bucket.get(key);
  if (entry === null) return { revision: 0, isUnreadable: false };
  const { revision, operation } = entry;
  if (operation !== 'PUT') return { revision, isUnreadable: false };
  const record = readRecord(entry);
  const { userId } = record?.delivery ?? {};
  if (!record || (userId !== undefined && !isKeyOf(key, userId))) return { revision, isUnreadable: true };
  return { revision, record, isUnreadable: false };
}

function readRecord(entry: { json(): unknown }): SendRecord | undefined {
  try {
    return SendRecord.safeParse(entry.json()).data;
  } catch {
    return undefined;
  }
}
