-- The working-day calendar: the days that differ from the plain week, a row a
-- year; and the phrases an office keeps for its leaders' instructions.
-- +goose Up

-- A year that has no row is the one that came with the program, or unknown.
CREATE TABLE calendar_year (
    year      INTEGER NOT NULL PRIMARY KEY,
    source    TEXT NOT NULL CHECK (source <> ''),
    days      TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at        INTEGER NOT NULL,
    version   INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

-- An office without a row uses the installation's.
CREATE TABLE office_phrases (
    office  TEXT NOT NULL PRIMARY KEY,
    phrases TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1)
) STRICT, WITHOUT ROWID;
