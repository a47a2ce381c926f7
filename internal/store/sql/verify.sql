-- What must hold. A statement called inv_… lists what breaks it and returns no
-- row on a healthy installation; verify runs them all.

-- name: verify_revisions
SELECT id, title, body, hash FROM revision WHERE id > $1 ORDER BY id LIMIT $2

-- name: inv_fact_without_payload
SELECT id AS fact FROM fact WHERE body = '' ORDER BY id
