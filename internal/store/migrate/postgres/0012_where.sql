-- The working-day calendar: the days that differ from the plain week, a row a
-- year; and the phrases an office keeps for its leaders' instructions.
-- +goose Up

-- A year that has no row is the one that came with the program, or unknown.
CREATE TABLE calendar_year (
    year      BIGINT NOT NULL PRIMARY KEY,
    source    TEXT NOT NULL CHECK (source <> ''),
    days      TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at        BIGINT NOT NULL,
    version   BIGINT NOT NULL CHECK (version >= 1)
);

-- An office without a row uses the installation's.
CREATE TABLE office_phrases (
    office  TEXT NOT NULL PRIMARY KEY,
    phrases TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1)
);
