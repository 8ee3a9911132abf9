-- On which weekday are habits kept best? 1 is Monday.
SELECT weekday, asked, kept, completion FROM analytics.completion_by_weekday ORDER BY weekday;
