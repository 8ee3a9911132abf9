-- Days brought from another tracker are nobody's answers: they are in no view of activity. "Now" is the latest instant that
-- the log has told of, so a projection that is behind takes no day for missed that it has not heard of yet.

-- SQL has no sliding intervals: contracts/automatic-yes.ts says what this does.
CREATE OR REPLACE FUNCTION automatic_days(yeses date[], times integer, days integer) RETURNS datemultirange
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  length integer;
  interval_begin date;
  interval_end date;
  covered datemultirange := '{}';
BEGIN
  FOR i IN REVERSE cardinality(yeses) - times + 1 .. 1 LOOP
    length := days;
    IF days IN (30, 31) THEN
      length := extract(day FROM date_trunc('month', (yeses[i] + 1)::timestamp) + interval '1 month - 1 day');
    END IF;
    CONTINUE WHEN yeses[i + times - 1] - yeses[i] >= length;
    interval_end := yeses[i] + length - 1;
    IF interval_end >= interval_begin THEN
      interval_end := greatest(yeses[i + times - 1], interval_begin - 1);
    END IF;
    interval_begin := interval_end - length + 1;
    covered := covered + datemultirange(daterange(interval_begin, interval_end, '[]'));
  END LOOP;
  RETURN covered;
END $$;

CREATE VIEW dim_users AS
SELECT user_id, registered_at, locale, timezone, blocked, day_starts_at, stopped, quiet_from, quiet_to, digest_weekday,
  digest_at, premium_until, premium_renews
FROM dim_user_versions WHERE valid_to IS NULL;

CREATE VIEW dim_habits AS
SELECT user_id, habit_id, defined_at, goal, direction, target, frequency, weekdays, times, days, paused, archived, deleted,
  paused_until, listed_under, reminder_times, reminder_windows, reminder_weekdays, reminds_when_met, ended_at
FROM dim_habit_versions WHERE valid_to IS NULL;

CREATE VIEW user_clocks AS
SELECT u.user_id, zone.name AS timezone, u.day_starts_at,
  ((log.last_at AT TIME ZONE coalesce(zone.name, 'UTC')) - u.day_starts_at::interval)::date AS today
FROM dim_users u
LEFT JOIN pg_timezone_names zone ON zone.name = u.timezone
CROSS JOIN (SELECT max(last_at) AS last_at FROM log_ends) log;

CREATE VIEW daily_activity AS
SELECT on_date, sum(active_users)::bigint AS active_users, sum(check_ins)::bigint AS check_ins, sum(skips)::bigint AS skips,
  sum(delivered)::bigint AS reminders_delivered, sum(not_delivered)::bigint AS reminders_not_delivered
FROM (
  SELECT on_date, count(DISTINCT user_id) AS active_users, count(*) FILTER (WHERE NOT skipped) AS check_ins,
    count(*) FILTER (WHERE skipped) AS skips, 0 AS delivered, 0 AS not_delivered
  FROM fact_check_ins WHERE NOT imported GROUP BY on_date
  UNION ALL
  SELECT on_date, 0, 0, 0, count(*) FILTER (WHERE outcome = 'delivered'), count(*) FILTER (WHERE outcome <> 'delivered')
  FROM fact_reminders GROUP BY on_date
) facts
GROUP BY on_date;

CREATE VIEW activity_by_day_acted AS
SELECT acted_on, count(DISTINCT user_id) AS active_users,
  count(*) FILTER (WHERE action = 'check_in') AS check_ins,
  count(*) FILTER (WHERE action = 'skip') AS skips,
  count(*) FILTER (WHERE action = 'clear') AS cleared,
  count(*) FILTER (WHERE action IN ('check_in', 'skip') AND held_before <> 'nothing') AS corrections,
  count(*) FILTER (WHERE action = 'note') AS notes
FROM fact_entry_changes WHERE action <> 'import' GROUP BY acted_on;

CREATE VIEW activity_by_day_for AS
SELECT on_date, count(DISTINCT user_id) AS active_users,
  count(*) FILTER (WHERE action = 'check_in') AS check_ins,
  count(*) FILTER (WHERE action = 'skip') AS skips,
  count(*) FILTER (WHERE action = 'clear') AS cleared,
  count(*) FILTER (WHERE action IN ('check_in', 'skip') AND held_before <> 'nothing') AS corrections,
  count(*) FILTER (WHERE action = 'note') AS notes
FROM fact_entry_changes WHERE action <> 'import' GROUP BY on_date;

-- By person first: to count distinct ones Postgres would sort all rows. date_part() is quicker than extract(), whose numbers
-- are decimal.
CREATE VIEW completion_by_hour AS
SELECT local_hour, sum(answers)::bigint AS answers, count(*) AS users
FROM (
  SELECT f.user_id, date_part('hour', f.answered_at AT TIME ZONE u.timezone)::int AS local_hour, count(*) AS answers
  FROM fact_check_ins f JOIN user_clocks u USING (user_id)
  WHERE NOT f.imported GROUP BY 1, 2
) people
GROUP BY local_hour;

