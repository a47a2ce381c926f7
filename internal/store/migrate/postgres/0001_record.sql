-- The record: facts, their payloads apart, their positions, the seal; the
-- installation's own few values and the idempotency keys. The projections,
-- which have a file of their own on SQLite, stand below.
-- +goose Up
CREATE TABLE installation (
	name  text COLLATE "C" NOT NULL PRIMARY KEY,
	value text NOT NULL
);

-- Who is the sequencer, and until when.
CREATE TABLE lease (
	name   text COLLATE "C" NOT NULL PRIMARY KEY,
	holder text   NOT NULL,
	until  bigint NOT NULL
);

CREATE TABLE fact (
	id        text COLLATE "C" NOT NULL PRIMARY KEY,
	kind      text    NOT NULL,
	kind_v    bigint  NOT NULL,
	noun      text    NOT NULL,
	subject   text COLLATE "C" NOT NULL,
	subject_v bigint  NOT NULL,
	actor     text    NOT NULL,
	post      text    NOT NULL,
	office    text    NOT NULL,
	occurred  bigint  NOT NULL,
	recorded  bigint  NOT NULL,
	node      text    NOT NULL,
	corrects  text    NOT NULL,
	digest    text    NOT NULL CHECK (length(digest) = 64)
);
CREATE INDEX fact_by_subject ON fact (subject, noun);

CREATE TABLE fact_payload (
	fact text COLLATE "C" NOT NULL PRIMARY KEY,
	body text NOT NULL
);

CREATE TABLE fact_position (
	position bigint NOT NULL PRIMARY KEY,
	fact     text COLLATE "C" NOT NULL UNIQUE
);

-- Committed facts that wait for the sequencer.
CREATE TABLE fact_waiting (
	fact text COLLATE "C" NOT NULL PRIMARY KEY
);

CREATE TABLE block (
	number    bigint NOT NULL PRIMARY KEY,
	first     bigint NOT NULL,
	last      bigint NOT NULL CHECK (last >= first),
	prev      text   NOT NULL,
	hash      text   NOT NULL,
	sealed    bigint NOT NULL,
	signature text   NOT NULL
);

CREATE TABLE once (
	person text COLLATE "C" NOT NULL,
	key    text COLLATE "C" NOT NULL,
	hash   text   NOT NULL,
	result text   NOT NULL,
	at     bigint NOT NULL,
	PRIMARY KEY (person, key)
);

CREATE TABLE px_cursor (
	name     text   NOT NULL PRIMARY KEY,
	position bigint NOT NULL
);

CREATE TABLE px_doc (
	noun   text COLLATE "C" NOT NULL,
	id     text COLLATE "C" NOT NULL,
	unit   text COLLATE "C" NOT NULL,
	office text COLLATE "C" NOT NULL,
	title  text   NOT NULL,
	state  text   NOT NULL,
	at     bigint NOT NULL,
	digest text   NOT NULL, -- of the tokens, which the column below keeps in its own form
	tokens tsvector NOT NULL DEFAULT '',
	PRIMARY KEY (noun, id)
);
CREATE INDEX px_doc_tokens ON px_doc USING gin (tokens);

CREATE TABLE px_event (
	fact     text COLLATE "C" NOT NULL,
	filing   text COLLATE "C" NOT NULL,
	desk     text COLLATE "C" NOT NULL,
	recorded bigint NOT NULL,
	body     text   NOT NULL,
	PRIMARY KEY (fact, filing)
);
CREATE INDEX px_event_by_desk ON px_event (desk, recorded, fact);
