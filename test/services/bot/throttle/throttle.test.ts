import { afterAll, beforeAll, expect, test } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { openThrottle } from '#services/bot/throttle/throttle.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { asUserId } from '../../../support/ids.ts';

let server: TestNats;
beforeAll(async () => {
  server = await startTestNats();
  await provision(await server.connection(), { shardCount: 1 });
});
afterAll(() => server.stop());

test('two replicas count together, each request once', async () => {
  const atMs = Date.parse('2026-11-25T09:00:00Z');
  const replicas = [
    await openThrottle(await server.connection()),
    await openThrottle(await server.connection()),
  ];
  const requests = Array.from({ length: 40 }, (_, id) => replicas[id % 2]?.(asUserId('7'), id, atMs));
  const verdicts = await Promise.all(requests);
  const count = (wanted: string) => verdicts.filter((verdict) => verdict === wanted).length;
  expect([count('admitted'), count('told'), count('silenced')]).toEqual([30, 1, 9]);
  const admitted = verdicts.indexOf('admitted');
  expect(await replicas[1]?.(asUserId('7'), admitted, atMs)).toBe('admitted');
  expect(await replicas[0]?.(asUserId('8'), 1, atMs)).toBe('admitted');
  expect(await replicas[0]?.(asUserId('7'), 100, atMs + 60_000)).toBe('admitted');
});

test('what piled up while nobody handled it counts when it was made', async () => {
  const throttle = await openThrottle(await server.connection());
  const startMs = Date.parse('2026-11-25T10:00:00Z');
  const stored = Array.from({ length: 100 }, (_, id) => ({ id, atMs: startMs + id * 3_000 }));
  for (const { id, atMs } of stored) expect(await throttle(asUserId('9'), id, atMs)).toBe('admitted');
});