CREATE VIEW activity_by_weekday_and_hour AS
SELECT weekday, local_hour, sum(check_ins)::bigint AS check_ins, sum(skips)::bigint AS skips, count(*) AS users
FROM (
  SELECT user_id, date_part('isodow', local_at)::int AS weekday, date_part('hour', local_at)::int AS local_hour,
    count(*) FILTER (WHERE action = 'check_in') AS check_ins, count(*) FILTER (WHERE action = 'skip') AS skips
  FROM (
    SELECT f.user_id, f.action, f.happened_at AT TIME ZONE zone.name AS local_at
    FROM fact_entry_changes f LEFT JOIN pg_timezone_names zone ON zone.name = f.timezone
    WHERE f.action IN ('check_in', 'skip')
  ) acts
  GROUP BY 1, 2, 3
) people
GROUP BY weekday, local_hour;

CREATE VIEW retention_cohorts AS
WITH cohorts AS (
  SELECT user_id, date_trunc('week', registered_at AT TIME ZONE 'UTC')::date AS cohort_week
  FROM dim_users WHERE registered_at IS NOT NULL
), sizes AS (
  SELECT cohort_week, count(*) AS size FROM cohorts GROUP BY 1
), active AS (
  SELECT cohort_week, (active_week - cohort_week) / 7 AS week_number, count(*) AS users
  FROM cohorts JOIN (
    SELECT DISTINCT user_id, acted_on - (extract(isodow FROM acted_on)::int - 1) AS active_week
    FROM fact_entry_changes WHERE action IN ('check_in', 'skip')
  ) weeks USING (user_id)
  GROUP BY 1, 2
)
SELECT cohort_week, week_number, coalesce(users, 0) AS users, size AS cohort_size,
  round(coalesce(users, 0)::numeric / size, 4) AS retained
FROM sizes
CROSS JOIN LATERAL generate_series(
  0, ((SELECT max(last_at) AT TIME ZONE 'UTC' FROM log_ends)::date - cohort_week) / 7) AS week_number
LEFT JOIN active USING (cohort_week, week_number);

-- The habits that days are asked of: those with an entry, from the first one on.
CREATE VIEW habit_rules AS
SELECT h.user_id, h.habit_id, h.goal, h.direction, h.target, h.frequency, h.weekdays,
  CASE WHEN span.times >= span.days THEN 1 ELSE span.times END AS every_times,
  CASE WHEN span.times >= span.days THEN 1 ELSE span.days END AS every_days,
  first.on_date AS first_on, clock.last_on,
  CASE WHEN h.goal = 'yesNo' AND span.times < span.days THEN automatic_days((
      SELECT coalesce(array_agg(f.on_date ORDER BY f.on_date), '{}') FROM fact_check_ins f
      WHERE f.user_id = h.user_id AND f.habit_id = h.habit_id AND f.value = 1 AND f.on_date <= clock.last_on
    ), span.times, span.days) END AS automatic,
  (
    SELECT range_agg(daterange(from_date, to_date, '[]'))
    FROM (
      SELECT from_date, least(until_date, resumed_on - 1) AS to_date FROM fact_pauses p
      WHERE p.user_id = h.user_id AND p.habit_id = h.habit_id
      UNION ALL
      SELECT from_date, least(to_date, cancelled_on - 1) FROM fact_vacations v WHERE v.user_id = h.user_id
    ) away
    WHERE from_date <= to_date OR to_date IS NULL
  ) AS excused
FROM dim_habits h
JOIN user_clocks u USING (user_id)
CROSS JOIN LATERAL (
  SELECT CASE WHEN h.frequency IN ('daily', 'weekdays') THEN 1 ELSE h.times END AS times,
    CASE h.frequency WHEN 'timesInDays' THEN h.days WHEN 'timesPerWeek' THEN 7 WHEN 'timesPerMonth' THEN 30 ELSE 1 END
      AS days
) span
CROSS JOIN LATERAL (
  SELECT least(u.today,
    ((h.ended_at AT TIME ZONE coalesce(u.timezone, 'UTC')) - u.day_starts_at::interval)::date) AS last_on
) clock
CROSS JOIN LATERAL (
  SELECT f.on_date FROM fact_check_ins f WHERE f.user_id = h.user_id AND f.habit_id = h.habit_id
  ORDER BY f.on_date LIMIT 1
) first
WHERE h.frequency IS NOT NULL AND first.on_date <= clock.last_on;

-- A habit has one rule. DISTINCT keeps the rule from being worked out again for each of the habit's days, and lets a filter
-- by person through, as MATERIALIZED would not.
CREATE VIEW habit_days AS
WITH rules AS (SELECT DISTINCT ON (user_id, habit_id) * FROM habit_rules)
SELECT r.user_id, r.habit_id, d.on_date,
  CASE
    WHEN r.automatic @> d.on_date AND coalesce(e.value, 0) = 0 AND e.skipped IS NOT TRUE THEN 'auto'
    WHEN e.skipped THEN 'skipped'
    WHEN e.value IS NOT NULL THEN CASE
      WHEN r.goal = 'yesNo' THEN CASE WHEN e.value > 0 THEN 'kept' ELSE 'missed' END
      WHEN r.direction = 'atMost' THEN CASE WHEN e.value <= r.target THEN 'kept' ELSE 'over' END
      WHEN e.value >= r.target THEN 'kept'
      WHEN e.value > 0 OR d.on_date = r.last_on THEN 'partly'
      ELSE 'missed' END
    WHEN r.excused @> d.on_date THEN 'excused'
    WHEN d.on_date = r.last_on THEN 'open'
    WHEN r.direction = 'atMost' THEN 'silent'
    ELSE 'missed'
  END AS kind, e.value, d.on_date < r.last_on AS is_over, r.every_days = 1 AS is_asked_alone,
  r.every_times, r.every_days
