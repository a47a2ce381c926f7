package score_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/org"
	"xinshu/internal/score"
)

// shape is a rule shape as data: a small rulebook with the sum worked out by hand
// in its opening comment, the events, and the entries and totals they must give.
type shape struct {
	dir    string
	book   *score.Rulebook
	units  []score.Unit
	events []score.Event
	wants  [][]string // event, who, component, clause, points
	period score.Period
	closed []score.Close
}

func readShape(t *testing.T, dir string) shape {
	t.Helper()
	file := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && name != "units.csv" {
			t.Fatal(err)
		}
		return b
	}
	src := file("rulebook.yaml")
	if !bytes.HasPrefix(src, []byte("# S")) || bytes.Count(src[:bytes.Index(src, []byte("\ntitle:"))+1], []byte("\n# ")) < 2 {
		t.Fatalf("%s: the rulebook does not begin with the sum worked out by hand", dir)
	}
	b, err := score.Parse(src)
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	s := shape{dir: dir, book: b}
	if u := file("units.csv"); u != nil {
		if s.units, err = score.ReadUnits(bytes.NewReader(u)); err != nil {
			t.Fatalf("%s: units: %v", dir, err)
		}
	}
	if err := score.ReadEvents(bytes.NewReader(file("events.csv")), func(e *score.Event) error {
		s.events = append(s.events, *e)
		return nil
	}); err != nil {
		t.Fatalf("%s: events: %v", dir, err)
	}
	c := csv.NewReader(bytes.NewReader(file("expected.csv")))
	c.Comment = '#'
	rows, err := c.ReadAll()
	if err != nil {
		t.Fatalf("%s: expected: %v", dir, err)
	}
	if len(rows) < 3 || !slices.Equal(rows[0], []string{"event", "who", "component", "clause", "points"}) || rows[1][0] != "period" {
		t.Fatalf("%s: expected.csv wants the heading event,who,component,clause,points, then a line period,2026-01,,, and at least one more", dir)
	}
	var ok bool
	if s.period, ok = b.PeriodOf(rows[1][1]); !ok {
		t.Fatalf("%s: %q is not a period", dir, rows[1][1])
	}
	for s.wants = rows[2:]; len(s.wants) > 0 && s.wants[0][0] == "closed"; s.wants = s.wants[1:] { // closed,2026-01,,,2026-02-05
		p, ok := b.PeriodOf(s.wants[0][1])
		on, ok2 := org.ParseDate(s.wants[0][4])
		if !ok || !ok2 {
			t.Fatalf("%s: %q is not a close", dir, s.wants[0])
		}
		s.closed = append(s.closed, score.Close{Period: p, On: on})
	}
	return s
}

// check compares what a run gave with what stands in expected.csv: every entry of
// the period, and every number that is asked for.
func (s shape) check(entries []score.Entry, res *score.Result) (bad []string) {
	got := map[string]int{}
	for _, e := range entries {
		who := string(e.Unit)
		if e.Track != score.OfUnit {
			who = e.Track + ":" + e.Person
		}
		got[strings.Join([]string{string(e.Fact), who, e.Component, e.Clause, e.Points.String()}, ",")]++
	}
	for _, w := range s.wants {
		if w[0] == "is" {
			if v := res.Of(w[1]); v != w[4] {
				bad = append(bad, fmt.Sprintf("%s is %q, want %q", w[1], v, w[4]))
			}
			continue
		}
		k := strings.Join(w, ",")
		if got[k]--; got[k] < 0 {
			bad = append(bad, "missing entry "+k)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(got)) {
		if got[k] > 0 {
			bad = append(bad, "unexpected entry "+k)
		}
	}
	return bad
}

func (s shape) run(events []score.Event) ([]score.Entry, *score.Result, error) {
	var entries []score.Entry
	res, err := s.book.Score(score.Input{Register: score.NewRegister(s.units), Period: s.period, Closed: s.closed, Explain: func(e score.Entry) { entries = append(entries, e) }}, events)
	return entries, res, err
}

// TestShapes: each of the rule shapes found in published rulebooks is expressible
// as data and gives what was worked out by hand.
func TestShapes(t *testing.T) {
	for _, dir := range shapeFolders(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			s := readShape(t, dir)
			entries, res, err := s.run(s.events)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range s.check(entries, res) {
				t.Error(b)
			}
		})
	}
}

func shapeFolders(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob("testdata/shapes/S[0-9][0-9]*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no shapes: %v", err)
	}
	return dirs
}
