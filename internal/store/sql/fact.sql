-- The record: facts, payloads, positions, blocks; the installation's values;
-- idempotency keys.

-- name: installation_keep
INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING

-- name: installation_get
SELECT value FROM installation WHERE name = $1

-- name: once_get
SELECT hash, result FROM once WHERE person = $1 AND key = $2

-- name: once_keep
INSERT INTO once (person, key, hash, result, at) VALUES ($1, $2, $3, $4, $5)

-- name: fact_insert
INSERT INTO fact (id, kind, kind_v, noun, subject, subject_v, actor, post, office, occurred, recorded, node, corrects, digest)
VALUES {rows 14}

-- name: payload_insert
INSERT INTO fact_payload (fact, body) VALUES {rows 2}

-- name: position_insert
INSERT INTO fact_position (position, fact) VALUES {rows 2}

-- name: position_last
SELECT coalesce(max(position), 0) FROM fact_position
