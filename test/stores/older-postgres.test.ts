import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { type StoresFixture, startStoresFixture } from './fixture.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let fixture: StoresFixture;
beforeAll(async () => {
  fixture = await startStoresFixture();
});
afterAll(() => fixture?.stop());

test('yesterday’s Postgres: the sender holds 100 reminders of people it does not know, and all are reminded once it has caught up', async () => {
  await fixture.startServices();
  await fixture.makeHabits(50);
  await fixture.untilProjected();
  await fixture.stopServices();
  const yesterday = await fixture.backUpPostgres();

  await fixture.startServices(['projector', 'shards']);
  const people = await fixture.makeHabits(100);
  await fixture.untilProjected();
  await fixture.tick(people);
  await fixture.untilQueued(100);
  await fixture.stopServices();
  await fixture.putBackPostgres(yesterday);

  await fixture.startServices(['sender', 'shards']);
  await eventually(async () => {
    expect(await fixture.complaints()).toEqual({
      sender: [
        'stores: Postgres is older than NATS: its schedules stand at 200 of EVENTS and held 600 before. Nothing is sent until the projector has caught up, which it does by itself.',
      ],
    });
  });
  expect(await fixture.reminded(people)).toEqual([100, 0, 0]);

  await fixture.startServices(['projector']);
  await fixture.untilReminded(people);
  expect(await fixture.reminded(people)).toEqual([0, 100, 0]);
  expect(await fixture.complaints()).toEqual({});
});

test('yesterday’s Postgres under a running sender: 100 reminders wait for the projector', async () => {
  await fixture.stopServices();
  const yesterday = await fixture.backUpPostgres();
  await fixture.startServices();
  const people = await fixture.makeHabits(100);
  await fixture.untilProjected();
  await fixture.stopServices(['projector']);
  await fixture.putBackPostgres(yesterday);
  await fixture.queue(people);
  await eventually(async () => {
    expect(await fixture.complaints()).toEqual({ sender: [expect.stringContaining('stand at 600')] });
  });
  expect(await fixture.reminded(people)).toEqual([100, 0, 0]);
  await fixture.startServices(['projector']);
  await fixture.untilReminded(people);
  expect(await fixture.reminded(people)).toEqual([0, 100, 0]);
});

test('an empty Postgres beside NATS: 100 reminders wait until all is projected again', async () => {
  const people = await fixture.makeHabits(100);
  await fixture.untilProjected();
  await fixture.stopServices();
  await fixture.emptyPostgres();
  await fixture.provision();
  await fixture.queue(people);
  await fixture.startServices(['sender', 'shards']);
  await eventually(async () => {
    expect(await fixture.complaints()).toEqual({ sender: [expect.stringContaining('stand at 0 of EVENTS')] });
  });
  expect(await fixture.reminded(people)).toEqual([100, 0, 0]);
  await fixture.startServices(['projector']);
  await fixture.untilReminded(people);
  expect(await fixture.reminded(people)).toEqual([0, 100, 0]);
});
