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
CREATE TABLE IF NOT EXISTS projections.published_views (
  projection text PRIMARY KEY,
  hash       text NOT NULL
);
