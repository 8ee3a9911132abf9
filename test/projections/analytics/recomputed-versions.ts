import type { AccountEvent, HabitEvent, RecordedEvent } from '#contracts/events.ts';
import * as account from '#services/bot/domain/account.ts';
import * as habit from '#services/bot/domain/habit-state.ts';

/*
 * What held of people and habits, from when to when, by the bot's own domain: what the dimensions are compared with.
 */

type Row = Record<string, unknown>;
type Attributes = Row;
/** Instants in epoch ms; `toMs` is null of what still holds. */
export type Held<S> = {
  key: Row;
  sequence: number;
  fromMs: number;
  toMs: number | null;
  state: S;
  row: Attributes;
};
type Told = { account: account.State; renews: boolean; registeredAt: string | null };
type ToldHabit = {
  state: habit.State;
  deleted: boolean;
  endedAt: string | null;
  definedAt: string | null;
};
export type Versions = { users: Held<Told>[]; habits: Held<ToldHabit>[] };

/** They set an instant, which counts as another even where it is the same. */
const ALWAYS = new Set(['AccountRegistered', 'PremiumGranted', 'PremiumRefunded', 'HabitDefined']);

export function versionsOf(events: readonly RecordedEvent[]): Versions {
  const ofAccount = events.filter(({ aggregateId }) => aggregateId === 'account');
  const ofHabit = events.filter(({ aggregateId }) => aggregateId !== 'account');
  return {
    users: heldOf(ofAccount, {
      keyOf: ({ userId }) => ({ user_id: Number(userId) }),
      evolve: toldAccount,
      rowOf: userRow,
    }),
    habits: heldOf(ofHabit, {
      keyOf: ({ userId, aggregateId }) => ({ user_id: Number(userId), habit_id: aggregateId }),
      evolve: toldHabit,
      rowOf: habitRow,
    }),
  };
}

type Aggregate<S> = {
  keyOf: (event: RecordedEvent) => Row;
  evolve: (before: S | undefined, event: RecordedEvent) => S;
  rowOf: (state: S) => Attributes;
};

/** Also of an aggregate that nothing changed: its first event is where it began. */
function heldOf<S>(events: readonly RecordedEvent[], { keyOf, evolve, rowOf }: Aggregate<S>): Held<S>[] {
  const latest = new Map<string, { state: S; version: Held<S> }>();
  const all: Held<S>[] = [];
  for (const event of events) {
    const key = keyOf(event);
    const name = JSON.stringify(key);
    const before = latest.get(name);
    const state = evolve(before?.state, event);
    const row = rowOf(state);
    const isSame = before && JSON.stringify(row) === JSON.stringify(before.version.row);
    if (isSame && !ALWAYS.has(event.type)) {
      latest.set(name, { state, version: before.version });
      continue;
    }
    const fromMs = Math.max(Date.parse(event.at), before?.version.fromMs ?? 0);
    if (before) before.version.toMs = fromMs;
    const version: Held<S> = { key, sequence: event.sequence, fromMs, toMs: null, state, row };
    all.push(version);
    latest.set(name, { state, version });
  }
  return all;
}

function toldAccount(before: Told | undefined, event: RecordedEvent): Told {
  const { renews, registeredAt, ...told } = before ?? {
    ...{ account: account.initialState(), renews: false, registeredAt: null },
  };
  return {
    account: account.evolve(told.account, event as AccountEvent),
    renews: renewsAfter(event, renews),
    registeredAt: event.type === 'AccountRegistered' ? event.at : registeredAt,
  };
}

function renewsAfter(event: RecordedEvent, before: boolean): boolean {
  if (event.type === 'PremiumGranted') return event.data.recurring;
  if (event.type === 'PremiumCancelled') return false;
  return event.type === 'PremiumResumed' ? true : before;
}

/** What a deleted habit was is kept. */
function toldHabit(before: ToldHabit | undefined, event: RecordedEvent): ToldHabit {
  const told = before ?? { state: habit.initialState(), deleted: false, endedAt: null, definedAt: null };
  if (event.type === 'HabitDeleted') return { ...told, deleted: true, endedAt: told.endedAt ?? event.at };
  const state = habit.evolve(told.state, event as HabitEvent);
  if (event.type === 'HabitArchived') return { ...told, state, endedAt: told.endedAt ?? event.at };
  if (event.type === 'HabitRestored') return { ...told, state, endedAt: told.deleted ? told.endedAt : null };
  return { ...told, state, definedAt: event.type === 'HabitDefined' ? event.at : told.definedAt };
}

const seconds = (at: string | undefined): string | null => (at === undefined ? null : `${at}:00`);

function userRow({ account: state, renews, registeredAt }: Told): Attributes {
  const { quiet, digest, premium } = state;
  const untils = premium.charges
    .filter(({ chargeId }) => !premium.refunded.includes(chargeId))
    .map(({ untilAt }) => Date.parse(untilAt));
  return {
    registered_at: registeredAt,
    locale: registeredAt === null ? null : state.locale,
    timezone: state.timezone,
    day_starts_at: seconds(state.dayStartsAt),
    quiet_from: seconds(quiet?.from),
    quiet_to: seconds(quiet?.to),
    digest_weekday: digest?.weekday ?? null,
    digest_at: seconds(digest?.at),
    premium_until: untils.length > 0 ? Math.max(...untils) : null,
    premium_renews: renews,
    blocked: state.blocked,
    stopped: state.remindersStopped,
  };
}

function habitRow({ state, deleted, endedAt, definedAt }: ToldHabit): Attributes {
  const { goal, frequency, group, reminders } = state;
  const isAmount = goal.kind === 'numeric';
  const until = state.paused ? (state.pauses.at(-1)?.to ?? null) : null;
  return {
    defined_at: definedAt,
    goal: goal.kind,
    direction: isAmount ? goal.direction : null,
    target: isAmount ? goal.target : null,
    frequency: frequency.kind,
    weekdays: frequency.kind === 'weekdays' ? frequency.weekdays : null,
    times: 'times' in frequency ? frequency.times : null,
    days: frequency.kind === 'timesInDays' ? frequency.days : null,
    listed_under: group?.kind === 'part' ? group.part : (group?.kind ?? null),
    reminder_times: reminders.map(({ at }) => seconds(at)),
    reminder_windows: reminders.map(({ windowMinutes = 0 }) => windowMinutes),
    reminder_weekdays: reminders.map(({ weekdays }) => weekdays.join('')),
    reminds_when_met: state.remindsWhenMet,
    paused: state.paused,
    paused_until: until,
    archived: state.archived,
    deleted,
    ended_at: endedAt,
  };
}

const isCurrent = ({ toMs }: Held<unknown>): boolean => toMs === null;

/** Rows of the dimensions, by their names. */
export function dimensions({ users, habits }: Versions): Record<string, Row[]> {
  const all = (versions: readonly Held<unknown>[]) =>
    versions.map(({ key, sequence, fromMs, toMs, row }) => ({
      ...{ ...key, sequence, valid_from: fromMs, valid_to: toMs, is_current: toMs === null, ...row },
    }));
  const current = (versions: readonly Held<unknown>[]) =>
    versions.filter(isCurrent).map(({ key, row }) => ({ ...key, ...row }));
  return {
    dim_user_versions: all(users),
    dim_users: current(users),
    dim_habit_versions: all(habits),
    dim_habits: current(habits),
  };
}
