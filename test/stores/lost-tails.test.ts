import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { type StoresFixture, startStoresFixture } from './fixture.ts';
import type { HabitPeople } from './people.ts';
import { allRefuse } from './refused.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

let fixture: StoresFixture;
beforeEach(async () => {
  fixture = await startStoresFixture();
});
afterEach(() => fixture?.stop());

/** People who make a habit, are due and are reminded. */
async function remindPeople(count: number): Promise<HabitPeople> {
  const people = await fixture.makeHabits(count);
  await fixture.untilProjected();
  await fixture.tick(people);
  await fixture.untilReminded(people);
  return people;
}

test('the tail of REMINDERS: 100 that were queued in it are queued again and sent, 70 that were sent are not sent again', async () => {
  await fixture.startServices();
  const early = await remindPeople(50);
  const before = await fixture.backUpNats();
  const sent = await remindPeople(20);
  await fixture.untilDelivered(70);
  await fixture.stopServices(['sender']);
  const queued = await fixture.makeHabits(100);
  await fixture.untilProjected();
  await fixture.tick(queued);
  await fixture.untilQueued(170);
  await fixture.putBackNats(before, ['REMINDERS']);

  await fixture.untilQueued(170);
  await fixture.startServices(['sender']);
  await fixture.untilReminded(queued);
  expect(await fixture.reminded(queued)).toEqual([0, 100, 0]);
  expect(await fixture.reminded(sent)).toEqual([0, 20, 0]);
  expect(await fixture.reminded(early)).toEqual([0, 50, 0]);
  expect(fixture.loggedErrors('shards')).toContain(
    'REMINDERS is older than DELIVERIES: the ticks since its end are done again, nothing has to be run',
  );
});

test('the tail of TICKS: the tick service publishes it again, 100 people are not reminded again and 100 later ones are', async () => {
  await fixture.startServices();
  const early = await remindPeople(10);
  const before = await fixture.backUpNats();
  const reminded = await remindPeople(100);
  await fixture.putBackNats(before, ['TICKS']);
  const later = await fixture.makeHabits(100);
  await fixture.startServices(['tick']);
  await fixture.untilReminded(later);
  await fixture.untilTicksDone();
  expect(await fixture.reminded(later)).toEqual([0, 100, 0]);
  expect(await fixture.reminded(reminded)).toEqual([0, 100, 0]);
  expect(await fixture.reminded(early)).toEqual([0, 10, 0]);
  expect(await fixture.complaints()).toEqual({});
});

test('the tail of DELIVERIES: its projections refuse and reminders go on; nobody is reminded again', async () => {
  await fixture.startServices();
  const early = await remindPeople(10);
  await fixture.untilDelivered(10);
  const before = await fixture.backUpNats();
  const reminded = await remindPeople(100);
  await fixture.untilDelivered(110);
  await fixture.putBackNats(before, ['DELIVERIES']);
  const line = (name: string) =>
    expect.stringMatching(
      `^projection ${name}, DELIVERIES: NATS is older than Postgres: the tables of ${name} were made from DELIVERIES up to 110 .*, but it ends at 10 .* npm run habitstream -- projections rebuild ${name}$`,
    );
  await eventually(async () =>
    expect(await fixture.complaints()).toEqual({ projector: [line('admin'), line('analytics')] }),
  );
  const later = await fixture.makeHabits(100);
  await fixture.tick(later);
  await fixture.untilReminded(later);
  await fixture.rebuildAll();
  await eventually(async () => expect(await fixture.complaints()).toEqual({}));
  expect(await fixture.reminded(later)).toEqual([0, 100, 0]);
  expect(await fixture.reminded(reminded)).toEqual([0, 100, 0]);
  expect(await fixture.reminded(early)).toEqual([0, 10, 0]);
});

test('the tail of EVENTS alone: all refuse; after a rebuild those whose habits are left are reminded once', async () => {
  await fixture.startServices();
  const left = await fixture.makeHabits(100);
  await fixture.untilProjected();
  const before = await fixture.backUpNats();
  const lost = await fixture.makeHabits(100);
  await fixture.untilProjected();
  await fixture.putBackNats(before, ['EVENTS']);
  await fixture.tick(left);
  await fixture.tick(lost);
  await allRefuse(fixture, /NATS is older than Postgres: .* EVENTS up to 800 .*, but it ends at 400 /);
  expect(await fixture.reminded(left)).toEqual([100, 0, 0]);
  await fixture.rebuildAll();
  await fixture.untilReminded(left);
  expect(await fixture.reminded(left)).toEqual([0, 100, 0]);
  expect(await fixture.reminded(lost)).toEqual([100, 0, 0]);
  await eventually(async () => expect(await fixture.complaints()).toEqual({}));
});
