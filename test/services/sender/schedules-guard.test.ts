import { jetstream } from '@nats-io/jetstream';
import { expect, onTestFinished, test } from 'vitest';
import { eventSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { StoresDisagree } from '#services/platform/jetstream/errors.ts';
import { schedulesGuard } from '#services/sender/schedules-guard.ts';
import { asUserId } from '#test/support/ids.ts';
import { startTestNats } from '#test/support/nats.ts';
import { createTestDatabase } from '#test/support/postgres.ts';

const EVENTS = 200;

async function startGuard() {
  const server = await startTestNats();
  const database = await createTestDatabase();
  onTestFinished(() => Promise.all([server.stop(), database.drop()]).then(() => {}));
  const nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  for (let n = 0; n < EVENTS; n++) await jetstream(nats).publish(eventSubject(asUserId(1), 'account'), '{}');
  // Every look is a second later, so that none is spared.
  let nowMs = 0;
  const clock = { now: () => (nowMs += 1_000), sleep: async () => {} };
  return {
    guard: schedulesGuard({ nats, clock, database: database.pool }),
    stand: (sequence: number) =>
      database.pool.query(`UPDATE projections.checkpoints SET sequence = $1 WHERE projection = 'schedules'`, [
        sequence,
      ]),
  };
}

test('many that look at once while the projector goes on: none takes a later look for an earlier state', async () => {
  const { guard, stand } = await startGuard();
  const looks: Promise<void>[] = [];
  for (let sequence = 1; sequence <= EVENTS; sequence++) {
    looks.push(guard(), guard());
    await stand(sequence);
    looks.push(guard());
  }
  await expect(Promise.all(looks)).resolves.toHaveLength(3 * EVENTS);
});

test('schedules that stood further before are refused until they stand there again', async () => {
  const { guard, stand } = await startGuard();
  await stand(100);
  await guard();
  await stand(99);
  await expect(guard()).rejects.toThrow(StoresDisagree);
  await stand(100);
  await guard();
});