FROM rules r
-- An interval reaches back before the first entry by less than its own length.
CROSS JOIN LATERAL (
  SELECT r.first_on + n AS on_date
  FROM generate_series(CASE WHEN r.automatic IS NULL THEN 0 ELSE -r.every_days - 1 END, r.last_on - r.first_on) n
) d
-- Without + 0 Postgres takes person and habit for independent, and goes through a habit's entries for each of its days.
LEFT JOIN fact_check_ins e ON e.user_id = r.user_id + 0 AND e.habit_id = r.habit_id AND e.on_date = d.on_date
WHERE (d.on_date >= r.first_on OR r.automatic @> d.on_date)
  AND (r.frequency <> 'weekdays' OR extract(isodow FROM d.on_date)::smallint = ANY (r.weekdays));

CREATE VIEW completion_by_day AS
SELECT on_date, count(*) FILTER (WHERE kind = 'kept') AS kept, count(*) AS asked,
  round(count(*) FILTER (WHERE kind = 'kept')::numeric / count(*), 4) AS completion
FROM habit_days
WHERE is_asked_alone AND kind IN ('kept', 'partly', 'over', 'missed', 'silent')
GROUP BY on_date;

CREATE VIEW completion_by_weekday AS
SELECT extract(isodow FROM on_date)::int AS weekday, sum(kept)::bigint AS kept, sum(asked)::bigint AS asked,
  round(sum(kept) / sum(asked), 4) AS completion
FROM completion_by_day GROUP BY 1;

CREATE VIEW habit_periods AS
WITH quotas AS MATERIALIZED (
  SELECT *, CASE WHEN every_days = 7 THEN 'week' ELSE 'month' END AS period
  FROM habit_rules WHERE every_days IN (7, 30, 31)
), periods AS (
  SELECT q.*, starts::date AS period_from, (starts + ('1 ' || period)::interval)::date - 1 AS period_to
  FROM quotas q CROSS JOIN LATERAL generate_series(
    date_trunc(period, q.first_on::timestamp), q.last_on::timestamp, ('1 ' || period)::interval) AS starts
), counted AS (
  SELECT q.user_id, q.habit_id, date_trunc(q.period, d.on_date::timestamp)::date AS period_from,
    count(*) FILTER (WHERE d.kind = 'kept') AS kept, count(*) FILTER (WHERE d.kind = 'skipped') AS skipped,
    count(*) FILTER (WHERE d.kind = 'open') > 0 AS is_open,
    count(*) FILTER (WHERE d.on_date < q.first_on) AS automatic_before
  FROM quotas q JOIN habit_days d USING (user_id, habit_id) GROUP BY 1, 2, 3
), away AS (
  SELECT q.user_id, q.habit_id, date_trunc(q.period, x.on_date::timestamp)::date AS period_from, count(*) AS days
  FROM quotas q
  CROSS JOIN LATERAL (SELECT q.first_on + n AS on_date FROM generate_series(-31, q.last_on - q.first_on + 31) n) x
  LEFT JOIN fact_check_ins e ON e.user_id = q.user_id AND e.habit_id = q.habit_id AND e.on_date = x.on_date
    AND e.on_date <= q.last_on AND e.value IS NOT NULL
  WHERE q.excused @> x.on_date AND e.user_id IS NULL GROUP BY 1, 2, 3
), judged AS (
  SELECT p.*, coalesce(c.kept, 0) AS kept, coalesce(c.skipped, 0) AS skipped, coalesce(c.is_open, false) AS is_open,
    coalesce(c.automatic_before, 0) AS automatic_before,
    least(p.every_times, p.period_to - p.period_from + 1 - coalesce(a.days, 0)) AS wanted
  FROM periods p
  LEFT JOIN counted c USING (user_id, habit_id, period_from)
  LEFT JOIN away a USING (user_id, habit_id, period_from)
)
SELECT user_id, habit_id, period, period_from, every_times AS wanted, kept,
  CASE
    WHEN kept + skipped >= judged.wanted THEN CASE WHEN kept > 0 THEN 'met' ELSE 'excused' END
    WHEN is_open OR period_to > last_on THEN 'open'
    WHEN greatest(first_on - period_from, 0) > automatic_before THEN 'excused'
    ELSE 'missed'
  END AS verdict
FROM judged;

-- A week belongs to the month of its Thursday.
CREATE VIEW habit_tallies AS
WITH days AS (
  SELECT user_id, habit_id, date_trunc('month', on_date::timestamp)::date AS month, every_times, every_days,
    count(*) FILTER (WHERE kind = 'kept') AS kept,
    count(*) FILTER (WHERE kind NOT IN ('skipped', 'open', 'excused')) AS counted
  FROM habit_days GROUP BY 1, 2, 3, 4, 5
), weeks AS (
  SELECT user_id, habit_id, date_trunc('month', (period_from + 3)::timestamp)::date AS month,
    count(*) FILTER (WHERE verdict = 'met') AS met, count(*) FILTER (WHERE verdict = 'missed') AS missed
  FROM habit_periods WHERE period = 'week' GROUP BY 1, 2, 3
)
SELECT d.user_id, d.habit_id, d.month,
  CASE WHEN d.every_days = 7 THEN coalesce(w.met, 0) ELSE d.kept END AS kept,
  CASE
    WHEN d.every_days = 7 THEN coalesce(w.met + w.missed, 0)
    WHEN d.every_days IN (30, 31) THEN d.every_times
    WHEN d.every_days = 1 THEN d.counted
    ELSE greatest(d.kept, floor(d.counted * d.every_times::numeric / d.every_days + 0.5)::bigint)
  END AS asked,
  CASE WHEN d.every_days = 7 THEN 'week' ELSE 'day' END AS counted_in
