-- What must always be true, as queries that must return no row. Each returns the
-- identifier of what is wrong, in one column called what. They run after tests,
-- in verify and at night, so each is one pass over indexes and never more.

-- name: inv_declined_and_placed
SELECT f.id AS what FROM filing f JOIN placement p ON p.filing = f.id
WHERE f.state = 'declined' AND p.state IN ('tray', 'arranged', 'published', 'corrected')

-- name: inv_merged_nowhere
SELECT f.id AS what FROM filing f LEFT JOIN filing c ON c.id = f.merged_in
WHERE f.state = 'merged' AND (c.id IS NULL OR c.composite = 0 OR c.state = 'withdrawn')

-- name: inv_merged_without_edge
SELECT f.id AS what FROM filing f
WHERE f.state = 'merged'
  AND NOT EXISTS (SELECT 1 FROM filing_parent e WHERE e.parent = f.id AND e.child = f.merged_in AND e.kind = 'merge')

-- name: inv_composite_of_nothing
SELECT f.id AS what FROM filing f
WHERE f.composite = 1 AND f.state <> 'withdrawn'
  AND NOT EXISTS (SELECT 1 FROM filing_parent e WHERE e.child = f.id)

-- Fractions are added exactly where every denominator divides the largest one,
-- which equal splits and whole percentages always do; others are left to the
-- verb that wrote them.

-- name: inv_shares_not_one
SELECT t.child AS what FROM (
    SELECT e.child, m.den AS den, SUM(e.num * (m.den / e.den)) AS num, MAX(m.den % e.den) AS rest
    FROM filing_parent e
    JOIN (SELECT child, MAX(den) AS den FROM filing_parent WHERE kind = 'merge' GROUP BY child) AS m ON m.child = e.child
    WHERE e.kind = 'merge' GROUP BY e.child, m.den
) AS t WHERE t.rest = 0 AND t.num <> t.den

-- name: inv_printed_in_unpublished
SELECT p.id AS what FROM placement p LEFT JOIN issue s ON s.id = p.issue
WHERE p.state IN ('published', 'corrected', 'recalled') AND (s.id IS NULL OR s.state <> 'published')

-- name: inv_published_not_printed
SELECT p.id AS what FROM placement p JOIN issue s ON s.id = p.issue
WHERE s.state = 'published' AND p.state IN ('tray', 'arranged')

-- name: inv_placed_elsewhere
SELECT p.id AS what FROM placement p JOIN filing f ON f.id = p.filing JOIN publication b ON b.id = p.publication
WHERE p.office <> f.office OR p.office <> b.office

-- name: inv_signed_without_filing
SELECT i.id AS what FROM item i
WHERE i.state = 'signed' AND i.office = '' AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.item = i.id)

-- name: inv_filed_unsigned
SELECT f.id AS what FROM filing f JOIN item i ON i.id = f.item WHERE i.signed = 0

-- name: inv_filed_without_partner
SELECT p.item AS what FROM partner p JOIN item i ON i.id = p.item
WHERE i.state = 'signed' AND p.round = i.round AND p.off = 0
  AND NOT EXISTS (SELECT 1 FROM countersign c WHERE c.item = p.item AND c.unit = p.unit AND c.round = i.round AND c.step = 'signoff' AND c.revision = i.signed)

-- name: inv_number_twice
SELECT MIN(f.id) AS what FROM filing f WHERE f.number <> '' GROUP BY f.office, f.number HAVING count(*) > 1

-- name: inv_item_revision
SELECT i.id AS what FROM item i
WHERE i.revision <> COALESCE((SELECT MAX(r.number) FROM revision r WHERE r.owner = i.id AND r.noun = 'item'), 0)

-- name: inv_filing_revision
SELECT f.id AS what FROM filing f
WHERE f.revision <> COALESCE((SELECT MAX(r.number) FROM revision r WHERE r.owner = f.id AND r.noun = 'filing'), 0)

-- name: inv_filing_raw
SELECT f.id AS what FROM filing f JOIN item i ON i.id = f.item WHERE f.raw > i.revision

-- name: inv_unit_parent
SELECT u.id AS what FROM unit u WHERE u.parent <> '' AND NOT EXISTS (SELECT 1 FROM unit p WHERE p.id = u.parent)

-- name: inv_unit_ring
-- A unit that no walk from a root reaches hangs in a ring.
WITH RECURSIVE tree (id) AS (
    SELECT id FROM unit WHERE parent = ''
    UNION ALL
    SELECT u.id FROM tree JOIN unit u ON u.parent = tree.id
)
SELECT u.id AS what FROM unit u WHERE u.id NOT IN (SELECT id FROM tree)
  AND EXISTS (SELECT 1 FROM unit p WHERE p.id = u.parent)

-- name: inv_copy_of_unpublished
SELECT d.id AS what FROM delivery d JOIN issue s ON s.id = d.issue WHERE s.state <> 'published'

-- name: inv_news_unit
SELECT n.id AS what FROM news n JOIN filing f ON f.id = n.filing WHERE f.unit <> n.unit
