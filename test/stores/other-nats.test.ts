import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type StoresFixture, startStoresFixture } from './fixture.ts';
import { allRefuse } from './refused.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let fixture: StoresFixture;
beforeAll(async () => {
  fixture = await startStoresFixture();
});
afterAll(() => fixture?.stop());

test('an empty NATS beside yesterday’s Postgres: 100 people make a habit, all say what is wrong, and after a rebuild each is reminded once', async () => {
  await fixture.startServices();
  const before = await fixture.makeHabits(50);
  await fixture.untilProjected();
  await fixture.stopServices();
  await fixture.emptyNats();
  await fixture.provision();
  await fixture.startServices();
  const people = await fixture.makeHabits(100);
  await fixture.tick(people);

  const line =
    /Postgres and NATS do not belong together: the tables of \w+ were made from EVENTS up to 200 \(stored .*\) of the log begun .*, but this NATS has the log begun .* Correct NATS_URL or DATABASE_URL, or put the other NATS back\. To go on with this NATS: npm run habitstream -- projections rebuild \w+$/;
  await allRefuse(fixture, line);
  expect(await fixture.reminded(people)).toEqual([100, 0, 0]);

  await fixture.rebuildAll();
  await fixture.untilReminded(people);
  expect(await fixture.reminded(people)).toEqual([0, 100, 0]);
  expect(await fixture.reminded(before)).toEqual([50, 0, 0]);
  expect(await fixture.complaints()).toEqual({});
});
