-- The register: units and their tree, lines, people, posts, and what an office
-- sets for itself.

-- fragment: unit_columns
u.id, u.code, u.name, u.short, u.level, u.parent, u.office, u.outside, u.since, u.ended, u.successor, u.version

-- name: unit_get
SELECT {unit_columns} FROM unit u WHERE u.id = $1

-- name: unit_by_code
SELECT {unit_columns} FROM unit u WHERE u.code = $1

-- name: unit_get_all
SELECT {unit_columns} FROM unit u WHERE u.id IN (SELECT v FROM {set $1})

-- name: unit_insert
INSERT INTO unit (id, code, name, short, level, parent, office, outside, since, ended, successor, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)

-- name: unit_insert_rows
INSERT INTO unit (id, code, name, short, level, parent, office, outside, since, ended, successor, version) VALUES {rows 12}

-- name: unit_codes
SELECT id, code FROM unit

-- name: unit_all
SELECT {unit_columns} FROM unit u

-- name: unit_save
UPDATE unit SET version = version + 1, code = $3, name = $4, short = $5, level = $6, parent = $7,
    office = $8, outside = $9, since = $10, ended = $11, successor = $12
WHERE id = $1 AND version = $2

-- name: unit_past_insert
INSERT INTO unit_past (unit, name, short, level, parent, from_day, until_day) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: unit_pasts
SELECT unit, name, short, level, parent, from_day, until_day FROM unit_past WHERE unit = $1 ORDER BY until_day, from_day

-- name: unit_children
SELECT {unit_columns} FROM unit u WHERE u.parent = $1 AND u.code > $2 ORDER BY u.code LIMIT $3

-- name: unit_child_count
SELECT count(*) FROM unit WHERE parent = $1

-- name: unit_ancestors
-- The depth bounds the walk even if somebody tied the tree into a ring.
WITH RECURSIVE up (id, depth) AS (
    SELECT parent, 1 FROM unit WHERE id = $1 AND parent <> ''
    UNION ALL
    SELECT p.parent, up.depth + 1 FROM up JOIN unit p ON p.id = up.id WHERE p.parent <> '' AND up.depth < $2
)
SELECT {unit_columns} FROM up JOIN unit u ON u.id = up.id ORDER BY up.depth

-- name: unit_named
-- Three ranges, each on its own index and each no longer than the answer.
SELECT {unit_columns} FROM unit u WHERE u.id IN (
    SELECT id FROM (SELECT id FROM unit WHERE code >= $1 AND code < $2 ORDER BY code LIMIT $3) AS a
    UNION SELECT id FROM (SELECT id FROM unit WHERE name >= $1 AND name < $2 ORDER BY name LIMIT $3) AS b
    UNION SELECT id FROM (SELECT id FROM unit WHERE short >= $1 AND short < $2 AND short <> '' ORDER BY short LIMIT $3) AS c
) ORDER BY u.code LIMIT $3

-- name: unit_offices
SELECT {unit_columns} FROM unit u WHERE u.office = 1 ORDER BY u.code

-- fragment: in_force
($2 = 0 OR ((from_day = 0 OR from_day <= $2) AND (until_day = 0 OR $2 < until_day)))

-- fragment: line_columns
id, unit, office, network, rank, direct, from_day, until_day, version

-- name: line_insert
INSERT INTO line ({line_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)

-- name: line_save
UPDATE line SET version = version + 1, unit = $3, office = $4, network = $5, rank = $6, direct = $7, from_day = $8, until_day = $9 WHERE id = $1 AND version = $2

-- name: line_get
SELECT {line_columns} FROM line WHERE id = $1

-- name: lines_of
SELECT {line_columns} FROM line WHERE unit = $1 AND {in_force} ORDER BY rank, id

-- name: lines_to
SELECT {line_columns} FROM line WHERE office = $1 AND {in_force} AND id > $3 ORDER BY id LIMIT $4

-- fragment: person_columns
p.id, p.name, p.login, p.locale, p.phone, p.active, p.version

-- name: person_insert
INSERT INTO person (id, name, login, locale, phone, active, version) VALUES ($1, $2, $3, $4, $5, $6, 1)

-- name: person_save
UPDATE person SET version = version + 1, name = $3, login = $4, locale = $5, phone = $6, active = $7 WHERE id = $1 AND version = $2

-- name: person_get
SELECT {person_columns} FROM person p WHERE p.id = $1

-- name: person_by_login
SELECT {person_columns} FROM person p WHERE p.login = $1

-- name: person_get_all
SELECT {person_columns} FROM person p WHERE p.id IN (SELECT v FROM {set $1})

-- name: people_in
SELECT {person_columns} FROM person p WHERE p.id IN (SELECT person FROM post WHERE unit = $1 AND {in_force}) ORDER BY p.login

-- name: people_all
SELECT {person_columns} FROM person p WHERE p.login > $1 ORDER BY p.login LIMIT $2

-- fragment: post_columns
id, person, unit, role, title, from_day, until_day, version

-- name: post_insert
INSERT INTO post ({post_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)

-- name: post_save
UPDATE post SET version = version + 1, person = $3, unit = $4, role = $5, title = $6, from_day = $7, until_day = $8 WHERE id = $1 AND version = $2

-- name: post_get
SELECT {post_columns} FROM post WHERE id = $1

-- name: posts_of
SELECT {post_columns} FROM post WHERE person = $1 AND {in_force} ORDER BY id

-- name: posts_in
SELECT {post_columns} FROM post WHERE unit = $1 AND {in_force} ORDER BY id

-- name: posts_in_all
SELECT {post_columns} FROM post WHERE unit IN (SELECT v FROM {set $1}) AND {in_force} ORDER BY id

-- name: class_set
INSERT INTO class (office, year, unit, class, target) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (office, year, unit) DO UPDATE SET class = excluded.class, target = excluded.target

-- name: classes
SELECT office, year, unit, class, target FROM class WHERE office = $1 AND year = $2 ORDER BY unit

-- name: rules_get
SELECT office, own_sign_off, lines_ordered, forward_signed, max_title, max_body, equal_shares, version FROM rules WHERE office = $1

-- name: rules_insert
INSERT INTO rules (office, version, own_sign_off, lines_ordered, forward_signed, max_title, max_body,
    equal_shares)
VALUES ($1, $2 + 1, $3, $4, $5, $6, $7, $8) ON CONFLICT (office) DO NOTHING

-- name: rules_save
UPDATE rules SET version = version + 1, own_sign_off = $3, lines_ordered = $4, forward_signed = $5, max_title = $6, max_body = $7,
    equal_shares = $8
WHERE office = $1 AND version = $2

-- name: chains_of
SELECT unit, form, genre, checks, version FROM chain WHERE unit = $1 ORDER BY form, genre

-- name: chain_save
INSERT INTO chain (unit, form, genre, checks, version) VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (unit, form, genre) DO UPDATE SET checks = excluded.checks, version = chain.version + 1
    WHERE chain.version = $5 OR $5 = 0
RETURNING version

-- name: terms
SELECT list, code, zh, en, rank, off FROM term WHERE list = $1 OR $1 = '' ORDER BY list, rank, code

-- name: term_save
INSERT INTO term (list, code, zh, en, rank, off) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (list, code) DO UPDATE SET zh = excluded.zh, en = excluded.en, rank = excluded.rank, off = excluded.off

-- name: term_seed
INSERT INTO term (list, code, zh, en, rank, off) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (list, code) DO NOTHING
