-- How many answers a person gave for a date. Replace it by what you want to know.

CREATE TABLE answers (
  user_id bigint  NOT NULL,
  -- the local date that they are for
  on_date date    NOT NULL,
  answers integer NOT NULL,
  PRIMARY KEY (user_id, on_date)
);
CREATE INDEX answers_on_date ON answers (on_date);

COMMENT ON TABLE answers IS 'How many answers a person gave for a date, corrections included';
COMMENT ON COLUMN answers.user_id IS 'The person: their number at Telegram';
COMMENT ON COLUMN answers.on_date IS 'The local date that the answers are for';
COMMENT ON COLUMN answers.answers IS 'Check-ins and skips';
