import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Delivery, Occurrence } from '#contracts/messages.ts';
import { occurrenceKey } from '#contracts/subjects.ts';
import { Poison } from '#services/platform/jetstream/errors.ts';
import { type Claiming, Marker, type Standing, standing } from './send-record.ts';

export type KeyClaim =
  /** A marker that this process wrote. */
  | { kind: 'claimed'; key: string; revision: number; marker: Marker }
  | { kind: 'standing'; standing: NotFree; held: Held };

type OfOccurrence<C> = C & { occurrence: Occurrence };
export type Claimed = OfOccurrence<Extract<KeyClaim, { kind: 'claimed' }>>;
export type Claim = Claimed | OfOccurrence<Extract<KeyClaim, { kind: 'standing' }>>;

type NotFree = Exclude<Standing, { kind: 'free' }>;
/** A marker that somebody else wrote. */
export type Held = { key: string; revision: number; marker: Marker };

export type Markers = {
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
export type MarkerBucket = {
  /** Rejects with JetStream's wrong last sequence unless the key stands at `previousSeq`. */
  put(key: string, value: string, options: { previousSeq: number }): Promise<number>;
  get(key: string): Promise<{ revision: number; operation: string; json(): unknown } | null>;
  delete(key: string, options: { previousSeq: number }): Promise<void>;
};

/** The `sending` bucket. Rejects when the server does not answer. */
export async function openMarkers(nats: NatsConnection): Promise<Markers> {
  return markersIn(await new Kvm(nats).open('sending'));
}

/** No handling of a reminder has this name, so none takes the marker for its own. */
const NOBODY = '';

export function markersIn(bucket: MarkerBucket): Markers {
  async function claimKey(claiming: Claiming, key: string, delivery?: Delivery): Promise<KeyClaim> {
    const { minute, startedAt, by } = claiming;
    const end = delivery === undefined ? {} : { delivery };
    let marker: Marker = { minute, startedAt, by, tries: 1, ...end };
    let expected = 0;
    for (;;) {
      const revision = await write(bucket, key, marker, expected);
      if (revision !== undefined) return { kind: 'claimed', key, revision, marker };
      const found = await find(bucket, key);
      expected = found.revision;
      if (found.marker === undefined) continue;
      const stands = standing(found.marker, claiming);
      const held = { key, revision: found.revision, marker: found.marker };
      if (stands.kind !== 'free') return { kind: 'standing', standing: stands, held };
      marker = { minute, startedAt, by, tries: stands.tries, ...end };
    }
  }

  return {
    claimKey,
    async claim(claiming, occurrence, delivery) {
      const { habitId, on, at, snoozed } = occurrence;
      const key = occurrenceKey(claiming.userId, habitId, on, at, snoozed && claiming.minute);
      return { ...(await claimKey(claiming, key, delivery)), occurrence };
    },
    async settle({ key, revision, marker }, delivery) {
      if ((await write(bucket, key, { ...marker, delivery }, revision)) !== undefined) return delivery;
      return (await find(bucket, key)).marker?.delivery;
    },
    async withdraw({ key, revision, marker }) {
      if (marker.tries > 1) {
        await write(bucket, key, { ...marker, by: NOBODY, tries: marker.tries - 1 }, revision);
        return;
      }
      await bucket.delete(key, { previousSeq: revision }).catch((error: unknown) => {
        if (!isConflict(error)) throw error;
      });
    },
  };
}

/** @returns the new revision, or undefined when `expected` is not the present one. */
async function write(
  bucket: MarkerBucket,
  key: string,
  marker: Marker,
  expected: number,
): Promise<number | undefined> {
  try {
    return await bucket.put(key, JSON.stringify(marker), { previousSeq: expected });
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}

/** @throws {Poison} for a marker that is not ours to judge: whether it was sent cannot be told. */
async function find(
  bucket: MarkerBucket,
  key: string,
): Promise<{ revision: number; marker: Marker | undefined }> {
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
