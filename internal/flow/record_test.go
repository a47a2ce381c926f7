package flow_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"xinshu/internal/duty"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

// openings are who opened anything of an item, as a reader of its record page
// is told; nil when he is not.
func (w *world) openings(as string, id ident.Item) (out []string) {
	w.T.Helper()
	v := ok[flow.ItemRecord](w.T)(w.Flow.ItemRecord(w.Ctx(), w.As(as), id))
	for _, o := range v.Openings {
		out = append(out, v.Names.Person(o.Person)+" "+o.Noun)
	}
	return out
}

func TestReadingOfRestrictedTexts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it, fl := w.filed("T1", "村民反映的问题")
		read := func(as string) {
			t.Helper()
			ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), w.As(as), fl.ID))
		}
		read("editor.K1")
		if got := w.openings("signer.T1", it.ID); got != nil {
			t.Errorf("openings of a text that is not restricted = %v, want none", got)
		}
		// who may mark, and that a mark needs a reason
		_, err := w.Flow.RestrictItem(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Restrict{On: true, Reason: "涉及信访人"})
		refused(t, err, "needs_post")
		_, err = w.Flow.RestrictItem(w.Ctx(), w.As("chief.K2"), it.ID, flow.Restrict{On: true, Reason: "涉及信访人"})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("another county marks it = %v, want not found", err)
		}
		_, err = w.Flow.RestrictItem(w.Ctx(), w.As("signer.T1"), it.ID, flow.Restrict{On: true, Reason: " "})
		invalid(t, err, "reason", "required")
		ok[store.Mark](t)(w.Flow.RestrictItem(w.Ctx(), w.As("signer.T1"), it.ID, flow.Restrict{On: true, Reason: "涉及信访人"}))

		before := w.facts()
		read("editor.K1")
		read("editor.K1")
		read("chief.K1")
		if got := w.facts() - before; got != 2 {
			t.Errorf("facts of three readings by two people = %d, want 2", got)
		}
		ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("signer.T1"), it.ID))
		ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID)) // his own words
		w.Clock.Pass(24 * time.Hour)
		read("editor.K1")
		w.drain()
		want := []string{"editor.K1 filing", "signer.T1 item", "chief.K1 filing", "editor.K1 filing"}
		for _, as := range []string{"signer.T1", "chief.K1", "auditor.C"} {
			if got := w.openings(as, it.ID); !slices.Equal(got, want) {
				t.Errorf("openings told to %s = %q, want %q", as, got, want)
			}
		}
		for _, as := range []string{"reporter.T1", "editor.K1"} {
			if got := w.openings(as, it.ID); got != nil {
				t.Errorf("openings told to %s = %q, want none", as, got)
			}
			v := ok[flow.ItemRecord](t)(w.Flow.ItemRecord(w.Ctx(), w.As(as), it.ID))
			if slices.ContainsFunc(v.Acts, func(a flow.Act) bool { return a.Kind == fact.TextOpened }) {
				t.Errorf("the record told to %s has openings, want none", as)
			}
		}
		// what leaves as a file was opened too
		before = w.facts()
		for e, err := range ok[iter.Seq2[item.Entry, error]](t)(w.Flow.Export(w.Ctx(), w.As("chief.K1"), flow.ExportQuery{})) {
			if err != nil || e.Body == "" {
				t.Errorf("an exported item = %+v, %v, want it with its text", e, err)
			}
		}
		if got := w.facts() - before; got != 1 {
			t.Errorf("facts of an export with one restricted text = %d, want its opening", got)
		}
		// a composite made of it is restricted too
		_, other := w.filed("T2", "另一篇")
		comp := w.composite("K1", fl.ID, other.ID)
		if v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), w.As("chief.K1"), comp)); !v.Restricted {
			t.Errorf("a composite of a restricted text: restricted = %v, want true", v.Restricted)
		}
		// only those who set it, by their signer, take it off
		_, err = w.Flow.RestrictItem(w.Ctx(), w.As("chief.K1"), it.ID, flow.Restrict{Reason: "已公开"})
		refused(t, err, "needs_post")
		ok[store.Mark](t)(w.Flow.RestrictItem(w.Ctx(), w.As("signer.T1"), it.ID, flow.Restrict{Reason: "已公开"}))
		before = w.facts()
		w.Clock.Pass(24 * time.Hour)
		read("editor.K1")
		if got := w.facts() - before; got != 0 {
			t.Errorf("facts of reading what is free again = %d, want 0", got)
		}
		w.sound()
	})
}

