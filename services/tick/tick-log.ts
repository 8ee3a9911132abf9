import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { readTick, type Tick } from '#contracts/messages.ts';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import type { EpochMinute } from '#contracts/time.ts';
import { isLostRace } from '#services/platform/jetstream/errors.ts';

/** The end of TICKS. `minute` is undefined while it holds no tick. */
export type LastTick = { sequence: number; minute: EpochMinute | undefined };

export type TickLog = {
  last(): Promise<LastTick>;
  /** @returns the new end, or undefined when TICKS did not end at `after`: another replica was first. */
  append(tick: Tick, after: LastTick): Promise<LastTick | undefined>;
};

/** A request that was under way when the server died is never answered: try again well within the minute. */
const REPLY_MS = 2_000;
/** Unreadable messages at the end that are passed over when the last tick is looked for. */
const MOST_PASSED_OVER = 1000;

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
  getMessage(name: string, query: { seq: number }): Promise<{ string(): string } | null>;
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
  async function last(): Promise<LastTick> {
    // From the stream's leader, not from a replica: a stale end would only earn a conflict.
    const { state } = await streams.info('TICKS');
    const oldest = Math.max(state.first_seq, state.last_seq - MOST_PASSED_OVER);
    for (let sequence = state.last_seq; state.messages > 0 && sequence >= oldest; sequence--) {
      const message = await streams.getMessage('TICKS', { seq: sequence });
      const tick = message && readTick(message.string());
      if (tick) return { sequence: state.last_seq, minute: tick.minute };
    }
    return { sequence: state.last_seq, minute: undefined };
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

  return { last, append };
}
