package flow_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/ops"
	"xinshu/internal/org"
	"xinshu/internal/testing/sample"
)

func (w *world) unit(code string) flow.UnitView {
	w.T.Helper()
	return ok[flow.UnitView](w.T)(w.Flow.Unit(w.Ctx(), w.As("admin.C"), w.ID(code), ""))
}

func TestARenameLeavesHistoryTrue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, fl := w.filed("T1", "改名前的稿")
		w.ready("K1", fl.ID, "改名前的稿")
		p := w.published("K1", "k1", fl.ID)
		w.Clock.Pass(48 * time.Hour)
		u := ok[org.Unit](t)(w.Flow.ChangeUnit(w.Ctx(), w.As("admin.C"), w.ID("T1"), flow.ChangeUnit{Name: "青禾街道办事处", Short: "青禾街道", Version: w.Units["T1"].Version}))
		if u.Name != "青禾街道办事处" || u.Since == 0 {
			t.Errorf("renamed = %+v, want the new name since today", u)
		}
		_, err := w.Flow.ChangeUnit(w.Ctx(), w.As("admin.C"), w.ID("T1"), flow.ChangeUnit{Name: "再改", Version: w.Units["T1"].Version})
		refused(t, err, "changed_meanwhile")
		_, err = w.Flow.ChangeUnit(w.Ctx(), w.As("admin.C"), w.ID("T1"), flow.ChangeUnit{Name: "倒填", From: "2026-01-01"})
		invalid(t, err, "from", "before_last_change")
		v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), w.As("editor.K1"), fl.ID))
		iv := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), v.Filing.Item))
		if v.Unit.Short != "青禾镇" || iv.Unit.Short != "青禾镇" {
			t.Errorf("the filing is of %q, the item of %q, want the name of the day both left", v.Unit.Short, iv.Unit.Short)
		}
		if then, now := v.Names.UnitOn(w.ID("T1"), v.Filing.Filed), v.Names.UnitOn(w.ID("T1"), 0); then != "青禾镇" || now != "青禾街道" {
			t.Errorf("the unit is called %q then and %q now, want 青禾镇 and 青禾街道", then, now)
		}
		is := ok[flow.IssueView](t)(w.Flow.Issue(w.Ctx(), w.As("editor.K1"), v.Placements[0].Issue))
		if is.Placed[0].From != "青禾镇" || is.Placed[0].Placement.ID != p.ID {
			t.Errorf("the issue printed before = from %q, want the old name", is.Placed[0].From)
		}
		if past := w.unit("T1").Pasts; len(past) != 1 || past[0].Name != "青禾镇人民政府" {
			t.Errorf("former names = %+v, want the one", past)
		}
		_, fl = w.filed("T1", "改名后的稿")
		w.ready("K1", fl.ID, "改名后的稿")
		w.published("K1", "k1", fl.ID)
		v = ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), w.As("editor.K1"), fl.ID))
		is = ok[flow.IssueView](t)(w.Flow.Issue(w.Ctx(), w.As("editor.K1"), v.Placements[0].Issue))
		if is.Placed[0].From != "青禾街道" {
			t.Errorf("the issue printed after = from %q, want the new name", is.Placed[0].From)
		}
		// a slip of the pen is put right the same day
		ok[org.Unit](t)(w.Flow.ChangeUnit(w.Ctx(), w.As("admin.C"), w.ID("T1"), flow.ChangeUnit{Name: "青禾街道", Short: "青禾"}))
		w.sound()
	})
}

