-- For how long are habits lived with?
SELECT frequency, count(*) AS habits, percentile_disc(0.5) WITHIN GROUP (ORDER BY lifetime_days) AS median_days,
  count(*) FILTER (WHERE deleted) AS deleted
FROM analytics.habit_lifetimes
GROUP BY frequency
ORDER BY frequency;
