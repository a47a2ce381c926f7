-- The full-text index of PostgreSQL: a tsvector in px_doc under a GIN index.

-- name: doc_text_put
UPDATE px_doc SET tokens = CAST($3 AS tsvector) || CAST($4 AS tsvector) WHERE noun = $1 AND id = $2

-- name: doc_text_drop
UPDATE px_doc SET tokens = '' WHERE noun = $1 AND id = $2

-- name: docs_text_clear
TRUNCATE px_doc

-- The newest candidates the reader may see, then the best of them.
-- name: docs_search
WITH hit AS (
	SELECT noun, id, unit, office, title, state, at, ts_rank(tokens, CAST($1 AS tsquery)) AS score
	FROM px_doc
	WHERE tokens @@ (CAST($1 AS tsquery) && CAST($2 AS tsquery))
	ORDER BY at DESC, id DESC
	LIMIT $3
)
SELECT noun, id, unit, office, title, state, at
FROM hit
ORDER BY score DESC, at DESC, id DESC
LIMIT $4
