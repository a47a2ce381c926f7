-- What the editing desk works with beside the texts themselves.
-- +goose Up

-- The text up to which a filing's changes were accepted. Without a row it is the
-- text the filing came with; what differs from it in the newest text is a change
-- that waits for its answer.
CREATE TABLE settled (
    filing    TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES filing (id),
    revision  BIGINT NOT NULL CHECK (revision >= 0),
    by_person TEXT COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL,
    title     TEXT COLLATE "C" NOT NULL,
    body      TEXT COLLATE "C" NOT NULL
);

-- What the desk's people say to each other about a text: on a paragraph (0 is
-- the title) of the revision they saw, perhaps on a phrase of it.
CREATE TABLE comment (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    filing      TEXT COLLATE "C" NOT NULL REFERENCES filing (id),
    thread      TEXT COLLATE "C" NOT NULL,
    revision    BIGINT NOT NULL CHECK (revision >= 0),
    para        BIGINT NOT NULL CHECK (para >= 0),
    quote       TEXT COLLATE "C" NOT NULL,
    body        TEXT COLLATE "C" NOT NULL CHECK (body <> ''),
    by_person   TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    resolved_by TEXT COLLATE "C" NOT NULL,
    resolved_at BIGINT NOT NULL
);
CREATE INDEX comment_filing ON comment (filing, id);

-- Who has a filing's page open now; a row lives for half a minute.
CREATE TABLE presence (
    filing TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    doing  TEXT COLLATE "C" NOT NULL CHECK (doing IN ('read','edit')),
    at     BIGINT NOT NULL,
    PRIMARY KEY (filing, person)
);
