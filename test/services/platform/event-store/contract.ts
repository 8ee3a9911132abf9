import {
  CommandHandler,
  type EventStore,
  isExpectedVersionConflictError,
  NO_CONCURRENCY_CHECK,
  STREAM_DOES_NOT_EXIST,
  STREAM_EXISTS,
} from '@event-driven-io/emmett';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CheckedIn, checkedIn, newStream } from './check-ins.ts';

type StoreFixture = { store: EventStore; close(): Promise<void> };

const values = (events: readonly CheckedIn[]) => events.map(({ data }) => data.value);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** What any Emmett store must do. Versions are taken from results only: a store may count as it likes. */
export function eventStoreContract(name: string, open: () => Promise<StoreFixture>): void {
  describe(`the contract of an event store: ${name}`, () => {
    let fixture: StoreFixture;
    beforeAll(async () => {
      fixture = await open();
    });
    afterAll(() => fixture.close());
    const read = async (stream: string) => values((await fixture.store.readStream<CheckedIn>(stream)).events);
    const append = async (
      stream: string,
      amounts: number[],
      expectedStreamVersion: bigint | string = NO_CONCURRENCY_CHECK,
    ) => fixture.store.appendToStream(stream, amounts.map(checkedIn), { expectedStreamVersion } as object);
    const readExpecting = async (stream: string, expectedStreamVersion: bigint | string) =>
      fixture.store.readStream(stream, { expectedStreamVersion } as object);
    const conflict = async (attempt: Promise<unknown>) => {
      const error = await attempt.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(isExpectedVersionConflictError(error)).toBe(true);
    };

    test('a stream without events does not exist', async () => {
      const stream = newStream();
      expect(await fixture.store.streamExists(stream)).toBe(false);
      expect(await fixture.store.readStream(stream)).toEqual({
        events: [],
        currentStreamVersion: 0n,
        streamExists: false,
      });
      await append(stream, [1]);
      expect(await fixture.store.streamExists(stream)).toBe(true);
    });

    test('what is appended is read back in order, with its data and metadata', async () => {
      const stream = newStream();
      const events = range(1, 3).map(checkedIn);
      const appended = await fixture.store.appendToStream(stream, events);
      const found = await fixture.store.readStream<CheckedIn>(stream);
      expect(found.streamExists).toBe(true);
      expect(found.currentStreamVersion).toBe(appended.nextExpectedStreamVersion);
      expect(found.events.map(({ type, data }) => ({ type, data }))).toEqual(
        events.map(({ type, data }) => ({ type, data })),
      );
      found.events.forEach((event, i) => {
        expect(event.kind).toBe('Event');
        expect(event.metadata).toMatchObject({ ...events[i]?.metadata, streamName: stream });
      });
      expect(found.events.at(-1)?.metadata.streamPosition).toBe(appended.nextExpectedStreamVersion);
      expect(new Set(found.events.map(({ metadata }) => metadata.messageId)).size).toBe(3);
    });

    test('positions rise along a stream, and streams do not mix', async () => {
      const [one, other] = [newStream(), newStream()];
      for (const value of range(1, 4)) {
        await append(one, [value]);
        await append(other, [0, value * 10]);
      }
      expect(await read(one)).toEqual([1, 2, 3, 4]);
      const found = await fixture.store.readStream<CheckedIn>(other);
      const positions = found.events.map(({ metadata }) => metadata.streamPosition);
      expect(positions).toEqual(positions.toSorted((a, b) => Number(a - b)));
      expect(new Set(positions).size).toBe(8);
    });

    test('only the first append creates a stream', async () => {
      const stream = newStream();
      expect((await append(stream, [1])).createdNewStream).toBe(true);
      expect((await append(stream, [2])).createdNewStream).toBe(false);
    });

    test('STREAM_DOES_NOT_EXIST holds for a new stream only', async () => {
      const stream = newStream();
      await append(stream, [1], STREAM_DOES_NOT_EXIST);
      await conflict(append(stream, [2], STREAM_DOES_NOT_EXIST));
      expect(await read(stream)).toEqual([1]);
    });

    test('STREAM_EXISTS holds for an existing stream only', async () => {
      const stream = newStream();
      await conflict(append(stream, [1], STREAM_EXISTS));
      await append(stream, [2]);
      await append(stream, [3], STREAM_EXISTS);
      expect(await read(stream)).toEqual([2, 3]);
    });

    test('a version holds until another event follows it', async () => {
      const stream = newStream();
      const first = await append(stream, [1]);
      const second = await append(stream, [2], first.nextExpectedStreamVersion);
      await conflict(append(stream, [3], first.nextExpectedStreamVersion));
      await conflict(append(stream, [3], second.nextExpectedStreamVersion + 1_000_000n));
      await append(stream, [4], second.nextExpectedStreamVersion);
      expect(await read(stream)).toEqual([1, 2, 4]);
    });

    test('after a conflict the same writer reads again and gets through', async () => {
      const stream = newStream();
      const stale = await append(stream, [1]);
      await append(stream, [2]);
      await conflict(append(stream, [3], stale.nextExpectedStreamVersion));
      const { currentStreamVersion } = await fixture.store.readStream(stream);
      await append(stream, [3], currentStreamVersion);
      expect(await read(stream)).toEqual([1, 2, 3]);
    });

    test('several events are appended all or none', async () => {
      const stream = newStream();
      const first = await append(stream, range(1, 5));
      await append(stream, range(6, 8), first.nextExpectedStreamVersion);
      await conflict(append(stream, range(9, 12), first.nextExpectedStreamVersion));
      expect(await read(stream)).toEqual(range(1, 8));
    });

    test('a read can expect a version too', async () => {
      const stream = newStream();
      const { nextExpectedStreamVersion: expected } = await append(stream, [1]);
      await readExpecting(stream, expected);
      await append(stream, [2]);
      await conflict(readExpecting(stream, expected));
      await conflict(readExpecting(newStream(), STREAM_EXISTS));
    });

    test('of many who append after the same version, one gets through', async () => {
      const stream = newStream();
      const { nextExpectedStreamVersion: expected } = await append(stream, [0]);
      const attempts = await Promise.allSettled(
        range(1, 12).map((value) => append(stream, [value], expected)),
      );
      expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await read(stream)).toHaveLength(2);
    });

    test('concurrent writers of one stream: none lost, none twice, in the order of each', async () => {
      const stream = newStream();
      const write = async (writer: number) => {
        for (const n of range(1, 8)) await appendAfterReading(writer * 100 + n);
      };
      const appendAfterReading = async (value: number): Promise<unknown> => {
        const { currentStreamVersion } = await fixture.store.readStream(stream);
        return append(stream, [value], currentStreamVersion).catch((error: unknown) => {
          if (!isExpectedVersionConflictError(error)) throw error;
          return appendAfterReading(value);
        });
      };
      await Promise.all(range(1, 6).map(write));
      const found = await read(stream);
      expect(found).toHaveLength(48);
      for (const writer of range(1, 6))
        expect(found.filter((value) => Math.floor(value / 100) === writer)).toEqual(
          range(1, 8).map((n) => writer * 100 + n),
        );
    });

    test('writers that check nothing lose nothing either', async () => {
      const stream = newStream();
      await Promise.all(range(1, 20).map((value) => append(stream, value % 3 === 0 ? [value, 0] : [value])));
      const found = (await read(stream)).filter((value) => value !== 0);
      expect(found.toSorted((a, b) => a - b)).toEqual(range(1, 20));
    });

    test("commands through Emmett's handler with retries: none lost, none twice", async () => {
      const stream = newStream();
      const handle = CommandHandler<number, CheckedIn>({
        initialState: () => 0,
        evolve: (sum, { data }) => sum + data.value,
        retry: { onVersionConflict: 50 },
      });
      const results = await Promise.all(
        range(1, 6).map(() => handle(fixture.store, stream, (sum) => checkedIn(sum + 1))),
      );
      // Each one saw all before it: 1, 2, 4, 8, ...
      expect(await read(stream)).toEqual([1, 2, 4, 8, 16, 32]);
      expect(results.map(({ newState }) => newState).toSorted((a, b) => a - b)).toEqual([
        1, 3, 7, 15, 31, 63,
      ]);
    });

    test('reads from one version to another, and no more than asked for', async () => {
      const stream = newStream();
      const versions: bigint[] = [];
      for (const value of range(1, 6))
        versions.push((await append(stream, [value])).nextExpectedStreamVersion);
      const [, second, , fourth, , last] = versions;
      const part = async (options: object) =>
        values((await fixture.store.readStream<CheckedIn>(stream, options)).events);
      expect(await part({ from: second })).toEqual([3, 4, 5, 6]);
      expect(await part({ to: fourth })).toEqual([1, 2, 3, 4]);
      expect(await part({ from: second, to: fourth })).toEqual([3, 4]);
      expect(await part({ from: last })).toEqual([]);
      expect(await part({ maxCount: 2n })).toEqual([1, 2]);
      const { currentStreamVersion, streamExists } = await fixture.store.readStream(stream, { from: last });
      expect({ currentStreamVersion, streamExists }).toEqual({
        currentStreamVersion: last,
        streamExists: true,
      });
    });

    test('aggregates a stream, whole and in part', async () => {
      const stream = newStream();
      await append(stream, range(1, 3));
      const { nextExpectedStreamVersion: middle } = await append(stream, range(4, 6));
      const whole = {
        initialState: () => '',
        evolve: (text: string, { data }: CheckedIn) => `${text}${data.value}`,
      };
      const all = await fixture.store.aggregateStream<string, CheckedIn>(stream, whole);
      expect(all).toMatchObject({ state: '123456', currentStreamVersion: middle, streamExists: true });
      await append(stream, [7, 8]);
      const rest = await fixture.store.aggregateStream<string, CheckedIn>(stream, {
        ...whole,
        read: { from: middle },
      });
      expect(rest.state).toBe('78');
      const none = await fixture.store.aggregateStream<string, CheckedIn>(newStream(), whole);
      expect(none).toMatchObject({ state: '', currentStreamVersion: 0n, streamExists: false });
    });

    test('a stream of 2,000 events is read to its exact end', async () => {
      const stream = newStream();
      for (const start of range(0, 19)) await append(stream, range(start * 100 + 1, start * 100 + 100));
      const found = await fixture.store.readStream<CheckedIn>(stream);
      expect(values(found.events)).toEqual(range(1, 2000));
      expect(found.currentStreamVersion).toBe(found.events.at(-1)?.metadata.streamPosition);
      const { state } = await fixture.store.aggregateStream<number, CheckedIn>(stream, {
        initialState: () => 0,
        evolve: (count: number) => count + 1,
      });
      expect(state).toBe(2000);
    });
  });
}
