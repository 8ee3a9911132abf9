import { TimeoutError } from '@nats-io/transport-node';
import { kindOf } from '../process/failure-run.ts';
import { isStoreFull } from './errors.ts';

/**
 * Why a message could not be stored, and what mends it, for operators. A stream whose disk was full does not answer any
 * more, with space or without, until nats-server has been restarted (2.14), while the server itself answers as ever.
 */
export function whyNotStored(error: unknown): string {
  if (isStoreFull(error)) return `${kindOf(error)}: ${NO_ROOM}`;
  return error instanceof TimeoutError ? `${kindOf(error)}: ${NO_ANSWER}` : kindOf(error);
}

const NO_ROOM =
  'no room; "nats stream report" shows where, a larger NATS_STORE_BYTES and "npm run habitstream -- provision" give more';
const NO_ANSWER =
  'no answer; if NATS itself is well, a full disk has stuck its streams: free some space and restart nats-server';
