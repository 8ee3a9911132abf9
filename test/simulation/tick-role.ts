import { Tick } from '#contracts/messages.ts';
import { tickLogOn } from '#services/tick/tick-log.ts';
import { keepTicking } from '#services/tick/ticking.ts';
import { asEventSequence } from '#test/support/ids.ts';
import { wrongLastSequence } from './jetstream.ts';
import type { Role } from './role.ts';

/** The tick service on the simulated server. */
export const startTick: Role = ({ nats, log, notes, durables }, machine) => {
  const publish = (_subject: string, payload: string, { expect }: { expect: { lastSequence: number } }) =>
    machine.ask('nats', () => {
      if (nats.ticks.last() !== expect.lastSequence) throw wrongLastSequence();
      const tick = Tick.parse(JSON.parse(payload));
      const seq = nats.ticks.append(tick);
      notes.ticked(tick);
      for (const shard of durables.shards) shard.durable.pump();
      return { seq };
    });
  const streams = {
    info: () =>
      machine.ask('nats', () => {
        const last = nats.ticks.last();
        return { state: { first_seq: 1, last_seq: last, messages: last } };
      }),
    getMessage: (_name: string, { seq }: { seq: number }) =>
      machine.ask('nats', () => {
        const stored = nats.ticks.at(seq);
        return stored
          ? { string: () => JSON.stringify(stored.body), time: new Date(stored.stampedMs) }
          : null;
      }),
  };
  const head = () =>
    machine.ask('nats', () => ({
      eventsSequence: asEventSequence(nats.diary.events.last()),
      nowMs: nats.now(),
    }));
  const running = keepTicking({ clock: machine.clock, log, head, ticks: tickLogOn({ publish }, streams) });
  return { stop: () => running.stop(), crashed: () => {} };
};
