-- Passwords, sessions and tokens: hashes only.

-- name: password_set
INSERT INTO password (person, hash, at) VALUES ($1, $2, $3)
ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, at = excluded.at

-- name: password_get
SELECT hash FROM password WHERE person = $1

-- fragment: session_columns
id, person, post, form, created, seen, expires, locale, theme, size

-- name: session_insert
INSERT INTO session ({session_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: session_get
SELECT {session_columns} FROM session WHERE id = $1

-- name: session_touch
UPDATE session SET seen = $2 WHERE id = $1

-- name: session_save
UPDATE session SET post = $2, form = $3, seen = $4, expires = $5, locale = $6, theme = $7, size = $8 WHERE id = $1

-- name: session_drop
DELETE FROM session WHERE id = $1

-- name: session_drop_all
DELETE FROM session WHERE person = $1

-- fragment: token_columns
id, hash, person, name, scopes, created, expires, revoked, used

-- name: token_insert
INSERT INTO token ({token_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: token_by_hash
SELECT {token_columns} FROM token WHERE hash = $1

-- name: token_get
SELECT {token_columns} FROM token WHERE id = $1

-- name: tokens_of
SELECT {token_columns} FROM token WHERE person = $1 ORDER BY id

-- name: token_revoke
UPDATE token SET revoked = CASE revoked WHEN 0 THEN $2 ELSE revoked END WHERE id = $1
