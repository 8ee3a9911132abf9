import { afterAll, beforeAll, expect, test } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { openThrottle } from '#services/bot/throttle/throttle.ts';
import { fakeClock } from '#test/support/clock.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

let server: TestNats;
beforeAll(async () => {
  server = await startTestNats();
  await provision(await server.connection(), { shardCount: 1 });
});
afterAll(() => server.stop());

test('two replicas count together, each request once', async () => {
  const clock = fakeClock(Date.parse('2026-11-25T09:00:00Z'));
  const replicas = [
    await openThrottle(await server.connection(), clock),
    await openThrottle(await server.connection(), clock),
  ];
  const requests = Array.from({ length: 40 }, (_, id) => replicas[id % 2]?.('7', id));
  const verdicts = await Promise.all(requests);
  const count = (wanted: string) => verdicts.filter((verdict) => verdict === wanted).length;
  expect([count('admitted'), count('told'), count('silenced')]).toEqual([30, 1, 9]);
  const admitted = verdicts.indexOf('admitted');
  expect(await replicas[1]?.('7', admitted)).toBe('admitted');
  expect(await replicas[0]?.('8', 1)).toBe('admitted');
  await clock.advance(60_000);
  expect(await replicas[0]?.('7', 100)).toBe('admitted');
});
