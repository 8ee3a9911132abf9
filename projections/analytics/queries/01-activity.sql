-- How many people act each day, and what do they do?
SELECT acted_on, active_users, check_ins, skips, cleared, corrections
FROM analytics.activity_by_day_acted
WHERE acted_on BETWEEN '2026-11-16' AND '2026-11-22'
ORDER BY acted_on;