FROM days d LEFT JOIN weeks w USING (user_id, habit_id, month);

-- A streak is what stands between two breaks.
CREATE VIEW habit_streaks AS
SELECT user_id, habit_id, coalesce(length(runs[cardinality(runs)]), 0)::bigint AS current_days,
  coalesce((SELECT max(length(run)) FROM unnest(runs) run), 0)::bigint AS best_days
FROM (
  SELECT user_id, habit_id, string_to_array(string_agg(CASE
      WHEN kind IN ('kept', 'auto', 'skipped') THEN '+'
      WHEN kind IN ('missed', 'silent', 'over') OR kind = 'partly' AND is_over THEN '-'
    END, '' ORDER BY on_date), '-') AS runs
  FROM habit_days GROUP BY user_id, habit_id
) habits;

CREATE VIEW streak_distribution AS
SELECT current_days, count(*) AS habits, count(DISTINCT user_id) AS users FROM habit_streaks GROUP BY current_days;

CREATE VIEW habit_lifetimes AS
SELECT h.user_id, h.habit_id, h.goal, h.frequency, h.defined_at, h.ended_at, h.deleted,
  acts.last_at AS last_act_at, coalesce(acts.days, 0) AS days_entered,
  floor(extract(epoch FROM acts.last_at - h.defined_at) / 86400)::int AS lifetime_days
FROM dim_habits h
LEFT JOIN (
  SELECT user_id, habit_id, max(last_at) AS last_at, count(*) AS days
  FROM (
    SELECT user_id, habit_id, on_date, max(happened_at) AS last_at
    FROM fact_entry_changes WHERE action IN ('check_in', 'skip') GROUP BY user_id, habit_id, on_date
  ) entered
  GROUP BY user_id, habit_id
) acts USING (user_id, habit_id)
WHERE h.defined_at IS NOT NULL;

-- Reminders and acts of a day in one order: what answers a reminder is the next step, if it is an act. At one instant the
-- reminder comes first.
CREATE VIEW reminder_answers AS
SELECT r.user_id, r.habit_id, r.on_date, r.at, r.due_at, r.snoozed, r.tier, r.settled_at,
  coalesce(rule.reminder_windows[array_position(rule.reminder_times, r.at)], 0) AS window_minutes,
  CASE WHEN r.next_act_at <= r.settled_at + interval '2 hours' THEN r.next_act_at END AS answered_at
FROM (
  SELECT *, lead(acted_at) OVER (
    PARTITION BY user_id, habit_id, on_date ORDER BY settled_at, acted_at NULLS FIRST, due_at, at, snoozed) AS next_act_at
  FROM (
    SELECT user_id, habit_id, on_date, at, due_at, snoozed, tier, settled_at, NULL::timestamptz AS acted_at
    FROM fact_reminders WHERE outcome = 'delivered'
    UNION ALL
    SELECT user_id, habit_id, on_date, NULL, NULL, NULL, NULL, happened_at, happened_at
    FROM fact_entry_changes WHERE action IN ('check_in', 'skip')
  ) steps
) r
LEFT JOIN dim_habit_versions rule ON rule.user_id = r.user_id AND rule.habit_id = r.habit_id
  AND rule.valid_from <= r.due_at AND (rule.valid_to > r.due_at OR rule.valid_to IS NULL)
WHERE r.acted_at IS NULL;

CREATE VIEW reminder_effect AS
SELECT extract(hour FROM at)::int AS local_hour, count(*) AS delivered, count(answered_at) AS answered,
  round(count(answered_at)::numeric / count(*), 4) AS answered_share,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - settled_at) / 60)
    AS median_minutes_to_answer
FROM reminder_answers GROUP BY 1;

CREATE VIEW reminder_effectiveness AS
SELECT tier, window_minutes, count(*) AS delivered, count(answered_at) AS answered,
  round(count(answered_at)::numeric / count(*), 4) AS answered_share,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - settled_at) / 60)
    AS median_minutes_to_answer
FROM reminder_answers GROUP BY tier, window_minutes;

CREATE VIEW broadcast_outcomes AS
SELECT broadcast_id, requested_at, outcome, count(*) AS people
FROM fact_broadcasts GROUP BY broadcast_id, requested_at, outcome;

CREATE VIEW payments_by_day AS
SELECT (p.happened_at AT TIME ZONE 'UTC')::date AS paid_on, count(*) AS payments,
  count(*) FILTER (WHERE p.first) AS new_subscriptions, sum(p.stars)::bigint AS stars,
  coalesce(sum(p.stars) FILTER (WHERE EXISTS (
    SELECT FROM fact_payments back
    WHERE back.user_id = p.user_id AND back.charge_id = p.charge_id AND back.action = 'refunded')), 0)::bigint
    AS stars_refunded
FROM fact_payments p WHERE p.action = 'paid' GROUP BY 1;