func TestMergingUnitsEndsLinesAndPosts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		old, _ := w.filed("T2", "合并前的稿")
		_, err := w.Flow.MergeUnits(w.Ctx(), w.As("admin.C"), w.ID("T2"), flow.MergeUnits{Into: w.ID("T2")})
		invalid(t, err, "into", "cycle")
		_, err = w.Flow.MergeUnits(w.Ctx(), w.As("admin.C"), w.ID("K1"), flow.MergeUnits{Into: w.ID("T2")})
		invalid(t, err, "into", "cycle")
		u := ok[org.Unit](t)(w.Flow.MergeUnits(w.Ctx(), w.As("admin.C"), w.ID("T2"), flow.MergeUnits{Into: w.ID("T1")}))
		if u.Ended == 0 || u.Successor != w.ID("T1") {
			t.Errorf("merged unit = %+v, want it ended with a successor", u)
		}
		v := w.unit("T2")
		if len(v.Lines) != 0 || len(v.People) != 0 {
			t.Errorf("lines and people of the ended unit = %d, %d, want none", len(v.Lines), len(v.People))
		}
		_, err = w.Flow.Draft(w.Ctx(), w.As("reporter.T2"), flow.Draft{Unit: w.ID("T2"), Title: "题", Body: "文"})
		refused(t, err, "unit_ended")
		_, err = w.Flow.MergeUnits(w.Ctx(), w.As("admin.C"), w.ID("T3"), flow.MergeUnits{Into: w.ID("T2")})
		invalid(t, err, "into", "ended")
		if fs := ok[flow.Page[filing.Filing]](t)(w.Flow.Filings(w.Ctx(), w.As("editor.K1"), flow.FilingsQuery{Unit: w.ID("T2")})); len(fs.Rows) != 1 || fs.Rows[0].Item != old.ID {
			t.Errorf("filings of the ended unit = %+v, want what it filed", fs.Rows)
		}
		w.sound()
	})
}

func TestSplittingCopiesTheLines(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.Flow.SplitUnit(w.Ctx(), w.As("admin.C"), w.ID("T3"), flow.SplitUnit{Code: "T1", Name: "双桅新区"})
		invalid(t, err, "code", "taken")
		u := ok[org.Unit](t)(w.Flow.SplitUnit(w.Ctx(), w.As("admin.C"), w.ID("T3"), flow.SplitUnit{Code: "T9", Name: "双桅新区管理委员会", Short: "双桅新区"}))
		v := ok[flow.UnitView](t)(w.Flow.Unit(w.Ctx(), w.As("admin.C"), u.ID, ""))
		if u.Level != org.Township || u.Parent != w.ID("K1") || len(v.Lines) != 1 || v.Lines[0].Office != w.ID("K1") {
			t.Errorf("new unit = %+v with lines %+v, want the level, parent and line of the old one", u, v.Lines)
		}
		if len(w.unit("T3").Lines) != 1 {
			t.Error("the old unit lost its line")
		}
		w.sound()
	})
}

func TestAMoveMakesNoRing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, c := range [][2]string{{"C", "T1"}, {"K1", "K1"}, {"C", "K2"}} {
			_, err := w.Flow.ChangeUnit(w.Ctx(), sample.System, w.ID(c[0]), flow.ChangeUnit{Parent: w.ID(c[1])})
			invalid(t, err, "parent", "cycle")
		}
		u := ok[org.Unit](t)(w.Flow.ChangeUnit(w.Ctx(), w.As("admin.C"), w.ID("T1"), flow.ChangeUnit{Parent: w.ID("K2")}))
		if path := w.unit("T1").Path; u.Parent != w.ID("K2") || path[len(path)-1].ID != w.ID("K2") && path[len(path)-2].ID != w.ID("K2") {
			t.Errorf("moved unit = %+v, path %v, want it under K2", u, path)
		}
		if past := w.unit("T1").Pasts; len(past) != 1 || past[0].Parent != w.ID("K1") {
			t.Errorf("former place = %+v, want under K1", past)
		}
		w.sound()
	})
}

func TestThreeAdministratorsAreThreePeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		roles := []org.Role{org.Admin, org.Security, org.Auditor}
		for _, have := range roles {
			for _, want := range roles {
				in := flow.HoldPost{Person: w.As(string(have) + ".C").Person, Unit: w.ID("K1"), Role: want}
				_, err := w.Flow.HoldPost(w.Ctx(), sample.System, in)
				if have == want {
					if err != nil {
						t.Errorf("the %s holding the same post elsewhere = %v, want nil", have, err)
					}
					_, err = w.Flow.HoldPost(w.Ctx(), sample.System, in)
					refused(t, err, "already_held")
					continue
				}
				refused(t, err, "three_administrators")
			}
		}
		// powers do not overlap
		for _, who := range []string{"security.C", "auditor.C", "chief.C"} {
			_, err := w.Flow.EnterUnit(w.Ctx(), w.As(who), flow.EnterUnit{Code: "Z", Name: "新单位", Level: org.County, Parent: w.ID("C")})
			refused(t, err, "needs_post")
		}
		for _, who := range []string{"admin.C", "security.C"} {
			if _, err := w.Flow.Record(w.Ctx(), w.As(who), flow.RecordQuery{}); !fault.Is(err, fault.Denied) {
				t.Errorf("the record read by %s = %v, want denied", who, err)
			}
		}
		w.drain()
		if pg := ok[flow.Page[flow.Act]](t)(w.Flow.Record(w.Ctx(), w.As("auditor.C"), flow.RecordQuery{Limit: 5})); len(pg.Rows) == 0 {
			t.Error("the auditor's record is empty")
		}
		w.sound()
	})
}

