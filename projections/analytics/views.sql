-- Days brought from another tracker are nobody's answers: they are in no view of activity. "Now" is the latest instant that
-- the log has told of, so a projection that is behind takes no day for missed that it has not heard of yet.

-- SQL has no sliding intervals: contracts/automatic-yes.ts says what this does.
CREATE OR REPLACE FUNCTION automatic_days(yeses date[], times integer, days integer) RETURNS SETOF date
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  length integer;
  interval_begin date;
  interval_end date;
  lowest date := 'infinity';
BEGIN
  FOR i IN REVERSE cardinality(yeses) - times + 1 .. 1 LOOP
    length := days;
    IF days IN (30, 31) THEN
      length := extract(day FROM date_trunc('month', yeses[i] + 1) + interval '1 month - 1 day');
    END IF;
    CONTINUE WHEN yeses[i + times - 1] - yeses[i] >= length;
    interval_end := yeses[i] + length - 1;
    IF interval_end >= interval_begin THEN
      interval_end := greatest(yeses[i + times - 1], interval_begin - 1);
    END IF;
    interval_begin := interval_end - length + 1;
    RETURN QUERY SELECT interval_begin + n
      FROM generate_series(0, least(interval_end, lowest - 1) - interval_begin) n;
    lowest := least(lowest, interval_begin);
  END LOOP;
END $$;

CREATE VIEW dim_users AS
SELECT user_id, registered_at, locale, timezone, blocked, day_starts_at, stopped, quiet_from, quiet_to, digest_weekday,
  digest_at, premium_until, premium_renews
FROM dim_user_versions WHERE valid_to IS NULL;

CREATE VIEW dim_habits AS
SELECT user_id, habit_id, defined_at, goal, direction, target, frequency, weekdays, times, days, paused, archived, deleted,
  listed_under, reminder_times, reminder_windows, reminder_weekdays, reminds_when_met, ended_at
FROM dim_habit_versions WHERE valid_to IS NULL;

CREATE VIEW user_clocks AS
SELECT u.user_id, zone.name AS timezone, u.day_starts_at,
  ((log.last_at AT TIME ZONE coalesce(zone.name, 'UTC')) - u.day_starts_at::interval)::date AS today
FROM dim_users u
LEFT JOIN pg_timezone_names zone ON zone.name = u.timezone
CROSS JOIN (SELECT max(last_at) AS last_at FROM log_ends) log;

CREATE VIEW daily_activity AS
SELECT on_date, count(DISTINCT user_id) FILTER (WHERE NOT is_reminder) AS active_users,
  count(*) FILTER (WHERE NOT is_reminder AND NOT skipped) AS check_ins,
  count(*) FILTER (WHERE skipped) AS skips,
  count(*) FILTER (WHERE is_delivered) AS reminders_delivered,
  count(*) FILTER (WHERE NOT is_delivered) AS reminders_not_delivered
