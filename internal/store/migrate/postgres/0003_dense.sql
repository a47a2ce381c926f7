-- A fact and its payload are one row; positions keep a table of their own here,
-- because the sequencer gives them after the commit.
-- +goose Up
ALTER TABLE fact ADD COLUMN body text NOT NULL DEFAULT '';
UPDATE fact SET body = b.body FROM fact_payload b WHERE b.fact = fact.id;
ALTER TABLE fact ALTER COLUMN body DROP DEFAULT;
DROP TABLE fact_payload;
