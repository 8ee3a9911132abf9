import { afterAll, beforeAll, expect, test } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { openThrottle } from '#services/bot/throttle/throttle.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { asUserId } from '../../../support/ids.ts';

let server: TestNats;
beforeAll(async () => {
  server = await startTestNats();
  await provision(await server.connection(), { shardCount: 1 });
});
afterAll(() => server.stop());

const words = (updateId: number, atMs: number) => ({ updateId, atMs, kind: 'words' }) as const;

test('two replicas count together, each request once', async () => {
  const atMs = Date.parse('2026-11-25T09:00:00Z');
  const replicas = [
    await openThrottle(await server.connection(), systemClock),
    await openThrottle(await server.connection(), systemClock),
  ];
  const requests = Array.from({ length: 40 }, (_, id) =>
    replicas[id % 2]?.decide(asUserId('7'), words(id, atMs)),
  );
  const verdicts = await Promise.all(requests);
  const count = (wanted: string) => verdicts.filter((decision) => decision?.verdict === wanted).length;
  expect([count('admitted'), count('told'), count('silenced')]).toEqual([30, 1, 9]);
  const admitted = verdicts.findIndex((decision) => decision?.verdict === 'admitted');
  expect(await replicas[1]?.decide(asUserId('7'), words(admitted, atMs))).toMatchObject({
    verdict: 'admitted',
  });
  expect(await replicas[0]?.decide(asUserId('8'), words(1, atMs))).toEqual({
    verdict: 'admitted',
    requests: 1,
    waitMs: 0,
  });
  const later = await replicas[0]?.decide(asUserId('7'), words(100, atMs + 60_000));
  expect(later).toMatchObject({ verdict: 'admitted' });
});

test('what piled up while nobody handled it counts when it was made', async () => {
  const throttle = await openThrottle(await server.connection(), systemClock);
  const startMs = Date.parse('2026-11-25T10:00:00Z');
  const stored = Array.from({ length: 100 }, (_, id) => ({ id, atMs: startMs + id * 3_000 }));
  for (const { id, atMs } of stored)
    expect(await throttle.decide(asUserId('9'), words(id, atMs))).toMatchObject({ verdict: 'admitted' });
});

test('a flood is remembered until there is room again, and nobody else is taken for it', async () => {
  const throttle = await openThrottle(await server.connection(), systemClock);
  const atMs = Date.parse('2026-11-25T11:00:00Z');
  const isFlood = (person: string, ms: number) => throttle.isUnanswered(asUserId(person), ms);
  for (let id = 0; id < 31; id++) await throttle.decide(asUserId('11'), words(id, atMs + id));
  expect(isFlood('11', atMs + 31)).toBe(false);
  expect(await throttle.decide(asUserId('11'), words(31, atMs + 31))).toMatchObject({ verdict: 'silenced' });
  expect(isFlood('11', atMs + 32)).toBe(true);
  expect(isFlood('11', atMs + 9_900)).toBe(true);
  expect(isFlood('12', atMs + 32)).toBe(false);
  // The bucket says the same of the moment in which there is room again.
  expect(isFlood('11', atMs + 10_100)).toBe(false);
  const again = await throttle.decide(asUserId('11'), words(99, atMs + 10_100));
  expect(again).toMatchObject({ verdict: 'admitted' });
});
