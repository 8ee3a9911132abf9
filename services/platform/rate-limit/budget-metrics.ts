import { counterOf, gaugesByAsking, type Metrics } from '../process/metrics.ts';
import type { BookingFigures } from './booking.ts';
import type { LimiterRecord } from './limiter-record.ts';
import type { ServerTime } from './server-time.ts';
import { type Rates, ratesInForce, shareAt } from './slots.ts';

type Measured = {
  record: Pick<LimiterRecord, 'read'>;
  time: Pick<ServerTime, 'now'>;
  figures(): BookingFigures & { missed: number };
};

/** The budget as its key has it, the same in every process; and the slots that this one booked. */
export function measureBudget(metrics: Metrics, { record, time, figures }: Measured, rates: Rates): void {
  gaugesByAsking(
    metrics,
    {
      habitstream_budget_limit_per_second: {
        help: 'Messages a second, all processes together, as set live or else by the settings of this one; lane="bulk": of these, reminders and broadcasts',
        labels: ['lane'],
      },
      habitstream_budget_share_ratio: {
        help: 'Part of the limit that is used: below 1 for a while after a 429',
      },
      habitstream_budget_pause_seconds: {
        help: 'How long everybody has to wait still after a 429; 0 without a pause',
      },
      habitstream_budget_held_chats: { help: 'Chats that are held alone after a 429' },
    },
    async () => {
      const { state } = await record.read();
      const nowMs = time.now();
      const { whole, bulk } = ratesInForce(state, rates);
      return {
        habitstream_budget_limit_per_second: [
          { labels: { lane: 'whole' }, value: whole },
          { labels: { lane: 'bulk' }, value: bulk },
        ],
        habitstream_budget_share_ratio: [{ value: shareAt(state, nowMs) }],
        habitstream_budget_pause_seconds: [{ value: Math.max(0, state.pausedUntilMs - nowMs) / 1000 }],
        habitstream_budget_held_chats: [
          { value: [...state.held.values()].filter((untilMs) => untilMs > nowMs).length },
        ],
      };
    },
  );
  const slots = {
    name: 'habitstream_budget_slots_total',
    help: 'Slots of the budget that this process booked',
  };
  counterOf(metrics, slots, () => figures().slots);
  const missed = {
    name: 'habitstream_budget_missed_slots_total',
    help: 'Of these, the ones that lapsed because their instant had passed',
  };
  counterOf(metrics, missed, () => figures().missed);
  const conflicts = {
    name: 'habitstream_budget_conflicts_total',
    help: 'Bookings that another process was ahead of, and that were made again',
  };
  counterOf(metrics, conflicts, () => figures().conflicts);
}