func TestAnAdministratorOfAnotherSubtree(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.Person("admin.K2", "K2", org.Admin)
		for name, fn := range map[string]func(context.Context) error{
			"entering a unit": func(ctx context.Context) error {
				_, err := w.Flow.EnterUnit(ctx, admin, flow.EnterUnit{Code: "Z", Name: "新", Level: org.Township, Parent: w.ID("K1")})
				return err
			},
			"a root": func(ctx context.Context) error {
				_, err := w.Flow.EnterUnit(ctx, admin, flow.EnterUnit{Code: "Z", Name: "新", Level: org.Province})
				return err
			},
			"renaming": func(ctx context.Context) error {
				_, err := w.Flow.ChangeUnit(ctx, admin, w.ID("T1"), flow.ChangeUnit{Name: "新"})
				return err
			},
			"moving out": func(ctx context.Context) error {
				_, err := w.Flow.ChangeUnit(ctx, admin, w.ID("T4"), flow.ChangeUnit{Parent: w.ID("K1")})
				return err
			},
			"merging away": func(ctx context.Context) error {
				_, err := w.Flow.MergeUnits(ctx, admin, w.ID("T4"), flow.MergeUnits{Into: w.ID("T1")})
				return err
			},
			"splitting": func(ctx context.Context) error {
				_, err := w.Flow.SplitUnit(ctx, admin, w.ID("T1"), flow.SplitUnit{Code: "Z", Name: "新"})
				return err
			},
			"a person": func(ctx context.Context) error {
				_, err := w.Flow.EnterPerson(ctx, admin, flow.EnterPerson{Name: "新", Login: "new", Unit: w.ID("K1"), Role: org.Editor})
				return err
			},
			"a post": func(ctx context.Context) error {
				_, err := w.Flow.HoldPost(ctx, admin, flow.HoldPost{Person: admin.Person, Unit: w.ID("K1"), Role: org.Chief})
				return err
			},
			"a line": func(ctx context.Context) error {
				_, err := w.Flow.DrawLine(ctx, admin, flow.DrawLine{Unit: w.ID("T1"), Office: w.ID("K2"), Network: org.Party})
				return err
			},
			"a chain": func(ctx context.Context) error {
				_, err := w.Flow.SetChain(ctx, admin, org.Chain{Unit: w.ID("T1"), Checks: org.DefaultChain})
				return err
			},
			"rules": func(ctx context.Context) error {
				_, err := w.Flow.SetRules(ctx, admin, w.ID("K1"), org.DefaultRules(""))
				return err
			},
			"a class": func(ctx context.Context) error {
				_, err := w.Flow.SetClass(ctx, admin, org.Class{Office: w.ID("K1"), Year: 2026, Unit: w.ID("T1"), Class: "甲"})
				return err
			},
			"a publication": func(ctx context.Context) error {
				_, err := w.Flow.EnterPublication(ctx, admin, flow.EnterPublication{Office: w.ID("K1"), Code: "z", Name: "新", Columns: []string{"一"}})
				return err
			},
			"ending a line": func(ctx context.Context) error {
				_, err := w.Flow.EndLine(ctx, admin, w.unit("T1").Lines[0].ID, "")
				return err
			},
			"ending a post": func(ctx context.Context) error {
				_, err := w.Flow.EndPost(ctx, admin, w.unit("T1").People[0].Posts[0].ID, "")
				return err
			},
		} {
			refused(t, w.unchanged(name, func() error { return fn(w.Ctx()) }), "needs_post")
		}
		// at home he may
		ok[org.Unit](t)(w.Flow.EnterUnit(w.Ctx(), admin, flow.EnterUnit{Code: "T5", Name: "新镇", Level: org.Township, Parent: w.ID("K2")}))
		w.sound()
	})
}

