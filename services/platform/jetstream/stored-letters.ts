import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { DeadLetter } from '#contracts/messages.ts';
import { DEAD_LETTERS, deadSubject } from '#contracts/subjects.ts';

const STREAM = 'DEAD';

/** A stored dead letter. `id` is its sequence in DEAD, by which operators name it. */
export type StoredLetter = { id: number; letter: DeadLetter };

export type DeadLetters = {
  /** Those that are stored when it begins, oldest first, one at a time. */
  all(consumer?: string): AsyncGenerator<StoredLetter>;
  /** @returns undefined when there is none under that id (any more). */
  one(id: number): Promise<StoredLetter | undefined>;
  /** Overwrites it on disk, not only in the index: it holds what a person wrote. Does nothing when it is gone. */
  erase(id: number): Promise<void>;
};

/** The dead letters in DEAD. Every answer comes from the stream's leader. */
export async function openDeadLetters(nats: NatsConnection): Promise<DeadLetters> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });

  async function one(id: number): Promise<StoredLetter | undefined> {
    const message = await streams.getMessage(STREAM, { seq: id });
    return message ? { id, letter: DeadLetter.parse(message.json()) } : undefined;
  }

  return {
    one,
    async *all(consumer) {
      // A redriven message that fails again is a new letter at the end: without a bound, it would be redriven for ever.
      const { last_seq: last } = (await streams.info(STREAM)).state;
      const subject = consumer === undefined ? DEAD_LETTERS : deadSubject(consumer);
      for (let from = 1; from <= last; ) {
        const query = { seq: from, next_by_subj: subject };
        const message = await streams.getMessage(STREAM, query);
        if (!message || message.seq > last) return;
        yield { id: message.seq, letter: DeadLetter.parse(message.json()) };
        from = message.seq + 1;
      }
    },
    async erase(id) {
      if (await streams.getMessage(STREAM, { seq: id })) await streams.deleteMessage(STREAM, id, true);
    },
  };
}
