import { createHash } from 'node:crypto';
import {
  type Msg,
  type NatsConnection,
  NoRespondersError,
  RequestError,
  TimeoutError,
} from '@nats-io/transport-node';
import type { UserId } from '#contracts/ids.ts';
import {
  PageAnswer,
  type PageChange,
  type PageOutcome,
  type PageQuery,
  type PageUpdate,
} from '#contracts/page.ts';
import { pageHandledSubject, pageViewSubject } from '#contracts/subjects.ts';
import type { StoreUpdate } from '../accept-update.ts';

/** A change, who asks for it, and the key under which its page repeats it until it is answered. */
export type ChangeRequest = {
  userId: UserId;
  languageCode: string | undefined;
  key: string;
  change: PageChange;
};

/** What the page asks of the bot. */
export type AskBot = {
  view(userId: UserId, query: PageQuery): Promise<PageAnswer>;
  /** Rejects when the change could not be stored, or it is not known whether it is. */
  change(request: ChangeRequest): Promise<PageAnswer>;
};

/** Then it is not known whether a change was handled. */
const UNKNOWN: ReadonlySet<PageOutcome> = new Set(['pending', 'away']);
/** A view is read and answered in some tens of milliseconds. */
const VIEW_TIMEOUT_MS = 5_000;
/** A change that is not handled by then waits in UPDATES, and its page asks again. */
const HANDLED_TIMEOUT_MS = 8_000;

/**
 * A view is asked for by a NATS request. A change is stored among the person's updates, and the bot says how it ended
 * where this listens since before. One that was stored earlier may have been handled while nobody listened: then a view
 * that shows whether it was is the answer.
 */
export function askBot(nats: NatsConnection, store: StoreUpdate): AskBot {
  async function view(userId: UserId, query: PageQuery): Promise<PageAnswer> {
    try {
      const options = { timeout: VIEW_TIMEOUT_MS };
      return answerIn(await nats.request(pageViewSubject(userId), JSON.stringify(query), options));
    } catch (error) {
      if (isNobodyThere(error)) return { outcome: 'away' };
      throw error;
    }
  }

  return {
    view,
    async change({ userId, languageCode, key, change }) {
      const updateId = updateIdOf(userId, key);
      const handled = nextAnswer(nats, pageHandledSubject(userId, updateId));
      try {
        const { duplicate, sequence } = await store({
          userId,
          updateId,
          body: JSON.stringify({
            update_id: updateId,
            page_change: {
              from: {
                id: Number(userId),
                ...(languageCode !== undefined && { language_code: languageCode }),
              },
              change,
            } satisfies PageUpdate,
          }),
        });
        const about = 'habitId' in change ? { only: change.habitId } : {};
        const known = duplicate && (await view(userId, { ...about, handled: sequence }));
        return known && !UNKNOWN.has(known.outcome) ? known : await handled.answer;
      } finally {
        handled.end();
      }
    },
  };
}

/** The first answer on a subject; `pending` when none comes in time. */
function nextAnswer(nats: NatsConnection, subject: string) {
  const { promise, resolve, reject } = Promise.withResolvers<PageAnswer>();
  promise.catch(() => {}); // reported where it is awaited
  const subscription = nats.subscribe(subject, {
    max: 1,
    timeout: HANDLED_TIMEOUT_MS,
    callback(error, message) {
      if (error instanceof TimeoutError) resolve({ outcome: 'pending' });
      else if (error) reject(error);
      else resolve(answerIn(message));
    },
  });
  return { answer: promise, end: () => subscription.unsubscribe() };
}

const answerIn = (message: Msg): PageAnswer => PageAnswer.parse(message.json());

function isNobodyThere(error: unknown): boolean {
  if (error instanceof NoRespondersError || error instanceof TimeoutError) return true;
  return error instanceof RequestError && error.isNoResponders();
}

/**
 * The id of a page's update: below 0, where none of Telegram's are, and the same for the same person and key. 52 bits of
 * a hash: among a million changes in 48 hours two share one with a probability of one in ten thousand.
 */
function updateIdOf(userId: UserId, key: string): number {
  const hash = createHash('sha256').update(`${userId}/${key}`).digest();
  return -1 - (hash.readUIntBE(0, 6) * 16 + (hash.readUInt8(6) & 15));
}
