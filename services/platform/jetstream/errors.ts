import { JetStreamApiError, JetStreamError } from '@nats-io/jetstream';
import {
  ClosedConnectionError,
  NoRespondersError,
  RequestError,
  TimeoutError,
} from '@nats-io/transport-node';
import { UnreadableEvent } from '#contracts/events.ts';

/*
 * What an error of NATS means. JetStream's error codes (`err_code`) are known in this file alone: the same refusal can
 * have different codes on a single server and on a replicated stream, and every place must know all of them.
 */

/**
 * Another writer was first. A stream with one replica answers 10071, and 10164 where it cannot name the sequence; a
 * replicated stream answers every lost race with 10164 (nats-server 2.14, 900 of 900).
 */
const WRONG_LAST_SEQUENCE = [10071, 10164];
const MESSAGE_TOO_BIG = 10054;
const CONSUMER_NOT_FOUND = 10014;
const CONSUMER_EXISTS = 10148;
const STREAM_NOT_FOUND = 10059;
const STREAM_EXISTS = 10058;
/** A batch that was broken off by a reconnection, or that found too many others under way: not stored. */
const BATCH_NOT_STORED = [10176, 10210];
/**
 * No room to store: a stream's limit (10077, whose status is 503), the store's (10023, 10047) or the account's (10002, as if
 * the request were wrong). It passes when old messages go or an operator gives more room, so the message is not bad.
 */
const STORE_FULL = [10002, 10023, 10047, 10077];
/** Status of an answer without messages. */
const NO_MESSAGES = 404;

/** A message that no process can ever handle: it is dead-lettered at once. */
export class Poison extends Error {
  override name = 'Poison';
}

/** Whether trying again cannot help: the message, or an event in its person's log, is none that this version can read. */
export function isPoison(error: unknown): boolean {
  return error instanceof Poison || error instanceof UnreadableEvent;
}

/** What a caller throws when it knows that a server is away, whatever error told it. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

/**
 * Raised when stores do not belong together, such as after a backup of one of them was restored. Nothing may be done on
 * such stores; it passes once an operator has mended them. The message is one line that says what to run.
 */
export class StoresDisagree extends Unavailable {
  override name = 'StoresDisagree';
  /** Without the advice, which is the rest of the message. */
  readonly found: string;
  readonly advice: string;

  constructor(found: string, advice: string) {
    super(`${found} ${advice}`);
    this.found = found;
    this.advice = advice;
  }
}

/** Raised when provisioning has not been run, or not for this version. */
export class NotProvisioned extends Error {
  override name = 'NotProvisioned';
}

/** What the server's answer to a publish says of it, by its `err_code`. */
export type PublishRefusal = 'lostRace' | 'tooBig' | 'other';

/** @param code `err_code` of an answer that was read by hand, without the client. */
export function publishRefusal(code: number | undefined): PublishRefusal {
  if (code === undefined) return 'other';
  if (WRONG_LAST_SEQUENCE.includes(code)) return 'lostRace';
  return code === MESSAGE_TOO_BIG ? 'tooBig' : 'other';
}

/** Whether a write was refused because its stream, subject or key has moved on from the sequence it expected. */
export function isLostRace(error: unknown): boolean {
  return hasCode(error, ...WRONG_LAST_SEQUENCE);
}

export function isConsumerMissing(error: unknown): boolean {
  return hasCode(error, CONSUMER_NOT_FOUND);
}

/** Whether a consumer was to be created that exists with another configuration. */
export function isConsumerThere(error: unknown): boolean {
  return hasCode(error, CONSUMER_EXISTS);
}

export function isStreamMissing(error: unknown): boolean {
  return hasCode(error, STREAM_NOT_FOUND);
}

/** Whether a stream was to be created that exists with another configuration. */
export function isStreamThere(error: unknown): boolean {
  return hasCode(error, STREAM_EXISTS);
}

/** Whether a direct get found nothing. */
export function isNoMessage(error: unknown): boolean {
  return error instanceof JetStreamError && 'code' in error && error.code === NO_MESSAGES;
}

/**
 * Whether the server had no room to store. After a limit nothing was stored; after an error of the disk, which has one
 * of the same codes, that is not known.
 */
export function isStoreFull(error: unknown): boolean {
  return hasCode(error, ...STORE_FULL);
}

/** Whether an atomic batch is known not to be stored and may be stored by another try. */
function isBatchNotStored(error: unknown): boolean {
  return hasCode(error, ...BATCH_NOT_STORED);
}

/** Whether the server said no and would say it again: nothing was stored. Every other failure leaves that open. */
export function isRefused(error: unknown): boolean {
  if (!(error instanceof JetStreamApiError)) return false;
  return error.status < 500 && !isBatchNotStored(error) && !isStoreFull(error);
}

/**
 * Whether an error says that a server is away rather than that the message is bad. By type and code, never by text.
 * Codes: Node's system errors, Postgres classes 08 (connection), 53 (resources) and 57 (operator intervention, so also
 * `statement_timeout`), its `lock_timeout`, `idle_in_transaction_session_timeout` and missing right, JetStream's status 503
 * and what it answers when it has no room.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (UNAVAILABLE.some((kind) => error instanceof kind)) return true;
  if (error instanceof JetStreamApiError) return error.status === 503 || isStoreFull(error);
  if ('code' in error && typeof error.code === 'string' && UNAVAILABLE_CODE.test(error.code)) return true;
  return error.cause !== undefined && isUnavailable(error.cause);
}

/** Whether Postgres says that this user may not: a service waits for its right, a command ends with it. */
export function isRightMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === RIGHT_MISSING;
}

const RIGHT_MISSING = '42501';
const UNAVAILABLE = [Unavailable, TimeoutError, NoRespondersError, ClosedConnectionError, RequestError];
const UNAVAILABLE_CODE =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08.{3}|53.{3}|57.{3}|25P03|42501|55P03)$/;

function hasCode(error: unknown, ...codes: number[]): boolean {
  return error instanceof JetStreamApiError && codes.includes(error.code);
}
