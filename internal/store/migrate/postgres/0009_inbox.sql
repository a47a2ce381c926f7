-- What a desk's inbox works with: what can be undone, what one verb on many
-- filings came to, views people keep, and letters that wait to be entered.
-- +goose Up

-- The newest deed at a filing that can be taken back, with what the filing was
-- before. It counts as long as the filing is at that version.
CREATE TABLE deed (
    filing TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES filing (id),
    person TEXT COLLATE "C" NOT NULL,
    verb TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    before TEXT COLLATE "C" NOT NULL
);

-- One verb done to many filings: what went and what did not, for the page after
-- it. A row lives for a day.
CREATE TABLE together (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    person TEXT COLLATE "C" NOT NULL,
    verb TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    results TEXT COLLATE "C" NOT NULL
);
CREATE INDEX together_at ON together (at);

-- A list with its filters under a name: one person's, or with person '' the
-- office's.
CREATE TABLE saved_view (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
    query TEXT COLLATE "C" NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX saved_view_office ON saved_view (office, person);

-- Which view a person's inbox opens with.
CREATE TABLE first_view (
    person TEXT COLLATE "C" NOT NULL,
    office TEXT COLLATE "C" NOT NULL,
    view TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person, office)
);

-- What came to a desk by mail, on paper or as a picture and is not entered yet:
-- a draft until a person enters it for a unit or drops it.
CREATE TABLE letter (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('new','entered','dropped')),
    channel TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    sender TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    message TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    remark TEXT COLLATE "C" NOT NULL,
    sent      BIGINT NOT NULL,
    came      BIGINT NOT NULL,
    filing TEXT COLLATE "C" NOT NULL,
    by_person TEXT COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL,
    version   BIGINT NOT NULL
);
CREATE INDEX letter_office ON letter (office, state, came, id);
CREATE UNIQUE INDEX letter_message ON letter (office, message);

CREATE TABLE letter_file (
    letter TEXT COLLATE "C" NOT NULL REFERENCES letter (id),
    rank   BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    media TEXT COLLATE "C" NOT NULL,
    size   BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (letter, rank)
);

-- From which address a unit writes, as a person once confirmed.
CREATE TABLE sender (
    office TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    by_person TEXT COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (office, address)
);

-- A word that stands in every tenth text is found by walking from the newest on
-- until the page is full.
CREATE INDEX px_doc_recent ON px_doc (at DESC, id DESC);
