import type { NatsConnection } from '@nats-io/transport-node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventMetadata, HabitEvent, RecordedEvent } from '#contracts/events.ts';
import { habitIdFrom } from '#contracts/ids.ts';
import { provision } from '#deploy/provision/provision.ts';
import { type Handled, handleCommand } from '#services/platform/event-store/handle-command.ts';
import type { AggregateRef } from '#services/platform/event-store/stream-name.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { asUserId } from '../../../support/ids.ts';
import { cause } from './check-ins.ts';
import { logOf, openStore, putSnapshot, type TallyStore } from './fixture.ts';
import { type TallyCommand, type TallyState, TooLittle, tally } from './tally.ts';

/** What one writer does: a command (perhaps twice, as a redelivery), or the loss of a snapshot that others wrote. */
type Step =
  | { habit: number; command: TallyCommand; again: boolean }
  | { habit: number; snapshot: 'lose' | 'age' };
type Told = {
  ref: AggregateRef;
  metadata: EventMetadata;
  outcome: Handled<TallyState, HabitEvent> | TooLittle;
};

const amount = fc.integer({ min: 1, max: 9 });
const command: fc.Arbitrary<TallyCommand> = fc.oneof(
  fc.record({ type: fc.constant('Add' as const), value: amount }),
  fc.record({
    type: fc.constant('AddMany' as const),
    values: fc.array(amount, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ type: fc.constant('Name' as const), name: fc.constantFrom('swim', 'run') }),
  fc.record({ type: fc.constant('Take' as const), value: amount }),
);
const habit = fc.nat({ max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ habit, command, again: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ habit, snapshot: fc.constantFrom('lose' as const, 'age' as const) }) },
);

describe('commands of several processes against a model', () => {
  let server: TestNats;
  let nats: NatsConnection;
  let stores: TallyStore[];
  let people = 0;
  beforeAll(async () => {
    server = await startTestNats();
    nats = await server.connection();
    await provision(nats, { shardCount: 1 });
    stores = [openStore(nats), openStore(await server.connection()), openStore(await server.connection())];
  });
  afterAll(() => server.stop());

  test('each is decided once, on the state that the log has at that place', async () => {
    const writers = fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 });
    await fc.assert(fc.asyncProperty(writers, holds), { numRuns: 60, endOnFailure: true });
  }, 120_000);

  async function holds(scripts: Step[][]): Promise<void> {
    const userId = asUserId(`8000${++people}`);
    const refs = [0, 1].map((n) => ({ userId, aggregateId: habitIdFrom(userId, n) }));
    const told = await Promise.all(scripts.map((script, n) => write(stores[n] as TallyStore, refs, script)));
    await Promise.all(stores.map((store) => store.close()));
    for (const ref of refs) {
      const log = await logOf(nats, ref);
      const final = follows(
        log,
        told.flat().filter((each) => each.ref === ref),
      );
      const { habits } = await (stores[0] as TallyStore).readUser(userId);
      const read = habits.find(({ habitId }) => habitId === ref.aggregateId)?.state;
      expect(read ?? tally.initialState()).toEqual(final);
    }
  }
});

async function write(store: TallyStore, refs: AggregateRef[], script: Step[]): Promise<Told[]> {
  const told: Told[] = [];
  const tell = async (ref: AggregateRef, given: TallyCommand, metadata: EventMetadata) => {
    const outcome = await handleCommand(store, tally, { to: ref, command: given, metadata }).catch(
      (error: unknown) => {
        if (error instanceof TooLittle) return error;
        throw error;
      },
    );
    told.push({ ref, metadata, outcome });
  };
  for (const each of script) {
    const ref = refs[each.habit] as AggregateRef;
    if ('snapshot' in each) {
      await spoil(store, ref, each.snapshot);
      continue;
    }
    const metadata = cause();
    await tell(ref, each.command, metadata);
    if (each.again) await tell(ref, each.command, metadata);
  }
  return told;
}

/** Loses a snapshot, or puts one back that is as old as can be: at the first event. */
async function spoil({ nats }: TallyStore, ref: AggregateRef, how: 'lose' | 'age'): Promise<void> {
  const [first] = await logOf(nats, ref);
  if (how === 'lose' || !first) return putSnapshot(nats, ref, '');
  const decisions = [first.id.slice(0, first.id.lastIndexOf('.'))];
  const state = tally.evolve(tally.initialState(), first as HabitEvent);
  await putSnapshot(nats, ref, { shape: 1, sequence: first.sequence, decisions, state });
}

/** Walks the log with the model: every event allowed where it stands, every answer true where it was given. */
function follows(log: RecordedEvent[], told: Told[]): TallyState {
  const states = new Map<bigint, TallyState>([[0n, tally.initialState()]]);
  let state = tally.initialState();
  for (const event of log) {
    if (event.type === 'HabitRenamed') expect(event.data.name).not.toBe(state.name);
    state = tally.evolve(state, event as HabitEvent);
    states.set(BigInt(event.sequence), state);
  }
  expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
  for (const { metadata, outcome } of told) {
    if ('state' in outcome) expect(outcome.state).toEqual(states.get(outcome.version));
    const answered = told.flatMap((each) =>
      each.metadata === metadata && 'events' in each.outcome ? each.outcome.events : [],
    );
    const own = log.filter(({ causationId }) => causationId === metadata.causationId);
    expect(own.map(({ type, data }) => ({ type, data }))).toEqual(answered);
  }
  const causes = new Set(told.map(({ metadata }) => metadata.causationId));
  expect(log.filter(({ causationId }) => !causes.has(causationId))).toEqual([]);
  return state;
}
