-- How often is a habit of so many times a week or month done as often as wanted?
SELECT period, wanted, count(*) FILTER (WHERE verdict = 'met') AS met, count(*) AS asked
FROM analytics.habit_periods
WHERE verdict IN ('met', 'missed')
GROUP BY period, wanted
ORDER BY period, wanted;
