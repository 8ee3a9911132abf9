-- What was taken back? Entries that were made and cleared again, which no day shows any more.
SELECT date_trunc('month', acted_on)::date AS month, count(*) AS cleared, count(DISTINCT user_id) AS people
FROM analytics.fact_entry_changes
WHERE action = 'clear' AND held_before <> 'nothing'
GROUP BY 1
ORDER BY 1;
