-- Only here facts wait for a position after their commit.

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
