import { Counter, Gauge, type Registry } from 'prom-client';

/*
 * How the rooms declare what operators scrape. What a server knows is asked of it at each scrape: such figures are right after a
 * restart, after `nats consumer edit` and under another leader, and every replica shows the same. What only this process knows is
 * counted, for `rate()` and sums over replicas. deploy/README.md has all of them.
 */

/** Absent where nobody scrapes. */
export type Metrics = Registry | undefined;

export const registersOf = (metrics: Metrics): Registry[] => (metrics ? [metrics] : []);

export type Sample = { labels?: Record<string, string>; value: number };

type Described = { help: string; labels?: readonly string[] };

/** A scrape is given ten seconds as a rule. */
const ANSWER_MS = 2_000;

/**
 * Gauges whose samples come from one question at each scrape. While it fails or takes too long they have no samples: an old one
 * would look like a new one.
 */
export function gaugesByAsking<N extends string>(
  metrics: Metrics,
  gauges: Readonly<Record<N, Described>>,
  ask: () => Promise<Record<N, readonly Sample[]>> | Record<N, readonly Sample[]>,
): void {
  if (!metrics) return;
  let asking: Promise<Record<N, readonly Sample[]> | undefined> | undefined;
  // All gauges of a scrape are collected at once.
  const asked = () => {
    asking ??= answeredInTime(ask).finally(() => {
      asking = undefined;
    });
    return asking;
  };
  for (const name in gauges) {
    const { help, labels = [] } = gauges[name];
    const gauge = new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [metrics],
      async collect() {
        const found = await asked();
        gauge.reset();
        // An unlabelled gauge was reset to 0.
        if (!found && labels.length === 0) gauge.remove();
        if (!found) return;
        for (const { labels: of = {}, value } of found[name]) gauge.set(of, value);
      },
    });
  }
}

async function answeredInTime<T>(ask: () => Promise<T> | T): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ANSWER_MS, undefined);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

type CounterSpec = { name: string; help: string; label: string; values: readonly string[] };

/** Counts by one label. The values known beforehand begin at 0: `rate()` does not see the increase that makes a series. */
export function countBy(
  metrics: Metrics,
  { name, help, label, values }: CounterSpec,
): (value: string, times?: number) => void {
  const counter = new Counter({ name, help, labelNames: [label], registers: registersOf(metrics) });
  for (const value of values) counter.inc({ [label]: value }, 0);
  return (value, times = 1) => counter.inc({ [label]: value }, times);
}

/** A counter over what is counted elsewhere already. */
export function counterOf(metrics: Metrics, spec: { name: string; help: string }, count: () => number): void {
  const counter = new Counter({
    ...spec,
    registers: registersOf(metrics),
    collect() {
      counter.reset();
      counter.inc(count());
    },
  });
}
