import type { JetStreamClient } from '@nats-io/jetstream';
import type { DeadLetter } from '#contracts/messages.ts';
import { deadSubject } from '#contracts/subjects.ts';

/** A stored message that somebody cannot handle. */
export type Parcel = {
  /** Durable consumer in whose name it is parked. */
  consumer: string;
  stream: string;
  sequence: number;
  subject: string;
  data: Uint8Array;
  /** How often it was tried. */
  deliveries: number;
  /** Sequence in REPLAYS of the replay that failed: parked again, it is another letter. */
  replay?: number;
};

/** Stores a poison message in DEAD with what was wrong; within an hour, the same one only once. */
export async function park(
  js: JetStreamClient,
  parcel: Parcel,
  error: unknown,
  nowMs: number,
): Promise<void> {
  const { data, replay, ...about } = parcel;
  const letter: DeadLetter = {
    ...about,
    payload: Buffer.from(data).toString('base64'),
    error: describe(error).slice(0, 4096),
    at: new Date(nowMs).toISOString(),
  };
  await js.publish(deadSubject(parcel.consumer), JSON.stringify(letter), {
    msgID: letterId(parcel),
  });
}

/** One tick may give several letters, of different subjects. */
function letterId({ consumer, stream, sequence, subject, replay }: Parcel): string {
  const again = replay === undefined ? [] : [`replay ${replay}`];
  return [consumer, stream, sequence, subject, ...again].join(' ');
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? String(error) : `${error}; caused by ${describe(error.cause)}`;
}
