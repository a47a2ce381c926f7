-- A fact may wait for the sequencer here, but not be forgotten by it.

-- name: inv_fact_without_position
SELECT f.id AS fact
FROM fact f
LEFT JOIN fact_position p ON p.fact = f.id
LEFT JOIN fact_waiting w ON w.fact = f.id
WHERE p.fact IS NULL AND w.fact IS NULL
ORDER BY f.id

-- name: inv_position_without_fact
SELECT p.position, p.fact FROM fact_position p LEFT JOIN fact f ON f.id = p.fact WHERE f.id IS NULL ORDER BY p.position
