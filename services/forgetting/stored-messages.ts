import { jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { BroadcastTested } from '#contracts/broadcasts.ts';
import type { UserId } from '#contracts/ids.ts';
import { DeadLetter } from '#contracts/messages.ts';
import {
  broadcastsThat,
  DEAD_LETTERS,
  STREAM_SUBJECTS,
  type StreamOfPeople,
  subjectsOfUser,
  userNamedIn,
} from '#contracts/subjects.ts';
import { directPages, storedJson } from '#services/platform/jetstream/direct-get.ts';

/** Streams in which a person is found by what a message holds, since its subject names nobody. */
export type StreamByContent = 'DEAD' | 'REPLAYS' | 'BROADCASTS';
export type ErasableStream = StreamOfPeople | StreamByContent;

/** What a person sends, and what is made of it before it is an event. */
export const INPUT: readonly ErasableStream[] = ['UPDATES', 'MOVING', 'REPLIES', 'REPLAYS', 'BROADCASTS'];
/** What projections are made from. */
export const LOG = ['EVENTS', 'DELIVERIES'] as const;
/** What is left beside the log. Not before the log: who finds a delivery looks for its reminder and its send record. */
export const BESIDE: readonly ErasableStream[] = [
  'REMINDERS',
  'KV_sending',
  'KV_snapshots',
  'KV_throttle',
  'KV_dialogs',
  'DEAD',
];
export const ERASABLE: readonly ErasableStream[] = [...INPUT, ...LOG, ...BESIDE];

/** What a person may be asked for: everything of theirs, or what was stored up to an instant (epoch ms). */
export type Whose = { userId: UserId; storedUpToMs?: number };

export type StoredMessages = {
  /** All of the person's in a stream, oldest first, a page at a time. */
  pages(stream: ErasableStream, whose: Whose): AsyncGenerator<StoredMsg[], undefined>;
  /** Overwrites them on the disk. @returns how many there were. */
  erase(stream: ErasableStream, whose: Whose): Promise<number>;
  /** Overwrites one; does nothing when it is gone. */
  eraseOne(stream: string, sequence: number): Promise<void>;
};

const PAGE = 200;
/** Deletions that wait for their answer at once. */
const AT_ONCE = 32;

/**
 * The messages of a person, wherever they stand. They are deleted one by one, with their bytes overwritten: a purge would leave
 * those on the disk.
 */
export async function openStoredMessages(nats: NatsConnection): Promise<StoredMessages> {
  const manager = await jetstreamManager(nats, { checkAPI: false });

  async function* pages(stream: ErasableStream, whose: Whose): AsyncGenerator<StoredMsg[], undefined> {
    const isTheirs = contentTest(stream, whose.userId);
    for (const filter of filtersOf(stream, whose.userId)) {
      for await (const page of directPages(nats, stream, filter, { batch: PAGE })) {
        const found = page.filter((message) => isTheirs(message) && isInTime(message, whose));
        if (found.length > 0) yield found;
      }
    }
  }

  async function eraseOne(stream: string, sequence: number): Promise<void> {
    try {
      await manager.streams.deleteMessage(stream, sequence, true);
    } catch (error) {
      // Another try was quicker, or its time was over.
      if (await manager.streams.getMessage(stream, { seq: sequence })) throw error;
    }
  }

  return {
    pages,
    eraseOne,
    async erase(stream, whose) {
      let count = 0;
      for await (const page of pages(stream, whose)) {
        for (let from = 0; from < page.length; from += AT_ONCE) {
          const some = page.slice(from, from + AT_ONCE);
          await Promise.all(some.map(({ seq }) => eraseOne(stream, seq)));
          count += some.length;
        }
      }
      return count;
    },
  };
}

const isInTime = (message: StoredMsg, { storedUpToMs = Number.POSITIVE_INFINITY }: Whose): boolean =>
  message.time.getTime() <= storedUpToMs;

function filtersOf(stream: ErasableStream, userId: UserId): readonly string[] {
  switch (stream) {
    case 'DEAD':
      return [DEAD_LETTERS];
    case 'REPLAYS':
      return [STREAM_SUBJECTS.REPLAYS];
    case 'BROADCASTS':
      return [broadcastsThat('tested')];
    default:
      return subjectsOfUser(userId)[stream];
  }
}

/** Whether a message found by its subject is the person's. */
function contentTest(stream: ErasableStream, userId: UserId): (message: StoredMsg) => boolean {
  switch (stream) {
    case 'DEAD':
    case 'REPLAYS':
      return (message) => isLetterOf(message, userId);
    case 'BROADCASTS':
      return (message) => BroadcastTested.safeParse(storedJson(message)).data?.by === userId;
    default:
      return () => true;
  }
}

/**
 * By the subject of what was dead-lettered, or by their id in it: a message may stand on a wrong subject for that very reason. A
 * minute is a number like an id, and says nothing of anybody.
 */
function isLetterOf(message: StoredMsg, userId: UserId): boolean {
  const letter = DeadLetter.safeParse(storedJson(message)).data;
  if (!letter) return message.string().includes(userId);
  if (userNamedIn(letter.subject) === userId) return true;
  const content = Buffer.from(letter.payload, 'base64').toString('latin1').replace(MINUTE, '');
  return new RegExp(`(?<!\\d)${userId}(?!\\d)`).test(`${content} ${letter.error}`);
}

const MINUTE = /"minute":\d+/g;
