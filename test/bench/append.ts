import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { HabitEvent } from '#contracts/events.ts';
import { type HabitId, habitIdFrom } from '#contracts/ids.ts';
import { eventSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import * as account from '#services/bot/domain/account.ts';
import { decide } from '#services/bot/domain/habit.ts';
import * as habitState from '#services/bot/domain/habit-state.ts';
import { isAccountState, isHabitState } from '#services/bot/stored-states.ts';
import { jetStreamEventStore } from '#services/platform/event-store/event-store.ts';
import { handleCommand } from '#services/platform/event-store/handle-command.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { asUserId } from '#test/support/ids.ts';
import type { BenchRow } from './bench-row.ts';
import { withServers } from './servers.ts';

/** A bot that has been running for a while has optimised code. */
const WARM_UP_ROUNDS = 30;
const ROUNDS = 30;
const PER_ROUND = 20;
const PAIRS = 200;
const AGGREGATES = 64;
const USER = asUserId('600600');
const DAY_MS = 86_400_000;

/**
 * Command to durable event beside raw publishes with an expected sequence and bodies of the same size, on a server as
 * shipped (fsync before every ack). Snapshots are in memory, as when the bot has just read the person. Both take turns
 * in short rounds, so that other load on the machine hits both; the figures are medians.
 */
export async function benchAppend(): Promise<BenchRow[]> {
  return withServers(async ({ natsUrl }, owned) => {
    const nats = await connectNats({ natsUrl }, 'bench');
    owned.defer(() => nats.close());
    await provision(nats, { shardCount: 1 });
    const bench = prepare(nats);
    return [await sequential(bench), await parallel(bench), await histories(bench)];
  });
}

type Bench = {
  /** One more check-in of that habit through the event store. */
  command(habitId: HabitId): Promise<void>;
  /** One more raw publish about that habit, on a subject of another person, which the event store does not use. */
  raw(habitId: HabitId): Promise<void>;
  /** Gives a habit that many events. */
  grow(habitId: HabitId, events: number): Promise<void>;
  settled(): Promise<void>;
  /** Opens the event store again, without any snapshot in memory. */
  forget(): void;
};

function prepare(nats: NatsConnection): Bench {
  const aggregates = {
    account: { ...account, isState: isAccountState },
    habit: { ...habitState, isState: isHabitState },
  };
  const open = () => jetStreamEventStore(nats, { clock: systemClock, aggregates });
  let store = open();
  const js = jetstream(nats);
  const last = new Map<HabitId, number>();
  const values = new Map<HabitId, number>();
  let updates = 0;
  const metadata = () => {
    const id = `update-${++updates}`;
    return { correlationId: id, causationId: id, at: '2026-11-25T08:00:00.000Z' };
  };
  const defined: HabitEvent = {
    type: 'HabitDefined',
    data: { name: 'Read', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } },
  };
  const checkedIn = (n: number) => ({ on: dayBack(n), value: n === 0 ? 0 : 1 });
  const body = JSON.stringify({
    id: 'x'.repeat(40),
    ...metadata(),
    type: 'HabitCheckedIn',
    version: 1,
    data: checkedIn(1),
  });
  return {
    async command(habitId) {
      const value = 1 - (values.get(habitId) ?? 0);
      values.set(habitId, value);
      const command = { type: 'CheckIn' as const, data: { on: dayBack(0), value, today: dayBack(0) } };
      const { events } = await handleCommand(
        store,
        { ...habitState, decide },
        {
          to: { userId: USER, aggregateId: habitId },
          command,
          metadata: metadata(),
        },
      );
      if (events.length !== 1) throw new Error('the benchmark means to store one event');
    },
    async raw(habitId) {
      const expect = { lastSubjectSequence: last.get(habitId) ?? 0 };
      last.set(habitId, (await js.publish(eventSubject(asUserId('1'), habitId), body, { expect })).seq);
    },
    async grow(habitId, events) {
      const all = [
        defined,
        ...Array.from({ length: events - 1 }, (_, n) => ({ type: 'HabitCheckedIn', data: checkedIn(n) })),
      ];
      for (let start = 0; start < all.length; start += 1000)
        await store.appendToStream(
          `${USER}.${habitId}`,
          all.slice(start, start + 1000).map((event) => ({ ...event, metadata: metadata() })),
        );
      await store.readUser(USER); // leaves the snapshot that a life of check-ins would have left
      await store.close();
    },
    settled: () => store.close(),
    forget() {
      store = open();
    },
  };
}

async function sequential(bench: Bench): Promise<BenchRow> {
  const habitId = habitIdFrom(USER, 1);
  await bench.grow(habitId, 10);
  const perSecond = (act: (id: HabitId) => Promise<void>) =>
    rate(PER_ROUND, () => times(PER_ROUND, () => act(habitId)));
  const { ours, raw } = await takingTurns(
    bench,
    () => perSecond(bench.command),
    () => perSecond(bench.raw),
  );
  return row('command to durable event, one aggregate', ours, raw, '/s');
}

async function parallel(bench: Bench): Promise<BenchRow> {
  const ids = Array.from({ length: AGGREGATES }, (_, i) => habitIdFrom(USER, 100 + i));
  for (const id of ids) await bench.grow(id, 10);
  const each = 2;
  const perSecond = (act: (id: HabitId) => Promise<void>) =>
    rate(
      AGGREGATES * each,
      async () => void (await Promise.all(ids.map((id) => times(each, () => act(id))))),
    );
  const { ours, raw } = await takingTurns(
    bench,
    () => perSecond(bench.command),
    () => perSecond(bench.raw),
  );
  return row(`command to durable event, ${AGGREGATES} aggregates at once`, ours, raw, '/s');
}

/** Each command reads its snapshot from the server, as in a process that has not seen this person. */
async function histories(bench: Bench): Promise<BenchRow> {
  const [short, long] = [habitIdFrom(USER, 2), habitIdFrom(USER, 3)];
  await bench.grow(short, 10);
  await bench.grow(long, 10_000);
  const costs = { ours: [] as number[], raw: [] as number[] };
  for (let pair = 0; pair < PAIRS; pair++) {
    bench.forget();
    costs.ours.push(1000 / (await rate(1, () => bench.command(long))));
    await bench.settled();
    bench.forget();
    costs.raw.push(1000 / (await rate(1, () => bench.command(short))));
    await bench.settled();
  }
  const name = 'one command after 10,000 events, beside one after 10';
  return {
    ...row(name, median(costs.ours), median(costs.raw), 'ms'),
    note: 'raw is ours after 10 events; medians',
  };
}

async function takingTurns(bench: Bench, ours: () => Promise<number>, raw: () => Promise<number>) {
  const figures = { ours: [] as number[], raw: [] as number[] };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const mine = await ours();
    await bench.settled();
    const theirs = await raw();
    await bench.settled();
    if (round < 0) continue;
    figures.ours.push(mine);
    figures.raw.push(theirs);
  }
  return { ours: median(figures.ours), raw: median(figures.raw) };
}

async function rate(count: number, act: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await act();
  return (count * 1000) / (performance.now() - began);
}

async function times(count: number, act: () => Promise<void>): Promise<void> {
  for (let i = 0; i < count; i++) await act();
}

const row = (name: string, ours: number, raw: number, unit: string): BenchRow => ({
  name,
  ours,
  raw,
  unit,
  ratio: ours / raw,
});
const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const dayBack = (days: number): string =>
  new Date(Date.UTC(2026, 10, 25) - days * DAY_MS).toISOString().slice(0, 10);
