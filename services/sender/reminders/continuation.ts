import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import type { UserId } from '#contracts/ids.ts';
import { continuationKey } from '#contracts/subjects.ts';
import { EpochMinute } from '#contracts/time.ts';
import { isLostRace } from '#services/platform/jetstream/errors.ts';
import { RecordMoved, readRecord, writeRecord } from '#services/platform/jetstream/kv-record.ts';
import { readAfterLostRace } from '#services/platform/jetstream/lost-race.ts';
import type { Clock } from '#services/platform/process/clock.ts';

/**
 * Whether the reminder of this minute may ask its person whether to go on. Only one may, until the bucket forgets it
 * after three days: that it was asked is an event, but another reminder may be due before the event is projected. One
 * that never got to ask (it expired, or Telegram refused) leaves the question to a reminder after those days.
 */
export type MayAsk = (userId: UserId, minute: EpochMinute) => Promise<boolean>;

const Asking = z.object({ minute: EpochMinute });

export async function openContinuation(nats: NatsConnection, clock: Clock): Promise<MayAsk> {
  const bucket = await new Kvm(nats).open('sending');
  return async (userId, minute) => {
    const key = continuationKey(userId);
    try {
      await bucket.create(key, JSON.stringify({ minute } satisfies z.infer<typeof Asking>));
      return true;
    } catch (error) {
      if (!isLostRace(error)) throw error;
    }
    const { value, unreadable, revision } = await readAfterLostRace(
      clock,
      () => readRecord(bucket, key, Asking),
      (found) => found.revision > 0,
    );
    if (!unreadable) return value?.minute === minute;
    return writeRecord(bucket, key, { minute }, revision).then(
      () => true,
      (error: unknown) => {
        if (error instanceof RecordMoved) return false;
        throw error;
      },
    );
  };
}
