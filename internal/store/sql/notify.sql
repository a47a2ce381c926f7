-- Notifications: what there is to read (a projection), what was read, where
-- copies go.

-- fragment: note_columns
n.who, n.position, n.kind, n.actor, n.at, n.body

-- name: note_put
INSERT INTO px_note (who, position, kind, actor, at, body) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (who, position) DO NOTHING

-- name: note_drop
DELETE FROM px_note WHERE who = $1 AND position = $2

-- name: notes_clear
DELETE FROM px_note

-- name: notes_dump
SELECT {note_columns} FROM px_note n ORDER BY n.who, n.position

-- Of one address, newest first: since a moment, without what one did oneself.
-- name: notes_before
SELECT {note_columns}, CASE WHEN n.position <= $5 THEN 1 WHEN r.position IS NULL THEN 0 ELSE 1 END
FROM px_note n LEFT JOIN notify_read r ON r.person = $2 AND r.position = n.position
WHERE n.who = $1 AND n.position < $3 AND n.at >= $4 AND n.actor <> $2
ORDER BY n.position DESC LIMIT $6

-- name: notes_unread_before
SELECT {note_columns}, 0
FROM px_note n
WHERE n.who = $1 AND n.position < $3 AND n.position > $5 AND n.at >= $4 AND n.actor <> $2
AND NOT EXISTS (SELECT 1 FROM notify_read r WHERE r.person = $2 AND r.position = n.position)
ORDER BY n.position DESC LIMIT $6

-- name: notes_after
SELECT {note_columns}, 0
FROM px_note n
WHERE n.who = $1 AND n.position > $3 AND n.at >= $4 AND n.actor <> $2
ORDER BY n.position LIMIT $5

-- name: note_at
SELECT {note_columns}, 0 FROM px_note n WHERE n.who = $1 AND n.position = $2

-- name: note_read
INSERT INTO notify_read (person, position, at) VALUES ($1, $2, $3) ON CONFLICT (person, position) DO NOTHING

-- name: notes_read_drop
DELETE FROM notify_read WHERE person = $1 AND position <= $2

-- name: notify_person_get
SELECT person, seen, quiet_from, quiet_until, weekends FROM notify_person WHERE person = $1

-- name: notify_person_put
INSERT INTO notify_person (person, seen, quiet_from, quiet_until, weekends) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person) DO UPDATE SET seen = excluded.seen, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, weekends = excluded.weekends

-- fragment: notify_channel_columns
person, channel, address, state, kinds, secret, code, code_until, tries, asked, asked_at, position, version

-- name: notify_channel_insert
INSERT INTO notify_channel ({notify_channel_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)

-- name: notify_channel_save
UPDATE notify_channel SET version = version + 1, address = $4, state = $5, kinds = $6, secret = $7, code = $8, code_until = $9,
    tries = $10, asked = $11, asked_at = $12, position = $13
WHERE person = $1 AND channel = $2 AND version = $3

-- name: notify_channels_of
SELECT {notify_channel_columns} FROM notify_channel WHERE person = $1 ORDER BY channel

-- name: notify_channels_on
SELECT {notify_channel_columns} FROM notify_channel WHERE state = 'on' ORDER BY person, channel

-- name: notify_channel_drop
DELETE FROM notify_channel WHERE person = $1 AND channel = $2

-- name: notify_channel_move
UPDATE notify_channel SET position = $4 WHERE person = $1 AND channel = $2 AND position = $3 AND state = 'on'

-- fragment: notify_send_columns
person, channel, position, state, attempts, next_at, at, problem

-- name: notify_send_insert
INSERT INTO notify_send ({notify_send_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (person, channel, position) DO NOTHING

-- Whoever finds the attempts and the moment he read has the row.
-- name: notify_send_move
UPDATE notify_send SET state = $6, attempts = $7, next_at = $8, at = $9, problem = $10
WHERE person = $1 AND channel = $2 AND position = $3 AND attempts = $4 AND state = $5

-- name: notify_sends_due
SELECT {notify_send_columns} FROM notify_send WHERE next_at > 0 AND next_at <= $1 ORDER BY next_at LIMIT $2

-- name: notify_sends_drop
DELETE FROM notify_send WHERE person = $1 AND channel = $2 AND next_at > 0

-- name: notify_sends_of
SELECT {notify_send_columns} FROM notify_send WHERE person = $1 ORDER BY position DESC LIMIT $2

-- name: notify_sent_since
SELECT count(*) FROM notify_send WHERE person = $1 AND channel = $2 AND state = 'sent' AND at >= $3

-- Duties whose day has come and of which nobody was told: the unit that must act
-- a day before, and again when it is over.
-- name: duties_to_remind
SELECT {duty_columns} FROM duty d
WHERE d.state = 'passed_on' AND d.due > 0 AND d.due <= $2
AND NOT EXISTS (SELECT 1 FROM duty_reminder r WHERE r.duty = d.id AND r.stage = $1 AND r.due = d.due)
ORDER BY d.due, d.id LIMIT $3

-- name: duty_reminder_put
INSERT INTO duty_reminder (duty, stage, due, at) VALUES ($1, $2, $3, $4) ON CONFLICT (duty, stage, due) DO NOTHING
