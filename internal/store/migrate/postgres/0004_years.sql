-- What an installation needs to run for years.
-- +goose Up

-- Whose reading is restricted, and by whom: an item, or a publication with all
-- its issues. A table of its own, because nearly nothing is restricted and the
-- item and the filing are written by everybody.
CREATE TABLE restricted (
	noun   TEXT COLLATE "C" NOT NULL CHECK (noun = 'item' OR noun = 'publication'),
	id     TEXT COLLATE "C" NOT NULL,
	unit   TEXT COLLATE "C" NOT NULL, -- who may lift it again
	person TEXT COLLATE "C" NOT NULL,
	at     BIGINT NOT NULL,
	reason TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (noun, id)
);

-- Who opened a restricted text: once a person, text, revision and day.
CREATE TABLE opening (
	noun     TEXT COLLATE "C" NOT NULL,
	id       TEXT COLLATE "C" NOT NULL,
	person   TEXT COLLATE "C" NOT NULL,
	revision BIGINT NOT NULL,
	day      BIGINT NOT NULL,
	post     TEXT COLLATE "C" NOT NULL,
	at       BIGINT NOT NULL,
	PRIMARY KEY (noun, id, person, revision, day)
);

-- The record by its common questions; on SQLite in index.db.
CREATE TABLE px_act (
	position BIGINT NOT NULL PRIMARY KEY,
	recorded BIGINT NOT NULL,
	actor    TEXT COLLATE "C" NOT NULL,
	office   TEXT COLLATE "C" NOT NULL,
	kind     TEXT COLLATE "C" NOT NULL,
	noun     TEXT COLLATE "C" NOT NULL
);
CREATE INDEX px_act_time ON px_act (recorded, position);
CREATE INDEX px_act_actor ON px_act (actor, recorded, position);
CREATE INDEX px_act_office ON px_act (office, recorded, position);
CREATE INDEX px_act_kind ON px_act (kind, recorded, position);
