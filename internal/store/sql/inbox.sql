-- The inbox: what can be undone, views, letters.

-- name: deed_put
INSERT INTO deed (filing, person, verb, version, at, before) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (filing) DO UPDATE SET person = excluded.person, verb = excluded.verb, version = excluded.version,
    at = excluded.at, before = excluded.before

-- name: deed_get
SELECT person, verb, version, at, before FROM deed WHERE filing = $1

-- name: together_put
INSERT INTO together (id, person, verb, at, results) VALUES ($1, $2, $3, $4, $5)

-- name: together_get
SELECT person, verb, at, results FROM together WHERE id = $1

-- name: together_drop
DELETE FROM together WHERE at < $1

-- Titles at a desk in one state, the newest first.

-- name: filing_titles
SELECT id, unit, state, title, version FROM filing WHERE office = $1 AND state = $2 AND since >= $3 ORDER BY since DESC, id DESC LIMIT $4

-- fragment: view_columns
id, office, person, name, query, made_by, at

-- name: view_insert
INSERT INTO saved_view ({view_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: view_rename
UPDATE saved_view SET name = $2 WHERE id = $1

-- name: view_drop
DELETE FROM saved_view WHERE id = $1

-- name: view_get
SELECT {view_columns} FROM saved_view WHERE id = $1

-- name: views_of
SELECT {view_columns} FROM saved_view WHERE office = $1 AND person IN ('', $2) ORDER BY person, id

-- name: first_view_put
INSERT INTO first_view (person, office, view) VALUES ($1, $2, $3)
ON CONFLICT (person, office) DO UPDATE SET view = excluded.view

-- name: first_view_get
SELECT view FROM first_view WHERE person = $1 AND office = $2

-- fragment: letter_columns
id, office, state, channel, address, sender, unit, message, title, body, remark, marks, sent, came, filing, by_person, at, version

-- name: letter_insert
INSERT INTO letter ({letter_columns})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1)

-- name: letter_decide
UPDATE letter SET version = version + 1, state = $3, unit = $4, filing = $5, by_person = $6, at = $7
WHERE id = $1 AND version = $2

-- name: letter_get
SELECT {letter_columns} FROM letter WHERE id = $1

-- name: letter_by_message
SELECT {letter_columns} FROM letter WHERE office = $1 AND message = $2

-- name: letters_of
SELECT {letter_columns} FROM letter WHERE office = $1 AND state = $2 AND (came < $3 OR came = $3 AND id < $4) ORDER BY came DESC, id DESC LIMIT $5

-- name: letters_waiting
SELECT count(*) FROM letter WHERE office = $1 AND state = 'new'

-- name: letters_from
SELECT count(*) FROM letter WHERE office = $1 AND state = 'new' AND address = $2

-- name: letter_file_insert
INSERT INTO letter_file (letter, rank, name, media, size, hash) VALUES ($1, $2, $3, $4, $5, $6)

-- name: letter_files
SELECT rank, name, media, size, hash FROM letter_file WHERE letter = $1 ORDER BY rank

-- name: sender_put
INSERT INTO sender (office, address, unit, by_person, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (office, address) DO UPDATE SET unit = excluded.unit, by_person = excluded.by_person, at = excluded.at

-- name: sender_get
SELECT unit FROM sender WHERE office = $1 AND address = $2
