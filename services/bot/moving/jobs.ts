import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import type { UserId } from '#contracts/ids.ts';
import { movingSubject } from '#contracts/subjects.ts';

/** A file that a person sent, as Telegram names it. */
export const SentFile = z.object({
  fileId: z.string().min(1).max(512),
  name: z.string().max(256).optional(),
  bytes: z.int().nonnegative().optional(),
});
export type SentFile = z.infer<typeof SentFile>;

/** Kinds of files that people may take along. */
export const ExportForm = z.enum(['loopDb', 'loopZip', 'csv', 'json']);
export type ExportForm = z.infer<typeof ExportForm>;

const DateOrder = z.enum(['dayFirst', 'monthFirst']);

/**
 * What is to be done with a file. `updateId` is of the update that asked for it: it names the cause of what is recorded.
 * Stored in MOVING.
 */
export const MovingJob = z.discriminatedUnion('job', [
  /** To show what is in a file: in answer to the message with it, or in place of the question how its dates are meant. */
  z.object({
    job: z.literal('preview'),
    updateId: z.int(),
    file: SentFile,
    answering: z.int().optional(),
    editing: z.int().optional(),
    dates: DateOrder.optional(),
  }),
  /** To bring it. `editing` is its preview. */
  z.object({
    job: z.literal('import'),
    updateId: z.int(),
    file: SentFile,
    editing: z.int(),
    dates: DateOrder.optional(),
  }),
  z.object({ job: z.literal('export'), updateId: z.int(), form: ExportForm }),
]);
export type MovingJob = z.infer<typeof MovingJob>;

/** A job without its update, as a step of the conversation asks for it. */
export type AskedJob = MovingJob extends infer J ? (J extends unknown ? Omit<J, 'updateId'> : never) : never;

/** Hands jobs over to the consumer `bot-moving`. */
export type MovingQueue = {
  /** Resolves when it is durable; the same update again is the same job. */
  put(userId: UserId, updateId: number, job: AskedJob): Promise<void>;
};

export function openMovingQueue(nats: NatsConnection): MovingQueue {
  const js = jetstream(nats);
  return {
    async put(userId, updateId, job) {
      const body: MovingJob = { ...job, updateId };
      await js.publish(movingSubject(userId), JSON.stringify(body), { msgID: `update-${updateId}` });
    },
  };
}
