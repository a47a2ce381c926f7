-- The projections, in a file of their own so that indexing never holds the
-- writer of the truth. Everything here can be dropped and made again.
-- +goose Up
CREATE TABLE px_cursor (
	name     TEXT    NOT NULL PRIMARY KEY,
	position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE px_doc (
	doc    INTEGER PRIMARY KEY,
	noun   TEXT    NOT NULL,
	id     TEXT    NOT NULL,
	unit   TEXT    NOT NULL,
	office TEXT    NOT NULL,
	title  TEXT    NOT NULL,
	state  TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	digest TEXT    NOT NULL, -- of the tokens, which the index below keeps in its own form
	UNIQUE (noun, id)
) STRICT;

-- The tokens are made in Go for both engines; the tokenizer only splits at
-- spaces. Who may see a text stands beside it as tokens of its own, so that a
-- reader's search never walks through what he may not see.
CREATE VIRTUAL TABLE px_text USING fts5 (
	title,
	tokens,
	who,
	content = '',
	contentless_delete = 1,
	tokenize = 'ascii'
);

-- A round of indexing is gathered in memory before it is written out.
INSERT INTO px_text (px_text, rank) VALUES ('hashsize', 16777216);

CREATE TABLE px_event (
	fact     TEXT    NOT NULL,
	filing   TEXT    NOT NULL,
	desk     TEXT    NOT NULL,
	recorded INTEGER NOT NULL,
	body     TEXT    NOT NULL,
	PRIMARY KEY (fact, filing)
) STRICT, WITHOUT ROWID;
CREATE INDEX px_event_by_desk ON px_event (desk, recorded, fact);
