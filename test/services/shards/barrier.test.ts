import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectedUpTo } from '#projections/engine/checkpoints.ts';
import { type Clock, systemClock } from '#services/platform/process/clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { type ShardsFixture, startShardsFixture } from './fixture.ts';
import { expectEveryoneOnce, NINE, people } from './nine-in-berlin.ts';

const SHARDS = 4;
/** The barrier looks again at least this often, and nothing else sleeps so briefly. */
const LONGEST_POLL_MS = 100;

type Line = { msg: string; barrierMs?: number };

let fixture: ShardsFixture;

beforeAll(async () => {
  fixture = await startShardsFixture(people);
});
afterAll(() => fixture?.stop());
beforeEach(() => fixture.reset(SHARDS));
afterEach(() => fixture.stopShards());

function logTo(lines: Line[]) {
  return pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
}

describe('the barrier (G5)', () => {
  it('holds a tick until the projection has passed it, and says how long', async () => {
    let nowMs = NINE * 60_000;
    let polls = 0;
    const clock: Clock = {
      now: () => nowMs,
      sleep(ms, signal) {
        if (ms <= LONGEST_POLL_MS) polls++;
        return systemClock.sleep(ms, signal);
      },
    };
    const lines: Line[] = [];
    const metrics = new Registry();
    await fixture.startShards({ shardCount: SHARDS }, { log: logTo(lines), metrics, clock });
    await fixture.store(7);
    await fixture.tick(NINE, 7);
    await eventually(() => expect(polls).toBeGreaterThan(5));
    nowMs += 300;
    expect(await fixture.reminders()).toEqual([]);
    expect((await projectedUpTo(fixture.database.pool, 'schedules', 'EVENTS')).sequence).toBe(0);
    await fixture.project(7);
    await fixture.untilDone(1, SHARDS);
    expectEveryoneOnce(await fixture.reminders());
    const passed = lines.filter((line) => line.msg === 'tick passed the barrier');
    expect(passed.map(({ barrierMs }) => barrierMs)).toEqual([300]);
    const measured = await metrics.getSingleMetricAsString('habitstream_barrier_wait_seconds');
    expect(measured).toContain('habitstream_barrier_wait_seconds_count 1');
    expect(measured).toContain('habitstream_barrier_wait_seconds_bucket{le="0.25"} 0');
  });

  it('gives a tick back after a bounded time, and takes it again', async () => {
    const lines: Line[] = [];
    await fixture.startShards({ shardCount: SHARDS, barrierWaitMs: 100 }, { log: logTo(lines) });
    await fixture.store(7);
    await fixture.tick(NINE, 7);
    await eventually(() => {
      const retries = lines.filter((line) => line.msg === 'message will be tried again');
      expect(retries.length).toBeGreaterThan(SHARDS);
    });
    await fixture.project(7);
    await fixture.untilDone(1, SHARDS);
    expectEveryoneOnce(await fixture.reminders());
  });
});
