-- Items and their texts.

-- fragment: item_columns
i.id, i.unit, i.state, i.genre, i.form, i.title, i.length, i.revision, i.signed, i.lines, i.authors, i.contact, i.channel,
i.urgent, i.checks, i.round, i.reason, i.remark, i.due, i.office, i.by_office, i.confirmed, i.source, i.writer, i.created,
i.updated, i.version

-- name: item_insert
INSERT INTO item (id, unit, state, genre, form, title, length, revision, signed, lines, authors, contact, channel, urgent,
    checks, round, reason, remark, due, office, by_office, confirmed, source, writer, created, updated, version)
VALUES {rows 27}

-- name: item_save
UPDATE item SET version = version + 1, state = $3, genre = $4, form = $5, title = $6, length = $7, revision = $8,
    signed = $9, lines = $10, authors = $11, contact = $12, channel = $13, urgent = $14, checks = $15, round = $16,
    reason = $17, remark = $18, due = $19, by_office = $20, confirmed = $21, updated = $22
WHERE id = $1 AND version = $2

-- name: item_get
SELECT {item_columns} FROM item i WHERE i.id = $1

-- name: item_by_source
SELECT id FROM item WHERE source = $1 AND source <> ''

-- The lists. $1 and $2 are the sight, $3 the place, $4 one state (of the few:
-- all states asked for), $5 the writer or '', $6 and $7 the cursor, $9 and $10 genre
-- and form or '', $11 and $12 from when until when. An item that
-- was never signed lies at no desk (inv_filed_unsigned), so the desk's lists
-- pass over drafts without looking.

-- fragment: item_match
($5 = '' OR i.writer = $5) AND ($9 = '' OR i.genre = $9) AND ($10 = '' OR i.form = $10)
AND i.updated >= $11 AND i.updated < $12 AND {sees_item}

-- fragment: item_page
(i.updated, i.id) < ($6, $7) AND {item_match} ORDER BY i.updated DESC, i.id DESC LIMIT $8

-- fragment: item_page_oldest
(i.updated, i.id) > ($6, $7) AND {item_match} ORDER BY i.updated, i.id LIMIT $8

-- name: item_list_unit
SELECT {item_columns} FROM item i WHERE i.unit = $3 AND i.state = $4 AND {item_page}

-- name: item_list_office
SELECT {item_columns} FROM item i WHERE i.office = $3 AND i.office <> '' AND i.state = $4 AND {item_page}

-- name: item_list_few
-- By the desk's filings: no other index may tempt.
SELECT {item_columns} FROM item i WHERE i.id IN (SELECT item FROM filing WHERE office = $3)
AND i.signed > 0 AND i.state || '' IN (SELECT v FROM {set $4}) AND {item_page}

-- name: item_list_desk
SELECT {item_columns} FROM item i WHERE i.signed > 0 AND i.state = $4
AND EXISTS (SELECT 1 FROM filing g WHERE g.item = i.id AND g.office = $3) AND {item_page}

-- name: item_list_joint
-- As a partner that has been asked.
SELECT {item_columns} FROM item i WHERE i.id IN (SELECT item FROM partner WHERE unit = $3 AND asked > 0 AND off = 0)
AND i.state || '' IN (SELECT v FROM {set $4}) AND {item_page}

-- name: item_list_unit_oldest
SELECT {item_columns} FROM item i WHERE i.unit = $3 AND i.state = $4 AND {item_page_oldest}

-- name: item_list_office_oldest
SELECT {item_columns} FROM item i WHERE i.office = $3 AND i.office <> '' AND i.state = $4 AND {item_page_oldest}

-- name: item_list_few_oldest
-- By the desk's filings: no other index may tempt.
SELECT {item_columns} FROM item i WHERE i.id IN (SELECT item FROM filing WHERE office = $3)
AND i.signed > 0 AND i.state || '' IN (SELECT v FROM {set $4}) AND {item_page_oldest}

-- name: item_list_desk_oldest
SELECT {item_columns} FROM item i WHERE i.signed > 0 AND i.state = $4
AND EXISTS (SELECT 1 FROM filing g WHERE g.item = i.id AND g.office = $3) AND {item_page_oldest}

-- name: item_list_joint_oldest
SELECT {item_columns} FROM item i WHERE i.id IN (SELECT item FROM partner WHERE unit = $3 AND asked > 0 AND off = 0)
AND i.state || '' IN (SELECT v FROM {set $4}) AND {item_page_oldest}

-- name: item_counts
SELECT state, count(*) FROM item WHERE unit IN (SELECT v FROM {set $1}) GROUP BY state

-- fragment: revision_columns
id, noun, owner, number, title, hash, by_person, at, note

-- name: revision_insert
INSERT INTO revision ({revision_columns}, body) VALUES {rows 10}

-- name: revision_get
SELECT {revision_columns}, body FROM revision WHERE noun = $1 AND owner = $2 AND number = $3

-- name: revision_by_id
SELECT {revision_columns}, body FROM revision WHERE id = $1

-- name: revisions
SELECT {revision_columns} FROM revision WHERE noun = $1 AND owner = $2 ORDER BY number

-- name: passed_insert
INSERT INTO passed (item, round, step, revision, person, post, at, remark) VALUES {rows 8}

-- name: passed_of
SELECT item, round, step, revision, person, post, at, remark FROM passed
WHERE item = $1 AND ($2 = 0 OR round = $2) ORDER BY round, at, revision, step

-- name: passed_of_all
SELECT item, round, step, revision, person, post, at, remark FROM passed
WHERE item IN (SELECT v FROM {set $1}) ORDER BY item, round, at, revision, step

-- name: passed_drop
DELETE FROM passed WHERE item = $1 AND round = $2 AND step = $3 AND revision = $4

-- fragment: attachment_columns
id, item, name, media, size, hash, caption, by_person, at

-- name: attachment_insert
INSERT INTO attachment ({attachment_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: attachments_of
SELECT {attachment_columns} FROM attachment WHERE item = $1 ORDER BY id

-- name: attachments_all
SELECT {attachment_columns} FROM attachment WHERE id > $1 ORDER BY id LIMIT $2

-- name: attachment_get
SELECT {attachment_columns} FROM attachment WHERE id = $1

-- name: autosave_put
INSERT INTO autosave (noun, owner, person, title, base, at, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (noun, owner, person) DO UPDATE SET title = excluded.title, base = excluded.base, at = excluded.at, body = excluded.body

-- name: autosaves
SELECT noun, owner, person, title, base, at, body FROM autosave WHERE noun = $1 AND owner = $2 ORDER BY at DESC, person

-- name: autosave_drop
DELETE FROM autosave WHERE noun = $1 AND owner = $2 AND person = $3

-- name: attachment_drop
DELETE FROM attachment WHERE id = $1

-- name: looked_put
INSERT INTO looked (item, round, person, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (item, round, person) DO NOTHING

-- name: looked_at
SELECT person, at FROM looked WHERE item = $1 AND round = $2 ORDER BY at, person
