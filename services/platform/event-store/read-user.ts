import type { StoredMsg } from '@nats-io/jetstream';
import { z } from 'zod';
import type { AccountEvent, HabitEvent } from '#contracts/events.ts';
import { ACCOUNT, type HabitId, type UserId } from '#contracts/ids.ts';
import { eventsOfUser, parseEventSubject } from '#contracts/subjects.ts';
import { directGet } from '../jetstream/direct-get.ts';
import { type Aggregate, endsWith } from './aggregate.ts';
import { beginning, fromSnapshot, type Loaded, loadLatest, toSnapshot } from './load.ts';
import type { Ports } from './publish.ts';
import type { FoundSnapshot, Snapshots } from './snapshots.ts';

/** How the two kinds of aggregates are folded. */
export type Aggregates<Account, Habit> = {
  account: Folding<Account, AccountEvent>;
  habit: Folding<Habit, HabitEvent>;
};

type Folding<State, Event extends AccountEvent | HabitEvent> = Omit<
  Aggregate<State, never, Event>,
  'decide'
> & {
  /** Whether a snapshot of this shape is one: what stands in the bucket may be anything. */
  isState(value: unknown): value is State;
};

export type UserState<Account, Habit> = {
  /** The initial state at version 0 for a person who never came. */
  account: { state: Account; version: bigint };
  /** In order of their ids. */
  habits: { habitId: HabitId; state: Habit; version: bigint }[];
};

type Sources = Ports & { snapshots: Snapshots };

/**
 * Everything of one person in two requests, however many habits and events there are: all snapshots, and the last
 * event of each aggregate to see which are behind. Those are caught up from the log and saved.
 */
export async function readUser<Account, Habit>(
  sources: Sources,
  aggregates: Aggregates<Account, Habit>,
  userId: UserId,
): Promise<UserState<Account, Habit>> {
  const snapshots = await sources.snapshots.readAll(userId);
  const lasts = await directGet(sources.nats, 'EVENTS', { multi_last: [eventsOfUser(userId)] });
  const places = lasts.flatMap((last) => {
    const place = parseEventSubject(last.subject);
    return place ? [{ ...place, last, found: snapshots.get(place.aggregateId) ?? { revision: 0 } }] : [];
  });
  const account = places.find(({ aggregateId }) => aggregateId === ACCOUNT);
  const habits = places.flatMap(({ aggregateId, ...rest }) =>
    aggregateId === ACCOUNT ? [] : [{ habitId: aggregateId, ...rest }],
  );
  return {
    account: account
      ? await current(sources, { userId, aggregateId: ACCOUNT }, aggregates.account, account)
      : { state: aggregates.account.initialState(), version: 0n },
    habits: await Promise.all(
      habits
        .toSorted((a, b) => (a.habitId < b.habitId ? -1 : 1))
        .map(async ({ habitId, ...place }) => ({
          habitId,
          ...(await current(sources, { userId, aggregateId: habitId }, aggregates.habit, place)),
        })),
    ),
  };
}

/**
 * The snapshots were read first, so one that is not at the last event is behind it, or the log was put back to an earlier
 * state. Then the sequence may also have come to another event, and the snapshot is of none.
 */
async function current<State, Event extends AccountEvent | HabitEvent>(
  sources: Sources,
  ref: { userId: UserId; aggregateId: typeof ACCOUNT | HabitId },
  aggregate: Omit<Aggregate<State, never, Event>, 'decide'>,
  { last, found }: { last: StoredMsg; found: FoundSnapshot },
): Promise<{ state: State; version: bigint }> {
  const loaded = fromSnapshot(aggregate, found);
  const isLast = loaded.sequence === last.seq && endsWith(loaded.fold, idOf(last));
  const from = isLast || loaded.sequence !== last.seq ? loaded : beginning(aggregate, loaded.revision);
  const caught = isLast ? loaded : await loadLatest(sources, ref, aggregate, from);
  if (caught !== loaded) save(sources.snapshots, ref, aggregate.shapeVersion, caught);
  return { state: caught.fold.state, version: BigInt(caught.sequence) };
}

const Identified = z.object({ id: z.string() });

/** Empty for what is no event of ours: reading it says so. */
function idOf(event: StoredMsg): string {
  try {
    return Identified.parse(event.json()).id;
  } catch {
    return '';
  }
}

function save<State>(
  snapshots: Snapshots,
  ref: { userId: UserId; aggregateId: typeof ACCOUNT | HabitId },
  shape: number,
  loaded: Loaded<State>,
): void {
  if (loaded.sequence > 0) snapshots.save(ref, toSnapshot(shape, loaded), loaded.revision);
}
