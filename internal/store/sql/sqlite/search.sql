-- The full-text index of SQLite: FTS5 without content, beside px_doc.

-- name: doc_text_put
INSERT OR REPLACE INTO px_text (rowid, tokens, who) SELECT doc, $3, $4 FROM px_doc WHERE noun = $1 AND id = $2

-- name: doc_text_drop
DELETE FROM px_text WHERE rowid = (SELECT doc FROM px_doc WHERE noun = $1 AND id = $2)

-- name: docs_text_clear
INSERT INTO px_text (px_text) VALUES ('delete-all')

-- The newest candidates the reader may see, then the best of them.
-- name: docs_search
WITH hit AS (
	SELECT rowid AS doc, bm25(px_text, 1.0, 0.0) AS score
	FROM px_text
	WHERE px_text MATCH 'tokens : (' || $1 || ') AND who : (' || $2 || ')'
	ORDER BY rowid DESC
	LIMIT $3
)
SELECT d.noun, d.id, d.unit, d.office, d.title, d.state, d.at
FROM hit
JOIN px_doc d ON d.doc = hit.doc
ORDER BY hit.score, d.at DESC, d.id DESC
LIMIT $4
