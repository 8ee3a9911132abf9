import { Histogram } from 'prom-client';
import { countBy, type Metrics, registersOf } from '#services/platform/process/metrics.ts';
import type { Queued } from './queue.ts';

const WAITS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const LAGS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200];

export function barrierWaits(metrics: Metrics): Histogram {
  return new Histogram({
    name: 'habitstream_barrier_wait_seconds',
    help: 'How long ticks waited until the schedules had every event confirmed before their minute',
    buckets: WAITS_S,
    registers: registersOf(metrics),
  });
}

/** Told of each tick that a shard has done: what it queued, and how long after the minute began. */
export function tickMeasures(metrics: Metrics): (queued: Queued, lagMs: number) => void {
  const lags = new Histogram({
    name: 'habitstream_shard_lag_seconds',
    help: 'From the beginning of a minute until a shard had queued all its reminders; ticks that are done again after a start too',
    buckets: LAGS_S,
    registers: registersOf(metrics),
  });
  const count = countBy(metrics, REMINDERS);
  return ({ queued, already, tooBig }, lagMs) => {
    lags.observe(lagMs / 1000);
    count('queued', queued);
    count('already', already);
    count('tooBig', tooBig.length);
  };
}

const REMINDERS = {
  name: 'habitstream_reminders_queued_total',
  help: 'Reminders that ticks gave: queued, there already from an earlier try, or too big and dead-lettered',
  label: 'result',
  values: ['queued', 'already', 'tooBig'],
};
