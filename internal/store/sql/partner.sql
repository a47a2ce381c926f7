-- Units that stand behind an item beside its own.

-- fragment: partner_columns
p.item, p.unit, p.place, p.num, p.den, p.round, p.checks, p.asked, p.since, p.revision, p.off, p.reason

-- name: partners_of
SELECT {partner_columns} FROM partner p WHERE p.item = $1 ORDER BY p.place, p.unit

-- name: partners_of_all
SELECT {partner_columns} FROM partner p WHERE p.item IN (SELECT v FROM {set $1}) ORDER BY p.item, p.place, p.unit

-- name: partner_among
SELECT DISTINCT p.item FROM partner p
WHERE p.item IN (SELECT v FROM {set $1}) AND p.asked > 0 AND p.off = 0 AND p.unit IN (SELECT v FROM {set $2})

-- name: partner_put
INSERT INTO partner (item, unit, place, num, den, round, checks, asked, since, revision, off, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (item, unit) DO UPDATE SET place = excluded.place, num = excluded.num, den = excluded.den, round = excluded.round,
    checks = excluded.checks, asked = excluded.asked, since = excluded.since, revision = excluded.revision, off = excluded.off, reason = excluded.reason

-- name: partner_drop
DELETE FROM partner WHERE item = $1 AND unit = $2

-- name: partner_open
-- Where a unit is a partner of what has not left the lead unit yet.
SELECT {partner_columns} FROM partner p JOIN item i ON i.id = p.item
WHERE p.unit = $1 AND p.off = 0 AND i.state IN ('draft', 'submitted', 'sent_back') ORDER BY p.item

-- name: countersign_insert
INSERT INTO countersign (item, unit, round, step, revision, person, post, at, remark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: countersign_drop
DELETE FROM countersign WHERE item = $1 AND unit = $2 AND round = $3 AND step = $4 AND revision = $5

-- name: countersigns_of
SELECT item, unit, round, step, revision, person, post, at, remark FROM countersign
WHERE item = $1 AND ($2 = 0 OR round = $2) ORDER BY round, at, unit, revision, step

-- name: countersigns_of_all
SELECT item, unit, round, step, revision, person, post, at, remark FROM countersign
WHERE item IN (SELECT v FROM {set $1}) ORDER BY item, round, at, unit, revision, step
