-- The figures that admins read in the bot. Counts, nobody's data.

-- How occurrences of reminders ended on a day (UTC).
CREATE TABLE days (
  on_date  date    NOT NULL,
  outcome  text    NOT NULL,
  count    bigint  NOT NULL,
  PRIMARY KEY (on_date, outcome)
);

-- How a broadcast ended for the people it was for.
CREATE TABLE broadcasts (
  broadcast_id text   COLLATE "C" NOT NULL,
  outcome      text   NOT NULL,
  count        bigint NOT NULL,
  PRIMARY KEY (broadcast_id, outcome)
);