FROM (
  SELECT on_date, user_id, false AS is_reminder, skipped, NULL::boolean AS is_delivered
  FROM fact_check_ins WHERE NOT imported
  UNION ALL
  SELECT on_date, user_id, true, NULL, outcome = 'delivered' FROM fact_reminders
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

CREATE VIEW completion_by_hour AS
SELECT local_hour, count(*) AS answers, count(DISTINCT user_id) AS users
FROM (
  SELECT f.user_id, extract(hour FROM f.answered_at AT TIME ZONE u.timezone)::int AS local_hour
  FROM fact_check_ins f JOIN user_clocks u USING (user_id)
  WHERE NOT f.imported
) answers
GROUP BY local_hour;

CREATE VIEW activity_by_weekday_and_hour AS
SELECT extract(isodow FROM local_at)::int AS weekday, extract(hour FROM local_at)::int AS local_hour,
  count(*) FILTER (WHERE action = 'check_in') AS check_ins,
  count(*) FILTER (WHERE action = 'skip') AS skips,
  count(DISTINCT user_id) AS users
FROM (
  SELECT f.user_id, f.action, f.happened_at AT TIME ZONE zone.name AS local_at
  FROM fact_entry_changes f LEFT JOIN pg_timezone_names zone ON zone.name = f.timezone
  WHERE f.action IN ('check_in', 'skip')
) acts
GROUP BY 1, 2;

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
  first.on_date AS first_on, clock.last_on, clock.last_on = u.today AS is_running
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

CREATE VIEW automatic_habit_days AS
SELECT r.user_id, r.habit_id, r.goal, r.frequency, automatic.on_date, r.first_on
FROM (
  SELECT *, (
    SELECT array_agg(f.on_date ORDER BY f.on_date) FROM fact_check_ins f
    WHERE f.user_id = h.user_id AND f.habit_id = h.habit_id AND f.value = 1 AND f.on_date <= h.last_on
  ) AS yeses
  FROM habit_rules h WHERE goal = 'yesNo' AND every_days > 1
) r
CROSS JOIN LATERAL automatic_days(r.yeses, r.every_times, r.every_days) AS automatic (on_date)
WHERE automatic.on_date <= r.last_on;

-- Also days of the week or month around the first entry and around today.
CREATE VIEW excused_habit_days AS
SELECT DISTINCT r.user_id, r.habit_id, r.first_on + n AS on_date
FROM habit_rules r
JOIN (
  SELECT p.user_id, p.habit_id, p.from_date, coalesce(p.resumed_on - 1, 'infinity') AS to_date FROM fact_pauses p
  UNION ALL
  SELECT v.user_id, NULL, v.from_date, coalesce(least(v.to_date, v.cancelled_on - 1), v.to_date) FROM fact_vacations v
) away ON away.user_id = r.user_id AND (away.habit_id = r.habit_id OR away.habit_id IS NULL)
CROSS JOIN LATERAL generate_series(
  greatest(away.from_date, r.first_on - 31) - r.first_on, least(away.to_date, r.last_on + 31) - r.first_on) AS n;

CREATE VIEW habit_days AS
SELECT r.user_id, r.habit_id, d.on_date,
  CASE
    WHEN automatic.on_date IS NOT NULL AND coalesce(e.value, 0) = 0 AND e.skipped IS NOT TRUE THEN 'auto'
    WHEN e.skipped THEN 'skipped'
    WHEN e.value IS NOT NULL THEN CASE
      WHEN r.goal = 'yesNo' THEN CASE WHEN e.value > 0 THEN 'kept' ELSE 'missed' END
      WHEN r.direction = 'atMost' THEN CASE WHEN e.value <= r.target THEN 'kept' ELSE 'over' END
      WHEN e.value >= r.target THEN 'kept'
      WHEN e.value > 0 OR r.is_running AND d.on_date = r.last_on THEN 'partly'
      ELSE 'missed' END
    WHEN away.on_date IS NOT NULL THEN 'excused'
    WHEN r.is_running AND d.on_date = r.last_on THEN 'open'
    WHEN r.direction = 'atMost' THEN 'silent'
    ELSE 'missed'
  END AS kind, e.value
FROM habit_rules r
CROSS JOIN LATERAL (SELECT r.first_on + n AS on_date FROM generate_series(0, r.last_on - r.first_on) n) d
LEFT JOIN fact_check_ins e USING (user_id, habit_id, on_date)
LEFT JOIN automatic_habit_days automatic USING (user_id, habit_id, on_date)
LEFT JOIN excused_habit_days away USING (user_id, habit_id, on_date)
WHERE r.frequency <> 'weekdays' OR extract(isodow FROM d.on_date)::smallint = ANY (r.weekdays)
UNION ALL
SELECT user_id, habit_id, on_date, 'auto', NULL FROM automatic_habit_days WHERE on_date < first_on;

CREATE VIEW completion_by_day AS
SELECT on_date, count(*) FILTER (WHERE kind = 'kept') AS kept, count(*) AS asked,
  round(count(*) FILTER (WHERE kind = 'kept')::numeric / count(*), 4) AS completion
FROM habit_days
JOIN habit_rules USING (user_id, habit_id)
WHERE every_days = 1 AND kind IN ('kept', 'partly', 'over', 'missed', 'silent')
GROUP BY on_date;

CREATE VIEW completion_by_weekday AS
SELECT extract(isodow FROM on_date)::int AS weekday, sum(kept)::bigint AS kept, sum(asked)::bigint AS asked,
  round(sum(kept) / sum(asked), 4) AS completion
FROM completion_by_day GROUP BY 1;

CREATE VIEW habit_periods AS
WITH quotas AS (
  SELECT *, CASE WHEN every_days = 7 THEN 'week' ELSE 'month' END AS period
  FROM habit_rules WHERE every_days IN (7, 30, 31)
), periods AS (
  SELECT q.*, starts::date AS period_from, (starts + ('1 ' || period)::interval)::date - 1 AS period_to
  FROM quotas q CROSS JOIN LATERAL generate_series(
    date_trunc(period, q.first_on::timestamp), q.last_on::timestamp, ('1 ' || period)::interval) AS starts
), counted AS (
  SELECT p.user_id, p.habit_id, p.period, p.period_from, p.period_to, p.first_on, p.last_on, p.every_times,
    d.kept, d.skipped, d.is_open, d.automatic_before,
    least(p.every_times, p.period_to - p.period_from + 1 - away.days) AS wanted
  FROM periods p
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE kind = 'kept') AS kept, count(*) FILTER (WHERE kind = 'skipped') AS skipped,
      count(*) FILTER (WHERE kind = 'open') > 0 AS is_open,
      count(*) FILTER (WHERE d.on_date < p.first_on) AS automatic_before
    FROM habit_days d
    WHERE d.user_id = p.user_id AND d.habit_id = p.habit_id AND d.on_date BETWEEN p.period_from AND p.period_to
  ) d
  CROSS JOIN LATERAL (
    SELECT count(*) AS days FROM excused_habit_days x
    WHERE x.user_id = p.user_id AND x.habit_id = p.habit_id AND x.on_date BETWEEN p.period_from AND p.period_to
      AND NOT EXISTS (SELECT FROM fact_check_ins e WHERE e.user_id = x.user_id AND e.habit_id = x.habit_id
        AND e.on_date = x.on_date AND e.value IS NOT NULL AND e.on_date <= p.last_on)
  ) away
)
SELECT user_id, habit_id, period, period_from, every_times AS wanted, kept,
  CASE
    WHEN kept + skipped >= counted.wanted THEN CASE WHEN kept > 0 THEN 'met' ELSE 'excused' END
    WHEN is_open OR period_to > last_on THEN 'open'
    WHEN greatest(first_on - period_from, 0) > automatic_before THEN 'excused'
    ELSE 'missed'
  END AS verdict
