import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { handleCommand } from '#services/platform/event-store/handle-command.ts';
import { type AggregateRef, streamName } from '#services/platform/event-store/stream-name.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { cause, checkedIn, newRef } from './check-ins.ts';
import { logOf, openStore, putSnapshot, snapshotOf, type TallyStore } from './fixture.ts';
import { type TallyCommand, TooLittle, tally } from './tally.ts';

describe('handleCommand', () => {
  let server: TestNats;
  let nats: NatsConnection;
  let store: TallyStore;
  let ref: AggregateRef;
  beforeAll(async () => {
    server = await startTestNats();
    nats = await server.connection();
    await provision(nats, { shardCount: 1 });
    store = openStore(nats);
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    ref = newRef();
  });
  const tell = (command: TallyCommand, metadata = cause()) =>
    handleCommand(store, tally, { to: ref, command, metadata });
  const sums = async () => (await logOf(nats, ref)).map(({ data }) => ('value' in data ? data.value : data));

  test('answers with the state, the events and the version just written', async () => {
    const metadata = cause();
    const { state, events, version } = await tell({ type: 'Add', value: 3 }, metadata);
    expect(state).toEqual({ sum: 3, count: 1, name: '' });
    expect(events).toEqual([{ type: 'HabitCheckedIn', data: { on: '2026-11-25', value: 3 } }]);
    const [event] = await logOf(nats, ref);
    expect(event).toEqual({
      ...metadata,
      ...events[0],
      ...ref,
      id: expect.stringMatching(new RegExp(`^${metadata.causationId}\\.${ref.aggregateId}\\.[a-z0-9]+\\.0$`)),
      version: 1,
      sequence: Number(version),
      partition: expect.any(Number),
    });
  });

  test('stores several events of one decision together', async () => {
    await tell({ type: 'Add', value: 1 });
    const { state } = await tell({ type: 'AddMany', values: [2, 3, 4] });
    expect(state.sum).toBe(10);
    expect(await sums()).toEqual([1, 2, 3, 4]);
  });

  test('answers already so with nothing stored, and refuses with what decide throws', async () => {
    const named = await tell({ type: 'Name', name: 'swim' });
    const again = await tell({ type: 'Name', name: 'swim' });
    expect(again).toEqual({ state: named.state, events: [], version: named.version });
    await expect(tell({ type: 'Take', value: 1 })).rejects.toBeInstanceOf(TooLittle);
    expect(await logOf(nats, ref)).toHaveLength(1);
  });

  test('costs one publish however long the history is, a snapshot read the first time, and one write behind', async () => {
    for (const length of [10, 700]) {
      ref = newRef();
      await tell({ type: 'AddMany', values: Array.from({ length }, () => 1) });
      await store.close();
      store = openStore(nats);
      for (const [added, messages] of [
        [1, 3],
        [2, 2],
      ]) {
        const before = nats.stats().outMsgs;
        const { state } = await tell({ type: 'Add', value: 1 });
        await store.close();
        expect(state.sum).toBe(length + Number(added));
        expect(nats.stats().outMsgs - before).toBe(messages);
      }
    }
  });

  test('a command right after another does not wait for the snapshot, nor decide on an old one', async () => {
    await tell({ type: 'Add', value: 1 });
    const before = nats.stats().outMsgs;
    const { state } = await tell({ type: 'Add', value: 1 });
    expect(state.sum).toBe(2);
    expect(nats.stats().outMsgs - before).toBeLessThanOrEqual(3);
    await store.close();
    expect(await snapshotOf(nats, ref)).toMatchObject({ state });
  });

  test('the same command of the same cause is decided once, even after later ones', async () => {
    const [first, second] = [cause(), cause()];
    await tell({ type: 'Name', name: 'swim' }, first);
    await tell({ type: 'Name', name: 'run' }, second);
    const repeated = await tell({ type: 'Name', name: 'swim' }, first);
    expect(repeated).toMatchObject({ state: { name: 'run' }, events: [] });
    await store.close();
    await putSnapshot(nats, ref, 'lost');
    expect(await tell({ type: 'Name', name: 'swim' }, first)).toMatchObject({
      state: { name: 'run' },
      events: [],
    });
    expect(await logOf(nats, ref)).toHaveLength(2);
  });

  test('two different commands of one cause are two decisions', async () => {
    const metadata = cause();
    await tell({ type: 'Add', value: 1 }, metadata);
    await tell({ type: 'Add', value: 2 }, metadata);
    expect(await sums()).toEqual([1, 2]);
    expect(new Set((await logOf(nats, ref)).map(({ id }) => id)).size).toBe(2);
  });

  test('concurrent commands from two processes: none lost, none twice, each state its own', async () => {
    const other = openStore(await server.connection());
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        handleCommand(i % 2 ? store : other, tally, {
          to: ref,
          command: { type: 'Add', value: 1 },
          metadata: cause(),
        }),
      ),
    );
    expect(results.map(({ state }) => state.sum).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    await Promise.all([store.close(), other.close()]);
    expect(await snapshotOf(nats, ref)).toMatchObject({ state: { sum: 20, count: 20 } });
  });

  describe('with a snapshot', () => {
    type Saved = { shape: number; sequence: number; decisions: string[]; state: object };
    let old: Saved;
    /** By a process that has not seen another. */
    const found = async (content: unknown) => {
      await putSnapshot(nats, ref, content);
      await store.close();
      store = openStore(nats);
    };
    beforeEach(async () => {
      await tell({ type: 'Name', name: 'old' });
      await store.close();
      old = (await snapshotOf(nats, ref)) as Saved;
      await tell({ type: 'Name', name: 'new' });
      await tell({ type: 'Add', value: 10 });
      await store.close();
    });

    test('that is behind: a decision with events meets the conflict and decides again', async () => {
      await found(old);
      const { state } = await tell({ type: 'Add', value: 1 });
      expect(state).toEqual({ sum: 11, count: 2, name: 'new' });
      await store.close();
      expect(await snapshotOf(nats, ref)).toMatchObject({ state });
    });

    test('that is behind: neither already so nor a refusal is answered from it', async () => {
      await found(old);
      expect(await tell({ type: 'Name', name: 'old' })).toMatchObject({ events: [{ type: 'HabitRenamed' }] });
      await found(old);
      expect((await tell({ type: 'Take', value: 10 })).state.sum).toBe(20);
    });

    test('that is behind: a decision that comes again is answered from the last state', async () => {
      const metadata = cause();
      await tell({ type: 'Add', value: 1 }, metadata);
      await store.close();
      const known = (await snapshotOf(nats, ref)) as Saved;
      await tell({ type: 'Add', value: 1 });
      await store.close();
      await found(known);
      expect(await tell({ type: 'Add', value: 1 }, metadata)).toMatchObject({
        events: [],
        state: { sum: 12 },
      });
    });

    test('that is behind, and the answer is the same: it is brought up to date', async () => {
      await found(old);
      expect(await tell({ type: 'Name', name: 'new' })).toMatchObject({ events: [], state: { sum: 10 } });
      await store.close();
      expect(await snapshotOf(nats, ref)).toMatchObject({ state: { sum: 10, name: 'new' } });
    });

    test.each([
      ['of another shape', () => ({ ...old, shape: 99, state: { sum: 'other' } })],
      ['that is no snapshot', () => ({ some: 'thing' })],
      ['that is not even JSON', () => '{"shape":'],
      [
        'that is ahead of the log',
        () => ({ ...old, sequence: 1_000_000, state: { sum: 5000, count: 0, name: '' } }),
      ],
    ])('%s: the log decides, and it is replaced', async (_name, content) => {
      await found(content());
      const { state } = await tell({ type: 'Add', value: 1 });
      expect(state).toEqual({ sum: 11, count: 2, name: 'new' });
      await store.close();
      expect(await snapshotOf(nats, ref)).toMatchObject({ shape: 1, state });
    });

    test('that is newer than the one to be written: it stays', async () => {
      const newest = await snapshotOf(nats, ref);
      store.snapshots.save(ref, { ...old, state: { sum: -1 } }, 0);
      await store.close();
      expect(await snapshotOf(nats, ref)).toEqual(newest);
    });

    test('that another process has overtaken in memory: neither refused nor decided on it', async () => {
      const other = openStore(await server.connection());
      await handleCommand(other, tally, { to: ref, command: { type: 'Add', value: 5 }, metadata: cause() });
      expect((await tell({ type: 'Take', value: 15 })).state.sum).toBe(30);
      await handleCommand(other, tally, { to: ref, command: { type: 'Add', value: 1 }, metadata: cause() });
      expect((await tell({ type: 'Add', value: 1 })).state.sum).toBe(32);
      await other.close();
    });

    test('is ignored by the plain Emmett interface, which reads the log', async () => {
      await found({ ...old, state: { sum: 5000 } });
      const { state } = await store.aggregateStream(streamName(ref), {
        initialState: () => 0,
        evolve: (count: number) => count + 1,
      });
      expect(state).toBe(3);
    });
  });

  test('an event that could not be read back is never stored', async () => {
    const wrong = {
      ...tally,
      decide: () => [{ type: 'HabitCheckedIn' as const, data: { on: 'today', value: 1 } }],
    };
    await expect(
      handleCommand(store, wrong, { to: ref, command: { type: 'Add', value: 1 }, metadata: cause() }),
    ).rejects.toThrow(/on/);
    const ofAnAccount = { ...checkedIn(1), type: 'BotBlocked', data: {} };
    await expect(store.appendToStream(streamName(ref), [ofAnAccount])).rejects.toThrow(/BotBlocked/);
    await expect(store.appendToStream('someone.habits', [checkedIn(1)])).rejects.toThrow(/stream's name/);
    expect(await logOf(nats, ref)).toEqual([]);
  });
});
