-- The projections. On SQLite they lie in index.db, which readers have attached.

-- Takes the cursor's row, so that one projection is written by one at a time.
-- name: cursor_take
INSERT INTO px_cursor (name, position) VALUES ($1, 0)
ON CONFLICT (name) DO UPDATE SET position = px_cursor.position
RETURNING position

-- name: cursors
SELECT name, position FROM px_cursor ORDER BY name

-- name: cursor_move
UPDATE px_cursor SET position = $2 WHERE name = $1

-- name: cursor_drop
DELETE FROM px_cursor WHERE name = $1

-- name: doc_digest
SELECT digest FROM px_doc WHERE noun = $1 AND id = $2

-- name: doc_put
INSERT INTO px_doc (noun, id, unit, office, title, state, at, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (noun, id) DO UPDATE SET unit = excluded.unit, office = excluded.office, title = excluded.title,
	state = excluded.state, at = excluded.at, digest = excluded.digest

-- name: doc_drop
DELETE FROM px_doc WHERE noun = $1 AND id = $2

-- name: docs_clear
DELETE FROM px_doc

-- name: docs_dump
SELECT noun, id, unit, office, title, state, at, digest FROM px_doc ORDER BY noun, id

-- name: event_put
INSERT INTO px_event (fact, filing, desk, recorded, body) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (fact, filing) DO UPDATE SET desk = excluded.desk, recorded = excluded.recorded, body = excluded.body

-- name: events_clear
DELETE FROM px_event

-- name: events_dump
SELECT body FROM px_event ORDER BY fact, filing

-- name: events_at
SELECT body FROM px_event WHERE desk = $1 AND recorded >= $2 AND recorded < $3 ORDER BY recorded, fact, filing
