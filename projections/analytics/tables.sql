-- Facts and dimensions for SQL people. No names and no texts of people are in here.

CREATE TABLE dim_users (
  user_id       bigint      PRIMARY KEY,
  -- null until the account was registered
  registered_at timestamptz,
  locale        text,
  timezone      text,
  blocked       boolean     NOT NULL,
  -- local time until which it is still the date before
  day_starts_at time        NOT NULL,
  -- they want no reminders
  stopped       boolean     NOT NULL
);

CREATE TABLE dim_habits (
  user_id        bigint   NOT NULL,
  habit_id       text     COLLATE "C" NOT NULL,
  defined_at     timestamptz,
  -- yesNo or numeric; a numeric one has a direction (atLeast, atMost) and a target
  goal           text,
  direction      text,
  target         double precision,
  -- daily, weekdays (a list of ISO weekdays), timesInDays (times, days), timesPerWeek or timesPerMonth (times)
  frequency      text,
  weekdays       smallint[],
  times          smallint,
  days           smallint,
  paused         boolean  NOT NULL,
  paused_until   date,
  archived       boolean  NOT NULL,
  -- for good
  deleted        boolean  NOT NULL,
  PRIMARY KEY (user_id, habit_id)
);

-- The entry that a day has in the end: one row for a person, habit and local date.
CREATE TABLE fact_check_ins (
  user_id        bigint      NOT NULL,
  habit_id       text        COLLATE "C" NOT NULL,
  on_date        date        NOT NULL,
  skipped        boolean     NOT NULL,
  -- 1 and 0 for yes and no, an amount for a numeric habit, null for a skip
  value          double precision,
  -- brought from another tracker: answered_at is when it was brought
  imported       boolean     NOT NULL,
  answered_at    timestamptz NOT NULL,
  -- what the answer came from, such as update-123
  correlation_id text        NOT NULL,
  PRIMARY KEY (user_id, habit_id, on_date)
);
CREATE INDEX fact_check_ins_on_date ON fact_check_ins (on_date);

-- How each reminder ended: one row for an occurrence and the minute it was queued for.
CREATE TABLE fact_reminders (
  user_id     bigint      NOT NULL,
  habit_id    text        COLLATE "C" NOT NULL,
  on_date     date        NOT NULL,
  at          time        NOT NULL,
  due_at      timestamptz NOT NULL,
  -- the person had asked to be reminded once more then
  snoozed     boolean     NOT NULL,
  -- delivered, asked (whether to go on, after a long silence), suppressed, expired, failed or uncertain; reason says why
  outcome     text        NOT NULL,
  reason      text,
  tier        text        NOT NULL,
  lateness_ms bigint      NOT NULL,
  settled_at  timestamptz NOT NULL,
  PRIMARY KEY (user_id, habit_id, on_date, at, due_at, snoozed)
);
CREATE INDEX fact_reminders_on_date ON fact_reminders (on_date);

-- Each time a person put a reminder off.
CREATE TABLE fact_snoozes (
  -- place of the event in the log
  sequence   bigint      PRIMARY KEY,
  user_id    bigint      NOT NULL,
  habit_id   text        COLLATE "C" NOT NULL,
  on_date    date        NOT NULL,
  snoozed_at timestamptz NOT NULL,
  until_at   timestamptz NOT NULL
);
CREATE INDEX fact_snoozes_on_date ON fact_snoozes (on_date);

-- Each vacation that was planned, both dates included.
CREATE TABLE fact_vacations (
  -- place of the event in the log
  sequence     bigint      PRIMARY KEY,
  user_id      bigint      NOT NULL,
  planned_at   timestamptz NOT NULL,
  from_date    date        NOT NULL,
  to_date      date        NOT NULL,
  -- the first date that it did not last any more; null when it was not cancelled
  cancelled_on date
);
CREATE INDEX fact_vacations_user ON fact_vacations (user_id);