func TestTheRegisterNamesItsMistakes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, none := w.As("admin.C"), ident.Unit("0000000000000000000000000z")
		for name, c := range map[string]struct {
			path, code string
			fn         func(context.Context) error
		}{
			"a taken code": {"code", "taken", func(ctx context.Context) error {
				_, err := w.Flow.EnterUnit(ctx, a, flow.EnterUnit{Code: "T1", Name: "新", Level: org.Township, Parent: w.ID("K1")})
				return err
			}},
			"an unknown level": {"level", "unknown_level", func(ctx context.Context) error {
				_, err := w.Flow.EnterUnit(ctx, a, flow.EnterUnit{Code: "Z", Name: "新", Level: "moon", Parent: w.ID("K1")})
				return err
			}},
			"a date that is none": {"from", "not_a_date", func(ctx context.Context) error {
				_, err := w.Flow.EnterUnit(ctx, a, flow.EnterUnit{Code: "Z", Name: "新", Level: org.Township, Parent: w.ID("K1"), From: "2026-02-30"})
				return err
			}},
			"a line to no desk": {"office", "no_desk", func(ctx context.Context) error {
				_, err := w.Flow.DrawLine(ctx, a, flow.DrawLine{Unit: w.ID("T1"), Office: w.ID("T2"), Network: org.Party})
				return err
			}},
			"a line to oneself": {"office", "cycle", func(ctx context.Context) error {
				_, err := w.Flow.DrawLine(ctx, a, flow.DrawLine{Unit: w.ID("K1"), Office: w.ID("K1"), Network: org.Party})
				return err
			}},
			"an unknown network": {"network", "choose", func(ctx context.Context) error {
				_, err := w.Flow.DrawLine(ctx, a, flow.DrawLine{Unit: w.ID("T1"), Office: w.ID("K2"), Network: "gossip"})
				return err
			}},
			"a line that ends before it begins": {"until", "ends_before", func(ctx context.Context) error {
				_, err := w.Flow.DrawLine(ctx, a, flow.DrawLine{Unit: w.ID("T1"), Office: w.ID("K2"), Network: org.Party, From: "2026-05-01", Until: "2026-04-01"})
				return err
			}},
			"an unknown role": {"role", "choose", func(ctx context.Context) error {
				_, err := w.Flow.HoldPost(ctx, a, flow.HoldPost{Person: a.Person, Unit: w.ID("K1"), Role: "king"})
				return err
			}},
			"a taken login": {"login", "taken", func(ctx context.Context) error {
				_, err := w.Flow.EnterPerson(ctx, a, flow.EnterPerson{Name: "新", Login: "Reporter.T1 ", Unit: w.ID("T1"), Role: org.Reporter})
				return err
			}},
			"a chain with no end": {"checks", "chain_needs_signoff", func(ctx context.Context) error {
				_, err := w.Flow.SetChain(ctx, a, org.Chain{Unit: w.ID("T1"), Checks: []org.Check{org.Review}})
				return err
			}},
			"a target in words": {"target", "not_a_number", func(ctx context.Context) error {
				_, err := w.Flow.SetClass(ctx, a, org.Class{Office: w.ID("K1"), Year: 2026, Unit: w.ID("T1"), Class: "甲", Target: "很多"})
				return err
			}},
			"an outside without a desk": {"outside", "outside_needs_office", func(ctx context.Context) error {
				yes := true
				_, err := w.Flow.ChangeUnit(ctx, a, w.ID("T1"), flow.ChangeUnit{Outside: &yes})
				return err
			}},
		} {
			invalid(t, w.unchanged(name, func() error { return c.fn(w.Ctx()) }), c.path, c.code)
		}
		for name, fn := range map[string]func(context.Context) error{
			"rules of no office": func(ctx context.Context) error {
				_, err := w.Flow.SetRules(ctx, sample.System, none, org.DefaultRules(""))
				return err
			},
			"a chain of no unit": func(ctx context.Context) error {
				_, err := w.Flow.SetChain(ctx, sample.System, org.Chain{Unit: none, Checks: org.DefaultChain})
				return err
			},
			"a class of no unit": func(ctx context.Context) error {
				_, err := w.Flow.SetClass(ctx, sample.System, org.Class{Office: w.ID("K1"), Unit: none, Class: "甲"})
				return err
			},
			"merging into no unit": func(ctx context.Context) error {
				_, err := w.Flow.MergeUnits(ctx, sample.System, w.ID("T1"), flow.MergeUnits{Into: none})
				return err
			},
			"a line of no unit": func(ctx context.Context) error {
				_, err := w.Flow.DrawLine(ctx, sample.System, flow.DrawLine{Unit: none, Office: w.ID("K1"), Network: org.Party})
				return err
			},
			"a unit under no unit": func(ctx context.Context) error {
				_, err := w.Flow.EnterUnit(ctx, sample.System, flow.EnterUnit{Code: "Z", Name: "新", Level: org.Township, Parent: none})
				return err
			},
			"a post for nobody": func(ctx context.Context) error {
				_, err := w.Flow.HoldPost(ctx, sample.System, flow.HoldPost{Person: "x", Unit: w.ID("K1"), Role: org.Editor})
				return err
			},
			"a list with no such reader": func(ctx context.Context) error {
				in := flow.EnterPublication{Office: w.ID("K1"), Code: "z", Name: "新", Columns: []string{"一"}}
				in.Readers = append(in.Readers, issue.ReadBy{Unit: none, Manner: "send"})
				_, err := w.Flow.EnterPublication(ctx, sample.System, in)
				return err
			},
		} {
			if err := w.unchanged(name, func() error { return fn(w.Ctx()) }); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s = %v, want not found", name, err)
			}
		}
		_, err := w.Flow.EndLine(w.Ctx(), a, ok[org.Line](t)(w.Flow.DrawLine(w.Ctx(), a, flow.DrawLine{Unit: w.ID("T1"), Office: w.ID("K2"), Network: org.Party, From: "2026-05-01"})).ID, "2026-04-01")
		invalid(t, err, "until", "ends_before")
		_, err = w.Flow.EndPost(w.Ctx(), a, ok[org.Post](t)(w.Flow.HoldPost(w.Ctx(), a, flow.HoldPost{Person: a.Person, Unit: w.ID("K1"), Role: org.Editor, From: "2026-05-01"})).ID, "2026-04-01")
		invalid(t, err, "until", "ends_before")
		w.sound()
	})
}

