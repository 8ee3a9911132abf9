import { TimeoutError } from '@nats-io/transport-node';
import { kindOf } from '../process/failure-run.ts';
import { isStoreFull } from './errors.ts';

/**
 * Why a message could not be stored, and what mends it, for operators. A stream whose disk was full does not answer any
 * more, with space or without, until nats-server has been restarted (2.14), while the server itself answers as ever.
 */
export function whyNotStored(error: unknown): string {
  const advice = adviceFor(error);
  return advice === undefined ? kindOf(error) : `${kindOf(error)}: ${advice}`;
}

function adviceFor(error: unknown): string | undefined {
  if (isStoreFull(error)) return NO_ROOM;
  if (error instanceof TimeoutError) return NO_ANSWER;
  return error instanceof Error && error.cause !== undefined ? adviceFor(error.cause) : undefined;
}

const NO_ROOM =
  'no room; "nats stream report" shows where, a larger NATS_STORE_BYTES and "npm run habitstream -- provision" give more';
const NO_ANSWER =
  'no answer; if NATS itself is well, a full disk has stuck its streams: free some space and restart nats-server';
