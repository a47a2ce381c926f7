-- The record: facts, positions, blocks; the installation's values;
-- idempotency keys.

-- name: installation_keep
INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING

-- name: installation_get
SELECT value FROM installation WHERE name = $1

-- name: once_get
SELECT hash, result FROM once WHERE person = $1 AND key = $2

-- name: once_keep
INSERT INTO once (person, key, hash, result, at) VALUES {rows 5}

-- name: position_last
SELECT coalesce(max(position), 0) FROM {positions}

-- name: recorded_last
SELECT f.recorded
FROM {facts_placed}
ORDER BY {fact_at} DESC
LIMIT 1

-- fragment: envelope_columns
{fact_at}, f.id, f.kind, f.kind_v, f.noun, f.subject, f.subject_v, f.actor, f.post, f.office,
f.occurred, f.recorded, f.node, f.corrects, f.digest

-- fragment: fact_columns
{envelope_columns}, f.body

-- name: facts_after
SELECT {fact_columns}
FROM {facts_placed}
WHERE {fact_at} > $1
ORDER BY {fact_at}
LIMIT $2

-- The envelopes alone: all that the seal needs.
-- name: envelopes_after
SELECT {envelope_columns}, NULL
FROM {facts_placed}
WHERE {fact_at} > $1
ORDER BY {fact_at}
LIMIT $2

-- name: facts_of
SELECT {fact_columns}
FROM {facts_all}
WHERE f.subject = $1 AND f.noun = $2
ORDER BY CASE WHEN {fact_at} IS NULL THEN 1 ELSE 0 END, {fact_at}, f.recorded, f.id
LIMIT $3

-- fragment: fact_filter
($2 = '' OR f.actor = $2)
AND ($3 = '' OR f.noun = $3)
AND ($4 = '' OR f.kind = $4)
AND ($5 = '' OR f.office = $5)
AND f.recorded >= $6 AND f.recorded < $7 AND {fact_at} < $8

-- name: facts_find_subject
SELECT {fact_columns}
FROM {facts_placed}
WHERE f.subject = $1 AND {fact_filter}
ORDER BY {fact_at} DESC
LIMIT $9

-- name: block_last
SELECT number, first, last, prev, hash, sealed, signature FROM block ORDER BY number DESC LIMIT 1

-- name: blocks
SELECT number, first, last, prev, hash, sealed, signature FROM block ORDER BY number

-- name: block_insert
INSERT INTO block (number, first, last, prev, hash, sealed, signature) VALUES ($1, $2, $3, $4, $5, $6, $7)