func TestReadingOfInstructionsAndRestrictedPublications(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it, fl := w.filed("T1", "批示过的一篇")
		fl = w.ready("K1", fl.ID, "批示过的一篇")
		d := ok[duty.Duty](t)(w.Flow.Instruct(w.Ctx(), w.As("leader.K1"), flow.Instruct{Filing: fl.ID, Text: "请核实。"}))
		before := w.facts()
		ok[flow.DutyView](t)(w.Flow.Duty(w.Ctx(), w.As("leader.K1"), d.ID)) // his own words
		ok[flow.DutyView](t)(w.Flow.Duty(w.Ctx(), w.As("followup.K1"), d.ID))
		ok[flow.Workbench](t)(w.Flow.Workbench(w.Ctx(), w.As("followup.K1")))
		ok[flow.Page[flow.DutyRow]](t)(w.Flow.Duties(w.Ctx(), w.As("chief.K1"), flow.DutiesQuery{}))
		if got := w.facts() - before; got != 2 {
			t.Errorf("facts of an instruction opened by its leader, an officer twice and a chief = %d, want 2", got)
		}
		_, err := w.Flow.RestrictPublication(w.Ctx(), w.As("editor.K1"), w.Pubs["k1"].ID, flow.Restrict{On: true, Reason: "内部"})
		refused(t, err, "needs_post")
		ok[store.Mark](t)(w.Flow.RestrictPublication(w.Ctx(), w.As("chief.K1"), w.Pubs["k1"].ID, flow.Restrict{On: true, Reason: "内部"}))
		w.published("K1", "k1", fl.ID)
		printed := ok[flow.Page[flow.IssueRow]](t)(w.Flow.Issues(w.Ctx(), w.As("chief.K1"), flow.IssuesQuery{})).Rows[0]
		before = w.facts()
		v := ok[flow.IssueView](t)(w.Flow.Issue(w.Ctx(), w.As("assessor.K1"), printed.ID))
		if got := w.facts() - before; got != 1 || !v.Restricted {
			t.Errorf("facts of a restricted issue opened = %d (restricted %v), want 1 (true)", got, v.Restricted)
		}
		w.drain()
		all := ok[flow.ItemRecord](t)(w.Flow.ItemRecord(w.Ctx(), w.As("auditor.C"), it.ID))
		for _, kind := range []fact.Kind{fact.ItemDrafted, fact.FilingFiled, fact.PlacementPublished, fact.IssuePublished, fact.InstructionGiven, fact.TextOpened} {
			if !slices.ContainsFunc(all.Acts, func(a flow.Act) bool { return a.Kind == kind }) {
				t.Errorf("the item's whole record has no %s", kind)
			}
		}
		w.sound()
	})
}

// TestNothingIsShownThatCouldNotBeRecorded: the opening is written first.
func TestNothingIsShownThatCouldNotBeRecorded(t *testing.T) {
	w := open(t, storetest.SQLite(t))
	it, fl := w.filed("T1", "控制阅读")
	ok[store.Mark](t)(w.Flow.RestrictItem(w.Ctx(), w.As("signer.T1"), it.ID, flow.Restrict{On: true, Reason: "内部"}))
	ctx, cancel := context.WithCancel(w.Ctx())
	cancel()
	if v, err := w.Flow.Filing(ctx, w.As("editor.K1"), fl.ID); err == nil || v.Text.Body != "" {
		t.Errorf("Filing() while nothing can be written = %q, %v, want no text and an error", v.Text.Body, err)
	}
}

