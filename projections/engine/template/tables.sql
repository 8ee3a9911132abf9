-- How many entries a person made for a date. Replace it by what you want to know.

CREATE TABLE entries (
  user_id bigint  NOT NULL,
  -- the local date that they are for
  on_date date    NOT NULL,
  entries integer NOT NULL,
  PRIMARY KEY (user_id, on_date)
);
CREATE INDEX entries_on_date ON entries (on_date);

COMMENT ON TABLE entries IS 'How many entries a person made for a date, corrections included';
COMMENT ON COLUMN entries.user_id IS 'The person: their number at Telegram';
COMMENT ON COLUMN entries.on_date IS 'The local date that the entries are for';
COMMENT ON COLUMN entries.entries IS 'Check-ins and skips';
