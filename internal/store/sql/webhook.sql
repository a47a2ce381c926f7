-- Where facts are sent on to. Few rows: no list of these is hot.

-- fragment: webhook_columns
id, unit, name, url, kinds, secret, state, reason, position, attempts, next_at, turn, taken_at, made_by, made, updated, version

-- name: webhook_insert
INSERT INTO webhook ({webhook_columns})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1)

-- name: webhook_save
UPDATE webhook SET version = version + 1, state = $3, reason = $4, attempts = $5, next_at = $6, updated = $7
WHERE id = $1 AND version = $2

-- name: webhook_get
SELECT {webhook_columns} FROM webhook WHERE id = $1

-- name: webhooks_of
SELECT {webhook_columns} FROM webhook WHERE unit = $1 ORDER BY id

-- name: webhooks_active
SELECT {webhook_columns} FROM webhook WHERE state = 'active' ORDER BY id

-- Whoever finds the turn he read has the subscription until the moment he names.
-- name: webhook_claim
UPDATE webhook SET turn = turn + 1, next_at = $3 WHERE id = $1 AND turn = $2 AND state = 'active'

-- name: webhook_move
UPDATE webhook SET turn = turn + 1, position = $3, attempts = $4, next_at = $5, taken_at = $6
WHERE id = $1 AND turn = $2

-- fragment: webhook_try_columns
webhook, turn, fact, kind, position, at, status, problem, answer

-- name: webhook_try_insert
INSERT INTO webhook_try ({webhook_try_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: webhook_tries
SELECT {webhook_try_columns} FROM webhook_try WHERE webhook = $1 ORDER BY turn DESC LIMIT $2

-- name: webhook_tries_drop
DELETE FROM webhook_try WHERE webhook = $1 AND turn <= $2
