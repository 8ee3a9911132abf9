import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Delivery, Occurrence } from '#contracts/messages.ts';
import { occurrenceKey } from '#contracts/subjects.ts';
import { Poison } from '../runtime/failures.ts';
import { type Claiming, Marker, type Standing, standing } from './marker.ts';

/** A marker that this process wrote. */
export type Claimed = {
  kind: 'claimed';
  occurrence: Occurrence;
  key: string;
  revision: number;
  marker: Marker;
};
export type Claim = Claimed | { kind: 'standing'; occurrence: Occurrence; standing: NotFree; held: Held };

type NotFree = Exclude<Standing, { kind: 'free' }>;
/** A marker that somebody else wrote. */
export type Held = { key: string; revision: number; marker: Marker };

export type Markers = {
  /** Writes the marker of an occurrence, if its standing allows. With `delivery` it has its end at once. */
  claim(claiming: Claiming, occurrence: Occurrence, delivery?: Delivery): Promise<Claim>;
  /**
   * Gives a marker its end. May be repeated.
   * @returns the end that counts: somebody else's if they were first, undefined while theirs is open.
   */
  settle(held: Held, delivery: Delivery): Promise<Delivery | undefined>;
  /** Nothing was sent: as if it had never been claimed. Somebody else's word is left alone. */
  withdraw(held: Held): Promise<void>;
};

/** The `sending` bucket. Rejects when the server does not answer. */
export async function openMarkers(nats: NatsConnection): Promise<Markers> {
  const bucket = await new Kvm(nats).open('sending');

  return {
    async claim(claiming, occurrence, delivery) {
      const { userId, minute, startedAt, by } = claiming;
      const { habitId, on, at, snoozed } = occurrence;
      const key = occurrenceKey(userId, habitId, on, at, snoozed && minute);
      const end = delivery === undefined ? {} : { delivery };
      let marker: Marker = { minute, startedAt, by, tries: 1, ...end };
      let expected = 0;
      for (;;) {
        const revision = await write(bucket, key, marker, expected);
        if (revision !== undefined) return { kind: 'claimed', occurrence, key, revision, marker };
        const found = await find(bucket, key);
        expected = found.revision;
        if (found.marker === undefined) continue;
        const stands = standing(found.marker, claiming);
        const held = { key, revision: found.revision, marker: found.marker };
        if (stands.kind !== 'free') return { kind: 'standing', occurrence, standing: stands, held };
        marker = { minute, startedAt, by, tries: stands.tries, ...end };
      }
    },
    async settle({ key, revision, marker }, delivery) {
      if ((await write(bucket, key, { ...marker, delivery }, revision)) !== undefined) return delivery;
      return (await find(bucket, key)).marker?.delivery;
    },
    async withdraw({ key, revision }) {
      await bucket.delete(key, { previousSeq: revision }).catch((error: unknown) => {
        if (!isConflict(error)) throw error;
      });
    },
  };
}

/** @returns the new revision, or undefined when `expected` is not the present one. */
async function write(bucket: KV, key: string, marker: Marker, expected: number): Promise<number | undefined> {
  try {
    return await bucket.put(key, JSON.stringify(marker), { previousSeq: expected });
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}

/** @throws {Poison} for a marker that is not ours to judge: whether it was sent cannot be told. */
async function find(bucket: KV, key: string): Promise<{ revision: number; marker: Marker | undefined }> {
  const entry = await bucket.get(key);
  if (entry === null) return { revision: 0, marker: undefined };
  const { revision, operation } = entry;
  if (operation !== 'PUT') return { revision, marker: undefined };
  try {
    return { revision, marker: Marker.parse(entry.json()) };
  } catch (cause) {
    throw new Poison(`unreadable marker ${key}`, { cause });
  }
}

function isConflict(error: unknown): boolean {
  if (!(error instanceof JetStreamApiError)) return false;
  return (
    error.code === JetStreamApiCodes.StreamWrongLastSequence ||
    error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown
  );
}
