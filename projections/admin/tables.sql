-- The figures that admins read in the bot.

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

-- How late reminders were that were delivered in an hour (UTC), by the least bound that their lateness does not exceed.
CREATE TABLE lateness (
  on_hour    timestamptz NOT NULL,
  at_most_ms integer     NOT NULL,
  count      bigint      NOT NULL,
  PRIMARY KEY (on_hour, at_most_ms)
);

-- What happened on a day (UTC): "new" people, "active" people, "checkIns".
CREATE TABLE activity (
  on_date date   NOT NULL,
  what    text   NOT NULL,
  count   bigint NOT NULL,
  PRIMARY KEY (on_date, what)
);

-- The last day (UTC) on which a person did something, to count them once a day.
CREATE TABLE people (
  user_id        bigint PRIMARY KEY,
  last_active_on date   NOT NULL
);
