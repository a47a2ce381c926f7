-- What the editing desk works with beside the texts themselves.
-- +goose Up

-- The text up to which a filing's changes were accepted. Without a row it is the
-- text the filing came with; what differs from it in the newest text is a change
-- that waits for its answer.
CREATE TABLE settled (
    filing    TEXT NOT NULL PRIMARY KEY REFERENCES filing (id),
    revision  INTEGER NOT NULL CHECK (revision >= 0),
    by_person TEXT NOT NULL,
    at        INTEGER NOT NULL,
    title     TEXT NOT NULL,
    body      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the desk's people say to each other about a text: on a paragraph (0 is
-- the title) of the revision they saw, perhaps on a phrase of it.
CREATE TABLE comment (
    id          TEXT NOT NULL PRIMARY KEY,
    filing      TEXT NOT NULL REFERENCES filing (id),
    thread      TEXT NOT NULL,
    revision    INTEGER NOT NULL CHECK (revision >= 0),
    para        INTEGER NOT NULL CHECK (para >= 0),
    quote       TEXT NOT NULL,
    body        TEXT NOT NULL CHECK (body <> ''),
    by_person   TEXT NOT NULL,
    at          INTEGER NOT NULL,
    resolved_by TEXT NOT NULL,
    resolved_at INTEGER NOT NULL
) STRICT;
CREATE INDEX comment_filing ON comment (filing, id);

-- Who has a filing's page open now; a row lives for half a minute.
CREATE TABLE presence (
    filing TEXT NOT NULL,
    person TEXT NOT NULL,
    doing  TEXT NOT NULL CHECK (doing IN ('read','edit')),
    at     INTEGER NOT NULL,
    PRIMARY KEY (filing, person)
) STRICT, WITHOUT ROWID;
