package ops_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"xinshu/internal/app"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/ops"
	"xinshu/internal/org"
)

// corpus is a file of real data that lies beside the checkout. Where it does not,
// the test says so; under CI that is a failure.
func corpus(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "corpus", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("real data is missing: %v", err)
		}
		t.Skipf("NOT TESTED on real data: %v", err)
	}
	return path
}

func need[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(ops.Say(err))
		}
		return v
	}
}

// TestWholeCountryAndTwentyThousandItems takes every administrative division of
// the country, makes one county an office, takes 20,000 real texts as filings of
// its townships, and works on them: found, opened, merged, adopted, published.
func TestWholeCountryAndTwentyThousandItems(t *testing.T) {
	divisions, items := corpus(t, "divisions.tsv.gz"), corpus(t, "items.jsonl.gz")
	ctx := t.Context()
	a := need[*app.App](t)(app.Open(ctx, app.Config{Dir: t.TempDir()}))
	defer a.Close()

	began := time.Now()
	rep := need[ops.Report](t)(ops.ImportUnits(ctx, a.Flow, divisions, true))
	t.Logf("%d units imported in %s", rep.Added, time.Since(began).Round(time.Millisecond))
	if rep.Added != 665_276 {
		t.Errorf("units added = %d, want 665276", rep.Added)
	}
	again := need[ops.Report](t)(ops.ImportUnits(ctx, a.Flow, divisions, true))
	if again.Added+again.Changed != 0 {
		t.Errorf("a second run added %d and changed %d, want nothing", again.Added, again.Changed)
	}
	county := walk(t, a.Flow)
	editor, chief := staff(t, a.Flow, county)

	began = time.Now()
	codes := need[[]string](t)(a.Flow.LinesTo(ctx, ops.System, county.Code))
	dealt := ops.ItemsOptions{Units: codes, Genre: "news", Form: "single", Limit: 20_000}
	got := need[ops.Report](t)(ops.ImportItems(ctx, a.Flow, items, dealt))
	t.Logf("%d items imported as filings of %d townships in %s", got.Added, len(codes), time.Since(began).Round(time.Millisecond))
	if got.Added != 20_000 {
		t.Fatalf("items added = %d, want 20000", got.Added)
	}
	if once := need[ops.Report](t)(ops.ImportItems(ctx, a.Flow, items, dealt)); once.Added != 0 || once.Same != 20_000 {
		t.Errorf("a second run added %d, want none", once.Added)
	}
	if err := a.Worker.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	work(t, a.Flow, county, editor, chief)
}

// walk opens the tree from the top down to a village and returns the county on
// the way.
func walk(t *testing.T, f *flow.Flow) org.Unit {
	t.Helper()
	var county org.Unit
	var at ident.Unit
	for _, want := range []org.Level{org.Province, org.City, org.County, org.Township, org.Village} {
		began := time.Now()
		pg := need[flow.Page[org.Unit]](t)(f.Branch(t.Context(), ops.System, at, "", 200))
		t.Logf("branch of %d %ss opened in %s", len(pg.Rows), want, time.Since(began).Round(time.Microsecond))
		pick := -1
		for i, u := range pg.Rows {
			if u.Level != want {
				t.Fatalf("child %s of %s = %s, want a %s", u.Name, at, u.Level, want)
			}
			if pick < 0 || len(u.Name) > len(pg.Rows[pick].Name) {
				pick = i
			}
		}
		at = pg.Rows[pick].ID
		if want == org.County {
			county = pg.Rows[pick]
		}
	}
	return county
}

// staff makes the county an office with lines from its townships, an editor and
// a chief editor.
func staff(t *testing.T, f *flow.Flow, county org.Unit) (editor, chief flow.Actor) {
	t.Helper()
	ctx, yes := t.Context(), true
	need[org.Unit](t)(f.ChangeUnit(ctx, ops.System, county.ID, flow.ChangeUnit{Office: &yes}))
	for _, u := range need[flow.Page[org.Unit]](t)(f.Branch(ctx, ops.System, county.ID, "", 200)).Rows {
		need[org.Line](t)(f.DrawLine(ctx, ops.System, flow.DrawLine{Unit: u.ID, Office: county.ID, Network: org.Government}))
	}
	e := need[org.Person](t)(f.EnterPerson(ctx, ops.System, flow.EnterPerson{Name: "编辑", Login: "editor", Unit: county.ID, Role: org.Editor}))
	c := need[org.Person](t)(f.EnterPerson(ctx, ops.System, flow.EnterPerson{Name: "主任", Login: "chief", Unit: county.ID, Role: org.Chief}))
	return flow.Actor{Person: e.ID}, flow.Actor{Person: c.ID}
}

// work finds, opens, merges, adopts and publishes.
func work(t *testing.T, f *flow.Flow, county org.Unit, editor, chief flow.Actor) {
	t.Helper()
	ctx := t.Context()
	began := time.Now()
	hits := need[flow.Page[flow.Hit]](t)(f.Search(ctx, editor, "干旱", "filing"))
	t.Logf("search found %d in %s", len(hits.Rows), time.Since(began).Round(time.Microsecond))
	if len(hits.Rows) < 2 {
		t.Fatalf("two-character word found %d filings, want at least 2", len(hits.Rows))
	}
	var parts []filing.Contribution
	for _, h := range hits.Rows[:2] {
		id := ident.Filing(h.ID)
		v := need[flow.FilingView](t)(f.Filing(ctx, editor, id))
		if v.Text.Body == "" {
			t.Errorf("filing %s opens without a text", id)
		}
		need[filing.Filing](t)(f.Receive(ctx, editor, id))
		parts = append(parts, filing.Contribution{Filing: id})
	}
	comp := need[filing.Filing](t)(f.Merge(ctx, editor, flow.Merge{Office: county.ID, Parts: parts, Title: "两镇旱情", Body: "两镇旱情。"}))
	need[filing.Filing](t)(f.MarkReady(ctx, editor, comp.ID, flow.MarkReady{}))
	pub := need[issue.Publication](t)(f.EnterPublication(ctx, ops.System, flow.EnterPublication{Office: county.ID, Code: "x", Name: "信息", Columns: []string{"要情"}}))
	p := need[issue.Placement](t)(f.Adopt(ctx, editor, comp.ID, flow.Adopt{Publication: pub.ID, Seen: -1}))
	is := need[issue.Issue](t)(f.OpenIssue(ctx, editor, flow.OpenIssue{Publication: pub.ID}))
	need[issue.Placement](t)(f.Place(ctx, editor, p.ID, flow.Place{Issue: is.ID}))
	need[issue.Issue](t)(f.Propose(ctx, editor, is.ID))
	need[issue.Issue](t)(f.ApproveIssue(ctx, chief, is.ID))
	if got := need[issue.Issue](t)(f.PublishIssue(ctx, editor, is.ID, flow.Publish{})); got.State != issue.Published {
		t.Errorf("issue = %s, want published", got.State)
	}
}
