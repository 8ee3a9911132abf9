import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  chosenBy,
  loadProjectionNamed,
  loadProjections,
  projectionConsumers,
  provisionedBy,
  usualProjections,
} from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { openFixture, type ProjectorFixture } from '../../services/projector/fixture.ts';
import { asUserId } from '../../support/ids.ts';
import { eventEntry } from '../histories.ts';

let folder = '';
let fixture: ProjectorFixture;
beforeAll(async () => {
  folder = await testFolder('projections');
  await addProjection(
    'zones',
    'CREATE TABLE zones (timezone text PRIMARY KEY, users int NOT NULL);',
    COUNT_ZONES,
  );
  fixture = await openFixture(await loadProjections(folder));
});
afterAll(() => fixture.close());

const COUNT_ZONES = `
export const projection = {
  database: 'analytics',
  sources: {
    async EVENTS(batch, db) {
      const zones = batch.filter((event) => event.type === 'TimezoneChanged').map((event) => event.data.timezone);
      await db.query(
        \`INSERT INTO zones AS z SELECT zone, count(*) FROM unnest($1::text[]) AS zone GROUP BY zone
         ON CONFLICT (timezone) DO UPDATE SET users = z.users + excluded.users\`,
        [zones],
      );
    },
  },
};`;

async function addProjection(name: string, tables: string, code: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'tables.sql'), tables);
  await writeFile(join(folder, name, 'projection.ts'), code);
}

test('a projection is one folder: it is prepared, fed, verified and rebuilt without touching anything else', async () => {
  const zone = (userId: string, timezone: string) =>
    eventEntry({
      userId: asUserId(userId),
      aggregateId: 'account',
      at: '2026-11-25T08:00:00.000Z',
      event: { type: 'TimezoneChanged', data: { timezone } },
    });
  const replica = fixture.startReplica();
  await fixture.append([zone('1', 'Asia/Tokyo'), zone('2', 'Asia/Tokyo'), zone('3', 'Europe/Oslo')]);
  await fixture.untilLevel();
  const [zones] = fixture.projections;
  if (!zones) throw new Error('not loaded');
  for (let round = 0; round < 2; round++) {
    const { rows } = await fixture.database.pool.query('SELECT * FROM zones.zones ORDER BY 1');
    expect(rows).toEqual([
      { timezone: 'Asia/Tokyo', users: 2 },
      { timezone: 'Europe/Oslo', users: 1 },
    ]);
    expect((await fixture.verifyAll()).map(({ equal }) => equal)).toEqual([true]);
    await rebuild(zones, fixture.ports);
  }
  await replica.stop();
});

test('preparing is idempotent, also twice at once', async () => {
  const again = [1, 2, 3].map(() => prepareProjections(fixture.databases, fixture.projections));
  expect((await Promise.all(again)).flat()).toEqual([]);
  const fresh = fixture.projections.map((projection) => ({ ...projection, name: 'fresh' }));
  const first = [1, 2, 3].map(() => prepareProjections(fixture.databases, fresh));
  expect((await Promise.all(first)).flat()).toEqual(['projection fresh: version 1 created']);
});

test('every projection and source has a durable consumer, named for both', async () => {
  const expected = (await usualProjections()).flatMap(({ name, sources }) =>
    Object.keys(sources).map((source) => [`projection-${name}-${source.toLowerCase()}`, source]),
  );
  expect(expected.length).toBeGreaterThan(4);
  const consumers = (await projectionConsumers()).map(({ name, stream }) => [name, stream]);
  expect(consumers.sort()).toEqual(expected.sort());
});

test('one that is off by default is provisioned and run only where it is named', async () => {
  const [on] = fixture.projections;
  if (!on) throw new Error('not loaded');
  const all = [on, { ...on, name: 'raw', default: 'off' as const }];
  const names = (projections: { name: string }[]) => projections.map(({ name }) => name);
  expect(names(chosenBy(undefined, all))).toEqual(['zones']);
  expect(names(chosenBy(['raw'], all))).toEqual(['raw']);
  expect(names(provisionedBy(undefined, all))).toEqual(['zones']);
  expect(names(provisionedBy(['raw'], all))).toEqual(['zones', 'raw']);
  expect(() => chosenBy(['raw', 'nothing'], all)).toThrow('no projection "nothing"; there are: zones, raw');
});

test('a folder that is no projection is named', async () => {
  const there = (await loadProjections()).map(({ name }) => name).join(', ');
  await expect(loadProjectionNamed('nothing')).rejects.toThrow(
    `no projection "nothing"; there are: ${there}`,
  );
  await addProjection('empty', '', 'export {};');
  await expect(loadProjections(folder)).rejects.toThrow('empty/projection.ts exports no projection');
});
