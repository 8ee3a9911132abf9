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
  last_answered_at timestamptz,
  -- latest sign of life: anything that happened, but that the bot was blocked or they were asked whether to go on
  last_active_at   timestamptz,
  -- minutes since local midnight; until then it is still the date before
  day_starts       smallint NOT NULL DEFAULT 0,
  -- minutes since local midnight, over it when "to" is the smaller one; both are null without quiet hours
  quiet_from       smallint,
  quiet_to         smallint,
  -- all that were taken or are planned; null without any
  vacations        datemultirange,
  -- ids of habits as the person wants to see them; null until they chose
  habit_order      jsonb,
  -- the person wants no reminders
  stopped          boolean  NOT NULL DEFAULT false,
  -- asked whether to go on, after a long silence, and no sign of life since
  asked            boolean  NOT NULL DEFAULT false
) WITH (fillfactor = 80);
CREATE INDEX accounts_timezone ON accounts (timezone);
CREATE INDEX accounts_asked ON accounts (user_id) WHERE asked;

CREATE TABLE habits (
  user_id   bigint  NOT NULL,
  habit_id  text    COLLATE "C" NOT NULL,
  -- name, goal and frequency are null until the habit was defined
  name      text,
  -- stands before the name; empty without one
  emoji     text,
  goal      jsonb,
  frequency jsonb,
  -- reminded of even when it is done as often as wanted
  remind_when_met boolean NOT NULL DEFAULT false,
  -- a part of the day or a group; null for none
  listed_under jsonb,
  -- until it is resumed, or to the end of "paused_until"; the dates are null while it is not
  paused    boolean NOT NULL,
  paused_from  date,
  paused_until date,
  -- those that ended or were replaced; null without any
  pauses    datemultirange,
  archived  boolean NOT NULL,
  shown_name text GENERATED ALWAYS AS (CASE WHEN emoji <> '' THEN emoji || ' ' || name ELSE name END) STORED,
  -- a day with less is still open; null where any entry settles the day
  open_below double precision GENERATED ALWAYS AS (
    CASE WHEN goal ->> 'kind' = 'numeric' AND goal ->> 'direction' = 'atLeast'
      THEN (goal ->> 'target')::double precision END
  ) STORED,
  -- no reminder once so many days are a yes: in "met_days" days up to the date, or in its calendar week or month; null
  -- where reminders come all the same
  met_times smallint GENERATED ALWAYS AS (
    CASE WHEN NOT remind_when_met AND frequency ->> 'kind' LIKE 'times%' THEN (frequency ->> 'times')::smallint END
  ) STORED,
  met_in text GENERATED ALWAYS AS (
    CASE frequency ->> 'kind' WHEN 'timesInDays' THEN 'days' WHEN 'timesPerWeek' THEN 'week'
      WHEN 'timesPerMonth' THEN 'month' END
  ) STORED,
  met_days smallint GENERATED ALWAYS AS (
    CASE frequency ->> 'kind' WHEN 'timesInDays' THEN (frequency ->> 'days')::smallint END
  ) STORED,
  -- values that are a yes; null as long as nobody asks
  yes_from double precision GENERATED ALWAYS AS (
    CASE WHEN frequency ->> 'kind' NOT LIKE 'times%' THEN NULL WHEN goal ->> 'kind' = 'yesNo' THEN 1
      WHEN goal ->> 'direction' = 'atLeast' THEN (goal ->> 'target')::double precision ELSE 0 END
  ) STORED,
  yes_to double precision GENERATED ALWAYS AS (
    CASE WHEN frequency ->> 'kind' LIKE 'times%' AND goal ->> 'direction' = 'atMost'
      THEN (goal ->> 'target')::double precision END
  ) STORED,
  PRIMARY KEY (user_id, habit_id)
);

CREATE FUNCTION is_quiet(of_minute integer, quiet_from integer, quiet_to integer) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN coalesce(CASE WHEN quiet_from < quiet_to THEN of_minute >= quiet_from AND of_minute < quiet_to
  ELSE of_minute >= quiet_from OR of_minute < quiet_to END, false);

-- When a reminder comes, in minutes since midnight of the date it is for: see due-place.ts, which says the same.
CREATE FUNCTION due_place_of(local_minute integer, flexible_by integer, day_starts integer, quiet_from integer,
  quiet_to integer) RETURNS smallint
LANGUAGE sql IMMUTABLE
RETURN (
  SELECT CASE
    WHEN NOT is_quiet(flexed % 1440, quiet_from, quiet_to) THEN flexed
    WHEN flexible_by > 0 AND NOT is_quiet(local_minute, quiet_from, quiet_to)
      THEN flexed - (flexed % 1440 - quiet_from + 1440) % 1440 - 1
    ELSE flexed + (quiet_to - flexed % 1440 + 1440) % 1440
  END
  FROM (
    SELECT greatest(day_starts, least(day_starts + 1439, local_minute + flexible_by
      + CASE WHEN local_minute < day_starts THEN 1440 ELSE 0 END)) AS flexed
  ) AS wanted
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
  -- the habit is defined, not archived, and not paused without an end; the person neither blocked the bot, nor stopped reminders, nor
  -- owes an answer whether to go on
  active       boolean  NOT NULL,
  -- minutes by which a flexible one comes later, or earlier when below 0
  flexible_by  smallint NOT NULL DEFAULT 0,
  -- the account's, copied
  day_starts   smallint NOT NULL DEFAULT 0,
  quiet_from   smallint,
  quiet_to     smallint,
  -- the habit's, copied
  paused_until date,
  open_below   double precision,
  met_times    smallint,
  met_in       text,
  met_days     smallint,
  yes_from     double precision,
  yes_to       double precision,
  due_place    smallint NOT NULL GENERATED ALWAYS AS (
    CASE WHEN flexible_by = 0 AND day_starts = 0 AND quiet_from IS NULL THEN local_minute
    ELSE due_place_of(local_minute, flexible_by, day_starts, quiet_from, quiet_to) END
  ) STORED,
  PRIMARY KEY (user_id, habit_id, local_minute)
);
CREATE INDEX reminders_due ON reminders (partition, timezone, (due_place % 1440::smallint)) WHERE active;

-- One-off reminders: the last one of each habit, also when it is past.
CREATE TABLE snoozes (
  user_id      bigint   NOT NULL,
  habit_id     text     COLLATE "C" NOT NULL,
  on_date      date     NOT NULL,
  -- what the person's clock shows then
  local_minute smallint NOT NULL,
  -- whole minutes since 1970-01-01T00:00Z
  due_minute   integer  NOT NULL,
  partition    smallint NOT NULL,
  PRIMARY KEY (user_id, habit_id)
);
CREATE INDEX snoozes_due ON snoozes (partition, due_minute);

CREATE TABLE answers (
  user_id  bigint NOT NULL,
  habit_id text   COLLATE "C" NOT NULL,
  on_date  date   NOT NULL,
  -- null for a skip, and for a closed day that holds nothing
  value    double precision,
  -- not today, or no more today: no reminder comes, however little was entered
  closed   boolean NOT NULL DEFAULT false,
  PRIMARY KEY (user_id, habit_id, on_date)
);
