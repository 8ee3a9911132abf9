-- What are the outcomes of reminders, and how late do they come?
SELECT outcome, count(*) AS reminders, percentile_disc(0.99) WITHIN GROUP (ORDER BY lateness_ms) AS p99_lateness_ms
FROM analytics.fact_reminders
WHERE on_date >= '2026-11-01'
GROUP BY outcome
ORDER BY reminders DESC, outcome;
