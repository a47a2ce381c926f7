-- The editing desk: settled texts, comments, who is here.

-- name: settled_get
SELECT filing, revision, by_person, at, title, body FROM settled WHERE filing = $1

-- name: settled_put
INSERT INTO settled (filing, revision, by_person, at, title, body) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (filing) DO UPDATE SET revision = excluded.revision, by_person = excluded.by_person, at = excluded.at,
    title = excluded.title, body = excluded.body

-- name: revision_texts
SELECT {revision_columns}, body FROM revision WHERE noun = $1 AND owner = $2 ORDER BY number

-- fragment: comment_columns
id, filing, thread, revision, para, quote, body, by_person, at, resolved_by, resolved_at

-- name: comment_insert
INSERT INTO comment ({comment_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: comment_resolve
UPDATE comment SET resolved_by = $2, resolved_at = $3 WHERE id = $1

-- name: comment_get
SELECT {comment_columns} FROM comment WHERE id = $1

-- name: comment_count
SELECT count(*) FROM comment WHERE filing = $1

-- name: revision_newest
-- Without its text.
SELECT {revision_columns} FROM revision WHERE noun = $1 AND owner = $2 ORDER BY number DESC LIMIT 1

-- name: revision_by
-- The newest that one person left with a note; without its text.
SELECT {revision_columns} FROM revision WHERE noun = $1 AND owner = $2 AND by_person = $3 AND note = $4 ORDER BY number DESC LIMIT 1

-- name: comments_of
SELECT {comment_columns} FROM comment WHERE filing = $1 ORDER BY id

-- name: presence_put
INSERT INTO presence (filing, person, doing, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (filing, person) DO UPDATE SET doing = excluded.doing, at = excluded.at

-- name: presence_of
SELECT person, doing, at FROM presence WHERE filing = $1 AND at > $2 ORDER BY person

-- name: presence_drop
DELETE FROM presence WHERE at <= $1
