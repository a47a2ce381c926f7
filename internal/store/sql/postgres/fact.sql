-- Only here facts wait for a position after their commit, and positions are a
-- table of their own.

-- name: fact_insert
INSERT INTO fact (id, kind, kind_v, noun, subject, subject_v, actor, post, office, occurred, recorded, node, corrects, digest, body)
VALUES {rows 15}

-- name: position_insert
INSERT INTO fact_position (position, fact) VALUES {rows 2}

-- fragment: positions
fact_position

-- fragment: fact_at
p.position

-- fragment: facts_placed
fact_position p JOIN fact f ON f.id = p.fact

-- fragment: facts_all
fact f LEFT JOIN fact_position p ON p.fact = f.id

-- name: waiting_insert
INSERT INTO fact_waiting (fact) VALUES {rows 1}

-- name: waiting_list
SELECT f.id, f.subject, f.subject_v
FROM fact_waiting w
JOIN fact f ON f.id = w.fact
ORDER BY f.recorded, f.id

-- name: waiting_drop
DELETE FROM fact_waiting WHERE fact IN (SELECT v FROM {set $1})

-- name: lease_take
INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE lease.holder = excluded.holder OR lease.until < $4
