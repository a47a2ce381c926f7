-- Filings, the chain they form, and what flows back along it.

-- fragment: filing_columns
f.id, f.item, f.office, f.unit, f.line, f.state, f.title, f.genre, f.form, f.length, f.number, f.raw, f.base, f.revision,
f.holder, f.since, f.urgent, f.channel, f.composite, f.merged_in, f.merged_from, f.reason, f.remark, f.due, f.sent_by,
f.sent_proof, f.filed, f.received_at, f.updated, f.version

-- name: filing_insert
INSERT INTO filing (id, item, office, unit, line, state, title, genre, form, length, number, raw, base, revision, holder,
    since, urgent, channel, composite, merged_in, merged_from, reason, remark, due, sent_by, sent_proof, filed, received_at,
    updated, version)
VALUES {rows 30}

-- name: filing_save
UPDATE filing SET version = version + 1, state = $3, title = $4, genre = $5, form = $6, length = $7, number = $8, raw = $9,
    base = $10, revision = $11, holder = $12, since = $13, urgent = $14, channel = $15, merged_in = $16, merged_from = $17,
    reason = $18, remark = $19, due = $20, sent_by = $21, sent_proof = $22, received_at = $23, updated = $24
WHERE id = $1 AND version = $2

-- name: filing_get
SELECT {filing_columns} FROM filing f WHERE f.id = $1

-- name: filings_of
SELECT {filing_columns} FROM filing f WHERE f.item = $1 ORDER BY f.filed, f.id

-- The lists. $1 and $2 are the sight, $3 the place, $4 its one state, $5 all
-- states asked for; then office, unit, holder, genre and composite, each '' for
-- any; $11 and $12 are the cursor, $14 the form or '', $15 and $16 from when until when,
-- $17 whether only what is urgent, $18 a pattern or ''.