// file writes an import file.
func file(t *testing.T, name, content string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

const unitsFile = "code\tparent\tname\tlevel\nN1\tK1\t新一镇\ttownship\nN2\tN1\t新二村\tvillage\n"

func TestImportingUnits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		imports := func(name, content string, apply bool) (ops.Report, error) {
			return ops.ImportUnits(w.Ctx(), w.Flow, file(t, name, content), apply)
		}
		gb, err := simplifiedchinese.GB18030.NewEncoder().String(unitsFile)
		if err != nil {
			t.Fatal(err)
		}
		was := w.facts()
		rep := ok[ops.Report](t)(imports("u.tsv", unitsFile, false))
		if rep.Rows != 2 || rep.Added != 2 || !rep.DryRun || w.facts() != was {
			t.Errorf("dry run = %+v, facts %d → %d, want 2 to add and nothing done", rep, was, w.facts())
		}
		for _, c := range []struct{ name, content, path, code string }{
			{"unknown level", unitsFile + "N3\tN1\t新三\tmoon\n", "line 4", "unknown_level"},
			{"ring", "code\tparent\tname\tlevel\nA\tB\t甲\tdepartment\nB\tA\t乙\tdepartment\n", "line ", "ring"},
			{"a county under a township", unitsFile + "N3\tN1\t新三\tcounty\n", "line 4", "parent_not_above"},
			{"unknown parent", unitsFile + "N3\tQ9\t新三\tvillage\n", "line 4", "unknown_parent"},
			{"twice", unitsFile + "N1\tK1\t新一镇\ttownship\n", "line 4", "code_twice"},
			{"no name", unitsFile + "N3\tN1\t\tvillage\n", "line 4", "required"},
		} {
			err := w.unchanged(c.name, func() error { _, err := imports("u.tsv", c.content, true); return err })
			invalid(t, err, c.path, c.code)
		}
		err = w.unchanged("broken UTF-8", func() error {
			_, err := imports("u.tsv", "code\tparent\tname\tlevel\nN1\tK1\t新一镇\ttownship\nN2\tN1\t新\xff\xff村\tvillage\n", true)
			return err
		})
		if fs, bad := fault.BadFields(err); !bad || !strings.Contains(fs[0].Path, "line 3") {
			t.Errorf("broken UTF-8 = %v, want the line named", err)
		}
		if rep := ok[ops.Report](t)(imports("u.tsv", gb, true)); rep.Added != 2 || rep.Encoding != "gb18030" {
			t.Errorf("GB18030 = %+v, want 2 added and the encoding said", rep)
		}
		was = w.facts()
		if rep := ok[ops.Report](t)(imports("u.csv", strings.ReplaceAll(unitsFile, "\t", ","), true)); rep.Same != 2 || rep.Added != 0 || w.facts() != was {
			t.Errorf("second run = %+v, facts %d → %d, want nothing added", rep, was, w.facts())
		}
		w.sound()
	})
}

