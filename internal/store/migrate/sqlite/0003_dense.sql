-- Fewer pages a filing: a fact, its payload and its position are one row in the
-- order of positions (they were three tables with five trees), answers to
-- idempotency keys are kept in the order they came, and the checks that every
-- filing passes are comparisons (a list of three or more made the engine build
-- a table in memory at each statement).
-- +goose Up
CREATE TABLE fact_dense (
	position  INTEGER PRIMARY KEY,
	id        TEXT    NOT NULL UNIQUE,
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
	digest    TEXT    NOT NULL CHECK (length(digest) = 64),
	body      TEXT    NOT NULL -- the payload; empty once it was lawfully erased
) STRICT;
INSERT INTO fact_dense
SELECT p.position, f.id, f.kind, f.kind_v, f.noun, f.subject, f.subject_v, f.actor, f.post, f.office,
	f.occurred, f.recorded, f.node, f.corrects, f.digest, coalesce(b.body, '')
FROM fact_position p JOIN fact f ON f.id = p.fact LEFT JOIN fact_payload b ON b.fact = f.id
ORDER BY p.position;
DROP TABLE fact_position;
DROP TABLE fact_payload;
DROP TABLE fact;
ALTER TABLE fact_dense RENAME TO fact;
CREATE INDEX fact_by_subject ON fact (subject, noun);

CREATE TABLE once_dense (
	person TEXT    NOT NULL,
	key    TEXT    NOT NULL,
	hash   TEXT    NOT NULL,
	result TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	PRIMARY KEY (person, key)
) STRICT;
INSERT INTO once_dense SELECT person, key, hash, result, at FROM once ORDER BY at;
DROP TABLE once;
ALTER TABLE once_dense RENAME TO once;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (state IN (''draft'',''submitted'',''sent_back'',''signed'',''withdrawn''))',
	'CHECK (state = ''draft'' OR state = ''submitted'' OR state = ''sent_back'' OR state = ''signed'' OR state = ''withdrawn'')')
WHERE type = 'table' AND name = 'item';
UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (state IN (''filed'',''received'',''editing'',''ready'',''held'',''declined'',''returned'',''merged'',''withdrawn'',''outside''))',
	'CHECK (state = ''filed'' OR state = ''received'' OR state = ''editing'' OR state = ''ready'' OR state = ''held'' OR state = ''declined'' OR state = ''returned'' OR state = ''merged'' OR state = ''withdrawn'' OR state = ''outside'')')
WHERE type = 'table' AND name = 'filing';
UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (step IN (''review'',''secrecy'',''signoff''))',
	'CHECK (step = ''review'' OR step = ''secrecy'' OR step = ''signoff'')')
WHERE type = 'table' AND name = 'passed';
PRAGMA writable_schema = RESET;
