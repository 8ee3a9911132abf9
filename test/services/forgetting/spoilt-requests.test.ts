import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { expect, onTestFinished, test } from 'vitest';
import { forgettingSubject, tombstoneSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { start } from '#services/forgetting/start.ts';
import { allTombstones } from '#services/forgetting/tombstones.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { eventually } from '#test/support/eventually.ts';
import { GARBAGE } from '#test/support/garbage.ts';
import { asUserId } from '#test/support/ids.ts';
import { startTestNats } from '#test/support/nats.ts';
import { createTestDatabase } from '#test/support/postgres.ts';

/** What these streams take. */
const SMALL = GARBAGE.filter(({ length }) => length < 1_000);

test('requests and tombstones that cannot be read: dead letters and instants, and those behind them count', async () => {
  const server = await startTestNats();
  const database = await createTestDatabase();
  onTestFinished(async () => {
    await server.stop();
    await database.drop();
  });
  const nats = await server.connection();
  const databases = { schedules: database.pool, analytics: database.pool };
  await provision(nats, { shardCount: 1, consumers: await projectionConsumers() });
  await prepareProjections(databases);
  const js = jetstream(nats);
  for (const [i, text] of SMALL.entries()) {
    await js.publish(forgettingSubject(asUserId(100 + i)), text);
    await js.publish(tombstoneSubject(`hash-${i}`), text);
  }
  const beganMs = Date.now() - 60_000;
  const tombstones = await allTombstones(nats, database.pool);
  expect(tombstones.size).toBe(SMALL.length);
  for (const atMs of tombstones.values()) expect(atMs).toBeGreaterThan(beganMs);

  const asked = forgettingSubject(asUserId(7_390_215_846));
  await js.publish(asked, JSON.stringify({ at: '2026-11-25T08:00:00.000Z', by: 'operator' }));
  const running = await start(
    { tombstoneKey: 'a key of the tests that is long enough' },
    {
      ...{ nats, clock: systemClock, log: createLog('test', 'silent'), ...databases },
      telegram: openTelegram({ token: '1234567:spoilt-requests-test-token', apiRoot: 'http://127.0.0.1:1' }),
    },
  );
  const { streams } = await jetstreamManager(nats);
  await eventually(
    async () => {
      expect((await streams.info('DEAD')).state.messages).toBe(SMALL.length);
      expect((await streams.info('FORGETTING', { subjects_filter: asked })).state.subjects ?? {}).toEqual({});
    },
    { timeoutMs: 90_000 },
  );
  await running.stop();
});