CREATE VIEW user_milestones AS
SELECT u.user_id, u.registered_at, zones.at AS zone_known_at, habits.at AS first_habit_at,
  reminders.at AS first_reminder_at, acts.first_at AS first_check_in_at, acts.third_at AS third_check_in_at,
  acts.tenth_at AS tenth_check_in_at
FROM dim_users u
LEFT JOIN (
  SELECT user_id, min(valid_from) AS at FROM dim_user_versions WHERE timezone IS NOT NULL GROUP BY user_id
) zones USING (user_id)
LEFT JOIN (
  SELECT user_id, min(valid_from) AS at FROM dim_habit_versions WHERE defined_at IS NOT NULL GROUP BY user_id
) habits USING (user_id)
LEFT JOIN (
  SELECT user_id, min(settled_at) AS at FROM fact_reminders WHERE outcome = 'delivered' GROUP BY user_id
) reminders USING (user_id)
LEFT JOIN (
  SELECT user_id, min(happened_at) FILTER (WHERE n = 1) AS first_at, min(happened_at) FILTER (WHERE n = 3) AS third_at,
    min(happened_at) FILTER (WHERE n = 10) AS tenth_at
  FROM (
    SELECT user_id, happened_at, row_number() OVER (PARTITION BY user_id ORDER BY sequence) AS n
    FROM fact_entry_changes WHERE action = 'check_in'
  ) numbered
  WHERE n <= 10 GROUP BY user_id
) acts USING (user_id)
WHERE u.registered_at IS NOT NULL;

CREATE VIEW funnel AS
SELECT step, name, count(at) AS users, round(count(at)::numeric / count(*), 4) AS share
FROM user_milestones
CROSS JOIN LATERAL (VALUES
  (1, 'registered', registered_at), (2, 'zone known', zone_known_at), (3, 'first habit', first_habit_at),
  (4, 'first reminder', first_reminder_at), (5, 'first check-in', first_check_in_at),
  (6, 'third check-in', third_check_in_at), (7, 'tenth check-in', tenth_check_in_at)) AS steps (step, name, at)
GROUP BY step, name;

-- What everything means. Words of columns that mean the same everywhere stand first, with no relation.
DO $$
DECLARE
  said record;
