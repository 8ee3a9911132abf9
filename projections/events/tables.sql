-- The log as SQL: every message that can be read, as the newest version understands it.

CREATE TABLE events (
  sequence       bigint      PRIMARY KEY,
  partition      smallint    NOT NULL,
  user_id        bigint      NOT NULL,
  aggregate_id   text        COLLATE "C" NOT NULL,
  type           text        COLLATE "C" NOT NULL,
  version        integer     NOT NULL,
  stored_at      timestamptz NOT NULL,
  id             text        COLLATE "C" NOT NULL,
  correlation_id text        COLLATE "C" NOT NULL,
  causation_id   text        COLLATE "C" NOT NULL,
  at             timestamptz NOT NULL,
  data           jsonb       NOT NULL
);
CREATE INDEX events_user ON events (user_id, sequence);
CREATE INDEX events_at ON events USING brin (at);

CREATE TABLE deliveries (
  sequence     bigint      PRIMARY KEY,
  partition    smallint    NOT NULL,
  stored_at    timestamptz NOT NULL,
  user_id      bigint      NOT NULL,
  outcome      text        COLLATE "C" NOT NULL,
  reason       text,
  tier         text        COLLATE "C" NOT NULL,
  due_at       timestamptz NOT NULL,
  at           timestamptz NOT NULL,
  lateness_ms  bigint      NOT NULL,
  telegram_message_id bigint,
  broadcast_id text        COLLATE "C",
  occurrences  jsonb       NOT NULL
);
CREATE INDEX deliveries_user ON deliveries (user_id, sequence);
CREATE INDEX deliveries_at ON deliveries USING brin (at);

COMMENT ON TABLE events IS 'The events of EVENTS, one row each, in the order of the log';
COMMENT ON COLUMN events.sequence IS 'Place in EVENTS: rising, with gaps';
COMMENT ON COLUMN events.partition IS 'Partition of the person, 0 to 63';
COMMENT ON COLUMN events.user_id IS 'The person: their number at Telegram';
COMMENT ON COLUMN events.aggregate_id IS 'What it happened to: account, or the id of a habit';
COMMENT ON COLUMN events.type IS 'What happened; the catalogue says what each means';
COMMENT ON COLUMN events.version IS 'The version that it was stored in';
COMMENT ON COLUMN events.stored_at IS 'When the server stored it';
COMMENT ON COLUMN events.id IS 'Names the event for ever';
COMMENT ON COLUMN events.correlation_id IS 'The first cause';
COMMENT ON COLUMN events.causation_id IS 'What caused it, such as an update of Telegram';
COMMENT ON COLUMN events.at IS 'When it happened';
COMMENT ON COLUMN events.data IS 'What the catalogue says of the type, in its newest version';
COMMENT ON TABLE deliveries IS 'The messages of DELIVERIES, one row each: how reminders and broadcasts ended';
COMMENT ON COLUMN deliveries.sequence IS 'Place in DELIVERIES: rising, with gaps';
COMMENT ON COLUMN deliveries.partition IS 'Partition of the person, 0 to 63';
COMMENT ON COLUMN deliveries.stored_at IS 'When the server stored it';
COMMENT ON COLUMN deliveries.user_id IS 'The person: their number at Telegram';
COMMENT ON COLUMN deliveries.outcome IS 'How it ended: delivered, asked, suppressed, expired, failed or uncertain';
COMMENT ON COLUMN deliveries.reason IS 'Why it was not delivered';
COMMENT ON COLUMN deliveries.tier IS 'The queue it came by';
COMMENT ON COLUMN deliveries.due_at IS 'When the minute that it was due at began';
COMMENT ON COLUMN deliveries.at IS 'When it ended';
COMMENT ON COLUMN deliveries.lateness_ms IS 'Milliseconds from due_at to at';
COMMENT ON COLUMN deliveries.telegram_message_id IS 'The message at Telegram, if one was sent';
COMMENT ON COLUMN deliveries.broadcast_id IS 'The broadcast that it was of; null for reminders';
COMMENT ON COLUMN deliveries.occurrences IS 'The habits, dates and times that were reminded of';
