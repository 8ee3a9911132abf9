-- How many people answered for a date.
CREATE VIEW days AS
SELECT on_date, count(*) AS people, sum(answers) AS answers
FROM answers
GROUP BY on_date;

COMMENT ON VIEW days IS 'How many people answered for a date, and how often';
COMMENT ON COLUMN days.on_date IS 'The local date that the answers are for';
COMMENT ON COLUMN days.people IS 'People with an answer';
COMMENT ON COLUMN days.answers IS 'Their answers';
