-- Publications, issues and placements.

-- fragment: publication_columns
id, office, code, name, level, columns, max_body, from_day, until_day, reprint_days, version

-- name: publication_insert
INSERT INTO publication ({publication_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)

-- name: publication_save
UPDATE publication SET version = version + 1, code = $3, name = $4, level = $5, columns = $6, max_body = $7, from_day = $8,
    until_day = $9, reprint_days = $10
WHERE id = $1 AND version = $2

-- name: publication_get
SELECT {publication_columns} FROM publication WHERE id = $1

-- name: publication_by_code
SELECT {publication_columns} FROM publication WHERE office = $1 AND code = $2

-- name: publications_of
SELECT {publication_columns} FROM publication WHERE office = $1 ORDER BY code

-- name: publications_all
SELECT {publication_columns} FROM publication ORDER BY office, code

-- name: readers_drop
DELETE FROM reader WHERE publication = $1

-- name: reader_insert
INSERT INTO reader (publication, unit, manner, rank) VALUES ($1, $2, $3, $4)

-- name: readers
SELECT publication, unit, manner, rank FROM reader WHERE publication = $1
ORDER BY CASE manner WHEN 'report' THEN 1 WHEN 'send' THEN 2 ELSE 3 END, rank, unit

-- fragment: issue_columns
s.id, s.publication, s.office, s.year, s.number, s.state, s.title, s.remark, s.opened_by, s.opened, s.approved_by,
s.approved_at, s.published_at, s.updated, s.version

-- name: issue_insert
INSERT INTO issue (id, publication, office, year, number, state, title, remark, opened_by, opened, approved_by, approved_at,
    published_at, updated, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)

-- name: issue_save
UPDATE issue SET version = version + 1, year = $3, number = $4, state = $5, title = $6, remark = $7, approved_by = $8,
    approved_at = $9, published_at = $10, updated = $11
WHERE id = $1 AND version = $2

-- name: issue_get
SELECT {issue_columns} FROM issue s WHERE s.id = $1

-- name: issue_next_number
SELECT COALESCE(MAX(number), 0) + 1 FROM issue WHERE publication = $1 AND year = $2 AND number > 0

-- fragment: issue_match
($4 = '' OR s.publication = $4) AND ($5 = '' OR s.office = $5) AND s.state IN (SELECT v FROM {set $6})
AND s.opened >= $10 AND s.opened < $11 AND {sees_issue}

-- fragment: issue_page
(s.opened, s.id) < ($7, $8) AND {issue_match} ORDER BY s.opened DESC, s.id DESC LIMIT $9

-- fragment: issue_page_oldest
(s.opened, s.id) > ($7, $8) AND {issue_match} ORDER BY s.opened, s.id LIMIT $9

-- name: issue_list_office
SELECT {issue_columns} FROM issue s WHERE s.office = $3 AND {issue_page}

-- name: issue_list_delivered
SELECT {issue_columns} FROM issue s WHERE s.id IN (SELECT issue FROM delivery WHERE unit = $3) AND {issue_page}

-- name: issue_list_office_oldest
SELECT {issue_columns} FROM issue s WHERE s.office = $3 AND {issue_page_oldest}

-- name: issue_list_delivered_oldest
SELECT {issue_columns} FROM issue s WHERE s.id IN (SELECT issue FROM delivery WHERE unit = $3) AND {issue_page_oldest}

-- fragment: placement_columns
p.id, p.filing, p.office, p.publication, p.issue, p.part, p.slot, p.form, p.state, p.revision, p.title, p.correction,
p.remark, p.by_person, p.made, p.updated, p.version, p.body

-- name: placement_insert
INSERT INTO placement (id, filing, office, publication, issue, part, slot, form, state, revision, title, correction, remark,
    by_person, made, updated, version, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1, $17)

-- name: placement_save
UPDATE placement SET version = version + 1, issue = $3, part = $4, slot = $5, form = $6, state = $7, revision = $8,
    title = $9, correction = $10, remark = $11, updated = $12, body = $13
WHERE id = $1 AND version = $2

-- name: placement_get
SELECT {placement_columns} FROM placement p WHERE p.id = $1

-- name: placements_of
SELECT {placement_columns} FROM placement p WHERE p.filing = $1 ORDER BY p.id

-- name: placements_in
SELECT {placement_columns} FROM placement p WHERE p.issue = $1 AND p.issue <> '' ORDER BY p.slot, p.id

-- name: placement_tray
SELECT {placement_columns} FROM placement p WHERE p.office = $1 AND p.state = 'tray' ORDER BY p.made, p.id

-- name: placement_tray_page
SELECT {placement_columns} FROM placement p WHERE p.office = $1 AND p.state = 'tray' AND (p.made, p.id) > ($2, $3) ORDER BY p.made, p.id LIMIT $4

-- name: placement_tray_count
SELECT count(*) FROM (SELECT 1 FROM placement p WHERE p.office IN (SELECT v FROM {set $1}) AND p.state = 'tray' LIMIT $2) AS counted
