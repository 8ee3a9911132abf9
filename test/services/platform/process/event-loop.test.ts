import { setTimeout as delay } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { STALL_MS, watchEventLoop } from '#services/platform/process/event-loop.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { createLog } from '#services/platform/process/log.ts';

type Line = { msg: string; cause: string; forMs: number; times: number };

let metrics: Registry;
let lines: Line[];
let watch: Running;
beforeEach(async () => {
  // Only the minute between two lines: what is watched here is the real loop.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  metrics = new Registry();
  lines = [];
  const log = createLog('test', 'warn', { write: (line) => void lines.push(JSON.parse(line)) });
  watch = watchEventLoop({ log, metrics });
});
afterEach(async () => {
  await watch.stop();
  vi.useRealTimers();
});

const PIECE_OF_WORK = Array.from({ length: 10_000 }, (_, index) => ({ index }));

/** Computes for so long, however busy the machine is. */
function compute(ms: number): void {
  const began = process.threadCpuUsage();
  while (process.threadCpuUsage(began).user < ms * 1000) JSON.stringify(PIECE_OF_WORK);
}

/** Holds the loop without computing, as a stopped process is held. */
const wait = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Resolves when the watch has looked. */
const looked = () => delay(300);

async function stalls(cause: string): Promise<number | undefined> {
  const metric = await metrics.getSingleMetric('habitstream_event_loop_stalls_total')?.get();
  return metric?.values.find(({ labels }) => labels.cause === cause)?.value;
}

test('each time that the loop stands still is counted once, and the longest of a minute is logged', async () => {
  await looked();
  expect(await stalls('work')).toBe(0);
  for (const ms of [STALL_MS + 200, 3 * STALL_MS, STALL_MS + 200]) {
    compute(ms);
    await looked();
  }
  expect(await stalls('work')).toBe(3);
  // A busy machine adds stalls of its own.
  const all = 3 + ((await stalls('wait')) ?? 0);
  expect(lines).toMatchObject([{ msg: 'event loop stood still', times: 1 }]);
  vi.advanceTimersByTime(60_000);
  expect(lines).toMatchObject([{}, { times: all - 1 }]);
  expect(lines[1]?.forMs).toBeGreaterThan(2 * STALL_MS);
}, 120_000);

test('a loop that was held by something else is told from one that computed', async () => {
  await looked();
  wait(3 * STALL_MS);
  await looked();
  expect(await stalls('wait')).toBeGreaterThanOrEqual(1);
  expect(await stalls('work')).toBe(0);
});

test('nothing is watched after the stop, and a watch keeps no process alive', async () => {
  await looked();
  await watch.stop();
  compute(STALL_MS + 200);
  await looked();
  expect(await stalls('work')).toBe(0);
}, 120_000);
