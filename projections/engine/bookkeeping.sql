-- Where each projection stands, and from which views.sql its published views were made.
CREATE SCHEMA IF NOT EXISTS projections;
CREATE TABLE IF NOT EXISTS projections.checkpoints (
  projection  text    NOT NULL,
  stream      text    NOT NULL,
  version     integer NOT NULL,
  sequence    bigint  NOT NULL,
  fingerprint text    NOT NULL,
  PRIMARY KEY (projection, stream)
);
-- By what the log is known again: which one it was, and when one of its last messages was stored. Only where they
-- are missing: ALTER TABLE waits for all readers, and makes new ones wait behind it.
DO $$ BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = 'projections.checkpoints'::regclass AND attname = 'log_id'
  ) THEN
    ALTER TABLE projections.checkpoints 
      ADD COLUMN log_id text, ADD COLUMN seen_sequence bigint, ADD COLUMN seen_at timestamptz;
  END IF;
END $$;
-- Up to where a version that is being built holds each stream, and what it is made from.
CREATE TABLE IF NOT EXISTS projections.building (
  projection    text    NOT NULL,
  stream        text    NOT NULL,
  version       integer NOT NULL,
  made_from     text    NOT NULL,
  sequence      bigint  NOT NULL,
  log_id        text,
  seen_sequence bigint,
  seen_at       timestamptz,
  PRIMARY KEY (projection, stream)
);
CREATE TABLE IF NOT EXISTS projections.published_views (
  projection text PRIMARY KEY,
  hash       text NOT NULL
);
-- What the text with a fingerprint defines: texts that differ in comments and white space define the same.
CREATE TABLE IF NOT EXISTS projections.definitions (
  fingerprint text PRIMARY KEY,
  definition  text NOT NULL
);
-- People who are being forgotten: up to which message of theirs the sums of a version are without them. Empty otherwise.
CREATE TABLE IF NOT EXISTS projections.corrections (
  projection text    NOT NULL,
  version    integer NOT NULL,
  stream     text    NOT NULL,
  user_id    bigint  NOT NULL,
  sequence   bigint  NOT NULL,
  PRIMARY KEY (user_id, projection, version, stream)
);
-- That a person was forgotten, and when: see TOMBSTONES, which has the same.
CREATE TABLE IF NOT EXISTS projections.tombstones (
  hash text        PRIMARY KEY,
  at   timestamptz NOT NULL
);
