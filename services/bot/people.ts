import type { NatsConnection } from '@nats-io/transport-node';
import { domainEvent, type EventMetadata, UnreadableEvent } from '#contracts/events.ts';
import { inOrder } from '#contracts/habit-order.ts';
import { ACCOUNT, type HabitId, type UserId } from '#contracts/ids.ts';
import type { LocalDate } from '#contracts/time.ts';
import { type JetStreamEventStore, jetStreamEventStore } from '#services/platform/event-store/event-store.ts';
import { handleCommand } from '#services/platform/event-store/handle-command.ts';
import { streamName } from '#services/platform/event-store/stream-name.ts';
import { localDateAt } from '#services/platform/local-time/local-time.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import * as account from './domain/account.ts';
import { decide as decideHabit } from './domain/habit.ts';
import * as habitState from './domain/habit-state.ts';
import { NOTES_KEPT, type Notes, notesIn } from './domain/notes.ts';
import type { AddressedCommand, Habit, Person } from './person.ts';
import { isAccountState, isHabitState } from './stored-states.ts';

/** Reads people from the log, and carries out commands for them. */
export type People = {
  read(userId: UserId): Promise<Person>;
  /** All notes of a habit: its state has the newest alone. */
  notes(userId: UserId, habitId: HabitId, state: habitState.State): Promise<Notes>;
  /**
   * Carries out commands one after the other; resolves with the person as they then are.
   * @throws {Refusal} from the domain; commands before it are carried out.
   */
  carryOut(person: Person, commands: readonly AddressedCommand[], metadata: EventMetadata): Promise<Person>;
  close(): Promise<void>;
};

const habit = { ...habitState, decide: decideHabit };

/** @param cause such as `update-123`: its events are told by it, however often it comes. */
export const metadataOf = ({ clock }: { clock: Clock }, cause: string): EventMetadata => ({
  correlationId: cause,
  causationId: cause,
  at: new Date(clock.now()).toISOString(),
});

/** How snapshots and the log of a person become what they are. */
const aggregates = {
  account: { ...account, isState: isAccountState },
  habit: { ...habit, isState: isHabitState },
};

type Store = JetStreamEventStore<account.State, habitState.State>;

export function openPeople(nats: NatsConnection, clock: Clock, log: Log): People {
  const store: Store = jetStreamEventStore(nats, { clock, log, aggregates });
  return {
    async read(userId) {
      const { account: found, habits } = await store.readUser(userId);
      const deleted = habits.filter(({ state }) => state.deleted).map(({ habitId }) => habitId);
      return { ...personAt(userId, found.state, habits, clock.now()), deletedHabits: deleted };
    },
    async carryOut(person, commands, metadata) {
      let after = person;
      for (const addressed of commands) after = await carryOutOne(store, after, addressed, metadata);
      return after;
    },
    notes: async (userId, habitId, state) =>
      Object.keys(state.notes).length < NOTES_KEPT ? state.notes : allNotes(store, userId, habitId),
    close: () => store.close(),
  };
}

async function allNotes(store: Store, userId: UserId, habitId: HabitId): Promise<Notes> {
  const { events } = await store.readStream(streamName({ userId, aggregateId: habitId }));
  return notesIn(events.map(({ type, data }) => domainEvent({ type, data })));
}

async function carryOutOne(
  store: Store,
  person: Person,
  addressed: AddressedCommand,
  metadata: EventMetadata,
): Promise<Person> {
  const { userId, habits, nowMs } = person;
  if (addressed.to === 'account') {
    const ref = { userId, aggregateId: ACCOUNT } as const;
    const { state } = await handleCommand(store, account, { to: ref, command: addressed.command, metadata });
    return personAt(userId, state, habits, nowMs);
  }
  const { habitId } = addressed;
  const { state } = await handleCommand(store, habit, {
    to: { userId, aggregateId: habitId },
    command: addressed.command,
    metadata,
  });
  const others = habits.filter((each) => each.habitId !== habitId);
  return personAt(userId, person.account, [...others, { habitId, state }], nowMs);
}

function personAt(userId: UserId, state: account.State, habits: readonly Habit[], nowMs: number): Person {
  const present = habits.filter((each) => !each.state.deleted);
  return {
    userId,
    account: state,
    habits: inOrder(present, state.habitOrder),
    nowMs,
    today: todayOf(state, nowMs),
  };
}

/** @throws {UnreadableEvent} when this Node does not know the person's zone: a newer one let them choose it. */
function todayOf({ timezone, dayStartsAt }: account.State, nowMs: number): LocalDate {
  try {
    return localDateAt(nowMs, timezone ?? 'UTC', dayStartsAt);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UnreadableEvent(`this Node does not know the zone ${timezone}`, { cause });
  }
}
