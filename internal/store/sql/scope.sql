-- Who sees what, in SQL, once. org.Scope says the same of one object, and the
-- conformance suite compares the two on random data. $1 is the list of units, $2
-- the list of desks, in every statement that includes one of these.

-- fragment: sees_item
(i.unit IN (SELECT v FROM {set $1})
 OR (i.office <> '' AND i.office IN (SELECT v FROM {set $2}))
 OR EXISTS (SELECT 1 FROM filing sf WHERE sf.item = i.id AND sf.office IN (SELECT v FROM {set $2}))
 OR EXISTS (SELECT 1 FROM partner sp WHERE sp.item = i.id AND sp.asked > 0 AND sp.off = 0 AND sp.unit IN (SELECT v FROM {set $1})))

-- fragment: sees_filing
(f.office IN (SELECT v FROM {set $2}) OR f.unit IN (SELECT v FROM {set $1}))

-- fragment: sees_issue
(s.office IN (SELECT v FROM {set $2})
 OR (s.state = 'published' AND EXISTS (SELECT 1 FROM delivery sd WHERE sd.issue = s.id AND sd.unit IN (SELECT v FROM {set $1}))))

-- fragment: sees_duty
(d.office IN (SELECT v FROM {set $2}) OR (d.unit <> '' AND d.state <> 'recorded' AND d.unit IN (SELECT v FROM {set $1})))
