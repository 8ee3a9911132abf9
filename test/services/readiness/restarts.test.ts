import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#services/platform/process/clock.ts';
import { followReadiness, problemLine } from '#services/platform/process/readiness.ts';
import { eventually } from '#test/support/eventually.ts';
import { tick } from './causes.ts';
import { openReadinessFixture, SERVICE_NAMES } from './fixture.ts';

const RESTARTS = 5;

test('servers that are restarted are no problem of any service: what passes by itself is not told', async () => {
  const fixture = await openReadinessFixture();
  onTestFinished(() => fixture.stop());
  await tick(fixture, 0);
  const told: string[] = [];
  let ready = 0;
  for (const name of SERVICE_NAMES) {
    const following = followReadiness(await fixture.start(name), systemClock, {
      began: (problem) => told.push(`${name}, ${problemLine(problem)}`),
      ended: () => {},
      ready: () => ready++,
    });
    onTestFinished(() => following.stop());
  }
  await eventually(() => expect(ready).toBe(SERVICE_NAMES.length), { timeoutMs: 60_000 });

  told.length = 0;
  for (let i = 0; i < RESTARTS; i++) {
    await fixture.server.kill();
    await fixture.server.restart();
    await fixture.endDatabaseConnections();
    // Time in which a problem would be told.
    await systemClock.sleep(3_000);
  }
  // A machine that does much else starts a server too late for the patience with NATS itself.
  expect(told.filter((line) => !line.includes(', NATS: '))).toEqual([]);
}, 180_000);
