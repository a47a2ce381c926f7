-- What the issue composer and the composite builder keep.

-- fragment: schedule_columns
issue, at, dispatch, by_person, post, made, failed_at, why

-- name: schedule_put
INSERT INTO schedule ({schedule_columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (issue) DO UPDATE SET at = excluded.at, dispatch = excluded.dispatch, by_person = excluded.by_person,
    post = excluded.post, made = excluded.made, failed_at = excluded.failed_at, why = excluded.why

-- name: schedule_drop
DELETE FROM schedule WHERE issue = $1

-- name: schedule_of
SELECT {schedule_columns} FROM schedule WHERE issue = $1

-- name: schedules_due
SELECT {schedule_columns} FROM schedule WHERE failed_at = 0 AND at <= $1 ORDER BY at, issue LIMIT $2

-- name: sourcing_put
INSERT INTO sourcing (filing, revision, paragraphs) VALUES ($1, $2, $3)
ON CONFLICT (filing, revision) DO UPDATE SET paragraphs = excluded.paragraphs

-- name: sourcing_until
SELECT revision, paragraphs FROM sourcing WHERE filing = $1 AND revision <= $2 ORDER BY revision DESC LIMIT 1

-- name: shares_set
UPDATE filing_parent SET num = $3, den = $4 WHERE child = $1 AND parent = $2 AND kind = 'merge'

-- name: printed_above
SELECT {news_columns} FROM news n JOIN filing f ON f.id = n.filing
WHERE n.kind = 'published' AND n.occurred >= $2 AND f.office = $1 AND f.state = 'ready' AND n.office <> $1
ORDER BY n.occurred DESC, n.id DESC LIMIT $3
