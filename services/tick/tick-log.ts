import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Tick } from '#contracts/messages.ts';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import { readTick } from '#contracts/ticks.ts';
import { isLostRace } from '#services/platform/jetstream/errors.ts';
import type { EventsHead } from './events-head.ts';
import { type LastTick, lastRight, type StoredTick, type TicksEnd, type WrongTick } from './last-tick.ts';

export type TickLog = {
  end(): Promise<TicksEnd>;
  /**
   * The last right tick up to `end`, and the wrong ones that were passed over.
   * @param head asked after `end`, so that EVENTS has all that any of these ticks may say.
   */
  last(end: TicksEnd, head: EventsHead): Promise<LastTick & { wrong: WrongTick[] }>;
  /** @returns the new end, or undefined when TICKS did not end at `after`: another replica was first. */
  append(tick: Tick, after: LastTick): Promise<LastTick | undefined>;
};

/** A request that was under way when the server died is never answered: try again well within the minute. */
const REPLY_MS = 2_000;

/** What is needed of JetStream to append to a stream. */
export type Publisher = {
  publish(
    subject: string,
    payload: string,
    options: { expect: { lastSequence: number } },
  ): Promise<{ seq: number }>;
};

/** What is needed of JetStream to read a stream's end. */
export type StreamReader = {
  info(name: string): Promise<{ state: { first_seq: number; last_seq: number; messages: number } }>;
  getMessage(name: string, query: { seq: number }): Promise<{ string(): string; time: Date } | null>;
};

export async function openTickLog(nats: NatsConnection): Promise<TickLog> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false, timeout: REPLY_MS });
  return tickLogOn(jetstream(nats, { timeout: REPLY_MS }), streams);
}

/**
 * TICKS, written with the last sequence of the whole stream expected: however many replicas write, each message
 * follows the one that its writer saw, so no minute is forked, skipped or repeated.
 */
export function tickLogOn(js: Publisher, streams: StreamReader): TickLog {
  async function end(): Promise<TicksEnd> {
    // From the stream's leader, not from a replica: a stale end would only earn a conflict.
    const { first_seq, last_seq, messages } = (await streams.info('TICKS')).state;
    return { first: messages > 0 ? first_seq : last_seq + 1, sequence: last_seq };
  }

  async function read(sequence: number): Promise<StoredTick | undefined> {
    const message = await streams.getMessage('TICKS', { seq: sequence });
    if (!message) return undefined;
    return { sequence, storedAtMs: message.time.getTime(), tick: readTick(message.string()) };
  }

  async function append(tick: Tick, after: LastTick): Promise<LastTick | undefined> {
    try {
      const ack = await js.publish(TICK_SUBJECT, JSON.stringify(tick), {
        expect: { lastSequence: after.sequence },
      });
      return { sequence: ack.seq, minute: tick.minute };
    } catch (error) {
      if (isLostRace(error)) return undefined;
      throw error;
    }
  }

  return { end, last: (until, head) => lastRight(until, head, read), append };
}
