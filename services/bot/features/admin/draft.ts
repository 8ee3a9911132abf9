import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { BroadcastText } from '#contracts/broadcasts.ts';
import { BroadcastId, type UserId } from '#contracts/ids.ts';
import { readRecord, writeRecord } from '#services/platform/jetstream/kv-record.ts';
import { excessOf } from './broadcast-text.ts';

/** The admin went on with something else meanwhile: see `listensTo` in action.ts. */
const aside = z.literal(true).optional();

/** What an admin is doing: nothing, being asked for a text or for a person's id, or looking at a preview. */
export const Draft = z.discriminatedUnion('at', [
  z.object({ at: z.literal('idle') }),
  z.object({ at: z.literal('writing'), aside }),
  z.object({ at: z.literal('finding'), aside }),
  z.object({
    at: z.literal('previewing'),
    broadcastId: BroadcastId,
    text: BroadcastText.refine((text) => excessOf(text) === undefined, 'a text that can be sent'),
    recipients: z.int().nonnegative(),
    aside,
  }),
]);
export type Draft = z.infer<typeof Draft>;

/** An admin's draft is changed by their own updates alone, which are handled in order. */
export type Drafts = {
  /** An unreadable draft, of another version, counts as idle: nothing is sent without a confirmation. */
  read(userId: UserId): Promise<{ draft: Draft; revision: number }>;
  save(userId: UserId, revision: number, draft: Draft): Promise<void>;
};

/** Drafts in the `dialogs` bucket, beside the admin's own dialog. */
export async function openDrafts(nats: NatsConnection): Promise<Drafts> {
  const kv = await new Kvm(nats).open('dialogs');
  const keyOf = (userId: UserId) => `${userId}.admin`;
  return {
    async read(userId) {
      const { value = { at: 'idle' as const }, revision } = await readRecord(kv, keyOf(userId), Draft);
      return { draft: value, revision };
    },
    save: (userId, revision, draft) => writeRecord(kv, keyOf(userId), draft, revision),
  };
}
