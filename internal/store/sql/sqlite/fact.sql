-- A fact is inserted with its position, and stands in that order.

-- name: fact_insert
INSERT INTO fact (position, id, kind, kind_v, noun, subject, subject_v, actor, post, office, occurred, recorded, node, corrects, digest, body)
VALUES {rows 16}

-- fragment: positions
fact

-- fragment: fact_at
f.position

-- fragment: facts_placed
fact f

-- fragment: facts_all
fact f
