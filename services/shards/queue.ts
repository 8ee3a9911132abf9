import { headers, type Msg, type MsgHdrs, type NatsConnection, TimeoutError } from '@nats-io/transport-node';
import type { ReminderDue } from '#contracts/messages.ts';
import { reminderInAnyTier, reminderSubject } from '#contracts/subjects.ts';
import { publishRefusal } from '#services/platform/jetstream/errors.ts';
import { newInbox } from '#services/platform/jetstream/inbox.ts';
import type { MissingReminders } from './missing-reminders.ts';
import { type Answer, type Answered, type Batch, openBatch } from './queue-batch.ts';

/** How many of a batch are queued now, how many were before, and which can never be: they are too big. */
export type Queued = { queued: number; already: number; tooBig: ReminderDue[] };

export type ReminderQueue = {
  /**
   * Resolves when every reminder is durable, whichever shard queued it.
   * @throws {NotQueued} when the server refuses or does not answer, or what was to be queued already is not there; then some
   * are queued and some may be.
   */
  putAll(reminders: readonly ReminderDue[]): Promise<Queued>;
  stop(): void;
};

/** What is needed of a connection. */
export type Publishing = Pick<NatsConnection, 'publish' | 'subscribe'>;

/** Repeating the whole batch is safe. */
export class NotQueued extends Error {
  override name = 'NotQueued';
}

/**
 * Publishes to REMINDERS, each reminder with the expectation that its person has none for its minute in any tier: that
 * is what makes it queued once, whatever crashes or is done again (G6).
 */
export function openReminderQueue(
  nats: Publishing,
  inFlight: number,
  missing: MissingReminders,
): ReminderQueue {
  const { putAll, stop } = openPublishing(nats, inFlight);
  return {
    stop,
    async putAll(reminders) {
      if (reminders.length === 0) return { queued: 0, already: 0, tooBig: [] };
      const { already, ...answered } = await putAll(reminders);
      const lost = already.length > 0 ? await missing(already) : [];
      if (lost.length > 0)
        throw new NotQueued(`${lost.length} reminders that were refused as queued before are not there`);
      return { ...answered, already: already.length };
    },
  };
}

/**
 * Answers come to one subscription of ours instead of one promise and timer a message, which makes it about six times
 * as fast as the client's own publish. At most `inFlight` are unanswered, all batches together; more follow when half of
 * them are, because one large write costs a fraction of what many small ones cost.
 */
function openPublishing(nats: Publishing, inFlight: number) {
  const inbox = newInbox(nats);
  const publish = publisher(nats, inbox);
  const publishing: Batch[] = [];
  const unanswered = new Map<number, { batch: Batch; reminder: ReminderDue }>();
  let published = 0;

  const subscription = nats.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (error) return;
      const id = Number(message.subject.slice(inbox.length + 1));
      const entry = unanswered.get(id);
      unanswered.delete(id);
      const answer = answerOf(message);
      if (answer instanceof NotQueued) entry && fail(entry.batch, answer);
      else entry?.batch.answered(entry.reminder, answer);
      if (unanswered.size <= inFlight / 2) pump();
    },
  });

  function pump(): void {
    while (unanswered.size < inFlight) {
      const batch = publishing[0];
      if (batch === undefined) return;
      const reminder = batch.next();
      if (batch.isPublished()) publishing.shift();
      if (reminder === undefined) continue;
      const id = published++;
      unanswered.set(id, { batch, reminder });
      try {
        publish(reminder, id);
      } catch (cause) {
        fail(batch, new NotQueued('the connection is closed', { cause }));
      }
    }
  }

  function fail(batch: Batch, error: NotQueued): void {
    const at = publishing.indexOf(batch);
    if (at >= 0) publishing.splice(at, 1);
    for (const [id, entry] of unanswered) if (entry.batch === batch) unanswered.delete(id);
    batch.fail(error);
    pump();
  }

  return {
    putAll(reminders: readonly ReminderDue[]): Promise<Answered> {
      const batch = openBatch(reminders, () => fail(batch, noAnswer()));
      publishing.push(batch);
      pump();
      return batch.done;
    },
    stop() {
      subscription.unsubscribe();
      const left = new Set([...publishing, ...[...unanswered.values()].map((entry) => entry.batch)]);
      for (const batch of left) fail(batch, new NotQueued('the queue is closed'));
    },
  };
}

const noAnswer = () => new NotQueued('no answer from NATS', { cause: new TimeoutError() });

/** One set of headers serves all messages: it is encoded before `publish` returns. */
function publisher(nats: Publishing, inbox: string): (reminder: ReminderDue, id: number) => void {
  const expectation: MsgHdrs = headers();
  expectation.set('Nats-Expected-Last-Subject-Sequence', '0');
  return (reminder, id) => {
    const { tier, userId, minute } = reminder;
    expectation.set('Nats-Expected-Last-Subject-Sequence-Subject', reminderInAnyTier(userId, minute));
    const options = { reply: `${inbox}.${id}`, headers: expectation };
    nats.publish(reminderSubject(tier, userId, minute), JSON.stringify(reminder), options);
  };
}

type PublishReply = { seq?: number; error?: { err_code?: number; description?: string } };

function answerOf(message: Msg): Answer | NotQueued {
  // Without a body: nobody listens on the subject, because JetStream or the stream is away.
  if (message.data.length === 0) return new NotQueued('nothing takes reminders');
  const { error } = message.json<PublishReply>();
  if (error === undefined) return 'queued';
  const refusal = publishRefusal(error.err_code);
  if (refusal === 'lostRace') return 'already';
  if (refusal === 'tooBig') return 'tooBig';
  return new NotQueued(`${error.err_code} ${error.description}`);
}
