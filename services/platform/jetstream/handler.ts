import type { ConsumerDefinition } from '#contracts/consumers.ts';
import { Poison } from './errors.ts';

/** What a handler sees of a message. One that is redriven looks as it did when it was dead-lettered. */
export type StoredMessage = {
  subject: string;
  /** In the stream where it was stored first. */
  seq: number;
  /** When it was stored there, epoch ms; of a redriven one, when it was dead-lettered. */
  storedAtMs: number;
  /** Which delivery it is, 1 for the first: at a later one, the process that had it before has failed or is dead. */
  tries: number;
  /** Messages that its consumer had still to deliver after this one. */
  behind: number;
  data: Uint8Array;
  json(): unknown;
};

/** How messages of one durable consumer are handled. The consumer's `max_ack_pending` bounds how many at once. */
export type HandlerSpec<T> = {
  consumer: Pick<ConsumerDefinition, 'name' | 'ackWaitMs' | 'maxTries'> & { stream: string };
  /** Messages asked for ahead of need. */
  prefetch: number;
  /** Reads a message; whatever it throws makes the message poison. */
  parse(message: StoredMessage): T;
  /** Does the work. Returning acks; the signal is aborted when the service stops. */
  handle(value: T, message: StoredMessage, signal: AbortSignal): Promise<void>;
};

/** A handler spec as the consume loop runs it: what it parses to is its own business. */
export type ConsumerHandler = Pick<HandlerSpec<unknown>, 'consumer' | 'prefetch'> & {
  handle(message: StoredMessage, signal: AbortSignal): Promise<void>;
};

export function consumerHandler<T>({ consumer, prefetch, parse, handle }: HandlerSpec<T>): ConsumerHandler {
  const read = (message: StoredMessage): T => {
    try {
      return parse(message);
    } catch (cause) {
      throw new Poison(`unreadable message on ${message.subject}`, { cause });
    }
  };
  return {
    consumer,
    prefetch,
    handle: async (message, signal) => handle(read(message), message, signal),
  };
}
