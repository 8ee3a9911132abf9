import type { JetStreamClient } from '@nats-io/jetstream';
import type { DeadLetter } from '#contracts/messages.ts';
import { deadSubject } from '#contracts/subjects.ts';
import { errorLine } from '../process/describe-error.ts';

/** A stored message that a consumer handler gave up. */
export type DeadLetterOrigin = {
  /** Durable consumer whose handler gave it up. */
  consumer: string;
  stream: string;
  sequence: number;
  subject: string;
  data: Uint8Array;
  /** How often it was tried. */
  deliveries: number;
  /** Sequence in REPLAYS of the redrive that failed: dead-lettered again, it is another letter. */
  redrive?: number;
};

/** Stores a poison message in DEAD with what was wrong; within an hour, the same one only once. */
export async function storeDeadLetter(
  js: JetStreamClient,
  origin: DeadLetterOrigin,
  error: unknown,
  nowMs: number,
): Promise<void> {
  const { data, redrive, ...about } = origin;
  const letter: DeadLetter = {
    ...about,
    payload: Buffer.from(data).toString('base64'),
    error: errorLine(error).slice(0, 4096),
    at: new Date(nowMs).toISOString(),
  };
  await js.publish(deadSubject(origin.consumer), JSON.stringify(letter), {
    msgID: letterId(origin),
  });
}

/** One tick may give several letters, of different subjects. */
function letterId({ consumer, stream, sequence, subject, redrive }: DeadLetterOrigin): string {
  const again = redrive === undefined ? [] : [`replay ${redrive}`];
  return [consumer, stream, sequence, subject, ...again].join(' ');
}
