import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { EventSequence } from '#contracts/ids.ts';

/** The last sequence of EVENTS, and the time at which it was the last. */
export type EventsHead = { eventsSequence: EventSequence; nowMs: number };

const REPLY_MS = 2_000;

/**
 * Reads both from one reply of the server. Its clock, which all replicas share, decides when a minute has begun; that
 * of the process only decides when to ask. So a replica whose clock is off publishes nothing early.
 */
export function eventsHead(nats: NatsConnection): () => Promise<EventsHead> {
  const manager = jetstreamManager(nats, { checkAPI: false, timeout: REPLY_MS });
  return async () => {
    const { state, ts } = await (await manager).streams.info('EVENTS');
    if (ts === undefined)
      throw new Error('the server does not say its time: nats-server 2.12 or newer is needed');
    return { eventsSequence: EventSequence.parse(state.last_seq), nowMs: Date.parse(ts) };
  };
}
