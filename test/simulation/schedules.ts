import type { RecordedEvent } from '#contracts/events.ts';
import type { SuppressionReason } from '#contracts/messages.ts';
import { localTimeOf } from '#contracts/time.ts';
import type { AccountChange, HabitChange } from '#projections/schedules/changes.ts';
import type { DueRow, ZoneMinutes } from '#projections/schedules/due.ts';
import { dueMinute } from '#projections/schedules/due-minute.ts';
import { changesOf } from '#projections/schedules/event-changes.ts';
import type { OccurrenceFacts, SendFacts, SendRequest } from '#projections/schedules/send-facts.ts';
import { asHabitId, asUserId } from '#test/support/ids.ts';

type Row = {
  userId: string;
  habitId: string;
  partition: number;
  localMinute: number;
  weekdays: number;
  dueMinute: number;
};

/** The tables of the schedules in memory: the projection's own fold, and its queries written again. */
export type Tables = {
  /** Sequence of the last event that is in them. */
  sequence(): number;
  /** Sequence of the last event that was in them at an instant. */
  sequenceAt(atMs: number): number;
  apply(batch: readonly RecordedEvent[]): void;
  zones(): string[];
  due(partitions: ReadonlySet<number>, minutes: readonly ZoneMinutes[]): DueRow[];
  /** At which local minutes of a zone there is any reminder at all, on whatever day: 1440 flags. */
  minutesOf(timezone: string): Uint8Array;
  facts(request: SendRequest): SendFacts;
};

const RHYTHM = { dayStarts: 0, quiet: null };

export function openTables(now: () => number): Tables {
  const accounts = new Map<string, AccountChange>();
  const habits = new Map<string, HabitChange>();
  const reminders = new Map<string, Row>();
  const answered = new Set<string>();
  const applied: { atMs: number; sequence: number }[] = [];
  let sequence = 0;

  function apply(batch: readonly RecordedEvent[]): void {
    const changes = changesOf(batch);
    for (const [userId, change] of changes.accounts)
      accounts.set(userId, { ...accounts.get(userId), ...change });
    for (const [key, change] of changes.habits) habits.set(key, { ...habits.get(key), ...change });
    for (const [key, { weekdays, flexibleBy, ...change }] of changes.reminders) {
      const due = dueMinute(change.localMinute, flexibleBy, RHYTHM);
      if (weekdays === null) reminders.delete(key);
      else reminders.set(key, { ...change, weekdays, dueMinute: due });
    }
    for (const { userId, habitId, on, entry } of changes.entries.values()) {
      if (entry === 'cleared') answered.delete(`${userId}/${habitId}/${on}`);
      else answered.add(`${userId}/${habitId}/${on}`);
    }
    sequence = batch.at(-1)?.sequence ?? sequence;
    applied.push({ atMs: now(), sequence });
  }

  function suppressionOf(userId: string, habitId: string): SuppressionReason | undefined {
    const habit = habits.get(`${userId}/${habitId}`);
    if (accounts.get(userId)?.blocked) return 'blocked';
    if (habit?.archived) return 'archived';
    return habit?.pauses?.last ? 'paused' : undefined;
  }

  function isDue(row: Row, minute: ZoneMinutes): boolean {
    const { userId, habitId, dueMinute: due, weekdays } = row;
    if (accounts.get(userId)?.timezone !== minute.timezone) return false;
    if (due < minute.fromMinute || due > minute.toMinute) return false;
    if (((weekdays >> (minute.weekday - 1)) & 1) === 0) return false;
    return suppressionOf(userId, habitId) === undefined && !answered.has(`${userId}/${habitId}/${minute.on}`);
  }

  function factsOf(userId: string, { habitId, on, at }: OccurrenceFacts): OccurrenceFacts {
    const row = reminders.get(`${userId}/${habitId}/${at}`);
    const weekday = (new Date(`${on}T00:00:00Z`).getUTCDay() + 6) % 7;
    const general = suppressionOf(userId, habitId);
    const scheduled = row !== undefined && ((row.weekdays >> weekday) & 1) === 1;
    const ofDay = scheduled ? answered.has(`${userId}/${habitId}/${on}`) && 'answered' : 'unscheduled';
    const suppressed = general ?? (ofDay || undefined);
    if (suppressed) return { habitId, on, at, suppressed };
    return { habitId, on, at, name: 'Read', goal: { kind: 'yesNo' } };
  }

  return {
    apply,
    sequence: () => sequence,
    sequenceAt: (atMs) => applied.findLast((each) => each.atMs <= atMs)?.sequence ?? 0,
    zones: () => [...new Set([...accounts.values()].flatMap(({ timezone }) => timezone ?? []))].sort(),
    minutesOf(timezone) {
      const minutes = new Uint8Array(1440);
      for (const { userId, dueMinute: due } of reminders.values())
        if (accounts.get(userId)?.timezone === timezone) minutes[due] = 1;
      return minutes;
    },
    due(partitions, minutes) {
      const rows: DueRow[] = [];
      for (const row of reminders.values()) {
        if (!partitions.has(row.partition)) continue;
        for (const minute of minutes) {
          if (!isDue(row, minute)) continue;
          const answeredAtMs = accounts.get(row.userId)?.answeredAtMs;
          const lastAnsweredAt = answeredAtMs === undefined ? null : new Date(answeredAtMs).toISOString();
          const { userId, habitId, localMinute } = row;
          rows.push({
            userId: asUserId(userId),
            habitId: asHabitId(habitId),
            at: localTimeOf(localMinute),
            on: minute.on,
            lastAnsweredAt,
          });
        }
      }
      const keyOf = ({ userId, habitId, at }: DueRow) => `${userId.padStart(16, '0')}/${habitId}/${at}`;
      return rows.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    },
    facts({ userId, occurrences }) {
      const account = accounts.get(userId);
      const { timezone = null, blocked = false, locale } = account ?? {};
      return {
        userId,
        account: account && {
          locale: locale === 'ru' ? 'ru' : 'en',
          timezone,
          blocked,
          quiet: null,
          silentSince: null,
        },
        occurrences: occurrences.map((occurrence) =>
          factsOf(userId, { ...occurrence, suppressed: 'answered' }),
        ),
      };
    },
  };
}
