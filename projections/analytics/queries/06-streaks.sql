-- How long are the streaks that run now?
SELECT CASE WHEN current_days = 0 THEN '0' WHEN current_days < 7 THEN '1 to 6' WHEN current_days < 30 THEN '7 to 29'
    ELSE '30 and more' END AS days, sum(habits) AS habits
FROM analytics.streak_distribution
GROUP BY 1
ORDER BY min(current_days);