BEGIN
  FOR said IN
    SELECT c.relname, c.relkind, words.named, words.meaning
    FROM (VALUES
      (NULL, 'user_id', 'Telegram''s id of the person.'),
      (NULL, 'habit_id', 'Of the habit. It says nothing of its name.'),
      (NULL, 'on_date', 'The day that it is for, as a date on the person''s own calendar.'),
      (NULL, 'sequence', 'Place of the event in the log EVENTS: what comes later has a higher one.'),
      (NULL, 'correlation_id', 'What it came from, such as update-123, which is one message or tap of the person.'),
      (NULL, 'valid_from', 'When this began to hold.'),
      (NULL, 'valid_to', 'When something else began to hold, which is not included. Null: it still holds.'),
      (NULL, 'is_current', 'True for the one version that still holds.'),
      (NULL, 'registered_at', 'When the person pressed Start for the first time. Null: the log has no such event of theirs.'),
      (NULL, 'locale', 'Language that the bot speaks to them: en or ru.'),
      (NULL, 'timezone', 'IANA zone in which the person is. Null: they have not said.'),
      (NULL, 'day_starts_at', 'Local time until which it is still the date before.'),
      (NULL, 'quiet_from', 'Local time from which no reminder is wanted. Null: there are no such hours.'),
      (NULL, 'quiet_to', 'Local time until which no reminder is wanted. Null: there are no such hours.'),
      (NULL, 'digest_weekday', 'ISO weekday (1 is Monday) of the weekly summary. Null: they want none.'),
      (NULL, 'digest_at', 'Local time of the weekly summary. Null: they want none.'),
      (NULL, 'premium_until', 'When the last month that was paid and not given back ends, or ended. It ends without an '
        'event. Null: nothing was paid.'),
      (NULL, 'premium_renews', 'True while a subscription is renewed.'),
      (NULL, 'blocked', 'True while the person blocks the bot.'),
      (NULL, 'stopped', 'True while the person wants no reminders.'),
      (NULL, 'defined_at', 'When the habit was made. Null: the log has no such event.'),
      (NULL, 'goal', 'yesNo, or numeric: then direction and target say what is wanted.'),
      (NULL, 'direction', 'Of a numeric goal: atLeast or atMost.'),
      (NULL, 'target', 'Of a numeric goal: the amount of one day.'),
      (NULL, 'frequency', 'daily, weekdays, timesInDays (times in any days), timesPerWeek or timesPerMonth (times in a '
        'calendar one).'),
      (NULL, 'weekdays', 'Of the frequency weekdays: ISO weekdays (1 is Monday) that it is for.'),
      (NULL, 'times', 'Of a frequency of so many times: on how many days it is to be done.'),
      (NULL, 'days', 'Of the frequency timesInDays: of how many days in a row.'),
      (NULL, 'listed_under', 'morning, afternoon or evening; named for a group that the person named. Null: nothing.'),
      (NULL, 'reminder_times', 'Local times of the reminders, rising.'),
      (NULL, 'reminder_windows', 'For each of reminder_times, how many minutes before or after it may come; 0 for the '
        'exact time.'),
      (NULL, 'reminder_weekdays', 'For each of reminder_times, its ISO weekdays as digits: 67 is the weekend.'),
      (NULL, 'reminds_when_met', 'True: a habit of so many times in a while is reminded of even when that is done.'),
      (NULL, 'paused', 'True from a pause until it is resumed, or to paused_until: no event says that this date is over.'),
      (NULL, 'paused_until', 'Last date of the pause. Null: none is named.'),
      (NULL, 'archived', 'True while the habit is put away.'),
      (NULL, 'deleted', 'True once the habit is deleted, for good.'),
      (NULL, 'ended_at', 'When the habit was archived or deleted, whichever was first. Null: it goes on.'),
      (NULL, 'outcome', 'delivered, asked (whether to go on, after a long silence), suppressed, expired, failed or '
        'uncertain.'),
      (NULL, 'reason', 'Why it was not delivered: a word for suppressed ones, Telegram''s own text for failed ones. '
        'Null: there is nothing to say.'),
      (NULL, 'tier', 'By how recently the person had answered: engaged, regular, dormant.'),
      (NULL, 'lateness_ms', 'From the minute it was due to its end, in milliseconds. Negative where clocks differ.'),
      (NULL, 'settled_at', 'When it ended; of a delivered one, when it was sent.'),
      (NULL, 'due_at', 'The minute for which it was queued.'),
      (NULL, 'snoozed', 'True: the person had asked to be reminded once more then.'),
      (NULL, 'at', 'The reminder''s time of day, on the person''s clock.'),
      (NULL, 'happened_at', 'When it happened, by the clock of the process that decided it.'),
      (NULL, 'value', 'What the day holds after it: 1 and 0 for yes and no, or an amount. Null: a skip, or nothing.'),
      (NULL, 'first_on', 'The day of the first entry, from which days are asked for.'),
      (NULL, 'kept', 'How many were kept by the rule of the goal.'),
      (NULL, 'asked', 'How many were asked for: vacations, pauses, skipped days and an open today are not.'),
      (NULL, 'completion', 'kept as a share of asked, from 0 to 1.'),
      (NULL, 'active_users', 'How many people entered something themselves.'),
      (NULL, 'check_ins', 'How often a value was entered.'),
      (NULL, 'skips', 'How often a day was skipped.'),
      (NULL, 'cleared', 'How often an entry was taken back.'),
      (NULL, 'corrections', 'How often a value or a skip replaced an entry that the day held; amounts that grow do it too.'),
      (NULL, 'notes', 'How often a note was written.'),
      (NULL, 'local_hour', 'Hour of the day on the person''s clock, 0 to 23. Null: their zone is unknown, or Postgres '
        'does not know it.'),
      (NULL, 'weekday', 'ISO weekday, 1 is Monday. Null: the zone is unknown.'),
      (NULL, 'users', 'How many people.'),
      (NULL, 'delivered', 'How many reminders were delivered.'),
      (NULL, 'answered', 'How many of them were followed by an answer, at most one for each.'),
      (NULL, 'answered_share', 'answered as a share of delivered, from 0 to 1.'),
      (NULL, 'median_minutes_to_answer', 'Of those answered: minutes from sending to the answer, the median. Null: none '
        'was.'),
      (NULL, 'window_minutes', 'How flexible the reminder was when it was due, in minutes before or after its time; 0 '
        'for the exact time.'),
      (NULL, 'broadcast_id', 'Of the broadcast.'),
      (NULL, 'requested_at', 'The minute in which the broadcast was requested.'),
      ('log_ends', NULL, 'The latest instant that the log has told of a person. Views take the latest of all for now.'),
      ('log_ends', 'last_at', 'The instant of their latest event; never later than the server stored it.'),
      ('dim_user_versions', NULL, 'Slowly changing dimension of accounts: a row for each change, with what held from '
        'then on. Also one for each person of whom anything is known.'),
      ('dim_users', NULL, 'A person as they are now: the current row of dim_user_versions.'),
      ('dim_habit_versions', NULL, 'Slowly changing dimension of habits: a row for each change, with what held from '
        'then on. Neither names nor units.'),
      ('dim_habits', NULL, 'A habit as it is now: the current row of dim_habit_versions.'),
      ('fact_check_ins', NULL, 'The entry that a day of a habit holds in the end. What was there before, or was taken '
        'back, is in fact_entry_changes.'),
      ('fact_check_ins', 'skipped', 'True: the day was skipped.'),
      ('fact_check_ins', 'value', '1 and 0 for yes and no, or an amount. Null for a skip.'),
      ('fact_check_ins', 'imported', 'True: it was brought from another tracker, and nobody answered then.'),
      ('fact_check_ins', 'answered_at', 'When it was entered; of an imported one, when it was brought.'),
      ('fact_entry_changes', NULL, 'Everything that was ever done to a day of a habit, append-only. A cleared or '
        'corrected entry stays here.'),
      ('fact_entry_changes', 'action', 'check_in (a value was entered), skip, clear (taken back), close (no more '
        'reminders today), note, unnote (a note was taken away), import (brought from another tracker).'),
      ('fact_entry_changes', 'acted_on', 'UTC date of happened_at: the day on which the person acted.'),
      ('fact_entry_changes', 'timezone', 'IANA zone in which the person was then. Null: they had not said.'),
      ('fact_entry_changes', 'held_before', 'What the day held before: nothing, value or skip. A check_in or skip on '
        'anything but nothing is a correction.'),
      ('fact_entry_changes', 'value_before', 'The value before. Null: there was none.'),
      ('fact_entry_changes', 'holds', 'What the day holds after it: nothing, value or skip.'),
      ('fact_reminders', NULL, 'How each reminder ended: an occurrence and the minute it was queued for.'),
      ('fact_broadcasts', NULL, 'How a broadcast ended for a person. Requests and texts of broadcasts are not in here.'),
      ('fact_payments', NULL, 'Everything that happened to payments in Telegram Stars, append-only.'),
      ('fact_payments', 'action', 'paid, refunded, cancelled (no more renewals) or resumed.'),
      ('fact_payments', 'charge_id', 'Telegram''s id of the payment; of cancelled and resumed, of the one that began '
        'the subscription.'),
      ('fact_payments', 'stars', 'What was paid, in Telegram Stars. Null unless paid.'),
      ('fact_payments', 'until_at', 'When what was paid for ends. Null unless paid.'),
      ('fact_payments', 'recurring', 'True for a month of a subscription. Null unless paid.'),
      ('fact_payments', 'first', 'True for a payment that the person made, false for a renewal. Null unless paid.'),
      ('fact_snoozes', NULL, 'Each time that a person put a reminder off.'),
      ('fact_snoozes', 'snoozed_at', 'When they did it.'),
      ('fact_snoozes', 'until_at', 'When the reminder comes again.'),
      ('fact_vacations', NULL, 'Each vacation that was planned, both dates included.'),
      ('fact_vacations', 'planned_at', 'When the person planned it.'),
      ('fact_vacations', 'from_date', 'Its first day.'),
      ('fact_vacations', 'to_date', 'Its last day as planned.'),
      ('fact_vacations', 'cancelled_on', 'The first date that it did not last any more. Null: it was not cancelled.'),
      ('fact_pauses', NULL, 'Each pause of a habit.'),
      ('fact_pauses', 'paused_at', 'When the person paused it.'),
      ('fact_pauses', 'from_date', 'Its first day.'),
      ('fact_pauses', 'until_date', 'Its last day, where the person named one.'),
      ('fact_pauses', 'resumed_on', 'The first day on which the person wanted the habit again. Null: they have not said.'),
      ('user_clocks', NULL, 'The date on each person''s calendar when the log ended.'),
      ('user_clocks', 'timezone', 'Their zone. Null where Postgres does not know it: then UTC counts.'),
      ('user_clocks', 'today', 'Their date at the latest instant that the log has told of.'),
      ('daily_activity', NULL, 'By the day it was for: what days hold in the end, and reminders. Imported days are left '
        'out.'),
      ('daily_activity', 'active_users', 'How many people have an entry of their own for it.'),
      ('daily_activity', 'check_ins', 'How many entries are values.'),
      ('daily_activity', 'skips', 'How many entries are skips.'),
      ('daily_activity', 'reminders_delivered', 'How many reminders of it were delivered.'),
      ('daily_activity', 'reminders_not_delivered', 'How many reminders of it ended otherwise.'),
      ('activity_by_day_acted', NULL, 'What people did, by the UTC day on which they did it. Imports are left out.'),
      ('activity_by_day_acted', 'acted_on', 'UTC date on which people acted.'),
      ('activity_by_day_for', NULL, 'What people did, by the day it was for. Cleared entries stay visible, imports are '
        'left out.'),
      ('completion_by_hour', NULL, 'At which hour of their present zone people made the entries that days hold.'),
      ('completion_by_hour', 'answers', 'How many entries.'),
      ('activity_by_weekday_and_hour', NULL, 'At which weekday and hour people enter, on their clock in the zone that '
        'they were in then.'),
      ('retention_cohorts', NULL, 'Of those who registered in a week, how many entered something in each week since, '
        'zero included. Weeks are UTC.'),
      ('retention_cohorts', 'cohort_week', 'Monday of the week of registration.'),
      ('retention_cohorts', 'week_number', 'Weeks since then; 0 is that week itself. The last one is not over.'),
      ('retention_cohorts', 'users', 'How many of them entered something.'),
      ('retention_cohorts', 'cohort_size', 'How many registered.'),
      ('retention_cohorts', 'retained', 'users as a share of cohort_size, from 0 to 1.'),
      ('habit_rules', NULL, 'What is asked of each habit that has an entry: the rule of today, which holds for the days '
        'of before too.'),
      (NULL, 'every_times', 'So many times ...'),
      (NULL, 'every_days', '... in so many days; 1 in 1 for a habit that asks for single days.'),
      ('habit_rules', 'automatic', 'Days that need no entry because the frequency is met without them; those with a yes are among them.'),
      ('habit_rules', 'excused', 'Days of vacations and pauses. One with an entry is a day like any other all the same.'),
      ('habit_rules', 'last_on', 'The last day that counts: today, or the day on which it was archived or deleted.'),
      ('habit_days', NULL, 'What each day of a habit is, by the rule that the bot has. Weekdays that a habit leaves out '
        'are left out. Ask for dates or people: it is made when it is asked for.'),
      ('habit_days', 'kind', 'kept, partly (some of an amount), over (more than a limit), missed, silent (a limit of '
        'which nothing was recorded), skipped, auto (the frequency is met without it), open (the last day, nothing yet), '
        'excused (a vacation or a pause).'),
      ('habit_days', 'is_over', 'False for the last day, which may still become another.'),
      ('habit_days', 'is_asked_alone', 'True of a habit that asks for single days, false for one of so many times in a while.'),
      ('habit_days', 'value', 'What the day holds. Null: nothing, or a skip.'),
      ('completion_by_day', NULL, 'Completion of habits that ask for single days, by day. Those of so many times in a '
        'while are in habit_periods.'),
      ('completion_by_weekday', NULL, 'completion_by_day, by weekday.'),
      ('habit_periods', NULL, 'Each week or month of a habit of so many times in it: whether it was met.'),
      ('habit_periods', 'period', 'week (from Monday) or month.'),
      ('habit_periods', 'period_from', 'Its first day.'),
      ('habit_periods', 'wanted', 'On how many of its days it is to be done.'),
      ('habit_periods', 'kept', 'On how many of its days it was done.'),
      ('habit_periods', 'verdict', 'met, missed, open (not over) or excused (it could not be asked).'),
      ('habit_tallies', NULL, 'Of each month of a habit, how often it was kept and how often that was asked for, as /stats of the bot '
        'says it: 17 of 25.'),
      ('habit_tallies', 'month', 'Its first day.'),
      ('habit_tallies', 'kept', 'Days, or weeks, that were kept.'),
      ('habit_tallies', 'asked', 'How many days, or weeks, were asked for. 0 where nothing can be said yet.'),
      ('habit_tallies', 'counted_in', 'day, or week for a habit of so many times a week: then a week counts as a whole, in the month of '
        'its Thursday.'),
      ('habit_streaks', NULL, 'Streaks of each habit of which a day was asked, in days asked for, as the bot shows them.'),
      ('habit_streaks', 'current_days', 'Of the streak that today continues, or still can.'),
      ('habit_streaks', 'best_days', 'Of the longest one.'),
      ('streak_distribution', NULL, 'How many habits have a current streak of a length.'),
      ('streak_distribution', 'current_days', 'Length of the current streak in days asked for.'),
      ('streak_distribution', 'habits', 'How many habits.'),
      ('habit_lifetimes', NULL, 'How long each habit was lived with.'),
      ('habit_lifetimes', 'last_act_at', 'When a day of it was entered last. Null: never.'),
      ('habit_lifetimes', 'days_entered', 'For how many days something was ever entered.'),
      ('habit_lifetimes', 'lifetime_days', 'Whole days from its definition to last_act_at. Null: nothing was entered.'),
      ('reminder_answers', NULL, 'Each delivered reminder, and its answer: the first check-in or skip for its day '
        'within two hours after it, and before the next reminder of that day. So an answer counts for one reminder '
        'alone.'),
      ('reminder_answers', 'answered_at', 'When it was answered. Null: it was not.'),
      ('reminder_effect', NULL, 'Which reminders work, by their local hour: see reminder_answers.'),
      ('reminder_effect', 'local_hour', 'Hour of the reminder''s time of day, 0 to 23.'),
      ('reminder_effectiveness', NULL, 'Which reminders work, by tier and window: see reminder_answers.'),
      ('broadcast_outcomes', NULL, 'How a broadcast ended, for how many people.'),
      ('broadcast_outcomes', 'people', 'How many people.'),
      ('payments_by_day', NULL, 'Payments in Telegram Stars, by UTC day.'),
      ('payments_by_day', 'paid_on', 'UTC date of the payment.'),
      ('payments_by_day', 'payments', 'How many payments.'),
      ('payments_by_day', 'new_subscriptions', 'How many of them people made themselves; the others are renewals.'),
      ('payments_by_day', 'stars', 'How many Stars were paid.'),
      ('payments_by_day', 'stars_refunded', 'How many of these went back, whenever that was.'),
      ('user_milestones', NULL, 'When each registered person first came so far. Dialogs leave no events, so steps are '
        'what was decided.'),
      ('user_milestones', 'zone_known_at', 'When they first said where they are. Null: not yet.'),
      ('user_milestones', 'first_habit_at', 'When they made their first habit. Null: not yet.'),
      ('user_milestones', 'first_reminder_at', 'When the first reminder was delivered to them. Null: not yet.'),
      ('user_milestones', 'first_check_in_at', 'When they entered a value for the first time. Null: not yet.'),
      ('user_milestones', 'third_check_in_at', 'When they did so for the third time. Null: not yet.'),
      ('user_milestones', 'tenth_check_in_at', 'When they did so for the tenth time. Null: not yet.'),
      ('funnel', NULL, 'From registration to the tenth check-in: how many people ever came so far. A step does not ask '
        'for the one before.'),
      ('funnel', 'step', 'Place in the funnel.'),
      ('funnel', 'name', 'What was reached.'),
      ('funnel', 'users', 'How many people reached it.'),
      ('funnel', 'share', 'users as a share of all who registered, from 0 to 1.')
    ) AS words (relation, named, meaning)
    JOIN pg_class c ON c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v')
      AND (words.relation = c.relname OR words.relation IS NULL AND EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = words.named))
    ORDER BY words.relation NULLS FIRST
  LOOP
    IF said.named IS NULL THEN
      EXECUTE format('COMMENT ON %s %I IS %L', CASE said.relkind WHEN 'r' THEN 'TABLE' ELSE 'VIEW' END, said.relname,
        said.meaning);
    ELSE
      EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', said.relname, said.named, said.meaning);
    END IF;
  END LOOP;
END $$;