-- fragment: filing_match
f.state IN (SELECT v FROM {set $5}) AND ($6 = '' OR f.office = $6) AND ($7 = '' OR f.unit = $7)
AND ($8 = '' OR f.holder = $8) AND ($9 = '' OR f.genre = $9) AND ($10 = '' OR f.merged_in = $10)
AND ($14 = '' OR f.form = $14) AND f.since >= $15 AND f.since < $16 AND (CAST($17 AS bigint) = 0 OR f.urgent = 1)
AND ($18 = '' OR lower(f.title) LIKE lower($18) ESCAPE '\' OR f.number LIKE $18 ESCAPE '\') AND {sees_filing}

-- fragment: filing_newest
(f.since, f.id) < ($11, $12) AND {filing_match} ORDER BY f.since DESC, f.id DESC LIMIT $13

-- fragment: filing_oldest
(f.since, f.id) > ($11, $12) AND {filing_match} ORDER BY f.since, f.id LIMIT $13

-- fragment: filing_lies
f.office = $3 AND f.state = $4

-- fragment: filing_from
f.unit = $3 AND $4 = ''

-- fragment: filing_into
f.id IN (SELECT parent FROM filing_parent WHERE child = $10 AND kind = 'merge') AND $3 = '' AND $4 = ''

-- fragment: filing_held
f.holder = $8 AND f.holder <> '' AND $3 = '' AND $4 = ''

-- name: filing_list_office
SELECT {filing_columns} FROM filing f WHERE {filing_lies} AND {filing_newest}

-- name: filing_list_office_oldest
SELECT {filing_columns} FROM filing f WHERE {filing_lies} AND {filing_oldest}

-- name: filing_list_unit
SELECT {filing_columns} FROM filing f WHERE {filing_from} AND {filing_newest}

-- name: filing_list_unit_oldest
SELECT {filing_columns} FROM filing f WHERE {filing_from} AND {filing_oldest}

-- name: filing_list_holder
SELECT {filing_columns} FROM filing f WHERE {filing_held} AND {filing_newest}

-- name: filing_list_holder_oldest
SELECT {filing_columns} FROM filing f WHERE {filing_held} AND {filing_oldest}

-- name: filing_list_merged
SELECT {filing_columns} FROM filing f WHERE {filing_into} AND {filing_newest}

-- name: filing_list_merged_oldest
SELECT {filing_columns} FROM filing f WHERE {filing_into} AND {filing_oldest}

-- Of the newest that are ready at an office, those that are not adopted and did
-- not go up: what is done with stays ready for ever.
-- fragment: filing_unused
NOT EXISTS (SELECT 1 FROM placement p WHERE p.filing = f.id AND p.state <> 'gone' AND p.state <> 'recalled')
AND NOT EXISTS (
    SELECT 1 FROM filing_parent e JOIN filing g ON g.id = e.child
    WHERE e.parent = f.id AND e.kind = 'forward' AND g.state <> 'withdrawn' AND g.state <> 'returned' AND g.state <> 'declined')

-- $19 is among how many.
-- fragment: filing_waits
f.id IN (SELECT id FROM filing WHERE office = $3 AND state = $4 ORDER BY since DESC, id DESC LIMIT $19) AND {filing_unused}

-- name: filing_list_unused
SELECT {filing_columns} FROM filing f WHERE {filing_waits} AND {filing_newest}

-- name: filing_list_unused_oldest
SELECT {filing_columns} FROM filing f WHERE {filing_waits} AND {filing_oldest}

-- name: filing_few
SELECT count(*) FROM (SELECT 1 FROM filing WHERE office = $1 LIMIT $2) AS few

-- In the index's order: without one PostgreSQL reads the table for the first so
-- many, and reads all of it for a state that has none.
-- name: filing_counts
SELECT s.v, (SELECT count(*) FROM (SELECT 1 FROM filing WHERE office = $1 AND state = s.v ORDER BY since, id LIMIT $3) AS counted)
FROM (SELECT v FROM {set $2}) AS s

-- name: filing_unused_count
SELECT count(*) FROM (SELECT id FROM filing WHERE office = $1 AND state = 'ready' ORDER BY since DESC, id DESC LIMIT $2) AS f
WHERE {filing_unused}

-- name: counter_next
INSERT INTO counter (kind, office, year, last) VALUES ($1, $2, $3, 1)
ON CONFLICT (kind, office, year) DO UPDATE SET last = counter.last + 1 RETURNING last

-- fragment: parent_columns
child, parent, kind, num, den, rank

-- name: parent_insert
INSERT INTO filing_parent ({parent_columns}) VALUES ($1, $2, $3, $4, $5, $6)

-- name: parents_of
SELECT {parent_columns} FROM filing_parent WHERE child = $1 ORDER BY rank, parent

-- name: children_of
SELECT {parent_columns} FROM filing_parent WHERE parent = $1 ORDER BY child

-- name: parents_drop
DELETE FROM filing_parent WHERE child = $1 AND kind = $2

-- fragment: news_columns
n.id, n.filing, n.via, n.origin, n.kind, n.office, n.level, n.outlet, n.name, n.issue, n.form, n.title, n.who, n.text,
n.points, n.num, n.den, n.hops, n.occurred, n.at

-- Everything that says where some items lie, each with the filing it is known by:
-- the filing itself, where it was sent up to, where it is placed, what it was told.
-- name: traces
SELECT f.item, f.id, f.office, f.unit, f.base, 'filing', f.office, f.state, f.since, f.filed, f.reason, '', ''
FROM filing f WHERE f.item IN (SELECT v FROM {set $1})
UNION ALL
SELECT f.item, f.id, f.office, f.unit, f.base, 'forward', g.office, g.state, g.filed, g.filed, '', '', ''
FROM filing f JOIN filing_parent e ON e.parent = f.id AND e.kind = 'forward' JOIN filing g ON g.id = e.child
WHERE f.item IN (SELECT v FROM {set $1})
UNION ALL
SELECT f.item, f.id, f.office, f.unit, f.base, 'placement', p.office, p.state,
    CASE WHEN p.state = 'recalled' THEN p.updated ELSE COALESCE(s.published_at, 0) END, p.made, '', b.name, COALESCE(s.year || '-' || s.number, '')
FROM filing f JOIN placement p ON p.filing = f.id JOIN publication b ON b.id = p.publication LEFT JOIN issue s ON s.id = p.issue
WHERE f.item IN (SELECT v FROM {set $1})
UNION ALL
SELECT f.item, f.id, f.office, f.unit, f.base, 'news', n.office, n.kind, n.occurred, n.occurred, '', n.name, n.issue
FROM filing f JOIN news n ON n.filing = f.id
WHERE f.item IN (SELECT v FROM {set $1})

-- name: news_put
INSERT INTO news (id, filing, via, origin, kind, office, level, outlet, name, issue, form, title, who, text, points, num,
    den, hops, occurred, at, unit)
SELECT $1, f.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, f.unit
FROM filing f WHERE f.id = $2
ON CONFLICT (id) DO NOTHING

-- name: news_get
SELECT {news_columns} FROM news n WHERE n.id = $1

-- name: news_of
SELECT {news_columns} FROM news n WHERE n.filing = $1 ORDER BY n.occurred, n.id

-- name: news_for
SELECT {news_columns} FROM news n WHERE n.unit = $1 AND n.at < $2 ORDER BY n.at DESC, n.id DESC LIMIT $3

-- fragment: outcome_columns
id, filing, state, kind, outlet, name, issue, form, who, points, proof, occurred, entered_by, entered_at, decided_by,
decided_at, version

-- name: outcome_insert
INSERT INTO outcome ({outcome_columns})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1)

-- name: outcome_save
UPDATE outcome SET version = version + 1, state = $3, kind = $4, outlet = $5, name = $6, issue = $7, form = $8, who = $9,
    points = $10, proof = $11, occurred = $12, entered_by = $13, entered_at = $14, decided_by = $15, decided_at = $16
WHERE id = $1 AND version = $2

-- name: outcome_get
SELECT {outcome_columns} FROM outcome WHERE id = $1

-- name: outcomes_of
SELECT {outcome_columns} FROM outcome WHERE filing = $1 ORDER BY entered_at, id
