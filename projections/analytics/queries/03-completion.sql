-- Which kinds of habits are kept? Days asked for, by the rule of the bot.
SELECT h.goal, h.direction, count(DISTINCT h.habit_id) AS habits, count(*) AS asked,
  round(avg((d.kind = 'kept')::int), 3) AS completion
FROM analytics.habit_days d
JOIN analytics.dim_habits h USING (user_id, habit_id)
WHERE d.kind IN ('kept', 'partly', 'over', 'missed', 'silent') AND h.frequency IN ('daily', 'weekdays')
GROUP BY h.goal, h.direction
ORDER BY h.goal, h.direction;
