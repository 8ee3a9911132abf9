import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { DeadLetter } from '#contracts/messages.ts';
import { DEAD_LETTERS, deadSubject } from '#contracts/subjects.ts';

const STREAM = 'DEAD';

/** A stored letter. `id` is its sequence in DEAD, by which operators name it. */
export type FiledLetter = { id: number; letter: DeadLetter };

export type Letters = {
  /** In the order in which they were parked, one at a time: those that are there when it begins. */
  all(consumer?: string): AsyncGenerator<FiledLetter>;
  /** @returns undefined when there is none under that id (any more). */
  one(id: number): Promise<FiledLetter | undefined>;
  /** Overwrites it on disk, not only in the index: it holds what a person wrote. Gone already is fine. */
  erase(id: number): Promise<void>;
};

/** The letters in DEAD. Every answer comes from the stream's leader. */
export async function openLetters(nats: NatsConnection): Promise<Letters> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });

  async function one(id: number): Promise<FiledLetter | undefined> {
    const message = await streams.getMessage(STREAM, { seq: id });
    return message ? { id, letter: DeadLetter.parse(message.json()) } : undefined;
  }

  return {
    one,
    async *all(consumer) {
      // What is parked again meanwhile is not met a second time.
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
