-- How far do people come, from /start to the tenth check-in?
SELECT step, name, users, share FROM analytics.funnel ORDER BY step;
