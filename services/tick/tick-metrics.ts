import { gaugesByAsking, type Metrics } from '#services/platform/process/metrics.ts';
import type { TickReadiness } from './tick-readiness.ts';

const LAG = {
  habitstream_tick_lag_seconds: {
    help: 'How long the oldest minute without a tick has waited for it, by the NATS server’s clock; 0 when every minute has one',
  },
} as const;

/** As each replica sees TICKS, whichever of them publishes: one that cannot read it any more sees the lag grow. */
export function measureTickLag(metrics: Metrics, { lagMs }: Pick<TickReadiness, 'lagMs'>): void {
  gaugesByAsking(metrics, LAG, () => {
    const lag = lagMs();
    return { habitstream_tick_lag_seconds: lag === undefined ? [] : [{ value: lag / 1000 }] };
  });
}
