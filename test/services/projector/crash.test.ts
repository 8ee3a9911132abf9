import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectedUpTo } from '#projections/engine/checkpoints.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { sampleDeliveries, sampleEvents } from '../../projections/histories.ts';
import { openFixture, type ProjectorFixture } from './fixture.ts';

const processes = testProcesses();
let fixture: ProjectorFixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

const settings = () => ({
  NATS_URL: fixture.server.url,
  DATABASE_URL: fixture.database.url,
  // Many small transactions: many moments between a write and its ack to be killed in.
  PROJECTOR_BATCH_SIZE: '3',
});

/** Resolves when `count` more events were projected, or all of them: a projector killed then is in the middle of its work. */
async function untilProjectedMore(count: number, all: number): Promise<void> {
  const projected = async () => (await projectedUpTo(fixture.database.pool, 'schedules', 'EVENTS')).sequence;
  const target = Math.min(all, (await projected()) + count);
  await eventually(async () => expect(await projected()).toBeGreaterThanOrEqual(target), {
    timeoutMs: 40_000,
  });
}

test('kill -9 of one of two projectors, again and again: nothing lost, nothing twice', async () => {
  const events = sampleEvents(1, { histories: 120 });
  const deliveries = sampleDeliveries(2, { histories: 40 });
  const started = () => processes.startService('projector', settings());
  const running = [await started(), await started()];
  await Promise.all(running.map((each) => each.line(/"msg":"started"/)));
  const appending = fixture.append([...events, ...deliveries]);
  for (let round = 0; round < 4; round++) {
    await untilProjectedMore(20 + 10 * round, events.length);
    const [victim] = running.splice(0, 1);
    await victim?.kill();
    const next = await started();
    await next.line(/"msg":"started"/);
    running.push(next);
  }
  await appending;
  await fixture.untilLevel({ acked: false, timeoutMs: 40_000 });
  await Promise.all(running.map((each) => each.stop()));
  expect((await fixture.verifyAll()).filter(({ equal }) => !equal)).toEqual([]);
}, 90_000);

test('without its tables the projector says what to do and ends', async () => {
  await fixture.database.pool.query('DROP SCHEMA projections CASCADE');
  const projector = await processes.startService('projector', settings());
  const names = fixture.projections.map(({ name }) => name);
  await projector.line(
    new RegExp(`have no tables: ${names.join(', ')}\\. Run "npm run habitstream -- provision" first\\.`),
  );
  expect((await projector.exited).code).toBe(1);
});
