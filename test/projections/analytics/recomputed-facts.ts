import type { RecordedEvent } from '#contracts/events.ts';
import { DIGEST } from '#contracts/ids.ts';
import type { RecordedDelivery } from '#projections/engine/delivery.ts';
import type { Stored } from '#projections/engine/projection.ts';
import { groups, peopleIn } from './grouping.ts';
import { absencesAndPayments, habitKey } from './recomputed-absences.ts';
import type { Versions } from './recomputed-versions.ts';

/*
 * Facts, and views of days and hours, made of the messages alone and without SQL.
 */

type Row = Record<string, unknown>;
type Day = { holds: 'nothing' | 'value' | 'skip'; value: number | null };
type EntryAct = { key: string; event: RecordedEvent; on: string; action: string; before: Day; after: Day };

const NOTHING: Day = { holds: 'nothing', value: null };
const SKIP: Day = { holds: 'skip', value: null };

function entryActs(events: readonly RecordedEvent[]): EntryAct[] {
  const days = new Map<string, Day>();
  return events.flatMap((event) =>
    doneBy(event).map(([on, action, after]) => {
      const key = `${event.userId}/${event.aggregateId}/${on}`;
      const before = days.get(key) ?? NOTHING;
      days.set(key, after ?? before);
      return { key, event, on, action, before, after: after ?? before };
    }),
  );
}

type Done = [on: string, action: string, after?: Day];

function doneBy(event: RecordedEvent): Done[] {
  if (event.type === 'HabitCheckedIn')
    return [[event.data.on, 'check_in', { holds: 'value', value: event.data.value }]];
  if (event.type === 'HabitSkipped') return [[event.data.on, 'skip', SKIP]];
  if (event.type === 'EntryCleared') return [[event.data.on, 'clear', NOTHING]];
  if (event.type === 'DayClosed') return [[event.data.on, 'close']];
  if (event.type === 'EntryNoted') return [[event.data.on, event.data.note === null ? 'unnote' : 'note']];
  if (event.type !== 'EntriesImported') return [];
  return event.data.entries.map(
    (entry): Done => [entry.on, 'import', 'value' in entry ? { holds: 'value', value: entry.value } : SKIP],
  );
}

/** What each day holds in the end: the last act that says so. */
function finalEntries(acts: readonly EntryAct[]): EntryAct[] {
  const saying = acts.filter(({ action }) => ['check_in', 'skip', 'clear', 'import'].includes(action));
  return [...new Map(saying.map((act) => [act.key, act])).values()].filter(
    ({ after }) => after.holds !== 'nothing',
  );
}

type Settled = RecordedDelivery & { occurrence: RecordedDelivery['occurrences'][number] };

/** How each queued reminder ended: delivered is for good, and a second copy says nothing of the first. */
function settled(deliveries: readonly RecordedDelivery[]): Settled[] {
  const each = deliveries.flatMap((delivery) =>
    delivery.occurrences
      .filter(({ habitId }) => habitId !== DIGEST)
      .map((occurrence) => ({ ...delivery, occurrence })),
  );
  const same = groups(
    each,
    ({ userId, minute, occurrence: { habitId, on, at, snoozed } }) =>
      `${userId}/${minute}/${habitId}/${on}/${at}/${snoozed === true}`,
  );
  return [...same.values()].flatMap((copies) => {
    const told = copies.filter(
      ({ outcome, reason }) => outcome !== 'suppressed' || reason !== 'alreadyReminded',
    );
    return copies.find(({ outcome }) => outcome === 'delivered') ?? told.at(-1) ?? copies[0] ?? [];
  });
}

export function recomputedFacts(
  events: readonly Stored<RecordedEvent>[],
  deliveries: readonly RecordedDelivery[],
  versions: Versions,
): Record<string, Row[]> {
  const acts = entryActs(events);
  const entries = finalEntries(acts);
  const reminders = settled(deliveries);
  return {
    ...factsOf(acts, entries, versions),
    ...absencesAndPayments(events),
    ...outcomes(reminders, deliveries),
    log_ends: [...groups(events, ({ userId }) => userId)].map(([userId, own]) => ({
      user_id: Number(userId),
      last_at: Math.max(...own.map(({ at, storedAtMs }) => Math.min(Date.parse(at), storedAtMs))),
    })),
    daily_activity: dailyActivity(entries, reminders),
    completion_by_hour: completionByHour(entries, versions),
    activity_by_weekday_and_hour: weekdaysAndHours(acts, versions),
  };
}

