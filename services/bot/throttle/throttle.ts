import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { UserId } from '#contracts/ids.ts';
import { RecordMoved, readRecord, writeRecord } from '#services/platform/jetstream/kv-record.ts';
import { decide, FRESH, Quota, type Verdict } from './quota.ts';

/**
 * Decides on one request of a person; every replica counts in the same place.
 * @param atMs when ingress stored it, epoch ms. Updates that piled up while the bot was away were not sent at once.
 */
export type Throttle = (userId: UserId, updateId: number, atMs: number) => Promise<Verdict>;

/** Opens the `throttle` bucket. A decision is one compare-and-set, so no request is counted twice or missed. */
export async function openThrottle(nats: NatsConnection): Promise<Throttle> {
  const kv = await new Kvm(nats).open('throttle');

  const attempt = async (userId: UserId, updateId: number, atMs: number): Promise<Verdict> => {
    const { value = FRESH, revision } = await readRecord(kv, userId, Quota);
    const { quota, verdict } = decide(value, updateId, atMs);
    if (quota !== value) await writeRecord(kv, userId, quota, revision);
    return verdict;
  };

  return async function decideOn(userId, updateId, atMs) {
    for (;;) {
      try {
        return await attempt(userId, updateId, atMs);
      } catch (error) {
        // Another replica was quicker; of those that try at once one always wins, so this ends.
        if (!(error instanceof RecordMoved)) throw error;
      }
    }
  };
}
