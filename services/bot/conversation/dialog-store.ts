import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import type { UserId } from '#contracts/ids.ts';
import { readRecord, writeRecord } from '#services/platform/jetstream/kv-record.ts';
import { Dialog, IDLE } from './dialog.ts';
import { Phrase, Show } from './screen.ts';

/** Raise it with every change that makes stored dialogs misleading to older or newer code: they then count as lost. */
const SHAPE = 1;

/** The last update and its reply: if the update is redelivered, the reply is shown again and nothing else happens. */
const Handled = z.object({ updateId: z.int(), shows: z.array(Show), toast: Phrase.optional() });
export type Handled = z.infer<typeof Handled>;

const Stored = z.object({ shape: z.literal(SHAPE), dialog: Dialog, handled: Handled });

export type Conversation = {
  dialog: Dialog;
  handled: Handled | undefined;
  /** This version cannot read what was stored: the person has to be told that the dialog starts again. */
  lost: boolean;
  revision: number;
};

export type DialogStore = {
  read(userId: UserId): Promise<Conversation>;
  /**
   * Replaces what was read.
   * @throws {RecordMoved} when another replica has been quicker.
   */
  save(userId: UserId, revision: number, dialog: Dialog, handled: Handled): Promise<void>;
};

/** Opens the `dialogs` bucket. */
export async function openDialogs(nats: NatsConnection): Promise<DialogStore> {
  const kv = await new Kvm(nats).open('dialogs');
  return {
    async read(userId) {
      const { value, unreadable, revision } = await readRecord(kv, userId, Stored);
      return {
        dialog: value?.dialog ?? IDLE,
        handled: value?.handled,
        lost: unreadable,
        revision,
      };
    },
    save: (userId, revision, dialog, handled) =>
      writeRecord(kv, userId, { shape: SHAPE, dialog, handled }, revision),
  };
}
