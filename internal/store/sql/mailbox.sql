-- Mailboxes out of which letters come.

-- fragment: mailbox_columns
office, state, host, port, tls, login, secret, folder, since, set_by, set_at, validity, last, turn, busy_until, next_at, looked_at, good_at, came, came_all, failures, problem, detail, version

-- name: mailbox_insert
INSERT INTO mailbox ({mailbox_columns})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, 1)

-- Set anew: whoever is reading it at that moment has lost it.
-- name: mailbox_save
UPDATE mailbox SET version = version + 1, state = $3, host = $4, port = $5, tls = $6, login = $7, secret = $8, folder = $9, since = $10, set_by = $11, set_at = $12,
    validity = $13, last = $14, turn = turn + 1, busy_until = 0, next_at = 0, failures = 0, problem = '', detail = ''
WHERE office = $1 AND version = $2

-- name: mailbox_get
SELECT {mailbox_columns} FROM mailbox WHERE office = $1

-- name: mailboxes_on
SELECT {mailbox_columns} FROM mailbox WHERE state = 'on' ORDER BY office

-- Whoever finds the turn he read has the mailbox until the moment he names.
-- name: mailbox_claim
UPDATE mailbox SET turn = turn + 1, busy_until = $3 WHERE office = $1 AND turn = $2 AND state = 'on'

-- name: mailbox_move
UPDATE mailbox SET validity = $3, last = $4 WHERE office = $1 AND turn = $2

-- name: mailbox_done
UPDATE mailbox SET turn = turn + 1, busy_until = 0, next_at = $3, looked_at = $4, good_at = $5, came = $6, came_all = $7, failures = $8, problem = $9, detail = $10
WHERE office = $1 AND turn = $2
