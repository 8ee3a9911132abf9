import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type HabitId, habitIdFrom } from '#contracts/ids.ts';
import { provision } from '#deploy/provision/provision.ts';
import { handleCommand } from '#services/platform/event-store/handle-command.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { asUserId } from '../../../support/ids.ts';
import { cause } from './check-ins.ts';
import { openStore, snapshotOf, type TallyStore } from './fixture.ts';
import { tally } from './tally.ts';

/*
 * Snapshots that stand at a sequence of a log that is no more: EVENTS was put back to an earlier state, and has grown
 * again or not. The sums tell which events a state was made of: those of the lost log are hundreds.
 */

const userId = asUserId('555000222');
const habitId = habitIdFrom(userId, 1);
const other = habitIdFrom(userId, 2);
const LOST = [100, 200, 300];

let server: TestNats;
let nats: NatsConnection;
beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
});
afterAll(() => server.stop());

/** Whether the process of the lost log lives on, with what it remembers. */
let survivor: TallyStore;
beforeEach(async () => {
  const manager = await jetstreamManager(nats);
  for await (const name of manager.streams.names()) await manager.streams.delete(name);
  await provision(nats, { shardCount: 1 });
  survivor = openStore(nats);
  for (const value of LOST) await add(survivor, habitId, value);
  await survivor.close();
  expect(await snapshotOf(nats, { userId, aggregateId: habitId })).toMatchObject({ sequence: 3 });
  await manager.streams.delete('EVENTS');
  await provision(nats, { shardCount: 1 });
});

const add = (store: TallyStore, aggregateId: HabitId, value: number) =>
  handleCommand(store, tally, {
    to: { userId, aggregateId },
    command: { type: 'Add', value },
    metadata: cause(),
  });

/** What the log has before anybody reads a snapshot: each value under its habit. */
const GROWN: { what: string; events: readonly (readonly [HabitId, number])[]; sum: number }[] = [
  { what: 'is empty', events: [], sum: 0 },
  { what: 'ends before the snapshot', events: [[habitId, 1]], sum: 1 },
  {
    what: 'has another event of the habit at its sequence',
    events: [
      [other, 1],
      [other, 1],
      [habitId, 5],
    ],
    sum: 5,
  },
  {
    what: 'has grown past it, with an event of another habit at its sequence',
    events: [
      [habitId, 1],
      [other, 1],
      [other, 1],
      [habitId, 2],
    ],
    sum: 3,
  },
  {
    what: 'has grown past it, with another event of the habit at its sequence',
    events: [
      [other, 1],
      [other, 1],
      [habitId, 4],
      [habitId, 2],
    ],
    sum: 6,
  },
];

for (const { what, events, sum } of GROWN) {
  test.each([['a new process'], ['the process that wrote it']])(`a log that ${what}: %s`, async (whose) => {
    const store = whose === 'a new process' ? openStore(nats) : survivor;
    for (const [aggregateId, value] of events) {
      const stream = `${userId}.${aggregateId}`;
      const event = { type: 'HabitCheckedIn', data: { on: '2026-11-25', value }, metadata: cause() } as const;
      await store.appendToStream(stream, [event]);
    }
    const sums = async () => {
      const { habits } = await store.readUser(userId);
      return habits.find((each) => each.habitId === habitId)?.state.sum ?? 0;
    };
    expect(await sums()).toBe(sum);
    // The bot always reads a person before it decides; and what it writes replaces the snapshot.
    const { state } = await add(store, habitId, 10);
    expect(state.sum).toBe(sum + 10);
    await store.close();
    expect(await snapshotOf(nats, { userId, aggregateId: habitId })).toMatchObject({
      state: { sum: sum + 10 },
    });
    const reader = openStore(nats);
    expect((await reader.readUser(userId)).habits.map((each) => each.state.sum)).toContain(sum + 10);
  });
}
