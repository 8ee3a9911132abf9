import type { NatsConnection } from '@nats-io/transport-node';
import { systemClock } from '../process/clock.ts';
import type { Log } from '../process/log.ts';
import { type Kept, LIMITER_BUCKET, openLimiterRecord } from './limiter-record.ts';
import { resume } from './pauses.ts';
import { openServerTime } from './server-time.ts';
import { initialState, type LimiterState, type LiveRates, type Rates, shareAt } from './slots.ts';

/** The budget as an operator sees it. Instants are milliseconds by the NATS server's clock. */
export type BudgetView = {
  nowMs: number;
  /** Messages a second as they were booked last; they are zero when nothing ever was. */
  rates: Rates;
  /** What `habitstream budget set` has set in place of the settings of the services. */
  live?: LiveRates | undefined;
  /** Messages to chats whose slots lay in the second before now. */
  lastSecond: number;
  /** Part of the configured rates that is used: less than 1 for a while after a 429. */
  share: number;
  /** Absent when nobody waits. `because` is empty when it is not known. */
  pause?: { untilMs: number; because: string };
  /** Chats that are held alone, longest first. */
  held: { chatId: string; untilMs: number }[];
};

export type BudgetControl = {
  view(): Promise<BudgetView>;
  /**
   * Ends the pause and lets every held chat go, in every process. Resolves with what there was before.
   * @param name a new one each time
   */
  resume(name: string): Promise<BudgetView>;
  /**
   * Every process books by these rates from its next booking on, without one settings are back. Resolves with what there was
   * before. Whole numbers from 1 to 1000, bulk no more than whole.
   */
  setRates(rates: Rates | undefined): Promise<BudgetView>;
  stop(): void;
};

const NO_RATES: Rates = { whole: 0, bulk: 0 };

/** Rejects when the server does not answer. */
export async function openBudgetControl(nats: NatsConnection, log: Log): Promise<BudgetControl> {
  const time = await openServerTime(nats, `KV_${LIMITER_BUCKET}`);
  const record = await openLimiterRecord({ nats, clock: systemClock, log }, time, NO_RATES);

  async function view(): Promise<BudgetView> {
    const { state } = await record.read();
    const nowMs = time.now();
    const { whole, bulk, live, pausedUntilMs: untilMs, pausedBecause: because } = state;
    const held = [...state.held].map(([chatId, heldMs]) => ({ chatId, untilMs: heldMs }));
    return {
      nowMs,
      rates: { whole, bulk },
      ...(live && { live }),
      lastSecond: [...state.chats.values()].filter((ms) => ms > nowMs - 1000 && ms <= nowMs).length,
      share: shareAt(state, nowMs),
      ...(untilMs > nowMs && { pause: { untilMs, because } }),
      held: held.filter((each) => each.untilMs > nowMs).sort((a, b) => b.untilMs - a.untilMs),
    };
  }

  /** @param change undefined when there is nothing to change. */
  async function changed(change: (kept: Kept) => LimiterState | undefined): Promise<BudgetView> {
    for (;;) {
      const before = await view();
      const kept = record.latest();
      const state = change(kept);
      if (state === undefined || (await record.replace(kept, state))) return before;
    }
  }

  return {
    view,
    resume: (name) =>
      // Without a state there is nothing to end, and none may be made with rates that nobody configured.
      changed(({ state, revision }) => (revision === 0 ? undefined : resume(state, time.now(), name))),
    setRates: (rates) =>
      changed(({ state, revision }) => {
        if (rates === undefined) return state.live && { ...state, live: undefined };
        const kept = revision === 0 ? initialState(time.now(), rates) : state;
        return { ...kept, live: { ...rates, sinceMs: time.now() } };
      }),
    stop: () => record.stop(),
  };
}