func TestRecordFilters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, fl := w.filed("T1", "第一篇")
		w.Clock.Pass(48 * time.Hour)
		w.filed("T2", "第二篇")
		auditor := w.As("auditor.C")
		find := func(q flow.RecordQuery) []flow.Act {
			t.Helper()
			return ok[flow.Page[flow.Act]](t)(w.Flow.Record(w.Ctx(), auditor, q)).Rows
		}
		w.drain()
		signed := find(flow.RecordQuery{Person: "signer.T1", Kind: fact.ItemSigned})
		if len(signed) != 1 || signed[0].Title != "第一篇" || signed[0].Revision != 1 || signed[0].Role != org.Signer || signed[0].Unit != w.ID("T1") {
			t.Errorf("signer.T1 signed = %+v, want 第一篇, revision 1, as signer of T1", signed)
		}
		day := find(flow.RecordQuery{From: "2026-11-18", Until: "2026-11-18"})
		if len(day) == 0 || slices.ContainsFunc(day, func(a flow.Act) bool { return a.Title == "第一篇" }) {
			t.Errorf("the record of a day = %d facts, want that day's only", len(day))
		}
		if got := find(flow.RecordQuery{Place: "望岭县", Kind: fact.FilingFiled}); len(got) != 2 {
			t.Errorf("filed at 望岭县 = %d facts, want 2", len(got))
		}
		paged, last := map[int64]bool{}, int64(math.MaxInt64)
		for q := (flow.RecordQuery{Limit: 7}); ; {
			pg := ok[flow.Page[flow.Act]](t)(w.Flow.Record(w.Ctx(), auditor, q))
			for _, a := range pg.Rows {
				if a.Recorded > last {
					t.Errorf("position %d was recorded after the row above it, want newest first", a.Position)
				}
				paged[a.Position], last = true, a.Recorded
			}
			if q.Cursor = pg.Next; q.Cursor == "" {
				break
			}
		}
		if len(paged) != w.facts() {
			t.Errorf("pages of 7 hold %d facts, want all %d", len(paged), w.facts())
		}
		for field, q := range map[string]flow.RecordQuery{"person": {Person: "无此人"}, "place": {Place: "无此单位"}, "from": {From: "昨天"}, "until": {Until: "2026-13-01"}} {
			if _, err := w.Flow.Record(w.Ctx(), auditor, q); !fault.Is(err, fault.Invalid) {
				t.Errorf("Record() with a wrong %s = %v, want bad input", field, err)
			}
		}
		n, total := 0, w.facts()
		if err := w.Flow.RecordAll(w.Ctx(), auditor, flow.RecordQuery{}, "csv", func() {}, func(flow.Act, flow.Names) error { n++; return nil }); err != nil || n != total {
			t.Errorf("RecordAll() = %d facts, %v, want %d", n, err, total)
		}
		w.drain()
		if got := find(flow.RecordQuery{Kind: fact.RecordExported}); len(got) != 1 {
			t.Errorf("exports in the record = %d, want 1", len(got))
		}
		if err := w.Flow.RecordAll(w.Ctx(), w.As("chief.K1"), flow.RecordQuery{}, "csv", func() { t.Error("the record was begun for a chief editor") }, nil); !fault.Is(err, fault.Denied) {
			t.Errorf("the record taken away by a chief editor = %v, want denied", err)
		}
		one := ok[flow.FactView](t)(w.Flow.Fact(w.Ctx(), auditor, signed[0].Position))
		if one.Block == nil || !one.Sound || !one.Intact || !strings.Contains(one.Canon, "item.signed") {
			t.Errorf("Fact() = %+v, want it sealed and sound", one)
		}
		if _, err := w.Flow.ItemRecord(w.Ctx(), w.As("chief.K2"), fl.Item); !fault.Is(err, fault.NotFound) {
			t.Errorf("an item's record read from another county = %v, want not found", err)
		}
	})
}

// evidence writes a whole export into a folder.
func (w *world) evidence(from, until int64) (dir string, rep flow.EvidenceReport) {
	w.T.Helper()
	dir = w.T.TempDir()
	var open *os.File
	rep, err := w.Flow.Evidence(w.Ctx(), w.As("auditor.C"), from, until, func(name string) (io.Writer, error) {
		if open != nil {
			open.Close()
		}
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		var err error
		open, err = os.Create(file)
		return open, err
	})
	if err != nil {
		w.T.Fatalf("Evidence(%d, %d) = %v, want nil", from, until, err)
	}
	open.Close()
	return dir, rep
}

