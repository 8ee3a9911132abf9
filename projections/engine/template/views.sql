-- How many people made entries for a date.
CREATE VIEW days AS
SELECT on_date, count(*) AS people, sum(entries) AS entries
FROM entries
GROUP BY on_date;

COMMENT ON VIEW days IS 'How many people made entries for a date, and how often';
COMMENT ON COLUMN days.on_date IS 'The local date that the entries are for';
COMMENT ON COLUMN days.people IS 'People with an entry';
COMMENT ON COLUMN days.entries IS 'Their entries';
