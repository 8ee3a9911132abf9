import type { Fleet } from './fleet.ts';
import type { World } from './role.ts';

/** What happened, to show that a clean run was not an empty one. */
export type Figures = Record<string, number>;

export function figuresOf(
  { nats, telegram, engine }: World,
  fleet: Fleet,
  faults: ReadonlyMap<string, number>,
): Figures {
  const figures: Figures = {
    timers: engine.count(),
    ticks: nats.ticks.last(),
    queued: nats.reminders.everQueued.length,
    sends: telegram.departures.length,
    'sends: several minutes': telegram.departures.filter(({ minutes }) => minutes > 1).length,
    '429s': telegram.limits.length,
    deaths: fleet.deaths(),
  };
  for (const { outcome, reason } of nats.deliveries) {
    const name = outcome === 'suppressed' ? `suppressed: ${reason}` : outcome;
    figures[name] = (figures[name] ?? 0) + 1;
  }
  for (const [name, times] of faults) figures[`fault: ${name}`] = times;
  return figures;
}

/** The figures of many runs together. */
export function totalOf(all: readonly Figures[]): Figures {
  const total: Figures = {};
  for (const figures of all)
    for (const [name, times] of Object.entries(figures)) total[name] = (total[name] ?? 0) + times;
  return Object.fromEntries(Object.entries(total).sort(([one], [other]) => (one < other ? -1 : 1)));
}
