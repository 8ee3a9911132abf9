import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Tick } from '#contracts/messages.ts';
import { wrongTick } from '#contracts/ticks.ts';

/** What is wrong with a tick that was stored at an instant (epoch ms by the server's clock), or undefined. */
export type TickCheck = (tick: Tick, storedAtMs: number) => Promise<string | undefined>;

/** Asks the server where EVENTS ends when a tick is newer than the last answer: once a minute for all shards. */
export function openTickCheck(nats: NatsConnection): TickCheck {
  const manager = jetstreamManager(nats, { checkAPI: false });
  let eventsEnd = 0;
  return async (tick, storedAtMs) => {
    if (tick.eventsSequence > eventsEnd)
      eventsEnd = (await (await manager).streams.info('EVENTS')).state.last_seq;
    return wrongTick(tick, { storedAtMs, eventsEnd });
  };
}
