import { pino } from 'pino';
import { expect, test } from 'vitest';
import { shardConsumer } from '#contracts/consumers.ts';
import { startCatchUp } from '#services/shards/catch-up.ts';
import type { ServerWatch, StoredTick, TickHistory } from '#services/shards/tick-history.ts';
import { fakeClock } from '#test/support/clock.ts';
import { asEventSequence, asMinute } from '#test/support/ids.ts';

const log = pino({ level: 'silent' });
const shard = { consumer: shardConsumer(0, 1), partitions: [0] };
const stored = (sequence: number, storedAtMs: number): StoredTick => ({
  sequence,
  storedAtMs,
  tick: { minute: asMinute(sequence), eventsSequence: asEventSequence(0) },
});

/** A shard that has done the last of `ticks`, and the ticks that it does again. */
async function catchingUp(ticks: readonly StoredTick[], remindersEndMs?: number) {
  const clock = fakeClock(0);
  const again: number[] = [];
  let watch: ServerWatch | undefined;
  const history: TickHistory = {
    doneBy: async () => ticks.at(-1)?.sequence ?? 0,
    remindersLostSince: async () => remindersEndMs,
    tick: async (sequence) => ticks.find((each) => each.sequence === sequence),
    watchServer(_signal, serverWatch) {
      watch = serverWatch;
    },
  };
  const catchUp = await startCatchUp({ clock, log, history }, [shard], async (_shard, sequence) => {
    again.push(sequence);
  });
  await clock.advance(0);
  return { clock, again, catchUp, watch: watch as unknown as ServerWatch };
}

test('at a start, what was stored within three minutes before the last that is done, oldest first', async () => {
  const minutes = [0, 1, 2, 3, 4, 5].map((minute) => stored(minute + 1, minute * 60_000));
  const { again, catchUp } = await catchingUp(minutes);
  await expect.poll(() => again).toEqual([3, 4, 5, 6]);
  await catchUp.stop();
});

test('at a start with REMINDERS put back to an earlier state, also what was stored since three minutes before its end', async () => {
  const hour = Array.from({ length: 61 }, (_, minute) => stored(minute + 1, minute * 60_000));
  const { again, catchUp } = await catchingUp(hour, 20 * 60_000);
  await expect.poll(() => again.length).toBe(44);
  expect(again).toEqual(hour.slice(17).map(({ sequence }) => sequence));
  await catchUp.stop();
});

test('by another server whose REMINDERS was put back, all since then', async () => {
  const hour = Array.from({ length: 61 }, (_, minute) => stored(minute + 1, minute * 60_000));
  const { again, catchUp, watch } = await catchingUp(hour, 58 * 60_000);
  await expect.poll(() => again.length).toBe(6);
  watch.onOther([2]);
  await expect.poll(() => again.length).toBe(13);
  expect(again.slice(6)).toEqual([56, 57, 58, 59, 60, 61, 2]);
  await catchUp.stop();
});

test('all that were caught up with at once, and nothing behind a hole', async () => {
  const burst = Array.from({ length: 40 }, (_, i) => stored(i + 1, 1_000 + i));
  const { again, catchUp } = await catchingUp(burst.filter(({ sequence }) => sequence !== 7));
  await expect.poll(() => again.length).toBe(33);
  expect(again).toEqual(Array.from({ length: 33 }, (_, i) => i + 8));
  await catchUp.stop();
});

test('by another server, what was done within the last three minutes of work, however old it is', async () => {
  const { clock, again, catchUp, watch } = await catchingUp([]);
  for (const sequence of [1, 2]) catchUp.done(sequence);
  await clock.advance(170_000);
  for (const sequence of [500, 2, 499]) catchUp.done(sequence);
  await clock.advance(20_000);
  catchUp.done(501);
  expect(watch.doneLately()).toEqual([2, 499, 500, 501]);
  catchUp.done(502);
  await clock.advance(170_000);
  catchUp.done(503);
  expect(watch.doneLately()).toEqual([501, 502, 503]);
  // Nothing can be queued on a full disk: what was acked before that is lost however long it lasts.
  await clock.advance(20 * 3_600_000);
  expect(watch.doneLately()).toEqual([501, 502, 503]);
  // Or other processes do the ticks: REMINDERS must still know what was queued.
  await clock.advance(5 * 3_600_000);
  expect(watch.doneLately()).toEqual([]);
  expect(again).toEqual([]);
  await catchUp.stop();
});

test('a week of ticks done by every shard within three minutes is no burden', async () => {
  const { catchUp, watch } = await catchingUp([]);
  for (let shards = 0; shards < 16; shards++)
    for (let sequence = 1; sequence <= 10_080; sequence++) catchUp.done(sequence);
  expect(watch.doneLately()).toHaveLength(10_080);
  await catchUp.stop();
});
