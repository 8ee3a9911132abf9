-- Days brought from another tracker are nobody's answers here: they are left out of all views.

-- One row for a local date: who was active, and what was done, skipped and reminded.
CREATE VIEW daily_activity AS
SELECT on_date, coalesce(active_users, 0) AS active_users, coalesce(check_ins, 0) AS check_ins,
  coalesce(skips, 0) AS skips, coalesce(delivered, 0) AS reminders_delivered,
  coalesce(not_delivered, 0) AS reminders_not_delivered
FROM (
  SELECT on_date, count(DISTINCT user_id) AS active_users,
    count(*) FILTER (WHERE NOT skipped) AS check_ins, count(*) FILTER (WHERE skipped) AS skips
  FROM fact_check_ins WHERE NOT imported GROUP BY on_date
) answers
FULL JOIN (
  SELECT on_date, count(*) FILTER (WHERE outcome = 'delivered') AS delivered,
    count(*) FILTER (WHERE outcome <> 'delivered') AS not_delivered
  FROM fact_reminders GROUP BY on_date
) reminders USING (on_date);

-- At which local hour (of the person's present zone) people answer. The zone is null where Postgres does not know it.
CREATE VIEW completion_by_hour AS
SELECT local_hour, count(*) AS answers, count(DISTINCT user_id) AS users
FROM (
  SELECT f.user_id,
    CASE WHEN u.timezone IN (SELECT name FROM pg_timezone_names)
      THEN extract(hour FROM f.answered_at AT TIME ZONE u.timezone)::int END AS local_hour
  FROM fact_check_ins f JOIN dim_users u USING (user_id)
  WHERE NOT f.imported
) answers
GROUP BY local_hour;

-- Of those who registered in a week (UTC, named by its Monday), how many answered in each week after it.
CREATE VIEW retention_cohorts AS
SELECT cohort_week, week_number, users, size AS cohort_size, round(users::numeric / size, 4) AS retained
FROM (
  SELECT c.cohort_week, (a.active_week - c.cohort_week) / 7 AS week_number, count(*) AS users
  FROM (
    SELECT user_id, date_trunc('week', registered_at AT TIME ZONE 'UTC')::date AS cohort_week
    FROM dim_users WHERE registered_at IS NOT NULL
  ) c
  JOIN (
    SELECT DISTINCT user_id, date_trunc('week', answered_at AT TIME ZONE 'UTC')::date AS active_week
    FROM fact_check_ins WHERE NOT imported
  ) a USING (user_id)
  GROUP BY 1, 2
) active
JOIN (
  SELECT date_trunc('week', registered_at AT TIME ZONE 'UTC')::date AS cohort_week, count(*) AS size
  FROM dim_users WHERE registered_at IS NOT NULL GROUP BY 1
) cohorts USING (cohort_week);

-- Which reminders work: of those delivered at an hour, how many days got an answer after the reminder was sent.
CREATE VIEW reminder_effect AS
SELECT extract(hour FROM r.at)::int AS local_hour, count(*) AS delivered,
  count(f.user_id) AS answered, round(count(f.user_id)::numeric / count(*), 4) AS answered_share,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM f.answered_at - r.settled_at) / 60)
    AS median_minutes_to_answer
FROM fact_reminders r
LEFT JOIN fact_check_ins f
  ON f.user_id = r.user_id AND f.habit_id = r.habit_id AND f.on_date = r.on_date
  AND f.answered_at >= r.settled_at AND NOT f.imported
WHERE r.outcome = 'delivered'
GROUP BY 1;
