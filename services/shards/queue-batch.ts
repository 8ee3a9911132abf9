import type { ReminderDue } from '#contracts/messages.ts';

/** What the server says of one reminder. */
export type Answer = 'queued' | 'already' | 'tooBig';

/** How many of a batch were queued, and which others were refused: as queued before, and as too big to be ever. */
export type Answered = { queued: number; already: ReminderDue[]; tooBig: ReminderDue[] };

/** Reminders that are queued together. */
export type Batch = {
  /** Settles when every reminder is answered, or the batch has failed. */
  done: Promise<Answered>;
  /** The next one to publish; undefined when all are. */
  next(): ReminderDue | undefined;
  isPublished(): boolean;
  answered(reminder: ReminderDue, answer: Answer): void;
  fail(error: Error): void;
};

/** Answers are lost when the server or the connection dies: after so long without one the batch is given up. */
const NO_ANSWER_MS = 5_000;

export function openBatch(reminders: readonly ReminderDue[], onNoAnswer: () => void): Batch {
  const { promise: done, resolve, reject } = Promise.withResolvers<Answered>();
  const result: Answered = { queued: 0, already: [], tooBig: [] };
  const noAnswer = setTimeout(onNoAnswer, NO_ANSWER_MS);
  let published = 0;
  let unanswered = reminders.length;
  return {
    done,
    next: () => reminders[published++],
    isPublished: () => published >= reminders.length,
    answered(reminder, answer) {
      if (answer === 'queued') result.queued++;
      else result[answer].push(reminder);
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
