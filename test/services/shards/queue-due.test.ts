import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { partitionsOf } from '#contracts/ids.ts';
import type { ReminderDue } from '#contracts/messages.ts';
import type { DueRow } from '#projections/schedules/due.ts';
import { openLogGuard } from '#services/platform/jetstream/log-guard.ts';
import { openSemaphore } from '#services/platform/process/semaphore.ts';
import { type Schedules, schedulesIn } from '#services/shards/schedules.ts';
import { queueDue } from '#services/shards/shard.ts';
import { eventually } from '#test/support/eventually.ts';
import { asEventSequence } from '#test/support/ids.ts';
import { type ShardsFixture, startShardsFixture } from './fixture.ts';
import { inBerlin, NINE, people } from './nine-in-berlin.ts';

let fixture: ShardsFixture;

beforeAll(async () => {
  fixture = await startShardsFixture(people);
});
afterAll(() => fixture?.stop());

/** The schedules of the fixture, and how far a tick has read them. */
function watchedSchedules() {
  const events = openLogGuard(fixture.nats, { stream: 'EVENTS', projection: 'schedules' });
  const schedules = schedulesIn(fixture.database.pool, events, 5_000);
  const seen = { chunks: 0, isReadToTheEnd: false };
  async function* due(...about: Parameters<Schedules['due']>): AsyncGenerator<DueRow[]> {
    for await (const rows of schedules.due(...about)) {
      seen.chunks++;
      yield rows;
    }
    seen.isReadToTheEnd = true;
  }
  return { schedules: { ...schedules, due }, seen };
}

it('a tick is done only when the last of its reminders is durable', async () => {
  const publishes: (() => void)[] = [];
  const putAll = async (reminders: readonly ReminderDue[]) => {
    await new Promise<void>((resolve) => publishes.push(resolve));
    return { queued: reminders.length, already: 0, tooBig: [] };
  };
  const { schedules, seen } = watchedSchedules();
  const minute = { timezone: 'Europe/Berlin', on: '2026-11-25', weekday: 3, fromMinute: 540, toMinute: 540 };
  const parts = {
    schedules,
    planTick: async () => [minute],
    queue: { putAll, stop: () => {} },
    semaphore: openSemaphore(1),
    deadlineMs: 7_200_000,
  };
  const tick = { minute: NINE, eventsSequence: asEventSequence(0) };
  let done = false;
  const doing = queueDue(parts, partitionsOf(0, 1), tick, AbortSignal.any([]));
  void doing.then(() => {
    done = true;
  });

  await eventually(() => expect(seen.chunks).toBe(2));
  await turn();
  expect({ publishes: publishes.length, done }).toEqual({ publishes: 1, done: false });
  publishes[0]?.();
  await eventually(() => expect(seen.isReadToTheEnd).toBe(true));
  await turn();
  expect({ publishes: publishes.length, done }).toEqual({ publishes: 2, done: false });
  publishes[1]?.();
  expect((await doing).queued).toBe(inBerlin.length);
});
