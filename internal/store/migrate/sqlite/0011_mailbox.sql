-- The mailboxes of the offices, out of which letters come, and what is strange
-- about a letter.
-- +goose Up

-- One mailbox an office, looked into by the worker. The password is locked with
-- a key that lies beside the database and is in no backup. How far it was read is
-- written with each letter that came of it.
CREATE TABLE mailbox (
    office     TEXT NOT NULL PRIMARY KEY,
    state      TEXT NOT NULL CHECK (state IN ('on','off')),
    host       TEXT NOT NULL,
    port       INTEGER NOT NULL,
    tls        TEXT NOT NULL,
    login      TEXT NOT NULL,
    secret     TEXT NOT NULL,
    folder     TEXT NOT NULL,
    since      INTEGER NOT NULL,
    set_by     TEXT NOT NULL,
    set_at     INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    validity   INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    turn       INTEGER NOT NULL,
    busy_until INTEGER NOT NULL,
    next_at    INTEGER NOT NULL,
    looked_at  INTEGER NOT NULL,
    good_at    INTEGER NOT NULL,
    came       INTEGER NOT NULL,
    came_all   INTEGER NOT NULL,
    failures   INTEGER NOT NULL,
    problem    TEXT NOT NULL,
    detail     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- auto, bounce, own, cut or unread, with spaces between.
ALTER TABLE letter ADD COLUMN marks TEXT NOT NULL DEFAULT '';
