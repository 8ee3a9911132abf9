import { isExpectedVersionConflictError } from '@event-driven-io/emmett';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { handleCommand } from '#services/platform/event-store/handle-command.ts';
import { type AggregateRef, streamName } from '#services/platform/event-store/stream-name.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { cause, checkedIn, newRef } from './check-ins.ts';
import { logOf, openStore, snapshotOf, type TallyStore } from './fixture.ts';
import { type LossyProxy, startLossyProxy } from './lossy-proxy.ts';
import { type TallyCommand, tally } from './tally.ts';

/** What only a publish to EVENTS has on the wire. */
const PUBLISH = 'Nats-Expected-Stream: EVENTS';

describe('an ack that is lost after the events were stored', () => {
  let server: TestNats;
  let proxy: LossyProxy;
  let direct: NatsConnection;
  let lossy: NatsConnection;
  let store: TallyStore;
  let ref: AggregateRef;
  beforeAll(async () => {
    server = await startTestNats();
    direct = await server.connection();
    await provision(direct, { shardCount: 1 });
    proxy = await startLossyProxy(Number(new URL(server.url).port));
    lossy = await connect({ servers: proxy.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    store = openStore(lossy);
  });
  afterAll(async () => {
    await lossy.close();
    await proxy.close();
    await server.stop();
  });
  beforeEach(() => {
    ref = newRef();
  });
  const stored = (count: number) =>
    eventually(async () => expect(await logOf(direct, ref)).toHaveLength(count));
  const tell = (command: TallyCommand, through = store, metadata = cause()) =>
    handleCommand(through, tally, { to: ref, command, metadata });
  /** The server stores what `attempt` publishes; its ack never arrives; then the connection breaks. */
  const losingTheAck = async <T>(
    attempt: () => Promise<T>,
    meanwhile: () => Promise<unknown> = async () => {},
  ) => {
    const lost = proxy.loseRepliesAfter(PUBLISH);
    const outcome = attempt();
    await lost;
    await meanwhile();
    proxy.cut();
    return outcome;
  };

  test('one event: the append is done, and done once', async () => {
    const event = checkedIn(1);
    const { nextExpectedStreamVersion } = await losingTheAck(
      () =>
        store.appendToStream(streamName(ref), [event], { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' }),
      () => stored(1),
    );
    const log = await logOf(direct, ref);
    expect(log.map(({ sequence }) => BigInt(sequence))).toEqual([nextExpectedStreamVersion]);
  });

  test('several events: all of them once', async () => {
    await losingTheAck(
      () => store.appendToStream(streamName(ref), [1, 2, 3].map(checkedIn)),
      () => stored(3),
    );
    expect(await logOf(direct, ref)).toHaveLength(3);
  });

  test('a command: its state is answered from one event', async () => {
    await tell({ type: 'Add', value: 5 });
    await store.close();
    const { state, events } = await losingTheAck(
      () => tell({ type: 'Add', value: 1 }),
      () => stored(2),
    );
    expect({ sum: state.sum, events: events.length }).toEqual({ sum: 6, events: 1 });
    await store.close();
    expect(await snapshotOf(direct, ref)).toMatchObject({ state: { sum: 6, count: 2 } });
  });

  test('another writer follows before the try is repeated: still once, and both count', async () => {
    const other = openStore(direct);
    await tell({ type: 'Add', value: 5 });
    await store.close();
    await losingTheAck(
      () => tell({ type: 'Add', value: 1 }),
      async () => {
        await stored(2);
        await tell({ type: 'Add', value: 10 }, other);
        await other.close();
      },
    );
    await store.close();
    expect((await tell({ type: 'Add', value: 100 })).state).toMatchObject({ sum: 116, count: 4 });
    expect(await logOf(direct, ref)).toHaveLength(4);
  });

  test('the process gives up not knowing, and the update comes again elsewhere: once', async () => {
    const metadata = cause();
    const lost = proxy.loseRepliesAfter(PUBLISH);
    const doomed = await connect({ servers: proxy.url, reconnect: false });
    const outcome = tell({ type: 'Add', value: 1 }, openStore(doomed), metadata).catch(
      (error: unknown) => error,
    );
    await lost;
    await stored(1);
    await doomed.close();
    expect(await outcome).toBeInstanceOf(Error);

    const again = await tell({ type: 'Add', value: 1 }, openStore(direct), metadata);
    expect(again).toMatchObject({ state: { sum: 1 }, events: [] });
    expect(await logOf(direct, ref)).toHaveLength(1);
  });

  test("a foreign event is never taken for one's own", async () => {
    const [mine, same] = [checkedIn(1), checkedIn(1)];
    const first = await store.appendToStream(streamName(ref), [mine]);
    const options = { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' as const };
    // Its own write again is one append; equal content of another cause, or other content of one's own cause, is not.
    expect(await store.appendToStream(streamName(ref), [mine], options)).toMatchObject({
      nextExpectedStreamVersion: first.nextExpectedStreamVersion,
    });
    const changed = { ...mine, data: { ...mine.data, value: 2 } };
    for (const events of [[same], [changed], [mine, same]]) {
      const refused = await store
        .appendToStream(streamName(ref), events, options)
        .catch((error: unknown) => error);
      expect(isExpectedVersionConflictError(refused)).toBe(true);
    }
    expect(await logOf(direct, ref)).toHaveLength(1);
  });
});
