-- What is needed to fire, render and list reminders. Written by the projector alone.

CREATE TABLE accounts (
  user_id          bigint   PRIMARY KEY,
  partition        smallint NOT NULL,
  -- null until the account was registered
  locale           text,
  -- null until one was chosen
  timezone         text     COLLATE "C",
  blocked          boolean  NOT NULL,
  -- latest check-in or skip
  last_answered_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX accounts_timezone ON accounts (timezone);

CREATE TABLE habits (
  user_id   bigint  NOT NULL,
  habit_id  text    COLLATE "C" NOT NULL,
  -- name, goal and frequency are null until the habit was defined
  name      text,
  goal      jsonb,
  frequency jsonb,
  paused    boolean NOT NULL,
  archived  boolean NOT NULL,
  PRIMARY KEY (user_id, habit_id)
);

CREATE TABLE reminders (
  user_id      bigint   NOT NULL,
  habit_id     text     COLLATE "C" NOT NULL,
  -- minutes since local midnight
  local_minute smallint NOT NULL,
  -- bit 0 is Monday
  weekdays     smallint NOT NULL,
  partition    smallint NOT NULL,
  -- the account's, copied so that one index finds what is due
  timezone     text     COLLATE "C",
  -- the habit is defined, not paused and not archived, and the bot is not blocked
  active       boolean  NOT NULL,
  PRIMARY KEY (user_id, habit_id, local_minute)
);
CREATE INDEX reminders_due ON reminders (partition, timezone, local_minute) WHERE active;

CREATE TABLE answers (
  user_id  bigint NOT NULL,
  habit_id text   COLLATE "C" NOT NULL,
  on_date  date   NOT NULL,
  -- null for a skip
  value    double precision,
  PRIMARY KEY (user_id, habit_id, on_date)
);
