import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { UserId } from '#contracts/ids.ts';
import {
  type KvRecord,
  RecordMoved,
  readRecord,
  writeRecord,
} from '#services/platform/jetstream/kv-record.ts';
import { readAfterLostRace } from '#services/platform/jetstream/lost-race.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { decide, FRESH, Quota, type RequestKind, roomAtMs, type Verdict } from './quota.ts';

/**
 * `requests`: how many of this person were let through in the last minute, this one with them. `waitMs`: how long one who is
 * told to wait has to.
 */
export type Decision = { verdict: Verdict; requests: number; waitMs: number };

export type ThrottledRequest = { updateId: number; atMs: number; kind: RequestKind };

export type Throttle = {
  /**
   * Decides on one request of a person; every replica counts in the same place. `atMs` is when ingress stored it, epoch
   * ms: updates that piled up while the bot was away were not sent at once.
   */
  decide(userId: UserId, request: ThrottledRequest): Promise<Decision>;
  /** Decides on one look at the calendar page, which costs no request: looks have a count of their own. */
  decideView(userId: UserId, atMs: number): Promise<Verdict>;
  /**
   * Whether a request is one of a flood that is not answered, by what the bucket said a moment ago: of ten thousand
   * messages of one person, nothing need be read for all but the first ones. False where it is not known.
   */
  isUnanswered(userId: UserId, atMs: number): boolean;
};

/** Opens the `throttle` bucket. A decision is one compare-and-set, so no request is counted twice or missed. */
export async function openThrottle(nats: NatsConnection, clock: Clock): Promise<Throttle> {
  const kv = await new Kvm(nats).open('throttle');
  const unanswered = unansweredPeople();

  async function attempt(
    key: string,
    request: ThrottledRequest,
    { value = FRESH, revision }: KvRecord<Quota>,
  ): Promise<Decision & { quota: Quota }> {
    const { quota, verdict } = decide(value, request);
    if (quota !== value) await writeRecord(kv, key, quota, revision);
    const waitMs = verdict === 'admitted' ? 0 : Math.max(0, roomAtMs(quota) - request.atMs);
    return { verdict, requests: quota.taken.length, waitMs, quota };
  }

  async function decideAt(key: string, request: ThrottledRequest): ReturnType<typeof attempt> {
    const read = () => readRecord(kv, key, Quota);
    let kept = await read();
    for (;;) {
      try {
        return await attempt(key, request, kept);
      } catch (error) {
        // Another replica was quicker; of those that try at once one always wins, so this ends.
        if (!(error instanceof RecordMoved)) throw error;
        const { revision } = kept;
        kept = await readAfterLostRace(clock, read, (found) => found.revision > revision);
      }
    }
  }

  return {
    isUnanswered: unanswered.isUnanswered,
    async decide(userId, request) {
      const { quota, ...decision } = await decideAt(userId, request);
      if (decision.verdict === 'silenced') unanswered.until(userId, roomAtMs(quota));
      return decision;
    },
    decideView: async (userId, atMs) =>
      (await decideAt(`${userId}.page`, { updateId: atMs, atMs, kind: 'words' })).verdict,
  };
}

/** People remembered at once; of more, those that were silenced first are forgotten, and asked for in the bucket. */
const MOST_REMEMBERED = 10_000;

/** A memo of the bucket: a quota does not change while its person is silenced. */
function unansweredPeople() {
  const roomAt = new Map<UserId, number>();
  return {
    until(userId: UserId, untilMs: number): void {
      roomAt.delete(userId);
      roomAt.set(userId, untilMs);
      const [oldest] = roomAt.keys();
      if (roomAt.size > MOST_REMEMBERED && oldest !== undefined) roomAt.delete(oldest);
    },
    isUnanswered: (userId: UserId, atMs: number): boolean =>
      atMs < (roomAt.get(userId) ?? Number.NEGATIVE_INFINITY),
  };
}
