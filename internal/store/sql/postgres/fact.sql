-- Only here facts wait for a position after their commit.

-- name: waiting_insert
INSERT INTO fact_waiting (fact) VALUES {rows 1}
