import type { Running } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { type EventsHead, eventsHead } from './events-head.ts';
import { openTickLog } from './tick-log.ts';
import { keepTicking } from './ticking.ts';

/** `head` is where time comes from: the NATS server, unless a test or a simulation says otherwise. */
export type TickPorts = Ports & { head?: () => Promise<EventsHead> };

/**
 * Every minute has exactly one tick, in order, however many replicas run and however long they were down (G4):
 * - each tick expects the sequence of the one before as the last of TICKS, so only one replica's is stored;
 * - the minutes since the last tick in TICKS are made up for, at most seven days;
 * - while the last tick lies in the future (the clock was stepped back), nothing is published;
 * - `eventsSequence` is read after the minute began, so it covers what was confirmed before (G5);
 * - ticks lost by a crash of the server are published again, because the last one is read from TICKS.
 */
export async function start(_config: object, ports: TickPorts): Promise<Running> {
  const { clock, log, nats, readiness, metrics, head = eventsHead(nats) } = ports;
  return keepTicking({ clock, log, readiness, metrics, head, ticks: await openTickLog(nats) });
}
