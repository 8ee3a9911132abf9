import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { inTransaction } from '#projections/engine/checkpoints.ts';
import { createVersion, prepareProjections } from '#projections/engine/versions.ts';
import { testProcesses } from '#test/support/processes.ts';
import { sampleEvents } from '../../projections/histories.ts';
import { openFixture, type ProjectorFixture, versionSchemas } from '../../services/projector/fixture.ts';

/* What operators are told of projections, and what they can remove. */

// Six commands, each a process.
vi.setConfig({ testTimeout: 400_000 });

const processes = testProcesses();
let fixture: ProjectorFixture;
let schemas: string[];

beforeAll(async () => {
  fixture = await openFixture();
  schemas = await versionSchemas(fixture.database.pool);
  await fixture.append(sampleEvents(1, { histories: 2 }));
  const [schedules] = fixture.projections.filter(({ name }) => name === 'schedules');
  if (!schedules) throw new Error('no schedules');
  // What an interrupted rebuild left, and a projection whose folder is gone.
  await inTransaction(fixture.database.pool, (db) => createVersion(db, schedules, 7));
  await prepareProjections(fixture.databases, [{ ...schedules, name: 'gone' }]);
  const { consumers } = await jetstreamManager(fixture.nats);
  for (const name of ['projection-gone-events', 'projection-never-events'])
    await consumers.add('EVENTS', { durable_name: name });
}, 120_000);
afterAll(() => fixture?.close());

async function projections(...args: string[]) {
  const env = { NATS_URL: fixture.server.url, DATABASE_URL: fixture.database.url };
  const command = await processes.startScript('deploy/cli/habitstream.ts', ['projections', ...args], env);
  const { code } = await command.exited;
  return { code, lines: command.lines };
}

const consumerNames = async () => {
  const names: string[] = [];
  const { consumers } = await jetstreamManager(fixture.nats);
  for await (const { name } of consumers.list('EVENTS')) names.push(name);
  return names;
};

test('status says how far each is and what is left over; cleanup removes that; drop removes one without a folder', async () => {
  const { code, lines } = await projections('status', '--json');
  expect(code).toBe(1);
  const status = JSON.parse(lines[0] ?? '');
  const { last_seq: end } = (await (await jetstreamManager(fixture.nats)).streams.info('EVENTS')).state;
  const stateOf = (name: string) => status.projections.find((each: { name: string }) => each.name === name);
  expect(stateOf('gone')).toMatchObject({ state: 'removed', version: 1 });
  expect(stateOf('schedules')).toMatchObject({
    state: 'in use',
    version: 1,
    sources: [{ stream: 'EVENTS', sequence: 0, end, behind: end, deadLetters: 0 }],
  });
  expect(stateOf('schedules').sources[0].behindMs).toBeGreaterThan(0);
  expect(status.leftovers).toEqual({
    schemas: [{ name: 'schedules', database: 'schedules', schemas: ['schedules_v7'] }],
    consumers: ['EVENTS/projection-never-events'],
  });

  const said = await projections('status');
  expect(said.lines).toContain('gone: its folder is gone: projections drop gone');
  expect(said.lines).toContain('left over: schema schedules_v7');

  expect((await projections('cleanup', '--dry-run')).lines).toContain(
    'schema schedules_v7: would be removed',
  );
  expect(await versionSchemas(fixture.database.pool)).toContain('schedules_v7');
  expect((await projections('cleanup')).code).toBe(0);
  expect((await projections('drop', 'schedules')).lines).toEqual([
    'schedules has a folder: remove that first',
  ]);

  await fixture.database.pool.query('CREATE VIEW public.own AS SELECT user_id FROM gone.accounts');
  expect((await projections('drop', 'gone')).lines).toEqual([
    'Others built on the views of gone. Drop theirs first:',
    '  gone.accounts: rule _RETURN on view own',
  ]);
  await fixture.database.pool.query('DROP VIEW public.own');
  expect((await projections('drop', 'gone')).lines).toEqual(['gone: dropped']);
  expect(await versionSchemas(fixture.database.pool)).toEqual(schemas);
  const names = await consumerNames();
  expect(names).not.toContain('projection-gone-events');
  expect(names).not.toContain('projection-never-events');
});
