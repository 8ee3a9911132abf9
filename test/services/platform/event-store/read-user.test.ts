import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT, type HabitId, habitIdFrom } from '#contracts/ids.ts';
import { ALL_EVENTS } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { handleCommand } from '#services/platform/event-store/handle-command.ts';
import { eventsAfter } from '#services/platform/event-store/read-log.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { asUserId } from '../../../support/ids.ts';
import { cause } from './check-ins.ts';
import { openStore, putSnapshot, snapshotOf, type TallyStore } from './fixture.ts';
import { tally } from './tally.ts';

describe('reading a person', () => {
  const userId = asUserId('555000111');
  const habits = Array.from({ length: 30 }, (_, i) => habitIdFrom(userId, i)).toSorted();
  let server: TestNats;
  let nats: NatsConnection;
  let store: TallyStore;
  beforeAll(async () => {
    server = await startTestNats();
    nats = await server.connection();
    await provision(nats, { shardCount: 1 });
    store = openStore(nats);
    const register = { type: 'AccountRegistered', data: { locale: 'ru' }, metadata: cause() } as const;
    await store.appendToStream(`${userId}.${ACCOUNT}`, [register]);
    for (const habitId of habits) await add(habitId, habits.indexOf(habitId));
    await store.close();
  });
  afterAll(() => server.stop());
  const add = (aggregateId: HabitId, value: number) =>
    handleCommand(store, tally, {
      to: { userId, aggregateId },
      command: { type: 'Add', value },
      metadata: cause(),
    });
  const sums = async () => (await store.readUser(userId)).habits.map(({ state }) => state.sum);

  test('a person who never came has an initial account and no habits', async () => {
    expect(await store.readUser(asUserId('42'))).toEqual({
      account: { state: { locale: '' }, version: 0n },
      habits: [],
    });
  });

  test('gives the account and every habit with its version, in two requests', async () => {
    const first = await store.readUser(userId);
    await store.close();
    const before = nats.stats().outMsgs;
    const again = await store.readUser(userId);
    expect(nats.stats().outMsgs - before).toBe(2);
    expect(again).toEqual(first);
    expect(again.account).toEqual({ state: { locale: 'ru' }, version: 1n });
    expect(again.habits.map(({ habitId }) => habitId)).toEqual(habits);
    expect(again.habits.map(({ state }) => state.sum)).toEqual(habits.map((_, i) => i));
    const { currentStreamVersion } = await store.readStream(`${userId}.${habits[7]}`);
    expect(again.habits[7]?.version).toBe(currentStreamVersion);
  });

  test('catches up what is behind, absent or of another shape, and saves it', async () => {
    const [behind, absent, shaped] = habits as [HabitId, HabitId, HabitId];
    const old = await snapshotOf(nats, { userId, aggregateId: behind });
    for (const habitId of [behind, absent, shaped]) await add(habitId, 100);
    await store.close();
    await putSnapshot(nats, { userId, aggregateId: behind }, old);
    await putSnapshot(nats, { userId, aggregateId: absent }, '');
    await putSnapshot(
      nats,
      { userId, aggregateId: shaped },
      { shape: 2, sequence: 9e9, decisions: [], state: {} },
    );

    expect((await sums()).slice(0, 4)).toEqual([100, 101, 102, 3]);
    await store.close();
    expect(await snapshotOf(nats, { userId, aggregateId: shaped })).toMatchObject({
      shape: 1,
      state: { sum: 102 },
    });
  });

  test('sees at once what was just written, snapshot or not', async () => {
    const habitId = habits[9] as HabitId;
    for (const total of [10, 11, 12, 13]) {
      await add(habitId, 1);
      expect((await sums())[9]).toBe(total);
    }
  });

  test('the log is read from any position, in batches, to its end', async () => {
    const sequences: number[] = [];
    let largest = 0;
    for await (const batch of eventsAfter(nats, ALL_EVENTS, 0, 7)) {
      largest = Math.max(largest, batch.length);
      sequences.push(...batch.map(({ sequence }) => sequence));
    }
    expect(largest).toBe(7);
    expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, i) => i + 1));
    expect(sequences.length).toBeGreaterThanOrEqual(31);
    const rest: number[] = [];
    for await (const batch of eventsAfter(nats, ALL_EVENTS, 29))
      rest.push(...batch.map(({ sequence }) => sequence));
    expect(rest).toEqual(sequences.slice(29));
    for await (const batch of eventsAfter(nats, ALL_EVENTS, sequences.length)) expect(batch).toBeUndefined();
  });
});
