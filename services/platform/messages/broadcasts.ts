import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { z } from 'zod';
import {
  BroadcastCancelled,
  BroadcastProgressed,
  BroadcastRequested,
  BroadcastTested,
  type BroadcastText,
} from '#contracts/broadcasts.ts';
import type { BroadcastId } from '#contracts/ids.ts';
import { broadcastSubject, broadcastsThat } from '#contracts/subjects.ts';
import { publishOnce } from '../jetstream/publish.ts';

/** How far a broadcast is. `sequence` is what the next report of it replaces. */
export type Progress = BroadcastProgressed & { sequence: number };

/** What BROADCASTS holds, by the stream's leader. What cannot be read is as if it were not there; called off it stays. */
export type Broadcasts = {
  request(id: BroadcastId): Promise<BroadcastRequested | undefined>;
  /** What is sent under an id, to everybody or as a test. */
  text(id: BroadcastId): Promise<BroadcastText | undefined>;
  /** The last one that was requested. */
  latest(): Promise<BroadcastRequested | undefined>;
  progress(id: BroadcastId): Promise<Progress>;
  isCancelled(id: BroadcastId): Promise<boolean>;
  /** Stores a request; the same one again changes nothing. From then on it is sent. */
  begin(requested: BroadcastRequested): Promise<void>;
  /** Stores a test; the same one again changes nothing. */
  test(tested: BroadcastTested): Promise<void>;
  /** May be repeated. */
  cancel(id: BroadcastId, cancelled: BroadcastCancelled): Promise<void>;
  /** @throws when another sender has reported since `after` was read. */
  report(id: BroadcastId, progress: BroadcastProgressed, after: Progress): Promise<Progress>;
};

const NOT_BEGUN: Progress = { queued: 0, complete: false, sequence: 0 };

/** @returns undefined for what is of another form. */
function readAs<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export async function openBroadcasts(nats: NatsConnection): Promise<Broadcasts> {
  const js = jetstream(nats);
  const { streams } = await jetstreamManager(nats, { checkAPI: false });

  async function last<T>(
    subject: string,
    schema: z.ZodType<T>,
  ): Promise<{ value: T | undefined; sequence: number } | undefined> {
    const message = await streams.getMessage('BROADCASTS', { last_by_subj: subject });
    return message ? { value: readAs(schema, message.string()), sequence: message.seq } : undefined;
  }

  return {
    request: async (id) => (await last(broadcastSubject(id, 'requested'), BroadcastRequested))?.value,
    text: async (id) =>
      (await last(broadcastSubject(id, 'requested'), BroadcastRequested))?.value ??
      (await last(broadcastSubject(id, 'tested'), BroadcastTested))?.value,
    latest: async () => (await last(broadcastsThat('requested'), BroadcastRequested))?.value,
    async progress(id) {
      const found = await last(broadcastSubject(id, 'progressed'), BroadcastProgressed);
      // Begun again after what cannot be read, it queues nothing twice: the stream refuses it.
      return found ? { ...NOT_BEGUN, ...found.value, sequence: found.sequence } : NOT_BEGUN;
    },
    isCancelled: async (id) =>
      (await last(broadcastSubject(id, 'cancelled'), BroadcastCancelled)) !== undefined,
    async begin(requested) {
      await publishOnce(js, broadcastSubject(requested.broadcastId, 'requested'), requested);
    },
    async test(tested) {
      await publishOnce(js, broadcastSubject(tested.broadcastId, 'tested'), tested);
    },
    async cancel(id, cancelled) {
      await publishOnce(js, broadcastSubject(id, 'cancelled'), cancelled);
    },
    async report(id, progress, after) {
      const { seq } = await js.publish(broadcastSubject(id, 'progressed'), JSON.stringify(progress), {
        expect: { lastSubjectSequence: after.sequence },
      });
      return { ...progress, sequence: seq };
    },
  };
}
