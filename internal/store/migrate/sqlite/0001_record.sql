-- The record: facts, their payloads apart, their positions, the seal; the
-- installation's own few values and the idempotency keys.
-- +goose Up
CREATE TABLE installation (
	name  TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fact (
	id        TEXT    NOT NULL PRIMARY KEY,
	kind      TEXT    NOT NULL,
	kind_v    INTEGER NOT NULL,
	noun      TEXT    NOT NULL,
	subject   TEXT    NOT NULL,
	subject_v INTEGER NOT NULL,
	actor     TEXT    NOT NULL,
	post      TEXT    NOT NULL,
	office    TEXT    NOT NULL,
	occurred  INTEGER NOT NULL,
	recorded  INTEGER NOT NULL,
	node      TEXT    NOT NULL,
	corrects  TEXT    NOT NULL,
	digest    TEXT    NOT NULL CHECK (length(digest) = 64)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_by_subject ON fact (subject, noun);

CREATE TABLE fact_payload (
	fact TEXT NOT NULL PRIMARY KEY,
	body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fact_position (
	position INTEGER PRIMARY KEY,
	fact     TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE block (
	number    INTEGER PRIMARY KEY,
	first     INTEGER NOT NULL,
	last      INTEGER NOT NULL CHECK (last >= first),
	prev      TEXT    NOT NULL,
	hash      TEXT    NOT NULL,
	sealed    INTEGER NOT NULL,
	signature TEXT    NOT NULL
) STRICT;

CREATE TABLE once (
	person TEXT    NOT NULL,
	key    TEXT    NOT NULL,
	hash   TEXT    NOT NULL,
	result TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;
