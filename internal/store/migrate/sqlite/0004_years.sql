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
