import { afterAll, beforeAll, expect, test } from 'vitest';
import { usualProjections } from '#projections/engine/registry.ts';
import { isPrepared, prepareProjections } from '#projections/engine/versions.ts';
import { eventually } from '#test/support/eventually.ts';
import { sampleDeliveries, sampleEvents } from '../../projections/histories.ts';
import { openFixture, type ProjectorFixture, startTestReplica } from './fixture.ts';

let fixture: ProjectorFixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

async function kept(): Promise<unknown[]> {
  const { rows } = await fixture.database.pool.query(
    `SELECT projection, stream, log_id IS NOT NULL AND seen_sequence = sequence AND seen_at IS NOT NULL AS known
     FROM projections.checkpoints WHERE sequence > 0 ORDER BY projection, stream`,
  );
  return rows;
}

const KNOWN = [
  { projection: 'admin', stream: 'DELIVERIES', known: true },
  { projection: 'admin', stream: 'EVENTS', known: true },
  { projection: 'analytics', stream: 'DELIVERIES', known: true },
  { projection: 'analytics', stream: 'EVENTS', known: true },
  { projection: 'schedules', stream: 'EVENTS', known: true },
];

test('checkpoints of a version that did not keep their log: provisioning adds the columns, the first start fills them', async () => {
  const first = startTestReplica(fixture);
  await fixture.append([...sampleEvents(1, { histories: 5 }), ...sampleDeliveries(2, { histories: 5 })]);
  await fixture.untilLevel();
  await first.stop();
  expect(await kept()).toEqual(KNOWN);

  await fixture.database.pool.query(
    'ALTER TABLE projections.checkpoints DROP COLUMN log_id, DROP COLUMN seen_sequence, DROP COLUMN seen_at',
  );
  for (const { name } of await usualProjections())
    expect(await isPrepared(fixture.database.pool, name)).toBe(false);
  await prepareProjections(fixture.databases);
  const second = startTestReplica(fixture);
  await eventually(async () => expect(await kept()).toEqual(KNOWN), { timeoutMs: 30_000 });
  await second.stop();
});

test('a replica of that version beside a new one does not make the new one refuse', async () => {
  // It moves the checkpoint and leaves the rest of the row alone.
  await fixture.append(sampleEvents(3, { histories: 3 }));
  await fixture.database.pool.query(
    `UPDATE projections.checkpoints SET sequence = sequence + 1 WHERE projection = 'schedules'`,
  );
  const replica = startTestReplica(fixture);
  await fixture.untilLevel();
  await replica.stop();
  expect(await kept()).toEqual(KNOWN);
});
