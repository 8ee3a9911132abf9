import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { UserId } from '#contracts/ids.ts';
import type { MovingJob } from '#contracts/moving.ts';
import { movingSubject } from '#contracts/subjects.ts';

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
