import type { ReminderDue } from '#contracts/messages.ts';

/** How many of a batch are queued now, how many were before, and which can never be: they are too big. */
export type Queued = { queued: number; already: number; tooBig: ReminderDue[] };

/** What the server says of one reminder. */
export type Answer = 'queued' | 'already' | 'tooBig';

/** Reminders that are queued together. */
export type Batch = {
  /** Settles when every reminder is answered, or the batch has failed. */
  done: Promise<Queued>;
  /** The next one to publish; undefined when all are. */
  next(): ReminderDue | undefined;
  isPublished(): boolean;
  answered(reminder: ReminderDue, answer: Answer): void;
  fail(error: Error): void;
};

/** Answers are lost when the server or the connection dies: after so long without one the batch is given up. */
const NO_ANSWER_MS = 5_000;

export function openBatch(reminders: readonly ReminderDue[], onNoAnswer: () => void): Batch {
  const { promise: done, resolve, reject } = Promise.withResolvers<Queued>();
  const result: Queued = { queued: 0, already: 0, tooBig: [] };
  const noAnswer = setTimeout(onNoAnswer, NO_ANSWER_MS);
  let published = 0;
  let unanswered = reminders.length;
  return {
    done,
    next: () => reminders[published++],
    isPublished: () => published >= reminders.length,
    answered(reminder, answer) {
      if (answer === 'tooBig') result.tooBig.push(reminder);
      else result[answer]++;
      noAnswer.refresh();
      if (--unanswered > 0) return;
      clearTimeout(noAnswer);
      resolve(result);
    },
    fail(error) {
      clearTimeout(noAnswer);
      reject(error);
    },
  };
}
