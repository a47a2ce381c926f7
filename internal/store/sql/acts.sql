-- The record by its common questions (projection "acts"), the marks that
-- restrict reading, and who opened what.

-- name: cursor_get
SELECT position FROM px_cursor WHERE name = $1

-- name: act_put
INSERT INTO px_act (position, recorded, actor, office, kind, noun) VALUES {rows 6}

-- name: acts_clear
DELETE FROM px_act

-- name: acts_dump
SELECT position, recorded, actor, office, kind, noun FROM px_act ORDER BY position

-- The rest of the question is asked of the rows that the index gives; $5 and $6
-- are the stretch of time, ($7, $8) is where the page before ended.
-- fragment: act_filter
($1 = '' OR a.actor = $1)
AND ($2 = '' OR a.office = $2)
AND ($3 = '' OR a.kind = $3)
AND ($4 = '' OR a.noun = $4)
AND a.recorded >= $5 AND a.recorded < $6 AND (a.recorded, a.position) < ($7, $8)
ORDER BY a.recorded DESC, a.position DESC
LIMIT $9

-- name: acts_by_time
SELECT {fact_columns}
FROM (SELECT a.position, a.recorded FROM px_act a WHERE {act_filter}) hit CROSS JOIN {facts_placed}
WHERE {fact_at} = hit.position
ORDER BY hit.recorded DESC, hit.position DESC

-- name: acts_by_actor
SELECT {fact_columns}
FROM (SELECT a.position, a.recorded FROM px_act a WHERE a.actor = $1 AND {act_filter}) hit CROSS JOIN {facts_placed}
WHERE {fact_at} = hit.position
ORDER BY hit.recorded DESC, hit.position DESC

-- name: acts_by_office
SELECT {fact_columns}
FROM (SELECT a.position, a.recorded FROM px_act a WHERE a.office = $2 AND {act_filter}) hit CROSS JOIN {facts_placed}
WHERE {fact_at} = hit.position
ORDER BY hit.recorded DESC, hit.position DESC

-- name: acts_by_kind
SELECT {fact_columns}
FROM (SELECT a.position, a.recorded FROM px_act a WHERE a.kind = $3 AND {act_filter}) hit CROSS JOIN {facts_placed}
WHERE {fact_at} = hit.position
ORDER BY hit.recorded DESC, hit.position DESC

-- What the worker has not reached yet: after $10.
-- name: acts_newest
SELECT {fact_columns}
FROM {facts_placed}
WHERE ($1 = '' OR f.actor = $1)
AND ($2 = '' OR f.office = $2)
AND ($3 = '' OR f.kind = $3)
AND ($4 = '' OR f.noun = $4)
AND f.recorded >= $5 AND f.recorded < $6 AND (f.recorded < $7 OR f.recorded = $7 AND {fact_at} < $8)
AND {fact_at} > $10
ORDER BY f.recorded DESC, {fact_at} DESC
LIMIT $9

-- name: fact_at
SELECT {fact_columns} FROM {facts_placed} WHERE {fact_at} = $1

-- name: blocks_between
SELECT number, first, last, prev, hash, sealed, signature FROM block WHERE number >= $1 AND number <= $2 ORDER BY number

-- The block that seals a position, if one does.
-- name: block_with
SELECT number, first, last, prev, hash, sealed, signature FROM block WHERE last >= $1 AND first <= $1 ORDER BY number LIMIT 1

-- name: restricted_get
SELECT noun, id, unit, person, at, reason FROM restricted WHERE noun = $1 AND id = $2

-- name: restricted_put
INSERT INTO restricted (noun, id, unit, person, at, reason) VALUES ($1, $2, $3, $4, $5, $6)

-- name: restricted_drop
DELETE FROM restricted WHERE noun = $1 AND id = $2

-- name: opening_put
INSERT INTO opening (noun, id, person, revision, day, post, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (noun, id, person, revision, day) DO NOTHING

-- name: opening_there
SELECT 1 FROM opening WHERE noun = $1 AND id = $2 AND person = $3 AND revision = $4 AND day = $5

-- name: openings_of
SELECT noun, id, person, revision, day, post, at FROM opening WHERE noun = $1 AND id = $2 ORDER BY at DESC, person LIMIT $3
