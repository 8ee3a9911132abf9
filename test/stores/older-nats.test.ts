import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { type StoresFixture, startStoresFixture } from './fixture.ts';
import { allRefuse } from './refused.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const SHORTER =
  /NATS is older than Postgres: the tables of \w+ were made from EVENTS up to 400 \(stored .*\), but it ends at 200 \(stored .*\)\. Put the newer NATS back\. To go on with this NATS: npm run habitstream -- projections rebuild \w+$/;
const GROWN_AGAIN =
  /NATS was put back to an earlier state than Postgres, and has grown again: the tables of \w+ were made from EVENTS up to 400, where message 400 was one stored .*, and now is one stored .*\. Put the NATS from before that back\. To go on with this NATS: npm run habitstream -- projections rebuild \w+$/;

let fixture: StoresFixture;
beforeEach(async () => {
  fixture = await startStoresFixture();
});
afterEach(() => fixture?.stop());

/** 50 people of yesterday, 50 of today whose events NATS has lost. */
async function putBackYesterday(): Promise<void> {
  await fixture.startServices();
  await fixture.makeHabits(50);
  await fixture.untilProjected();
  const yesterday = await fixture.backUpNats();
  await fixture.makeHabits(50);
  await fixture.untilProjected();
  await fixture.putBackNats(yesterday);
}

test('yesterday’s NATS under running services: all refuse, and after a rebuild 20 people of today are reminded once', async () => {
  await putBackYesterday();
  await allRefuse(fixture, SHORTER);
  const people = await fixture.makeHabits(20);
  await fixture.tick(people);
  await allRefuse(fixture, /but it ends at 280/);
  expect(await fixture.reminded(people)).toEqual([20, 0, 0]);

  await fixture.rebuildAll();
  await fixture.untilReminded(people);
  expect(await fixture.reminded(people)).toEqual([0, 20, 0]);
  await eventually(async () => expect(await fixture.complaints()).toEqual({}));
});

test('yesterday’s NATS that has grown past the checkpoints before anybody looked: all refuse', async () => {
  await fixture.startServices();
  await fixture.makeHabits(50);
  await fixture.untilProjected();
  const yesterday = await fixture.backUpNats();
  await fixture.makeHabits(50);
  await fixture.untilProjected();
  await fixture.stopServices();
  await fixture.putBackNats(yesterday);
  const people = await fixture.makeHabits(100);
  await fixture.startServices();
  await fixture.tick(people);
  await allRefuse(fixture, GROWN_AGAIN);
  expect(await fixture.reminded(people)).toEqual([100, 0, 0]);

  await fixture.rebuildAll();
  await fixture.untilReminded(people);
  expect(await fixture.reminded(people)).toEqual([0, 100, 0]);
  await eventually(async () => expect(await fixture.complaints()).toEqual({}));
});

test('both of yesterday: Postgres backed up first fits, NATS backed up first does not', async () => {
  await fixture.startServices();
  await fixture.makeHabits(50);
  await fixture.untilProjected();
  const natsFirst = await fixture.backUpNats();
  await fixture.makeHabits(50);
  await fixture.untilProjected();
  await fixture.stopServices();
  const postgres = await fixture.backUpPostgres();
  const natsLast = await fixture.backUpNats();
  await fixture.startServices();
  const lost = await fixture.makeHabits(50);
  await fixture.untilProjected();
  await fixture.stopServices();

  await fixture.putBackPostgres(postgres);
  await fixture.putBackNats(natsFirst);
  await fixture.startServices();
  await allRefuse(fixture, SHORTER);

  await fixture.putBackNats(natsLast);
  const people = await fixture.makeHabits(100);
  await fixture.tick(people);
  await fixture.untilReminded(people);
  expect(await fixture.reminded(people)).toEqual([0, 100, 0]);
  expect(await fixture.reminded(lost)).toEqual([50, 0, 0]);
  await eventually(async () => expect(await fixture.complaints()).toEqual({}));
});
