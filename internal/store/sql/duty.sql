-- What was asked of units.

-- fragment: duty_columns
d.id, d.kind, d.office, d.filing, d.item, d.placement, d.issue, d.leader, d.leader_as, d.text, d.disclosed, d.state, d.unit,
d.due, d.answer, d.answer_by, d.answer_at, d.remark, d.given, d.updated, d.version

-- name: duty_insert
INSERT INTO duty (id, kind, office, filing, item, placement, issue, leader, leader_as, text, disclosed, state, unit, due,
    answer, answer_by, answer_at, remark, given, updated, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 1)

-- name: duty_save
UPDATE duty SET version = version + 1, disclosed = $3, state = $4, unit = $5, due = $6, answer = $7, answer_by = $8,
    answer_at = $9, remark = $10, updated = $11
WHERE id = $1 AND version = $2

-- name: duty_delete
DELETE FROM duty WHERE id = $1 AND version = $2

-- name: duty_get
SELECT {duty_columns} FROM duty d WHERE d.id = $1

-- name: duties_of
SELECT {duty_columns} FROM duty d WHERE d.filing = $1 ORDER BY d.id

-- The lists. $1 and $2 are the sight, $3 the place, $4 its one state; then office
-- and unit, each '' for any; $7 and $8 are the cursor, $10 and $11 from when until
-- when it was given, $12 units of which one asks or acts, none for any, $13 whether
-- only what no clock runs for.

-- fragment: duty_match
d.state = $4 AND ($5 = '' OR d.office = $5) AND ($6 = '' OR d.unit = $6)
AND d.given >= $10 AND d.given < $11
AND ($12 = '[]' OR d.office IN (SELECT v FROM {set $12}) OR d.unit IN (SELECT v FROM {set $12}))
AND (CAST($13 AS bigint) = 0 OR d.due = 0 OR d.state = 'answered') AND {sees_duty}

-- fragment: duty_page
(d.given, d.id) < ($7, $8) AND {duty_match} ORDER BY d.given DESC, d.id DESC LIMIT $9

-- fragment: duty_page_oldest
(d.given, d.id) > ($7, $8) AND {duty_match} ORDER BY d.given, d.id LIMIT $9

-- fragment: duty_page_due
d.due > 0 AND (d.due, d.id) > ($7, $8) AND {duty_match} ORDER BY d.due, d.id LIMIT $9

-- name: duty_list_office
SELECT {duty_columns} FROM duty d WHERE d.office = $3 AND {duty_page}

-- name: duty_list_unit
SELECT {duty_columns} FROM duty d WHERE d.unit = $3 AND d.unit <> '' AND {duty_page}

-- name: duty_list_office_oldest
SELECT {duty_columns} FROM duty d WHERE d.office = $3 AND {duty_page_oldest}

-- name: duty_list_unit_oldest
SELECT {duty_columns} FROM duty d WHERE d.unit = $3 AND d.unit <> '' AND {duty_page_oldest}

-- name: duty_list_office_due
SELECT {duty_columns} FROM duty d WHERE d.office = $3 AND {duty_page_due}

-- name: duty_list_unit_due
SELECT {duty_columns} FROM duty d WHERE d.unit = $3 AND d.unit <> '' AND {duty_page_due}

-- fragment: duty_counted
d.state = s.v AND ($4 = '' OR d.office = $4) AND ($5 = '' OR d.unit = $5) AND d.given >= $6 AND d.given < $7
AND ($8 = '[]' OR d.office IN (SELECT v FROM {set $8}) OR d.unit IN (SELECT v FROM {set $8}))

-- What {sees_duty} lets through, by the two indexes: what the desks gave, and what
-- else was passed on to the units.
-- name: duty_counts
SELECT s.v, (SELECT count(*) FROM (
    SELECT d.id FROM duty d WHERE d.office IN (SELECT v FROM {set $2}) AND {duty_counted}
    UNION ALL
    SELECT d.id FROM duty d WHERE d.unit IN (SELECT v FROM {set $1}) AND d.unit <> '' AND d.state <> 'recorded'
    AND d.office NOT IN (SELECT v FROM {set $2}) AND {duty_counted}
    LIMIT $9) AS counted)
FROM (SELECT v FROM {set $3}) AS s
