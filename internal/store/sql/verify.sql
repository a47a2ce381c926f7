-- What must hold. A statement called inv_… lists what breaks it and returns no
-- row on a healthy installation; verify runs them all.

-- name: verify_revisions
SELECT id, title, body, hash FROM revision WHERE id > $1 ORDER BY id LIMIT $2

-- name: inv_position_without_fact
SELECT p.position, p.fact FROM fact_position p LEFT JOIN fact f ON f.id = p.fact WHERE f.id IS NULL ORDER BY p.position

-- name: inv_fact_without_payload
SELECT f.id AS fact FROM fact f LEFT JOIN fact_payload b ON b.fact = f.id WHERE b.fact IS NULL ORDER BY f.id

-- name: inv_payload_without_fact
SELECT b.fact FROM fact_payload b LEFT JOIN fact f ON f.id = b.fact WHERE f.id IS NULL ORDER BY b.fact

-- name: inv_fact_without_position
SELECT f.id AS fact FROM fact f LEFT JOIN fact_position p ON p.fact = f.id WHERE p.fact IS NULL ORDER BY f.id
