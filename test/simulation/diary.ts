import { type DomainEvent, eventCatalogue, type RecordedEvent } from '#contracts/events.ts';
import { ACCOUNT, type AggregateId, type HabitId, partitionOf, type UserId } from '#contracts/ids.ts';
import type { Weekdays } from '#contracts/time.ts';
import { openLog } from './jetstream.ts';

export type HabitState = { isActive: boolean; reminders: ReadonlyMap<string, Weekdays> };

/** What holds for one person at some point of the log, by a fold of the simulation's own. */
export type PersonState = {
  zone: string;
  isBlocked: boolean;
  habits: ReadonlyMap<HabitId, HabitState>;
  /** `<habit>/<date>` */
  answered: ReadonlySet<string>;
};

export type Diary = {
  events: ReturnType<typeof openLog<RecordedEvent & { serverMs: number }>>;
  /** A confirmed change of a person's account, or of one of their habits. */
  record(
    userId: UserId,
    habitId: HabitId | undefined,
    event: DomainEvent,
    at: string,
    serverMs: number,
  ): void;
  /** Called after each record. */
  onRecord(told: () => void): void;
  users(): UserId[];
  now(userId: UserId): PersonState;
  /** What held for a person anywhere between two sequences, both included. */
  between(userId: UserId, from: number, to: number): PersonState[];
};

const NOBODY: PersonState = { zone: 'UTC', isBlocked: false, habits: new Map(), answered: new Set() };

export function openDiary(now: () => number): Diary {
  const events = openLog<RecordedEvent & { serverMs: number }>(now);
  let tell = () => {};
  const histories = new Map<UserId, { sequence: number; state: PersonState }[]>();

  return {
    events,
    record(userId, habitId, event, at, serverMs) {
      const sequence = events.last() + 1;
      const aggregateId: AggregateId = habitId ?? ACCOUNT;
      const { version } = eventCatalogue[event.type];
      const place = { userId, aggregateId, partition: partitionOf(userId), sequence, version };
      const id = String(sequence);
      events.append({ id, at, correlationId: id, causationId: id, ...place, ...event, serverMs });
      const history = histories.get(userId) ?? [];
      const before = history.at(-1)?.state ?? NOBODY;
      history.push({ sequence, state: after(before, habitId, event) });
      histories.set(userId, history);
      tell();
    },
    onRecord(told) {
      tell = told;
    },
    users: () => [...histories.keys()],
    now: (userId) => histories.get(userId)?.at(-1)?.state ?? NOBODY,
    between(userId, from, to) {
      const history = histories.get(userId) ?? [];
      const before = history.findLast(({ sequence }) => sequence <= from);
      const within = history.filter(({ sequence }) => sequence > from && sequence <= to);
      return [before?.state ?? NOBODY, ...within.map(({ state }) => state)];
    },
  };
}

function after(state: PersonState, habitId: HabitId | undefined, event: DomainEvent): PersonState {
  const habit = (habitId && state.habits.get(habitId)) ?? { isActive: true, reminders: new Map() };
  const withHabit = (change: Partial<HabitState>): PersonState => {
    if (habitId === undefined) return state;
    return { ...state, habits: new Map(state.habits).set(habitId, { ...habit, ...change }) };
  };
  switch (event.type) {
    case 'TimezoneChanged':
      return { ...state, zone: event.data.timezone };
    case 'BotBlocked':
      return { ...state, isBlocked: true };
    case 'BotUnblocked':
      return { ...state, isBlocked: false };
    case 'HabitPaused':
      return withHabit({ isActive: false });
    case 'HabitResumed':
      return withHabit({ isActive: true });
    case 'ReminderScheduled':
      return withHabit({ reminders: new Map(habit.reminders).set(event.data.at, event.data.weekdays) });
    case 'ReminderUnscheduled': {
      const { at } = event.data;
      return withHabit({ reminders: new Map([...habit.reminders].filter(([other]) => other !== at)) });
    }
    case 'HabitCheckedIn':
    case 'HabitSkipped':
      return { ...state, answered: new Set(state.answered).add(`${habitId}/${event.data.on}`) };
    default:
      return state;
  }
}
