-- Copies of published issues.

-- fragment: delivery_columns
id, issue, unit, manner, state, sent, confirmed_by, confirmed_at, recalled_at, remark, version

-- name: delivery_insert
INSERT INTO delivery ({delivery_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)

-- name: delivery_save
UPDATE delivery SET version = version + 1, manner = $3, state = $4, sent = $5, confirmed_by = $6, confirmed_at = $7,
    recalled_at = $8, remark = $9
WHERE id = $1 AND version = $2

-- name: delivery_get
SELECT {delivery_columns} FROM delivery WHERE id = $1

-- name: deliveries_of
SELECT {delivery_columns} FROM delivery WHERE issue = $1 ORDER BY id

-- name: deliveries_to
SELECT {delivery_columns} FROM delivery WHERE unit = $1 AND (sent, id) < ($2, $3) ORDER BY sent DESC, id DESC LIMIT $4

-- name: deliveries_in
SELECT {delivery_columns} FROM delivery WHERE unit = $1 AND state = $5 AND (sent, id) < ($2, $3) ORDER BY sent DESC, id DESC LIMIT $4

-- name: delivery_count
SELECT count(*) FROM (SELECT 1 FROM delivery WHERE unit IN (SELECT v FROM {set $1}) AND state = $2 LIMIT $3) AS counted