function factsOf(
  acts: readonly EntryAct[],
  entries: readonly EntryAct[],
  versions: Versions,
): Record<string, Row[]> {
  return {
    fact_entry_changes: acts.map(({ event, on, action, before, after }) => ({
      ...{ ...habitKey(event), on_date: on, sequence: event.sequence, action },
      ...{ happened_at: event.at, acted_on: event.at.slice(0, 10), timezone: zoneThen(event, versions) },
      ...{ held_before: before.holds, value_before: before.value, holds: after.holds, value: after.value },
      correlation_id: event.correlationId,
    })),
    fact_check_ins: entries.map(({ event, on, action, after: { holds, value } }) => ({
      ...{ ...habitKey(event), on_date: on, skipped: holds === 'skip', value },
      ...{ imported: action === 'import', answered_at: event.at, correlation_id: event.correlationId },
    })),
  };
}

function outcomes(
  reminders: readonly Settled[],
  deliveries: readonly RecordedDelivery[],
): Record<string, Row[]> {
  return {
    fact_reminders: reminders.map(
      ({ userId, minute, occurrence, outcome, reason, tier, latenessMs, at }) => ({
        ...{ user_id: Number(userId), habit_id: occurrence.habitId, on_date: occurrence.on },
        ...{ at: `${occurrence.at}:00`, due_at: minute * 60_000, snoozed: occurrence.snoozed === true },
        ...{ outcome, reason: reason ?? null, tier, lateness_ms: latenessMs, settled_at: at },
      }),
    ),
    fact_broadcasts: deliveries.flatMap(({ broadcastId, userId, outcome }) =>
      broadcastId === undefined ? [] : [{ broadcast_id: broadcastId, user_id: Number(userId), outcome }],
    ),
  };
}

function dailyActivity(entries: readonly EntryAct[], reminders: readonly Settled[]): Row[] {
  const own = entries.filter(({ action }) => action !== 'import');
  const days = new Set([...own.map(({ on }) => on), ...reminders.map(({ occurrence }) => occurrence.on)]);
  return [...days].map((day) => {
    const held = own.filter(({ on }) => on === day);
    const sent = reminders.filter(({ occurrence }) => occurrence.on === day);
    const delivered = sent.filter(({ outcome }) => outcome === 'delivered').length;
    const skips = held.filter(({ after }) => after.holds === 'skip').length;
    return {
      on_date: day,
      active_users: peopleIn(held.map(({ event }) => event)),
      check_ins: held.length - skips,
      skips,
      reminders_delivered: delivered,
      reminders_not_delivered: sent.length - delivered,
    };
  });
}

/** The zone that a person had said before an event. */
function zoneThen({ userId, sequence }: RecordedEvent, { users }: Versions): string | null {
  const before = users.filter((each) => each.key.user_id === Number(userId) && each.sequence < sequence);
  return before.at(-1)?.state.account.timezone ?? null;
}

function zoneNow(userId: string, { users }: Versions): string | null {
  return users.findLast(({ key }) => key.user_id === Number(userId))?.state.account.timezone ?? null;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

function localHour(at: string, timeZone: string | null): { weekday: number | null; hour: number | null } {
  if (timeZone === null) return { weekday: null, hour: null };
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en', { timeZone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' });
  formats.set(timeZone, format);
  const parts = new Map(format.formatToParts(Date.parse(at)).map(({ type, value }) => [type, value]));
  return { weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1, hour: Number(parts.get('hour')) };
}

function completionByHour(entries: readonly EntryAct[], versions: Versions): Row[] {
  const own = entries.filter(({ action }) => action !== 'import').map(({ event }) => event);
  const hourOf = ({ at, userId }: RecordedEvent) => localHour(at, zoneNow(userId, versions)).hour;
  return [...groups(own, (event) => JSON.stringify(hourOf(event)))].map(([hour, of]) => ({
    ...{ local_hour: JSON.parse(hour), answers: of.length, users: peopleIn(of) },
  }));
}

function weekdaysAndHours(acts: readonly EntryAct[], versions: Versions): Row[] {
  const own = acts.filter(({ action }) => action === 'check_in' || action === 'skip');
  const placeOf = ({ event }: EntryAct) => localHour(event.at, zoneThen(event, versions));
  return [...groups(own, (act) => JSON.stringify(placeOf(act)))].map(([place, of]) => {
    const { weekday, hour } = JSON.parse(place);
    const skips = of.filter(({ action }) => action === 'skip').length;
    const users = peopleIn(of.map(({ event }) => event));
    return { weekday, local_hour: hour, check_ins: of.length - skips, skips, users };
  });
}
