-- The full-text index of PostgreSQL: a tsvector in px_doc under a GIN index.

-- name: doc_text_put
UPDATE px_doc SET tokens = setweight(CAST($3 AS tsvector), 'A') || CAST($4 AS tsvector) || CAST($5 AS tsvector) WHERE noun = $1 AND id = $2

-- name: doc_text_drop
UPDATE px_doc SET tokens = '' WHERE noun = $1 AND id = $2

-- name: docs_text_clear
TRUNCATE px_doc

-- Newest first, by two ways. Which is the shorter depends on how common the words
-- are together, and the planner only guesses that (it takes the words of a phrase
-- as independent), so each is made to go its own way: through the newest thousand,
-- where a common word fills the page; only if it did not, by the words' index,
-- which brings every text that has them, in no order.
-- name: docs_search
WITH recent AS MATERIALIZED (
    SELECT noun, id, unit, office, title, state, at
    FROM (SELECT noun, id, unit, office, title, state, at, tokens FROM px_doc ORDER BY at DESC, id DESC LIMIT 1000) AS newest
    WHERE tokens @@ CAST($1 AS tsquery)
    ORDER BY at DESC, id DESC
    LIMIT $2
), every AS MATERIALIZED (
    SELECT noun, id, unit, office, title, state, at
    FROM px_doc
    WHERE tokens @@ CAST($1 AS tsquery) AND (SELECT count(*) FROM recent) < $2
)
SELECT noun, id, unit, office, title, state, at FROM recent WHERE (SELECT count(*) FROM recent) = $2
UNION ALL
SELECT noun, id, unit, office, title, state, at FROM every
ORDER BY at DESC, id DESC
LIMIT $2
