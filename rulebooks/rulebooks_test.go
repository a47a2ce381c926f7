package rulebooks_test

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/fault"
	"xinshu/internal/score"
	"xinshu/rulebooks"
)

// explained are the warnings a shipped rulebook may have: "id code": why it is meant.
var explained = map[string]string{}

// article is a clause number. None was visible, so none may stand in a rulebook.
var article = regexp.MustCompile(`第[一二三四五六七八九十百0-9]+条`)

// TestShipped: every rulebook that is shipped can be put in force as it is: it
// parses without a warning that is not explained, says where it comes from and
// what was not seen, and its examples come out.
func TestShipped(t *testing.T) {
	list := rulebooks.List()
	if len(list) < 30 {
		t.Errorf("%d rulebooks are shipped, want at least 30", len(list))
	}
	met := map[string]bool{}
	for _, entry := range list {
		t.Run(entry.ID, func(t *testing.T) {
			text, err := rulebooks.Open(entry.ID)
			if err != nil {
				t.Fatal(err)
			}
			b, err := score.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range b.Warnings {
				k := entry.ID + " " + w.Code
				if met[k] = true; explained[k] == "" {
					t.Errorf("warning %s at %s: %s", w.Code, w.Where, w.Text)
				}
			}
			about(t, entry, b, string(text))
			if len(b.Examples) < 2 {
				t.Errorf("%d examples, want at least 2", len(b.Examples))
			}
			for _, f := range b.RunExamples() {
				t.Error(f)
			}
			for _, e := range b.Examples {
				quiet(t, b, e)
			}
		})
	}
	for _, k := range slices.Sorted(maps.Keys(explained)) {
		if !met[k] {
			t.Errorf("a warning is explained that nobody gives: %s", k)
		}
	}
}

// about checks what a rulebook says of itself.
func about(t *testing.T, entry rulebooks.Book, b *score.Rulebook, text string) {
	t.Helper()
	s := b.Source
	if s == nil || s.Place == "" || s.Year == "" || s.Seen == "" {
		t.Fatal("source does not say place, year and how much was seen")
	}
	if len(s.Missing) == 0 || len(s.Read) == 0 {
		t.Error("source does not say what is missing and how it was read")
	}
	if entry.Title != b.Title || entry.Place != s.Place || entry.Year != s.Year || entry.Number != b.Number || entry.Seen != s.Seen {
		t.Errorf("the list says %+v", entry)
	}
	if b.Office != "000000" || !strings.HasPrefix(text, "# 把 office 换成本单位代码") {
		t.Error("the office is not the placeholder, or the first line does not say that it is to be replaced")
	}
	if m := article.FindString(text); m != "" {
		t.Errorf("names %s, and no clause number was visible", m)
	}
}

// quiet runs an example and insists that it leaves nothing to look at (a unit or
// a publication that is not known would score nothing and say so only there), and
// that everybody's entries, each with its clause, add up to the total.
func quiet(t *testing.T, b *score.Rulebook, e score.Example) {
	t.Helper()
	units, err := score.ReadUnits(strings.NewReader(e.Units))
	if err != nil {
		t.Fatalf("%s: %v", e.Name, err)
	}
	var events []score.Event
	if err := score.ReadEvents(strings.NewReader(e.Events), func(ev *score.Event) error {
		events = append(events, *ev)
		return nil
	}); err != nil {
		t.Fatalf("%s: %v", e.Name, err)
	}
	p, ok := b.PeriodOf(e.Period)
	if !ok {
		t.Fatalf("%s: %q is not a period", e.Name, e.Period)
	}
	ledger := map[string]score.Points{}
	note := func(en score.Entry) {
		if en.Clause == "" {
			t.Errorf("%s: an entry of %s%s names no clause: %+v", e.Name, en.Unit, en.Person, en)
		}
		k := en.Track + ":" + string(en.Unit) + en.Person
		ledger[k] = ledger[k].Plus(en.Points)
	}
	res, err := b.Score(score.Input{Register: score.NewRegister(units), Period: p, Explain: note}, events)
	if err != nil {
		t.Fatalf("%s: %v", e.Name, err)
	}
	for track, list := range map[string][]score.Standing{score.OfUnit: res.Standings, score.OfPerson: res.Persons, score.OfFee: res.Fees} {
		for _, s := range list {
			who := string(s.Unit) + s.Person
			if sum := ledger[track+":"+who]; sum.Cmp(s.Exact) != 0 {
				t.Errorf("%s: the entries of %s %s add up to %s, its total is %s", e.Name, track, who, sum, s.Exact)
			}
		}
	}
	for _, w := range res.Warnings {
		t.Errorf("%s: %s %s %s", e.Name, w.Code, w.Where, w.Text)
	}
}

func TestOpenUnknown(t *testing.T) {
	var f *fault.Error
	if _, err := rulebooks.Open("R00-nowhere"); !errors.As(err, &f) || f.Kind != fault.NotFound {
		t.Errorf("Open of an unknown id = %v, want not found", err)
	}
}