FROM counted;

CREATE VIEW habit_streaks AS
SELECT user_id, habit_id, coalesce(max(length) FILTER (WHERE run = last_run), 0) AS current_days,
  coalesce(max(length), 0) AS best_days
FROM (
  SELECT user_id, habit_id, run, max(run) OVER (PARTITION BY user_id, habit_id) AS last_run,
    count(*) FILTER (WHERE kind IN ('kept', 'auto', 'skipped')) AS length
  FROM (
    SELECT d.user_id, d.habit_id, d.kind, count(*) FILTER (
        WHERE d.kind IN ('missed', 'silent', 'over') OR d.kind = 'partly' AND NOT (r.is_running AND d.on_date = r.last_on)
      ) OVER (PARTITION BY d.user_id, d.habit_id ORDER BY d.on_date) AS run
    FROM habit_days d JOIN habit_rules r USING (user_id, habit_id)
  ) days
  GROUP BY user_id, habit_id, run
) runs
GROUP BY user_id, habit_id;

CREATE VIEW streak_distribution AS
SELECT current_days, count(*) AS habits, count(DISTINCT user_id) AS users FROM habit_streaks GROUP BY current_days;

CREATE VIEW habit_lifetimes AS
SELECT h.user_id, h.habit_id, h.goal, h.frequency, h.defined_at, h.ended_at, h.deleted,
  acts.last_at AS last_act_at, coalesce(acts.days, 0) AS days_entered,
  greatest(floor(extract(epoch FROM acts.last_at - h.defined_at) / 86400), 0)::int AS lifetime_days
FROM dim_habits h
LEFT JOIN (
  SELECT user_id, habit_id, max(happened_at) AS last_at, count(DISTINCT on_date) AS days
  FROM fact_entry_changes WHERE action IN ('check_in', 'skip') GROUP BY user_id, habit_id
) acts USING (user_id, habit_id)
WHERE h.defined_at IS NOT NULL;

CREATE VIEW reminder_answers AS
SELECT r.user_id, r.habit_id, r.on_date, r.at, r.due_at, r.snoozed, r.tier, r.settled_at,
  coalesce(rule.reminder_windows[array_position(rule.reminder_times, r.at)], 0) AS window_minutes,
  answer.happened_at AS answered_at
FROM (
  SELECT *, lead(settled_at) OVER (
    PARTITION BY user_id, habit_id, on_date ORDER BY settled_at, due_at, at, snoozed) AS next_at
  FROM fact_reminders WHERE outcome = 'delivered'
) r
LEFT JOIN dim_habit_versions rule ON rule.user_id = r.user_id AND rule.habit_id = r.habit_id
  AND rule.valid_from <= r.due_at AND (rule.valid_to > r.due_at OR rule.valid_to IS NULL)
LEFT JOIN LATERAL (
  SELECT min(a.happened_at) AS happened_at FROM fact_entry_changes a
  WHERE a.user_id = r.user_id AND a.habit_id = r.habit_id AND a.on_date = r.on_date AND a.action IN ('check_in', 'skip')
    AND a.happened_at >= r.settled_at AND a.happened_at <= r.settled_at + interval '2 hours'
    AND (a.happened_at < r.next_at OR r.next_at IS NULL)
) answer ON true;

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
