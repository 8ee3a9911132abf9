import { JetStreamApiError } from '@nats-io/jetstream';
import {
  ClosedConnectionError,
  NoRespondersError,
  RequestError,
  TimeoutError,
} from '@nats-io/transport-node';

/** A message that can never be handled, whoever tries: it is parked at once. */
export class Poison extends Error {
  override name = 'Poison';
}

/** What a caller throws when it knows that a server is away, whatever error told it. */
export class Unavailable extends Error {
  override name = 'Unavailable';
}

/**
 * Whether an error says that a server is away rather than that the message is bad. By type and code, never by text.
 * Codes: Node's system errors, Postgres classes 08 (connection), 53 (resources) and 57 (operator intervention),
 * JetStream 503.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (UNAVAILABLE.some((kind) => error instanceof kind)) return true;
  if (error instanceof JetStreamApiError) return error.status === 503;
  if ('code' in error && typeof error.code === 'string' && UNAVAILABLE_CODE.test(error.code)) return true;
  return error.cause !== undefined && isUnavailable(error.cause);
}

const UNAVAILABLE = [Unavailable, TimeoutError, NoRespondersError, ClosedConnectionError, RequestError];
const UNAVAILABLE_CODE =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08.{3}|53.{3}|57.{3})$/;
