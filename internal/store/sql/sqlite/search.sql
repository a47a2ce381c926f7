-- The full-text index of SQLite: FTS5 without content, beside px_doc.

-- VALUES and not SELECT: a statement that could be of many rows makes FTS5 write
-- out what it has gathered, once per text.
-- name: doc_text_put
INSERT OR REPLACE INTO px_text (rowid, title, tokens, who)
VALUES ((SELECT doc FROM px_doc WHERE noun = $1 AND id = $2), $3, $4, $5)

-- name: doc_text_drop
DELETE FROM px_text WHERE rowid = (SELECT doc FROM px_doc WHERE noun = $1 AND id = $2)

-- name: docs_text_clear
INSERT INTO px_text (px_text) VALUES ('delete-all')

-- Newest first; the index gives them in that order and stops at the limit.
-- name: docs_search
SELECT d.noun, d.id, d.unit, d.office, d.title, d.state, d.at
FROM (SELECT rowid AS doc FROM px_text WHERE px_text MATCH $1 ORDER BY rowid DESC LIMIT $2) hit
JOIN px_doc d ON d.doc = hit.doc
ORDER BY d.at DESC, d.id DESC
