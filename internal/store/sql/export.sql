-- What leaves as a file: whole nouns, page by page in the order of their
-- identifiers, so that a page costs the same at the end of a million as at its
-- beginning.

-- name: item_export
-- $1 and $2 are the sight, $4 = 1 the operator who sees all; $3 is the cursor.
SELECT {item_columns}, r.hash, r.body
FROM item i JOIN revision r ON r.noun = 'item' AND r.owner = i.id AND r.number = i.revision
WHERE i.id > $3 AND ($4 = 1 OR {sees_item})
AND ($5 = '' OR i.unit = $5) AND ($6 = '' OR i.genre = $6) AND ($7 = '' OR i.form = $7) AND ($8 = '' OR i.state = $8)
AND i.created >= $9 AND i.created < $10
AND ($11 = '' OR EXISTS (SELECT 1 FROM filing xf WHERE xf.item = i.id AND xf.office = $11))
AND ($12 = 0 OR EXISTS (SELECT 1 FROM filing xf JOIN placement p ON p.filing IN (xf.id, xf.merged_in)
    JOIN publication b ON b.id = p.publication
    WHERE xf.item = i.id AND p.state <> 'gone' AND ($13 = '' OR b.code = $13)))
ORDER BY i.id LIMIT $14

-- name: attachments_in
SELECT {attachment_columns} FROM attachment WHERE item IN (SELECT v FROM {set $1}) ORDER BY item, id

-- name: filings_in
SELECT {filing_columns} FROM filing f WHERE f.item IN (SELECT v FROM {set $1}) ORDER BY f.item, f.filed, f.id

-- name: outlets_in
-- What became of filings: their own placements and those of the composite they
-- were merged into.
SELECT f.id, p.office, b.code, COALESCE(s.year, 0), COALESCE(s.number, 0), p.state
FROM filing f JOIN placement p ON p.filing IN (f.id, f.merged_in) JOIN publication b ON b.id = p.publication
LEFT JOIN issue s ON s.id = p.issue
WHERE f.item IN (SELECT v FROM {set $1}) AND p.state <> 'gone' ORDER BY f.id, p.id

-- name: unit_export
SELECT {unit_columns} FROM unit u WHERE u.code > $1 ORDER BY u.code LIMIT $2
