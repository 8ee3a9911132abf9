import type { RecordedEvent } from '#contracts/events.ts';
import { ACCOUNT } from '#contracts/ids.ts';
import type { Stored } from '../engine/projection.ts';
import { addEntryChanges, type EntryChange, type Held } from './entry-changes.ts';
import { type HabitState, habitPatch, type RecordedHabitEvent } from './habit-versions.ts';
import type { Charges, RecordedPremiumEvent } from './payments.ts';
import { type RecordedAccountEvent, type UserState, userPatch } from './user-versions.ts';
import type { Change } from './versions.ts';

/** What a batch does to each table, in the order of the log. */
export type Changes = {
  users: Change<UserState>[];
  habits: Change<HabitState>[];
  entries: EntryChange[];
  snoozes: Extract<RecordedEvent, { type: 'ReminderSnoozed' }>[];
  vacations: Extract<RecordedEvent, { type: 'VacationPlanned' }>[];
  /** Each cancels every vacation planned before it that lasts until its date or longer. */
  cancellations: Extract<RecordedEvent, { type: 'VacationCancelled' }>[];
  pauses: Extract<RecordedEvent, { type: 'HabitPaused' }>[];
  /** Each ends the last pause of its habit that began before it. */
  resumptions: Extract<RecordedEvent, { type: 'HabitResumed' }>[];
  /** The latest instant of each person, epoch ms. */
  logEnds: Map<string, number>;
};

/** @param charges what the people in the batch had paid before it; brought up to date with the batch. */
export function changesOf(batch: readonly Stored<RecordedEvent>[], charges: Charges): Changes {
  const changes: Changes = {
    ...{ users: [], habits: [], entries: [], snoozes: [] },
    ...{ vacations: [], cancellations: [], pauses: [], resumptions: [], logEnds: new Map() },
  };
  const held = new Map<string, Held>();
  for (const event of batch) {
    const { userId } = event;
    changes.logEnds.set(userId, Math.max(changes.logEnds.get(userId) ?? 0, happenedMs(event)));
    if (isOfAccount(event)) foldAccount(changes, event, charges);
    else foldHabit(changes, event as RecordedHabitEvent, held);
  }
  return changes;
}

/** A clock that is ahead must not make days pass that nobody had yet, so the server's time is the latest. */
const happenedMs = ({ at, storedAtMs }: Stored<RecordedEvent>): number =>
  Math.min(Date.parse(at), storedAtMs);

const isOfAccount = (event: RecordedEvent): event is Stored<RecordedAccountEvent> =>
  event.aggregateId === ACCOUNT;

export const paymentsIn = (batch: readonly RecordedEvent[]): RecordedPremiumEvent[] =>
  batch.filter((event) => PAYMENTS.has(event.type)) as RecordedPremiumEvent[];

const PAYMENTS: ReadonlySet<RecordedEvent['type']> = new Set([
  'PremiumGranted',
  'PremiumRefunded',
  'PremiumCancelled',
  'PremiumResumed',
]);

function foldAccount(changes: Changes, event: RecordedAccountEvent, charges: Charges): void {
  const { userId, sequence, at } = event;
  if (event.type === 'VacationPlanned') changes.vacations.push(event);
  if (event.type === 'VacationCancelled') changes.cancellations.push(event);
  const patch = userPatch(event, charges);
  if (patch) changes.users.push({ key: [userId], sequence, at, patch: () => patch });
}

function foldHabit(changes: Changes, event: RecordedHabitEvent, held: Map<string, Held>): void {
  const { userId, aggregateId, sequence, at } = event;
  if (event.type === 'ReminderSnoozed') changes.snoozes.push(event);
  if (event.type === 'HabitPaused') changes.pauses.push(event);
  if (event.type === 'HabitResumed') changes.resumptions.push(event);
  const patch = habitPatch(event);
  if (patch) changes.habits.push({ key: [userId, aggregateId], sequence, at, patch });
  else addEntryChanges(event, held, changes.entries);
}
