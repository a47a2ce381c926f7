-- What a desk's inbox works with: what can be undone, what one verb on many
-- filings came to, views people keep, and letters that wait to be entered.
-- +goose Up

-- The newest deed at a filing that can be taken back, with what the filing was
-- before. It counts as long as the filing is at that version.
CREATE TABLE deed (
    filing  TEXT NOT NULL PRIMARY KEY REFERENCES filing (id),
    person  TEXT NOT NULL,
    verb    TEXT NOT NULL,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    before  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One verb done to many filings: what went and what did not, for the page after
-- it. A row lives for a day.
CREATE TABLE together (
    id      TEXT NOT NULL PRIMARY KEY,
    person  TEXT NOT NULL,
    verb    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    results TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX together_at ON together (at);

-- A list with its filters under a name: one person's, or with person '' the
-- office's.
CREATE TABLE saved_view (
    id      TEXT NOT NULL PRIMARY KEY,
    office  TEXT NOT NULL,
    person  TEXT NOT NULL,
    name    TEXT NOT NULL CHECK (name <> ''),
    query   TEXT NOT NULL,
    made_by TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX saved_view_office ON saved_view (office, person);

-- Which view a person's inbox opens with.
CREATE TABLE first_view (
    person TEXT NOT NULL,
    office TEXT NOT NULL,
    view   TEXT NOT NULL,
    PRIMARY KEY (person, office)
) STRICT, WITHOUT ROWID;

-- What came to a desk by mail, on paper or as a picture and is not entered yet:
-- a draft until a person enters it for a unit or drops it.
CREATE TABLE letter (
    id        TEXT NOT NULL PRIMARY KEY,
    office    TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('new','entered','dropped')),
    channel   TEXT NOT NULL,
    address   TEXT NOT NULL,
    sender    TEXT NOT NULL,
    unit      TEXT NOT NULL,
    message   TEXT NOT NULL,
    title     TEXT NOT NULL,
    body      TEXT NOT NULL,
    remark    TEXT NOT NULL,
    sent      INTEGER NOT NULL,
    came      INTEGER NOT NULL,
    filing    TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at        INTEGER NOT NULL,
    version   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX letter_office ON letter (office, state, came, id);
CREATE UNIQUE INDEX letter_message ON letter (office, message);

CREATE TABLE letter_file (
    letter TEXT NOT NULL REFERENCES letter (id),
    rank   INTEGER NOT NULL,
    name   TEXT NOT NULL,
    media  TEXT NOT NULL,
    size   INTEGER NOT NULL,
    hash   TEXT NOT NULL,
    PRIMARY KEY (letter, rank)
) STRICT, WITHOUT ROWID;

-- From which address a unit writes, as a person once confirmed.
CREATE TABLE sender (
    office    TEXT NOT NULL,
    address   TEXT NOT NULL,
    unit      TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (office, address)
) STRICT, WITHOUT ROWID;
