-- How things stood at an instant: habits with reminders, by how many, on 15 November at noon.
SELECT cardinality(reminder_times) AS reminders, count(*) AS habits, count(*) FILTER (WHERE paused) AS paused
FROM analytics.dim_habit_versions
WHERE valid_from <= '2026-11-15 12:00+00' AND (valid_to > '2026-11-15 12:00+00' OR valid_to IS NULL)
  AND defined_at IS NOT NULL AND NOT archived AND NOT deleted
GROUP BY 1
ORDER BY 1;
