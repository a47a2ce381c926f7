-- What an installation needs to run for years.
-- +goose Up

-- Whose reading is restricted, and by whom: an item, or a publication with all
-- its issues. A table of its own, because nearly nothing is restricted and the
-- item and the filing are written by everybody.
CREATE TABLE restricted (
	noun   TEXT    NOT NULL CHECK (noun = 'item' OR noun = 'publication'),
	id     TEXT    NOT NULL,
	unit   TEXT    NOT NULL, -- who may lift it again
	person TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	reason TEXT    NOT NULL,
	PRIMARY KEY (noun, id)
) STRICT, WITHOUT ROWID;

-- Who opened a restricted text: once a person, text, revision and day.
CREATE TABLE opening (
	noun     TEXT    NOT NULL,
	id       TEXT    NOT NULL,
	person   TEXT    NOT NULL,
	revision INTEGER NOT NULL,
	day      INTEGER NOT NULL,
	post     TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (noun, id, person, revision, day)
) STRICT, WITHOUT ROWID;

-- Changes of units: what was previewed and confirmed, on which day it takes
-- effect, what each touched row was before (for the undo of the same day). A row
-- that is planned waits for its day; the worker performs it then.
CREATE TABLE unit_change (
    id        TEXT NOT NULL PRIMARY KEY,
    unit      TEXT NOT NULL REFERENCES unit (id),
    act       TEXT NOT NULL CHECK (act IN ('enter','rename','move','change','merge','split','close')),
    day       INTEGER NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('planned','done','undone','cancelled','failed')),
    input     TEXT NOT NULL,
    steps     TEXT NOT NULL,
    why       TEXT NOT NULL,
    by_person TEXT NOT NULL,
    post      TEXT NOT NULL,
    made      INTEGER NOT NULL,
    done      INTEGER NOT NULL,
    version   INTEGER NOT NULL CHECK (version >= 1)
) STRICT;
CREATE INDEX unit_change_unit ON unit_change (unit, made, id);
CREATE INDEX unit_change_day ON unit_change (state, day, id);

-- Whose heir a unit is: asked at every verb, and nearly always nobody's.
CREATE INDEX unit_successor ON unit (successor) WHERE successor <> '';

-- Where facts are sent on to: one row a subscription, with its place in the record.
-- The secret is kept as it is, because each message is signed with it; it opens
-- nothing here.
CREATE TABLE webhook (
    id       TEXT NOT NULL PRIMARY KEY,
    unit     TEXT NOT NULL REFERENCES unit (id),
    name     TEXT NOT NULL,
    url      TEXT NOT NULL CHECK (url <> ''),
    kinds    TEXT NOT NULL,
    secret   TEXT NOT NULL CHECK (secret <> ''),
    state    TEXT NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
    reason   TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_at  INTEGER NOT NULL,
    turn     INTEGER NOT NULL CHECK (turn >= 0),
    taken_at INTEGER NOT NULL,
    made_by  TEXT NOT NULL,
    made     INTEGER NOT NULL,
    updated  INTEGER NOT NULL,
    version  INTEGER NOT NULL CHECK (version >= 1)
) STRICT;
CREATE INDEX webhook_unit ON webhook (unit, id);

-- The last attempts of each, for whoever looks for a fault; older ones are dropped.
CREATE TABLE webhook_try (
    webhook  TEXT NOT NULL REFERENCES webhook (id),
    turn     INTEGER NOT NULL,
    fact     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    position INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    status   INTEGER NOT NULL,
    problem  TEXT NOT NULL,
    answer   TEXT NOT NULL,
    PRIMARY KEY (webhook, turn)
) STRICT, WITHOUT ROWID;
