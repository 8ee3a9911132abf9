-- How many of those who registered in a week still enter something one, two and four weeks later?
SELECT cohort_week, cohort_size,
  max(retained) FILTER (WHERE week_number = 1) AS after_1_week,
  max(retained) FILTER (WHERE week_number = 2) AS after_2_weeks,
  max(retained) FILTER (WHERE week_number = 4) AS after_4_weeks
FROM analytics.retention_cohorts
GROUP BY cohort_week, cohort_size
ORDER BY cohort_week;
