import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '#services/platform/process/clock.ts';
import { kindOf } from '#services/platform/process/failure-run.ts';
import { type Running, startLoop } from '#services/platform/process/lifecycle.ts';
import type { BudgetControl } from '#services/platform/rate-limit/budget-control.ts';
import { type Figures, figuresReader } from './figures.ts';
import { type Finding, findingsOf } from './findings.ts';
import { type DeliveryPoint, openRecentDeliveries, POINT_MS, RECENT_MS } from './recent-deliveries.ts';

/** Messages a second that were booked, all processes together, as the budget's key has it. */
export type UsedPoint = { atMs: number; perSecond: number };

/** What the page shows. */
export type View = {
  figures: Omit<Figures, 'budget'> & { budget: Omit<Figures['budget'], 'held'> & { heldChats: number } };
  findings: Finding[];
  deliveries: DeliveryPoint[];
  used: UsedPoint[];
};

export type Observer = Running & {
  /** The newest view, and why there is none or none newer. From now on one is made each second, for a while. */
  latest(): { view?: View; trouble?: string };
};

const LOOKED_AT_MS = 1_000;
const OTHERWISE_MS = POINT_MS;
const LOOKED_AT_FOR_MS = 30_000;

/** Looks at the installation again and again, so that there is something to see when an operator comes. */
export function observe(
  { nats, clock }: { nats: NatsConnection; clock: Clock },
  budget: BudgetControl,
): Observer {
  const read = figuresReader({ nats, clock }, budget);
  const deliveries = openRecentDeliveries(nats);
  const used = usedOverTime();
  let view: View | undefined;
  let trouble: string | undefined = 'nothing has been seen yet';
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  const loop = startLoop(clock, {
    async round() {
      const figures = await read();
      const { nowMs, budget: whole } = figures;
      await deliveries.read(nowMs);
      used.saw(nowMs, whole.lastSecond);
      // Which chats are held is about people.
      const { held, ...rest } = whole;
      view = {
        figures: { ...figures, budget: { ...rest, heldChats: held.length } },
        findings: findingsOf(figures),
        deliveries: deliveries.points(nowMs),
        used: used.points(),
      };
      trouble = undefined;
      return clock.now() - lookedAtMs < LOOKED_AT_FOR_MS ? LOOKED_AT_MS : OTHERWISE_MS;
    },
    afterFailure(error) {
      trouble = `NATS cannot be asked (${kindOf(error)})`;
      return LOOKED_AT_MS;
    },
  });
  return {
    latest() {
      lookedAtMs = clock.now();
      return { view, trouble };
    },
    stop: () => loop.stop(),
  };
}

/** The budget's key knows one second alone, so this begins with the process. The greatest of each five seconds. */
function usedOverTime() {
  const points: UsedPoint[] = [];
  return {
    points: () => [...points],
    saw(nowMs: number, perSecond: number): void {
      const atMs = Math.floor(nowMs / POINT_MS) * POINT_MS;
      const last = points.at(-1);
      if (last?.atMs === atMs) last.perSecond = Math.max(last.perSecond, perSecond);
      else points.push({ atMs, perSecond });
      while ((points[0]?.atMs ?? nowMs) < nowMs - RECENT_MS) points.shift();
    },
  };
}
