import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { publishRefusal } from '#services/platform/jetstream/errors.ts';
import { newInbox } from '#services/platform/jetstream/inbox.ts';

/** Raised when the server did not store a message: those after it may be stored. */
export class NotStored extends Error {
  override name = 'NotStored';
}

export type PipelinedPublisher = {
  /**
   * Messages are stored in the order of the calls. Resolves when another one may follow.
   * @param isFirst the subject has no message yet: another one is refused.
   * @throws {NotStored} for this one, or one before.
   */
  publish(subject: string, body: string, isFirst?: boolean): Promise<void>;
  /** Resolves when everything is stored. @throws {NotStored} */
  settled(): Promise<void>;
  stop(): void;
};

/** Large enough to keep the server busy, small enough that no answer is late. */
const IN_FLIGHT = 2_000;
/** Without an answer for so long, the server or the connection is taken for dead. */
const NO_ANSWER_MS = 10_000;

/** The same for every message that must be its subject's first. */
const FIRST = headers();
FIRST.set('Nats-Expected-Last-Subject-Sequence', '0');

/**
 * Publishes to streams as fast as one connection can: answers come to one subscription, and are counted. The first that is
 * no acknowledgement ends it.
 */
export function openPipelinedPublisher(nats: NatsConnection): PipelinedPublisher {
  const reply = newInbox(nats);
  let unanswered = 0;
  let failure: NotStored | undefined;
  let waiting: { most: number; resume(): void } | undefined;

  function fail(error: NotStored): void {
    failure ??= error;
    waiting?.resume();
  }

  const subscription = nats.subscribe(reply, {
    callback: (error, message) => {
      unanswered--;
      const problem = error ?? problemIn(message);
      if (problem)
        fail(problem instanceof NotStored ? problem : new NotStored('no answer', { cause: problem }));
      else if (waiting && unanswered <= waiting.most) waiting.resume();
    },
  });

  /** Until at most so many are unanswered. */
  async function drainTo(most: number): Promise<void> {
    while (!failure && unanswered > most) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting = { most, resume: resolve };
      const before = unanswered;
      const timer = setTimeout(() => {
        if (unanswered === before) fail(new NotStored('no answer from NATS'));
        else resolve();
      }, NO_ANSWER_MS);
      await promise;
      clearTimeout(timer);
      waiting = undefined;
    }
    if (failure) throw failure;
  }

  return {
    async publish(subject, body, isFirst = false) {
      if (failure) throw failure;
      nats.publish(subject, body, isFirst ? { reply, headers: FIRST } : { reply });
      if (++unanswered >= IN_FLIGHT) await drainTo(IN_FLIGHT / 2);
    },
    settled: () => drainTo(0),
    stop: () => subscription.unsubscribe(),
  };
}

type Answer = { error?: { err_code?: number; description?: string } };

function problemIn(message: Msg): NotStored | undefined {
  // Without a body: nobody listens on the subject, because JetStream or the stream is away.
  if (message.data.length === 0) return new NotStored('no stream takes the messages');
  const { error } = message.json<Answer>();
  if (!error) return undefined;
  if (publishRefusal(error.err_code) === 'lostRace')
    return new NotStored('one of the people is in the log already');
  return new NotStored(`the server refused a message: ${error.description}`);
}
