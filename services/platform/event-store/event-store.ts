import type { NatsConnection } from '@nats-io/transport-node';
import { ACCOUNT, type AggregateId, type UserId } from '#contracts/ids.ts';
import type { Clock } from '../process/clock.ts';
import type { Log } from '../process/log.ts';
import { type EmmettStore, emmettStore } from './emmett-store.ts';
import type { CommandStore } from './handle-command.ts';
import { type Aggregates, readUser, type UserState } from './read-user.ts';
import { openSnapshots, type Snapshot } from './snapshots.ts';

/** Emmett's `EventStore` over EVENTS, with snapshots. `handleCommand` takes it. */
export type JetStreamEventStore<Account, Habit> = EmmettStore &
  CommandStore & {
    /** The account and all habits of a person, as the log has them now. */
    readUser(userId: UserId): Promise<UserState<Account, Habit>>;
    /** Resolves when the snapshots that are still to be written are. */
    close(): Promise<void>;
  };

export type EventStoreOptions<Account, Habit> = {
  clock: Clock;
  log?: Log;
  aggregates: Aggregates<Account, Habit>;
};

/** Opens the store on a provisioned server; sends nothing yet. */
export function jetStreamEventStore<Account, Habit>(
  nats: NatsConnection,
  { clock, log, aggregates }: EventStoreOptions<Account, Habit>,
): JetStreamEventStore<Account, Habit> {
  const isUsable = ({ shape, state }: Snapshot, aggregateId: AggregateId) => {
    const { shapeVersion, isState } = aggregateId === ACCOUNT ? aggregates.account : aggregates.habit;
    // One of another shape is other code's business.
    return shape !== shapeVersion || isState(state);
  };
  const snapshots = openSnapshots({ nats, clock, log, isUsable });
  const sources = { nats, clock, snapshots };
  return {
    ...emmettStore({ nats, clock }),
    ...sources,
    readUser: (userId) => readUser(sources, aggregates, userId),
    close: () => snapshots.settled(),
  };
}
