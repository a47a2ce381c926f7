-- Rulebooks. Points are never stored: they are a function of the record.

-- fragment: rulebook_columns
id, office, title, from_day, until_day, hash, by_person, at, body

-- name: rulebook_insert
INSERT INTO rulebook ({rulebook_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: rulebook_at
SELECT {rulebook_columns} FROM rulebook WHERE office = $1 AND {in_force} ORDER BY from_day DESC, at DESC, id DESC LIMIT 1

-- name: rulebooks_of
SELECT {rulebook_columns} FROM rulebook WHERE office = $1 ORDER BY from_day DESC, at DESC, id DESC
