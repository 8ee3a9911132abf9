import { type Histogram, merged, quantile } from './histogram.ts';
import { REMINDER_TIERS } from './population.ts';
import type { Settings } from './settings.ts';
import type { Tally } from './tally.ts';

/** Milliseconds. Quantiles are exact to 0.4%, `max` entirely. */
export type Quantiles = { p50: number; p95: number; p99: number; max: number };

export type Lateness = {
  queued: number;
  delivered: number;
  expired: number;
  /** Of the delivered ones; undefined when there are none. */
  latenessMs: Quantiles | undefined;
};

/** The figures of one run, as they are printed and stored. */
export type Summary = {
  settings: Settings;
  tiers: Record<string, Lateness>;
  all: Lateness;
  replies: { count: number; waitMs: Quantiles | undefined };
  longestBacklog: { fromAt: string; ms: number };
  /** Messages sent, as parts of what the budget allows, 0 to 1. */
  budgetUsed: { bulk: number; bulkInBusiestHour: number; whole: number; wholeInBusiestHour: number };
};

export function summarize(settings: Settings, tally: Tally): Summary {
  const tiers = tally.tiers.map(({ queued, expired, latenessMs }) => lateness(queued, expired, latenessMs));
  const all = lateness(
    sum(tally.tiers.map(({ queued }) => queued)),
    sum(tally.tiers.map(({ expired }) => expired)),
    merged(tally.tiers.map(({ latenessMs }) => latenessMs)),
  );
  const { fromMs, ms } = tally.longestBacklog;
  return {
    settings,
    tiers: Object.fromEntries(tiers.map((tier, i) => [REMINDER_TIERS[i] ?? '', tier])),
    all,
    replies: { count: tally.repliesMs.total, waitMs: quantilesOf(tally.repliesMs) },
    longestBacklog: { fromAt: new Date(fromMs).toISOString(), ms },
    budgetUsed: budgetUsed(settings, tally),
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

const lateness = (queued: number, expired: number, histogram: Histogram): Lateness => ({
  queued,
  delivered: histogram.total,
  expired,
  latenessMs: quantilesOf(histogram),
});

function quantilesOf(histogram: Histogram): Quantiles | undefined {
  const at = (share: number) => quantile(histogram, share) ?? 0;
  if (histogram.total === 0) return undefined;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: histogram.most };
}

function budgetUsed({ sendRate, bulkRate }: Settings, { sentInHour }: Tally): Summary['budgetUsed'] {
  const bulk = Array.from(sentInHour.bulk, (sent) => sent / (bulkRate * 3600));
  const whole = Array.from(sentInHour.bulk, (sent, hour) => {
    return (sent + (sentInHour.reply[hour] ?? 0)) / (sendRate * 3600);
  });
  return {
    bulk: sum(bulk) / bulk.length,
    bulkInBusiestHour: Math.max(...bulk),
    whole: sum(whole) / whole.length,
    wholeInBusiestHour: Math.max(...whole),
  };
}
