import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { projectedUpTo } from '#projections/engine/checkpoints.ts';
import { projectionConsumer } from '#projections/engine/projection.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { verificationLines } from '#services/projector/verify.ts';
import { HABITS } from '../../projections/arbitrary-events.ts';
import { eventEntry, type LogEntry, sampleDeliveries, sampleEvents } from '../../projections/histories.ts';
import { asHabitId, asUserId } from '../../support/ids.ts';
import { openFixture, type ProjectorFixture, startTestReplica } from './fixture.ts';

// Generous, for machines that do much else.
vi.setConfig({ testTimeout: 90_000 });

let fixture: ProjectorFixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

const habit = HABITS[0] ?? '';

async function expectEqualToLog(): Promise<void> {
  for (const verification of await fixture.verifyAll()) {
    expect(verificationLines(verification).at(-1), verificationLines(verification).join('\n')).toMatch(
      /equals/,
    );
    for (const { table, rows } of verification.tables) expect(rows, table).toBeGreaterThan(0);
  }
}

test('two replicas at once: each message is projected once and in order, and all are acked', async () => {
  const replicas = [startTestReplica(fixture, 40), startTestReplica(fixture, 60)];
  await Promise.all([
    fixture.append(sampleEvents(1, { size: 60 })),
    fixture.append(sampleDeliveries(2, { size: 40 })),
  ]);
  await fixture.untilLevel();
  await Promise.all(replicas.map((replica) => replica.stop()));
  await expectEqualToLog();
});

test('redelivery of everything changes nothing: the checkpoint decides, not the acks', async () => {
  const manager = await jetstreamManager(fixture.nats);
  const before = await fixture.database.pool.query(
    'SELECT xmin::text, * FROM schedules_v1.answers ORDER BY 1, 2, 3, 4',
  );
  for (const { stream, name } of await projectionConsumers()) await manager.consumers.delete(stream, name);
  await provision(fixture.nats, { shardCount: 1, consumers: await projectionConsumers() });
  const replica = startTestReplica(fixture);
  await fixture.untilLevel();
  await replica.stop();
  const after = await fixture.database.pool.query(
    'SELECT xmin::text, * FROM schedules_v1.answers ORDER BY 1, 2, 3, 4',
  );
  expect(after.rows).toEqual(before.rows);
});

test('messages that another replica holds are read from the log: a takeover does not wait for redelivery', async () => {
  const manager = await jetstreamManager(fixture.nats);
  await fixture.append(sampleEvents(3, { size: 30 }));
  for (const { stream, name } of await projectionConsumers()) {
    // What a replica had in hand when it was killed: delivered, not acked, due again after 30 s only.
    const dead = await manager.jetstream().consumers.get(stream, name);
    for await (const _ of await dead.fetch({ max_messages: 25, expires: 1_000 }));
  }
  const replica = startTestReplica(fixture);
  await expect
    .poll(
      async () => {
        const { state } = await manager.streams.info('EVENTS');
        return state.last_seq - (await projectedUpTo(fixture.database.pool, 'schedules', 'EVENTS')).sequence;
      },
      // Redelivery would take the thirty of ack_wait.
      { timeout: 25_000 },
    )
    .toBe(0);
  await replica.stop();
  await expectEqualToLog();
});

test('poison is dead-lettered for each consumer and skipped; a rebuild skips the same', async () => {
  const subject = eventSubject(asUserId('7'), asHabitId(habit));
  const at = '2026-11-25T08:00:00.000Z';
  const poison: LogEntry[] = [
    { subject, body: 'not json' },
    { subject: 'events.1.7.account', body: '{}' },
    {
      subject,
      body: JSON.stringify({
        id: 'e',
        type: 'HabitVanished',
        version: 1,
        data: {},
        at,
        correlationId: 'c',
        causationId: 'c',
      }),
    },
    // Readable, but Postgres has no such date.
    eventEntry({
      userId: asUserId('7'),
      aggregateId: asHabitId(habit),
      at,
      event: { type: 'HabitCheckedIn', data: { on: '0000-01-01', value: 1 } },
    }),
    { subject: 'deliveries.delivered.1.7', body: '{}' },
  ];
  const replica = startTestReplica(fixture, 1000);
  await fixture.append(sampleEvents(4).flatMap((entry, i) => [entry, ...poison.slice(i, i + 1)]));
  // Every table has rows: a reminder that is put off, and that nothing has settled since.
  const untilAt = '2026-11-25T09:00:00.000Z';
  const snoozed = { type: 'ReminderSnoozed' as const, data: { on: '2026-11-25', at: '08:00', untilAt } };
  await fixture.append([
    eventEntry({ userId: asUserId('9'), aggregateId: asHabitId(habit), at, event: snoozed }),
  ]);
  await fixture.append(sampleDeliveries(5));
  await fixture.untilLevel({ acked: false });
  await replica.stop();
  for (const name of ['schedules', 'analytics']) {
    const deadLettered = await fixture.deadLetters(projectionConsumer(name, 'EVENTS'));
    expect(deadLettered.map((letter) => Buffer.from(letter.payload, 'base64').toString()).sort()).toEqual(
      poison
        .filter(({ subject: each }) => each.startsWith('events'))
        .map(({ body }) => body)
        .sort(),
    );
  }
  expect(await fixture.deadLetters(projectionConsumer('analytics', 'DELIVERIES'))).toHaveLength(1);
  await expectEqualToLog();
  for (const projection of fixture.projections) await rebuild(projection, fixture.ports);
  await expectEqualToLog();
});

test('the projected sequence passes the end of the stream when its last messages are deleted', async () => {
  const manager = await jetstreamManager(fixture.nats);
  await fixture.append(sampleEvents(6, { size: 3 }));
  const { state } = await manager.streams.info('EVENTS');
  for (let back = 0; back < 2; back++) await manager.streams.deleteMessage('EVENTS', state.last_seq - back);
  const replica = startTestReplica(fixture);
  await fixture.untilLevel({ acked: false });
  await replica.stop();
  const { sequence } = await projectedUpTo(fixture.database.pool, 'schedules', 'EVENTS');
  expect(sequence).toBe(state.last_seq);
  await expectEqualToLog();
});

test('Postgres drops connections in the middle: everything is projected in the end, once', async () => {
  const replica = startTestReplica(fixture, 50);
  const appended = fixture.append(sampleEvents(7, { size: 40 }));
  for (let i = 0; i < 5; i++) {
    await fixture.database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
  }
  await appended;
  await fixture.untilLevel({ acked: false });
  await replica.stop();
  await expectEqualToLog();
});

test('NATS restarts in the middle: everything is projected in the end, once', async () => {
  const replica = startTestReplica(fixture, 50);
  await fixture.append(sampleEvents(8, { size: 30 }));
  await fixture.server.kill();
  await fixture.server.restart();
  await fixture.append(sampleEvents(9, { size: 30 }));
  await fixture.untilLevel({ acked: false });
  await replica.stop();
  await expectEqualToLog();
});
