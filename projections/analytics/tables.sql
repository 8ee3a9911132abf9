-- Facts and dimensions for SQL people. No names and no texts of people are in here. What each table and column means is
-- said in views.sql by COMMENT ON: there a better word needs no rebuild.

CREATE TABLE log_ends (
  user_id bigint      PRIMARY KEY,
  last_at timestamptz NOT NULL
);

CREATE TABLE dim_user_versions (
  user_id        bigint      NOT NULL,
  sequence       bigint      NOT NULL,
  valid_from     timestamptz NOT NULL,
  valid_to       timestamptz,
  is_current     boolean     NOT NULL GENERATED ALWAYS AS (valid_to IS NULL) STORED,
  registered_at  timestamptz,
  locale         text,
  timezone       text,
  day_starts_at  time        NOT NULL,
  quiet_from     time,
  quiet_to       time,
  digest_weekday smallint,
  digest_at      time,
  premium_until  timestamptz,
  premium_renews boolean     NOT NULL,
  blocked        boolean     NOT NULL,
  stopped        boolean     NOT NULL,
  PRIMARY KEY (user_id, sequence)
);

CREATE TABLE dim_habit_versions (
  user_id           bigint      NOT NULL,
  habit_id          text        COLLATE "C" NOT NULL,
  sequence          bigint      NOT NULL,
  valid_from        timestamptz NOT NULL,
  valid_to          timestamptz,
  is_current        boolean     NOT NULL GENERATED ALWAYS AS (valid_to IS NULL) STORED,
  defined_at        timestamptz,
  goal              text,
  direction         text,
  target            double precision,
  frequency         text,
  weekdays          smallint[],
  times             smallint,
  days              smallint,
  listed_under      text,
  reminder_times    time[]      NOT NULL,
  reminder_windows  smallint[]  NOT NULL,
  reminder_weekdays text[]      NOT NULL,
  reminds_when_met  boolean     NOT NULL,
  paused            boolean     NOT NULL,
  paused_until      date,
  archived          boolean     NOT NULL,
  deleted           boolean     NOT NULL,
  ended_at          timestamptz,
  PRIMARY KEY (user_id, habit_id, sequence)
);

CREATE TABLE fact_check_ins (
  user_id        bigint      NOT NULL,
  habit_id       text        COLLATE "C" NOT NULL,
  on_date        date        NOT NULL,
  skipped        boolean     NOT NULL,
  value          double precision,
  imported       boolean     NOT NULL,
  answered_at    timestamptz NOT NULL,
  correlation_id text        NOT NULL,
  PRIMARY KEY (user_id, habit_id, on_date)
);
CREATE INDEX fact_check_ins_on_date ON fact_check_ins (on_date);

CREATE TABLE fact_entry_changes (
  user_id        bigint      NOT NULL,
  habit_id       text        COLLATE "C" NOT NULL,
  on_date        date        NOT NULL,
  sequence       bigint      NOT NULL,
  action         text        NOT NULL,
  happened_at    timestamptz NOT NULL,
  acted_on       date        NOT NULL GENERATED ALWAYS AS ((happened_at AT TIME ZONE 'UTC')::date) STORED,
  timezone       text,
  held_before    text        NOT NULL,
  value_before   double precision,
  holds          text        NOT NULL,
  value          double precision,
  correlation_id text        NOT NULL,
  PRIMARY KEY (user_id, habit_id, on_date, sequence)
);
-- Rows come in about the order of both dates: such an index costs next to nothing, and passes over all other days.
CREATE INDEX fact_entry_changes_acted_on ON fact_entry_changes USING brin (acted_on date_minmax_multi_ops)
  WITH (pages_per_range = 16);
CREATE INDEX fact_entry_changes_on_date ON fact_entry_changes USING brin (on_date date_minmax_multi_ops)
  WITH (pages_per_range = 16);

CREATE TABLE fact_reminders (
  user_id     bigint      NOT NULL,
  habit_id    text        COLLATE "C" NOT NULL,
  on_date     date        NOT NULL,
  at          time        NOT NULL,
  due_at      timestamptz NOT NULL,
  snoozed     boolean     NOT NULL,
  outcome     text        NOT NULL,
  reason      text,
  tier        text        NOT NULL,
  lateness_ms bigint      NOT NULL,
  settled_at  timestamptz NOT NULL,
  PRIMARY KEY (user_id, habit_id, on_date, at, due_at, snoozed)
);
CREATE INDEX fact_reminders_on_date ON fact_reminders (on_date);

CREATE TABLE fact_broadcasts (
  broadcast_id text        COLLATE "C" NOT NULL,
  user_id      bigint      NOT NULL,
  requested_at timestamptz NOT NULL,
  outcome      text        NOT NULL,
  reason       text,
  lateness_ms  bigint      NOT NULL,
  settled_at   timestamptz NOT NULL,
  PRIMARY KEY (broadcast_id, user_id)
);

CREATE TABLE fact_payments (
  sequence    bigint      PRIMARY KEY,
  user_id     bigint      NOT NULL,
  action      text        NOT NULL,
  charge_id   text        NOT NULL,
  happened_at timestamptz NOT NULL,
  stars       bigint,
  until_at    timestamptz,
  recurring   boolean,
  first       boolean
);
CREATE INDEX fact_payments_user ON fact_payments (user_id);

CREATE TABLE fact_snoozes (
  sequence   bigint      PRIMARY KEY,
  user_id    bigint      NOT NULL,
  habit_id   text        COLLATE "C" NOT NULL,
  on_date    date        NOT NULL,
  snoozed_at timestamptz NOT NULL,
  until_at   timestamptz NOT NULL
);
CREATE INDEX fact_snoozes_on_date ON fact_snoozes (on_date);

CREATE TABLE fact_vacations (
  sequence     bigint      PRIMARY KEY,
  user_id      bigint      NOT NULL,
  planned_at   timestamptz NOT NULL,
  from_date    date        NOT NULL,
  to_date      date        NOT NULL,
  cancelled_on date
);
CREATE INDEX fact_vacations_user ON fact_vacations (user_id);

CREATE TABLE fact_pauses (
  sequence   bigint      PRIMARY KEY,
  user_id    bigint      NOT NULL,
  habit_id   text        COLLATE "C" NOT NULL,
  paused_at  timestamptz NOT NULL,
  from_date  date        NOT NULL,
  until_date date,
  resumed_on date
);
CREATE INDEX fact_pauses_habit ON fact_pauses (user_id, habit_id);
