-- Writing.
-- +goose Up

-- Which checker has looked at what was laid before him: until one has, the writer
-- may take the sending back. A mark beside the item, because looking is no
-- change of it and nobody counts it.
CREATE TABLE looked (
	item   TEXT    NOT NULL REFERENCES item (id),
	round  INTEGER NOT NULL CHECK (round >= 1),
	person TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	PRIMARY KEY (item, round, person)
) STRICT, WITHOUT ROWID;
