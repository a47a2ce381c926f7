package store

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"xinshu/internal/ident"
)

// hot are the tables that grow with every item, with the names that statements
// give them.
var hot = map[string][]string{
	"item": {"item", "i"}, "filing": {"filing", "f", "g", "sf"}, "revision": {"revision", "r"}, "filing_parent": {"filing_parent", "e"},
	"placement": {"placement", "p"}, "news": {"news", "n"}, "delivery": {"delivery", "sd"}, "duty": {"duty", "d"}, "passed": {"passed"},
	"attachment": {"attachment"}, "autosave": {"autosave"}, "fact": {"fact"},
}

// walks may read a hot table from end to end: they run at night.
func walks(name string) bool {
	return strings.HasPrefix(name, "inv_") || strings.HasPrefix(name, "verify_")
}

var scanned = regexp.MustCompile(`^SCAN (\w+)`)

// TestNoListScans asks SQLite how it would run each statement. No page of the
// product may read a table that grows with every item from end to end: with a
// million items it would be far over its 25 ms.
func TestNoListScans(t *testing.T) {
	db, err := openPlan(t)
	if err != nil {
		t.Fatal(err)
	}
	for name, st := range db.sql.named {
		if walks(name) || st.width > 0 {
			continue
		}
		steps := planOf(t, db, st)
		for _, step := range steps {
			m := scanned.FindStringSubmatch(step)
			if m == nil || slices.Contains(steps, "CO-ROUTINE "+m[1]) { // a stretch that was picked by an index first
				continue
			}
			for table, names := range hot {
				if slices.Contains(names, m[1]) && regexp.MustCompile(`\b`+table+`\b`).MatchString(st.text) {
					t.Errorf("%s reads all of %s: %s", name, table, step)
				}
			}
		}
	}
}

// TestListPlans insists that the pages' lists walk the index made for them in
// its order, and sort nothing.
func TestListPlans(t *testing.T) {
	db, err := openPlan(t)
	if err != nil {
		t.Fatal(err)
	}
	for name, index := range map[string]string{
		"filing_list_office":        "SEARCH f USING INDEX filing_office (office=? AND state=?",
		"filing_list_office_oldest": "SEARCH f USING INDEX filing_office (office=? AND state=?",
		"filing_list_unit":          "SEARCH f USING INDEX filing_unit (unit=?",
		"filing_list_unit_oldest":   "SEARCH f USING INDEX filing_unit (unit=?",
		"item_list_unit":            "SEARCH i USING INDEX item_unit (unit=? AND state=?",
		"item_list_office":          "SEARCH i USING INDEX item_office (office=? AND state=?",
		"item_list_desk":            "SEARCH i USING INDEX item_signed (state=?",
		"item_list_unit_oldest":     "SEARCH i USING INDEX item_unit (unit=? AND state=?",
		"item_list_office_oldest":   "SEARCH i USING INDEX item_office (office=? AND state=?",
		"item_list_desk_oldest":     "SEARCH i USING INDEX item_signed (state=?",
		"issue_list_office_oldest":  "SEARCH s USING INDEX issue_office (office=?",
		"duty_list_office":          "SEARCH d USING INDEX duty_office (office=? AND state=?",
		"duty_list_office_oldest":   "SEARCH d USING INDEX duty_office (office=? AND state=?",
		"duty_list_unit":            "SEARCH d USING INDEX duty_unit (unit=? AND state=?",
		"duty_list_office_due":      "SEARCH d USING INDEX duty_office_due (office=? AND state=?",
		"duty_list_unit_due":        "SEARCH d USING INDEX duty_unit_due (unit=? AND state=?",
		"deliveries_in":             "SEARCH delivery USING INDEX delivery_unit_state (unit=? AND state=?",
		"placement_tray_page":       "SEARCH p USING INDEX placement_tray (office=?",
		"filing_list_holder":        "SEARCH f USING INDEX filing_holder (holder=?",
		"issue_list_office":         "SEARCH s USING INDEX issue_office (office=?",
		"news_for":                  "SEARCH n USING INDEX news_unit (unit=?",
		"deliveries_to":             "SEARCH delivery USING INDEX delivery_unit (unit=?",
		"placement_tray":            "SEARCH p USING INDEX placement_tray (office=?",
		"unit_children":             "SEARCH u USING INDEX unit_parent (parent=?",
		"acts_by_time":              "SEARCH a USING INDEX px_act_time (recorded",
		"acts_by_actor":             "SEARCH a USING INDEX px_act_actor (actor=? AND recorded",
		"acts_by_office":            "SEARCH a USING INDEX px_act_office (office=? AND recorded",
		"acts_by_kind":              "SEARCH a USING INDEX px_act_kind (kind=? AND recorded",
	} {
		steps := planOf(t, db, db.sql.named[name])
		if !slices.ContainsFunc(steps, func(s string) bool { return strings.HasPrefix(s, index) }) {
			t.Errorf("%s runs as %q, want %q", name, steps, index)
		}
		if slices.ContainsFunc(steps, func(s string) bool { return strings.Contains(s, "TEMP B-TREE FOR ORDER BY") }) {
			t.Errorf("%s sorts: %q", name, steps)
		}
	}
}

func openPlan(t *testing.T) (*Store, error) {
	t.Helper()
	now := func() time.Time { return time.UnixMicro(1) }
	s, err := Open(t.Context(), Config{Dir: filepath.Join(t.TempDir(), "d"), Clock: now, Mint: ident.NewMinter(now, rand.Reader)})
	if err == nil {
		t.Cleanup(func() { s.Close() })
	}
	return s, err
}

// planOf is what the reading connection would do; it has the projections
// attached.
func planOf(t *testing.T, s *Store, st *statement) (steps []string) {
	t.Helper()
	l := s.engine.(*lite)
	c := <-l.readers
	defer func() { l.readers <- c }()
	args := make([]any, strings.Count(strings.Join(param.FindAllString(st.text, -1), ""), "$"))
	most := 0
	for _, m := range param.FindAllStringSubmatch(st.text, -1) {
		var n int
		fmt.Sscan(m[1], &n)
		most = max(most, n)
	}
	args = args[:most]
	for i := range args {
		args[i] = "[]"
	}
	rows, err := c.conn.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+st.text, args...)
	if err != nil {
		t.Logf("%s is not for readers: %v", st.name, err)
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var a, b, d int
		var step string
		if err := rows.Scan(&a, &b, &d, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return steps
}
