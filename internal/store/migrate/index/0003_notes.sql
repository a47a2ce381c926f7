-- What there is to read: to a person, or to everybody in a post of a unit.
-- +goose Up
CREATE TABLE px_note (
	who      TEXT    NOT NULL,
	position INTEGER NOT NULL,
	kind     TEXT    NOT NULL,
	actor    TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	body     TEXT    NOT NULL,
	PRIMARY KEY (who, position)
) STRICT, WITHOUT ROWID;
