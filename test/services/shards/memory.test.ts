import { expect, it } from 'vitest';
import type { ReminderDue } from '#contracts/messages.ts';
import type { DueRow } from '#projections/schedules/due.ts';
import { openSemaphore } from '#services/platform/process/semaphore.ts';
import { queueDue } from '#services/shards/shard.ts';
import { asEventSequence, asHabitId, asMinute, asUserId } from '#test/support/ids.ts';

const CHUNK = 2_000;
const PEOPLE = 100_000;
const SHARDS = 16;

const row = (userId: number): DueRow => ({
  userId: asUserId(userId),
  habitId: asHabitId('aaaaaaaaaaaaa'),
  on: '2026-11-25',
  at: '09:00',
  lastAnsweredAt: null,
});

it('100,000 people due at one minute are never in memory together: two chunks of each shard at most', async () => {
  let held = 0;
  let most = 0;
  let reading = 0;
  let mostReading = 0;

  async function* due(partitions: readonly number[]): AsyncGenerator<DueRow[]> {
    mostReading = Math.max(mostReading, ++reading);
    const first = 1 + (partitions[0] ?? 0) * PEOPLE;
    for (let done = 0; done < PEOPLE / SHARDS; done += CHUNK) {
      const rows = Array.from({ length: Math.min(CHUNK, PEOPLE / SHARDS - done) }, (_, i) =>
        row(first + done + i),
      );
      held += rows.length;
      most = Math.max(most, held);
      yield rows;
    }
    reading--;
  }
  /** As slow as the slowest server: everything that can be read meanwhile is read. */
  async function putAll(reminders: readonly ReminderDue[]) {
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    held -= reminders.length;
    return { queued: reminders.length, already: 0, tooBig: [] };
  }
  const parts = {
    schedules: { projected: async () => 0, zones: async () => [], due },
    planTick: async () => [],
    queue: { putAll, stop: () => {} },
    semaphore: openSemaphore(4),
    deadlineMs: 7_200_000,
  };

  const tick = { minute: asMinute(29_700_000), eventsSequence: asEventSequence(0) };
  const results = await Promise.all(
    Array.from({ length: SHARDS }, (_, shard) => queueDue(parts, [shard], tick, AbortSignal.any([]))),
  );
  expect(results.reduce((sum, { queued }) => sum + queued, 0)).toBe(PEOPLE);
  expect(held).toBe(0);
  expect(mostReading).toBe(4);
  // A shard that reads holds two chunks; one whose last chunk is being published holds one.
  expect(most).toBeLessThanOrEqual((4 * 2 + SHARDS - 4) * CHUNK);
});