// TestEvidenceIsCheckedWithStandardTools runs the recipe of the export itself,
// with bash and openssl and nothing of ours, then alters a byte of each file.
func TestEvidenceIsCheckedWithStandardTools(t *testing.T) {
	w := open(t, storetest.SQLite(t))
	for range 3 {
		w.filed("T1", "东岸村溪堤出现渗漏")
		w.drain() // closes a short block each time
	}
	dir, rep := w.evidence(0, 0)
	if rep.Blocks < 3 || rep.Facts == 0 {
		t.Fatalf("Evidence() = %+v, want three blocks", rep)
	}
	check := func(tool string, args ...string) (string, error) {
		out, err := exec.CommandContext(t.Context(), tool, args...).CombinedOutput()
		return string(out), err
	}
	out, err := check("bash", filepath.Join(dir, "check-evidence.sh"))
	if err != nil || !strings.Contains(out, "as they were sealed") || !strings.Contains(out, rep.Hash) {
		t.Fatalf("check-evidence.sh of a good export = %v\n%s", err, out)
	}
	python, lookErr := exec.LookPath("python3")
	if lookErr == nil {
		if out, err := check(python, filepath.Join(dir, "check-evidence.py")); err != nil || !strings.Contains(out, "as they were sealed") {
			t.Errorf("check-evidence.py of a good export = %v\n%s", err, out)
		}
	}
	named := regexp.MustCompile(`(?m)^block \d+: `)
	for _, file := range []string{"envelopes.txt", "payloads.txt", "blocks.tsv", "signatures/2.sig", "public-key.pem"} {
		path := filepath.Join(dir, file)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bad := bytes.Clone(good)
		bad[len(bad)/2] ^= 1
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := check("bash", filepath.Join(dir, "check-evidence.sh")); err == nil || !named.MatchString(out) {
			t.Errorf("check-evidence.sh with one byte of %s altered = %v, want it to fail and name a block\n%s", file, err, out)
		}
		if lookErr == nil {
			if out, err := check(python, filepath.Join(dir, "check-evidence.py")); err == nil {
				t.Errorf("check-evidence.py with one byte of %s altered passes\n%s", file, out)
			}
		}
		if err := os.WriteFile(path, good, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	part, rep := w.evidence(2, 2)
	if out, err := check("bash", filepath.Join(part, "check-evidence.sh")); err != nil || rep.Blocks != 1 {
		t.Errorf("check-evidence.sh of block 2 alone = %v, %d blocks\n%s", err, rep.Blocks, out)
	}
	if _, err := w.Flow.Evidence(w.Ctx(), w.As("chief.K1"), 0, 0, nil); !fault.Is(err, fault.Denied) {
		t.Errorf("evidence taken by a chief editor = %v, want denied", err)
	}
	for _, c := range []struct {
		from, until int64
		field, code string
	}{{9, 3, "until", "blocks_backward"}, {900, 0, "from", "no_block"}} {
		_, err := w.Flow.Evidence(w.Ctx(), w.As("auditor.C"), c.from, c.until, nil)
		invalid(t, err, c.field, c.code)
	}
}

// composite merges filings at a desk.
func (w *world) composite(office string, parts ...ident.Filing) ident.Filing {
	w.T.Helper()
	in := flow.Merge{Office: w.ID(office), Title: "综合", Body: body}
	for _, p := range parts {
		if fl := ok[filing.Filing](w.T)(w.Flow.Receive(w.Ctx(), w.As("editor."+office), p)); fl.State != filing.Received {
			w.T.Fatalf("Receive() = %s, want received", fl.State)
		}
		in.Parts = append(in.Parts, filing.Contribution{Filing: p})
	}
	return ok[filing.Filing](w.T)(w.Flow.Merge(w.Ctx(), w.As("editor."+office), in)).ID
}