func TestImportingItems(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		run := func(name, content string, opt ops.ItemsOptions) (ops.Report, error) {
			return ops.ImportItems(w.Ctx(), w.Flow, file(t, name, content), opt)
		}
		jsonl := ""
		for i := range 3 {
			jsonl += fmt.Sprintf(`{"id":"%d","source":"旧台账","date":"2026-03-0%d","title":"旧稿%d","body":"正文。","unit":"T%d","genre":"news","form":"single"}`+"\n", i, i+1, i, i+1)
		}
		was := w.facts()
		if rep := ok[ops.Report](t)(run("i.jsonl", jsonl, ops.ItemsOptions{DryRun: true})); rep.Added != 3 || w.facts() != was {
			t.Errorf("dry run = %+v, want 3 to add and nothing done", rep)
		}
		for _, c := range []struct{ name, content, path, code string }{
			{"unknown unit", jsonl + `{"id":"9","title":"题","body":"文","unit":"Q9"}` + "\n", "line 4: unit", "unknown_unit"},
			{"a unit without a line", jsonl + `{"id":"9","title":"题","body":"文","unit":"P"}` + "\n", "line 4: unit", "no_line"},
			{"no title", jsonl + `{"id":"9","body":"文","unit":"T1"}` + "\n", "line 4: title", "required"},
			{"twice", jsonl + strings.SplitAfter(jsonl, "\n")[0], "line 4: id", "twice"},
			{"secrecy mark", jsonl + `{"id":"9","title":"题","body":"机密\n文","unit":"T1"}` + "\n", "line 4: text", "secrecy_mark"},
			{"a date that is none", jsonl + `{"id":"9","title":"题","body":"文","unit":"T1","date":"2026-02-30"}` + "\n", "line 4: date", "not_a_date"},
			{"an unknown genre", jsonl + `{"id":"9","title":"题","body":"文","unit":"T1","genre":"gossip"}` + "\n", "line 4: genre", "choose"},
		} {
			err := w.unchanged(c.name, func() error { _, err := run("i.jsonl", c.content, ops.ItemsOptions{}); return err })
			invalid(t, err, c.path, c.code)
		}
		if rep := ok[ops.Report](t)(run("i.jsonl", jsonl, ops.ItemsOptions{})); rep.Added != 3 {
			t.Errorf("import = %+v, want 3 added", rep)
		}
		if rep := ok[ops.Report](t)(run("i.jsonl", jsonl, ops.ItemsOptions{})); rep.Added != 0 || rep.Same != 3 {
			t.Errorf("second run = %+v, want nothing added", rep)
		}
		named, err := ops.ParseMap("title=标题,unit=单位代码,date=日期")
		if err != nil {
			t.Fatal(err)
		}
		register := "标题,单位代码,日期\n汛期排查,T1,2026-04-01\n汛期排查,T1,2026-04-01\n春耕备耕,T2,2026-04-02\n"
		for i, want := range []int{3, 0} {
			if rep := ok[ops.Report](t)(run("r.csv", register, ops.ItemsOptions{Map: named})); rep.Added != want {
				t.Errorf("register, run %d = %+v, want %d added", i+1, rep, want)
			}
		}
		if _, err := ops.ParseMap("colour=颜色"); !fault.Is(err, fault.Invalid) {
			t.Errorf("ParseMap(colour) = %v, want it refused", err)
		}
		_, err = w.Flow.ImportItems(w.Ctx(), w.As("admin.C"), "x", "y", nil, true)
		refused(t, err, "operator_only")
		pg := ok[flow.Page[flow.ItemRow]](t)(w.Flow.Items(w.Ctx(), w.As("reporter.T1"), flow.ItemsQuery{}))
		if len(pg.Rows) != 3 || pg.Rows[0].State != item.Signed {
			t.Errorf("items of T1 = %d, want 3 signed", len(pg.Rows))
		}
		w.sound()
	})
}
