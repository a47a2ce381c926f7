-- Changes of units, and what the preview of a change or a hand-over looks at.

-- fragment: change_columns
id, unit, act, day, state, input, steps, why, by_person, post, made, done, version

-- name: change_insert
INSERT INTO unit_change ({change_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)

-- name: change_save
UPDATE unit_change SET version = version + 1, state = $3, steps = $4, why = $5, done = $6 WHERE id = $1 AND version = $2

-- name: change_get
SELECT {change_columns} FROM unit_change WHERE id = $1

-- name: changes_of
SELECT {change_columns} FROM unit_change WHERE unit = $1 ORDER BY made DESC, id DESC LIMIT $2

-- name: changes_due
SELECT {change_columns} FROM unit_change WHERE state = 'planned' AND day <= $1 ORDER BY day, id LIMIT $2

-- name: changes_planned
SELECT {change_columns} FROM unit_change WHERE state = 'planned' AND id > $1 ORDER BY id LIMIT $2

-- name: unit_heirs
-- The units that were merged into these, and into those, with whose heir each
-- one's matters are. The depth bounds the walk.
WITH RECURSIVE before (id, heir, depth) AS (
    SELECT u.id, u.successor, 1 FROM unit u
    WHERE u.successor <> '' AND u.successor IN (SELECT v FROM {set $1}) AND u.ended > 0 AND u.ended <= $2
    UNION ALL
    SELECT u.id, b.heir, b.depth + 1 FROM before b JOIN unit u ON u.successor = b.id
    WHERE u.successor <> '' AND u.ended > 0 AND u.ended <= $2 AND b.depth < 12
)
SELECT id, heir FROM before ORDER BY heir, id

-- name: unit_past_drop
DELETE FROM unit_past WHERE unit = $1 AND from_day = $2 AND until_day = $3 AND name = $4 AND parent = $5

-- name: unit_pasts_all
SELECT unit, name, short, level, parent, from_day, until_day FROM unit_past WHERE unit IN (SELECT v FROM {set $1})
ORDER BY unit, until_day, from_day

-- name: items_open
-- What has not left its unit, or was sent back to it.
SELECT {item_columns} FROM item i WHERE i.unit = $1 AND i.state IN ('draft', 'submitted', 'sent_back')
AND ($2 = '' OR i.writer = $2) ORDER BY i.updated, i.id LIMIT $3

-- name: item_move
UPDATE item SET version = version + 1, unit = $3, writer = $4, lines = $5 WHERE id = $1 AND version = $2

-- name: filings_held
SELECT {filing_columns} FROM filing f WHERE f.holder = $1 AND f.holder <> ''
AND f.state IN ('filed', 'received', 'editing', 'ready', 'held', 'returned') ORDER BY f.since, f.id LIMIT $2

-- name: filings_open_from
SELECT f.office, f.state, count(*) FROM filing f WHERE f.unit = $1
AND f.state IN ('filed', 'received', 'editing', 'ready', 'held', 'returned', 'outside') GROUP BY f.office, f.state ORDER BY f.office, f.state

-- name: duties_open_of
SELECT count(*) FROM duty d WHERE d.unit = $1 AND d.unit <> '' AND d.state IN ('passed_on', 'answered')

-- name: readings_of
SELECT publication, unit, manner, rank FROM reader WHERE unit = $1 ORDER BY publication

-- name: classes_of
SELECT office, year, unit, class, target FROM class WHERE unit = $1 AND year = $2 ORDER BY office

-- name: people_find
-- $1 is a text within the name or login, $2 a unit, $3 a role, $4 1 = only the
-- active, 2 = only the others; '' and 0 are any. $5 is today, for posts.
SELECT {person_columns} FROM person p WHERE p.login > $6
AND ($1 = '' OR p.name LIKE $1 ESCAPE '\' OR p.login LIKE $1 ESCAPE '\')
AND ($4 = 0 OR p.active = 2 - $4)
AND (($2 = '' AND $3 = '') OR EXISTS (SELECT 1 FROM post o WHERE o.person = p.id AND ($2 = '' OR o.unit = $2)
    AND ($3 = '' OR o.role = $3) AND (o.until_day = 0 OR o.until_day > $5)))
ORDER BY p.login LIMIT $7
