-- The full-text index of PostgreSQL: a tsvector in px_doc under a GIN index.

-- name: doc_text_put
UPDATE px_doc SET tokens = setweight(CAST($3 AS tsvector), 'A') || CAST($4 AS tsvector) || CAST($5 AS tsvector) WHERE noun = $1 AND id = $2

-- name: doc_text_drop
UPDATE px_doc SET tokens = '' WHERE noun = $1 AND id = $2

-- name: docs_text_clear
TRUNCATE px_doc

-- Newest first.
-- name: docs_search
SELECT noun, id, unit, office, title, state, at
FROM px_doc
WHERE tokens @@ CAST($1 AS tsquery)
ORDER BY at DESC, id DESC
LIMIT $2
