-- Which reminders work? Answers within two hours, each counted once, by tier and window.
SELECT tier, window_minutes, delivered, answered, answered_share
FROM analytics.reminder_effectiveness
ORDER BY tier, window_minutes;
