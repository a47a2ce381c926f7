-- The record: facts, payloads, positions, blocks; the installation's values;
-- idempotency keys.

-- name: installation_keep
INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING

-- name: installation_get
SELECT value FROM installation WHERE name = $1

-- name: once_get
SELECT hash, result FROM once WHERE person = $1 AND key = $2

-- name: once_keep
INSERT INTO once (person, key, hash, result, at) VALUES {rows 5}

-- name: fact_insert
INSERT INTO fact (id, kind, kind_v, noun, subject, subject_v, actor, post, office, occurred, recorded, node, corrects, digest)
VALUES {rows 14}

-- name: payload_insert
INSERT INTO fact_payload (fact, body) VALUES {rows 2}

-- name: position_insert
INSERT INTO fact_position (position, fact) VALUES {rows 2}

-- name: position_last
SELECT coalesce(max(position), 0) FROM fact_position

-- fragment: fact_columns
p.position, f.id, f.kind, f.kind_v, f.noun, f.subject, f.subject_v, f.actor, f.post, f.office,
f.occurred, f.recorded, f.node, f.corrects, f.digest, b.body

-- name: facts_after
SELECT {fact_columns}
FROM fact_position p
JOIN fact f ON f.id = p.fact
LEFT JOIN fact_payload b ON b.fact = f.id
WHERE p.position > $1
ORDER BY p.position
LIMIT $2

-- name: facts_of
SELECT {fact_columns}
FROM fact f
LEFT JOIN fact_position p ON p.fact = f.id
LEFT JOIN fact_payload b ON b.fact = f.id
WHERE f.subject = $1 AND f.noun = $2
ORDER BY CASE WHEN p.position IS NULL THEN 1 ELSE 0 END, p.position, f.recorded, f.id
LIMIT $3

-- fragment: fact_filter
($2 = '' OR f.actor = $2)
AND ($3 = '' OR f.noun = $3)
AND ($4 = '' OR f.kind = $4)
AND ($5 = '' OR f.office = $5)
AND f.recorded >= $6 AND f.recorded < $7 AND p.position < $8

-- name: facts_find_subject
SELECT {fact_columns}
FROM fact f
JOIN fact_position p ON p.fact = f.id
LEFT JOIN fact_payload b ON b.fact = f.id
WHERE f.subject = $1 AND {fact_filter}
ORDER BY p.position DESC
LIMIT $9

-- The whole record, newest first; $1 is always empty here.
-- name: facts_find
SELECT {fact_columns}
FROM fact_position p
JOIN fact f ON f.id = p.fact
LEFT JOIN fact_payload b ON b.fact = f.id
WHERE $1 = '' AND {fact_filter}
ORDER BY p.position DESC
LIMIT $9

-- name: block_last
SELECT number, first, last, prev, hash, sealed, signature FROM block ORDER BY number DESC LIMIT 1

-- name: blocks
SELECT number, first, last, prev, hash, sealed, signature FROM block ORDER BY number

-- name: block_insert
INSERT INTO block (number, first, last, prev, hash, sealed, signature) VALUES ($1, $2, $3, $4, $5, $6, $7)
