import type { Locale } from '#contracts/account-events.ts';
import type { Goal } from '#contracts/habit-events.ts';
import type { UserId } from '#contracts/ids.ts';
import type { Occurrence, SuppressionReason } from '#contracts/messages.ts';
import { type DailyHours, type EpochMinute, localTimeOf, minuteOfDay } from '#contracts/time.ts';
import { columns } from '../engine/columns.ts';
import type { Queryable } from '../engine/projection.ts';
import { met, pausedOn, settled } from './settled.ts';

/** `minute` is when the occurrences are due. A snooze that was moved to another minute since is no longer scheduled. */
export type SendRequest = { userId: UserId; minute: EpochMinute; occurrences: readonly Occurrence[] };

/** What a person's reminders are sent with. `timezone` is null until they chose one. */
export type PersonFacts = {
  locale: Locale;
  timezone: string | null;
  blocked: boolean;
  quiet: DailyHours | null;
  /** Their latest sign of life, or the end (in UTC) of a vacation after it. Null when none was ever seen. */
  silentSince: string | null;
};

/**
 * `suppressed` says why the occurrence is not to be sent. Name and goal are absent for an unknown habit. `value` is what a day
 * that is still open holds already.
 */
export type OccurrenceFacts = Occurrence & Facts;

type Facts =
  | { suppressed?: undefined; name: string; goal: Goal; value?: number }
  | { suppressed: SuppressionReason; name?: string; goal?: Goal };

/** `account` is undefined when that id is not registered. Occurrences are in the order of the request. */
export type SendFacts = { userId: UserId; account: PersonFacts | undefined; occurrences: OccurrenceFacts[] };

/**
 * What is known now about people and occurrences about to be reminded of, in the order of the requests, and why an
 * occurrence is no longer to be sent (G8). One statement, however many.
 */
export async function sendFacts(db: Queryable, requests: readonly SendRequest[]): Promise<SendFacts[]> {
  const asked = requests.flatMap(({ userId, minute, occurrences }) =>
    occurrences.map((occurrence) => ({ userId, minute, ...occurrence })),
  );
  const { rows } = await db.query<FactsRow>(
    FACTS,
    columns(
      asked,
      (each) => each.userId,
      (each) => each.habitId,
      (each) => each.on,
      (each) => minuteOfDay(each.at),
      (each) => (each.snoozed ? each.minute : null),
    ),
  );
  let next = 0;
  return requests.map(({ userId, occurrences }) => {
    const found = rows.slice(next, next + occurrences.length);
    next += occurrences.length;
    return {
      userId,
      account: personOf(found[0]),
      occurrences: occurrences.map((occurrence, i) => ({ ...occurrence, ...factsOf(found[i]) })),
    };
  });
}

const FACTS = `
SELECT a.locale, a.timezone, a.blocked, a.stopped, a.asked, a.quiet_from, a.quiet_to,
  greatest(a.last_active_at, upper(a.vacations)::timestamp AT TIME ZONE 'UTC') AS silent_since,
  h.shown_name AS name, h.goal, ${pausedOn('c', 'h')} AS paused, h.archived,
  (a.vacations @> c.on_date) IS TRUE AS vacation,
  CASE WHEN c.snoozed_to IS NOT NULL THEN s.due_minute = c.snoozed_to AND s.on_date = c.on_date
    ELSE (r.weekdays >> (extract(isodow FROM c.on_date)::int - 1)) & 1 = 1 END IS TRUE AS scheduled,
  n.value, (n.user_id IS NOT NULL AND ${settled('n', 'h')}) IS TRUE AS answered,
  (c.snoozed_to IS NULL AND ${met('c', 'h')}) IS TRUE AS met
FROM unnest($1::bigint[], $2::text[], $3::date[], $4::smallint[], $5::integer[])
  WITH ORDINALITY AS c (user_id, habit_id, on_date, local_minute, snoozed_to, place)
LEFT JOIN schedules.accounts a USING (user_id)
LEFT JOIN schedules.habits h USING (user_id, habit_id)
LEFT JOIN schedules.reminders r USING (user_id, habit_id, local_minute)
LEFT JOIN schedules.snoozes s ON s.user_id = c.user_id AND s.habit_id = c.habit_id
LEFT JOIN schedules.answers n ON n.user_id = c.user_id AND n.habit_id = c.habit_id AND n.on_date = c.on_date
ORDER BY c.place`;

type FactsRow = {
  locale: Locale | null;
  timezone: string | null;
  blocked: boolean | null;
  stopped: boolean | null;
  asked: boolean | null;
  quiet_from: number | null;
  quiet_to: number | null;
  silent_since: Date | null;
  name: string | null;
  goal: Goal | null;
  paused: boolean | null;
  archived: boolean | null;
  vacation: boolean;
  scheduled: boolean;
  /** What the day holds so far. */
  value: number | null;
  answered: boolean;
  met: boolean;
};

function personOf(row: FactsRow | undefined): PersonFacts | undefined {
  if (!row?.locale) return undefined;
  const { locale, timezone, blocked, quiet_from: from, quiet_to: to, silent_since: since } = row;
  return {
    locale,
    timezone,
    blocked: blocked === true,
    quiet: from === null || to === null ? null : { from: localTimeOf(from), to: localTimeOf(to) },
    silentSince: since?.toISOString() ?? null,
  };
}

function factsOf(row: FactsRow | undefined): Facts {
  if (!row?.locale) return { suppressed: 'unknownAccount' };
  const { name, goal } = row;
  if (name === null || goal === null) return { suppressed: row.blocked ? 'blocked' : 'unscheduled' };
  const suppressed = suppressionOf(row);
  if (suppressed) return { suppressed, name, goal };
  return row.value === null ? { name, goal } : { name, goal, value: row.value };
}

/** The first reason that holds, from what the person decided for everything to what holds for the day. */
function suppressionOf(row: FactsRow): SuppressionReason | undefined {
  if (row.blocked) return 'blocked';
  if (row.stopped) return 'stopped';
  if (row.asked) return 'silent';
  if (row.archived) return 'archived';
  if (row.paused) return 'paused';
  if (row.vacation) return 'vacation';
  if (!row.scheduled) return 'unscheduled';
  if (row.answered) return 'answered';
  return row.met ? 'met' : undefined;
}
