-- At which hour, on their own clock, do people enter most?
SELECT local_hour, sum(check_ins) AS check_ins
FROM analytics.activity_by_weekday_and_hour
GROUP BY local_hour
ORDER BY check_ins DESC, local_hour
LIMIT 5;
