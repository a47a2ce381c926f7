package ops_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"xinshu/internal/app"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/item"
	"xinshu/internal/ops"
	"xinshu/internal/org"
)

const city = "code\tparent\tname\tlevel\nC\t\t霁川市\tcity\nK\tC\t望岭县\tcounty\nT1\tK\t青禾镇\ttownship\nT2\tK\t石桥镇\ttownship\n"

// office is an installation with two townships that report to a county.
func office(t *testing.T) *app.App {
	t.Helper()
	ctx, yes := t.Context(), true
	a := need[*app.App](t)(app.Open(ctx, app.Config{Dir: t.TempDir(), NoSync: true}))
	t.Cleanup(func() { _ = a.Close() })
	need[ops.Report](t)(ops.ImportUnits(ctx, a.Flow, fileOf(t, "u.tsv", city), true))
	k := need[org.Unit](t)(a.Flow.UnitByCode(ctx, ops.System, "K"))
	need[org.Unit](t)(a.Flow.ChangeUnit(ctx, ops.System, k.ID, flow.ChangeUnit{Office: &yes}))
	for _, code := range []string{"T1", "T2"} {
		u := need[org.Unit](t)(a.Flow.UnitByCode(ctx, ops.System, code))
		need[org.Line](t)(a.Flow.DrawLine(ctx, ops.System, flow.DrawLine{Unit: u.ID, Office: k.ID, Network: org.Government}))
	}
	return a
}

func fileOf(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// kept is everything an installation's items say that must survive a journey.
func kept(t *testing.T, a *app.App) []string {
	t.Helper()
	rows, err := a.Flow.Export(t.Context(), ops.System, flow.ExportQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for e, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(e.Title + "\n" + e.Body))
		if got := hex.EncodeToString(sum[:]); got != e.Hash {
			t.Errorf("%s is exported with hash %s, its text has %s", e.ID, e.Hash, got)
		}
		if e.Source == item.Home { // re-imported, it keeps this name
			e.Source = "xinshu"
		}
		files, err := json.Marshal(e.Attachments)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.Join([]string{e.Source, e.ID, e.Hash, e.Unit, e.Genre, e.Form, e.Date, e.Created, e.Filed, string(e.State), strconv.FormatBool(e.Urgent), e.Contact, string(files)}, "|"))
	}
	return out
}

// texts are what tables are known to spoil.
var texts = []string{
	"平常的一句话。", "=1+1", "+8613", "-5℃", "@全体", "＝全角", "'=带撇号", "第一段\n\n第二段，\"引号\"与,逗号;分号\t制表", "𠮷野家与𣲘河", "ＡＢＣ１２３", "<b>&amp;</b>]]>_x0041_x0042_",
	"007", "1E5", "2026-11-22", "是", strings.Repeat("很长的正文。", 15_000), strings.Repeat("𠮷", 60_000), strings.Repeat("一行。\n", 9_000),
}

// entered fills an installation with all that an export must carry.
func entered(t *testing.T, a *app.App) {
	t.Helper()
	ctx := t.Context()
	t1 := need[org.Unit](t)(a.Flow.UnitByCode(ctx, ops.System, "T1"))
	p := need[org.Person](t)(a.Flow.EnterPerson(ctx, ops.System, flow.EnterPerson{Name: "某某", Login: "writer", Unit: t1.ID, Role: org.Reporter}))
	who := flow.Actor{Person: p.ID}
	var lines bytes.Buffer
	for i, s := range texts {
		title := []rune(strings.Join(strings.Fields(s), " "))
		e := item.Entry{ID: strconv.Itoa(i), Source: "old", Unit: "T" + strconv.Itoa(1+i%2), Title: string(title[:min(len(title), 40)]), Body: s, Genre: "news", Form: "single", Date: "2026-03-0" + strconv.Itoa(1+i%9), Urgent: i%3 == 0}
		if err := json.NewEncoder(&lines).Encode(e); err != nil {
			t.Fatal(err)
		}
	}
	need[ops.Report](t)(ops.ImportItems(ctx, a.Flow, fileOf(t, "old.jsonl", lines.String()), ops.ItemsOptions{}))
	draft := need[item.Item](t)(a.Flow.Draft(ctx, who, flow.Draft{Unit: t1.ID, Title: "未写完"}))
	need[item.Attachment](t)(a.Flow.Attach(ctx, who, draft.ID, flow.Upload{Name: "附表=1.csv", Caption: "说明，\"一\"", Size: 8, Body: strings.NewReader("a,b\n1,2\n")}))
	gone := need[item.Item](t)(a.Flow.Draft(ctx, who, flow.Draft{Unit: t1.ID, Title: "不报了", Body: "算了。"}))
	need[item.Item](t)(a.Flow.Withdraw(ctx, who, gone.ID, flow.Withdraw{}))
}

func exported(t *testing.T, a *app.App, target, files string) ops.Exported {
	t.Helper()
	return need[ops.Exported](t)(ops.Export{Flow: a.Flow, Store: a.Store, Blobs: a.Blobs, Target: target, Files: files}.Items(t.Context(), flow.ExportQuery{}))
}

// TestWhatLeavesComesBackTheSame is the promise: in every format, on an empty
// installation with the same units, each item has the hash, the dates, the
// words and the files that it had.
func TestWhatLeavesComesBackTheSame(t *testing.T) {
	from := office(t)
	entered(t, from)
	want := kept(t, from)
	for _, name := range []string{"items.jsonl", "items.csv", "items.xlsx", "items.jsonl.gz", "items.csv.gz"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			target, files := filepath.Join(dir, name), filepath.Join(dir, "files")
			did := exported(t, from, target, files)
			if did.Rows != len(want) || did.Files != 1 || len(did.SHA256) != 64 {
				t.Fatalf("export = %+v, want %d rows and 1 file", did, len(want))
			}
			to := office(t)
			opt := ops.ItemsOptions{Files: files}
			rep := need[ops.Report](t)(ops.ImportItems(t.Context(), to.Flow, target, opt))
			if rep.Added != len(want) {
				t.Errorf("import added %d, want %d", rep.Added, len(want))
			}
			got := kept(t, to)
			slices.Sort(got)
			sorted := slices.Sorted(slices.Values(want))
			if !slices.Equal(got, sorted) {
				for i := range min(len(got), len(sorted)) {
					if got[i] != sorted[i] {
						t.Errorf("came back as\n%s\nwant\n%s", got[i], sorted[i])
					}
				}
				t.Fatalf("%d items came back, want the same %d", len(got), len(want))
			}
			again := need[ops.Report](t)(ops.ImportItems(t.Context(), to.Flow, target, opt))
			home := need[ops.Report](t)(ops.ImportItems(t.Context(), from.Flow, target, opt))
			if again.Added != 0 || home.Added != 0 {
				t.Errorf("a second run added %d, a run where it came from %d; want none", again.Added, home.Added)
			}
			if n := need[int](t)(ops.Verify(t.Context(), to.Store, nil, func(s string) { t.Error(s) })); n != 0 {
				t.Errorf("verify after the import found %d, want nothing", n)
			}
		})
	}
}

func TestSelections(t *testing.T) {
	a := office(t)
	entered(t, a)
	for _, c := range []struct {
		q    flow.ExportQuery
		want int
	}{
		{flow.ExportQuery{}, 20}, {flow.ExportQuery{Unit: "T2"}, 9}, {flow.ExportQuery{Unit: "K"}, 0}, {flow.ExportQuery{Unit: "K", Below: true}, 20},
		{flow.ExportQuery{Office: "K"}, 18}, {flow.ExportQuery{Office: "C"}, 0}, {flow.ExportQuery{State: item.Draft}, 1}, {flow.ExportQuery{From: "2026-03-02", Until: "2026-03-03"}, 4},
		{flow.ExportQuery{Genre: "news"}, 18}, {flow.ExportQuery{Adopted: true}, 0}, {flow.ExportQuery{Publication: "x"}, 0},
	} {
		rows, err := a.Flow.Export(t.Context(), ops.System, c.q)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err := range rows {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != c.want {
			t.Errorf("Export(%+v) = %d items, want %d", c.q, n, c.want)
		}
	}
	for _, q := range []flow.ExportQuery{{Unit: "Q"}, {Genre: "poem"}, {State: "lost"}, {From: "yesterday"}, {Below: true}} {
		if _, err := a.Flow.Export(t.Context(), ops.System, q); !fault.Is(err, fault.Invalid) {
			t.Errorf("Export(%+v) = %v, want it refused", q, err)
		}
	}
}

// TestAnExportIsOnlyWhatOneMaySee: the reader of one township gets nothing of
// the other.
func TestAnExportIsOnlyWhatOneMaySee(t *testing.T) {
	a := office(t)
	entered(t, a)
	p := need[org.Person](t)(a.Flow.PersonByLogin(t.Context(), ops.System, "writer"))
	for _, q := range []flow.ExportQuery{{}, {Unit: "T2"}, {Office: "K"}} {
		rows, err := a.Flow.Export(t.Context(), flow.Actor{Person: p.ID}, q)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for e := range rows {
			if n++; e.Unit != "T1" {
				t.Errorf("Export(%+v) gives an item of %s to a reporter of T1", q, e.Unit)
			}
		}
		if q.Unit == "" && n == 0 {
			t.Errorf("Export(%+v) gives nothing, want T1's items", q)
		}
	}
}

func TestAFailedExportLeavesNothing(t *testing.T) {
	a := office(t)
	entered(t, a)
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	x := ops.Export{Flow: a.Flow, Store: a.Store, Blobs: a.Blobs, Target: filepath.Join(dir, "a.csv")}
	if _, err := x.Items(ctx, flow.ExportQuery{}); err == nil {
		t.Error("an export that was stopped = nil, want its error")
	}
	for _, target := range []string{"a.doc", "nowhere/a.csv"} {
		x.Target = filepath.Join(dir, target)
		if _, err := x.Items(t.Context(), flow.ExportQuery{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("export to %s = %v, want it refused", target, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("the folder has %v, want nothing", left)
	}
	x.Target = fileOf(t, "old.csv", "mine")
	if _, err := x.Items(t.Context(), flow.ExportQuery{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("export onto a file that is there = %v, want it refused", err)
	}
}

func TestUnitsPeopleAndFactsLeaveToo(t *testing.T) {
	a := office(t)
	entered(t, a)
	dir := t.TempDir()
	x := ops.Export{Flow: a.Flow, Store: a.Store, Blobs: a.Blobs}
	for _, c := range []struct {
		name string
		run  func(context.Context) (ops.Exported, error)
		rows int
	}{{"u.xlsx", x.Units, 4}, {"u.csv", x.Units, 4}, {"p.csv", x.People, 1}, {"p.jsonl", x.People, 1}, {"f.csv", x.Facts, -1}, {"f.jsonl", x.Facts, -1}} {
		to := x
		to.Target = filepath.Join(dir, c.name)
		run := map[string]func(context.Context) (ops.Exported, error){"u": to.Units, "p": to.People, "f": to.Facts}[c.name[:1]]
		did := need[ops.Exported](t)(run(t.Context()))
		if c.rows >= 0 && did.Rows != c.rows || did.Rows == 0 {
			t.Errorf("%s has %d rows, want %d", c.name, did.Rows, c.rows)
		}
	}
	people, err := os.ReadFile(filepath.Join(dir, "p.jsonl"))
	if err != nil || !bytes.HasPrefix(people, []byte(`{"login":"writer","name":"某某"`)) || bytes.Contains(people, []byte("argon")) {
		t.Errorf("people = %s, want writer and no password", people)
	}
	b := need[*app.App](t)(app.Open(t.Context(), app.Config{Dir: t.TempDir(), NoSync: true}))
	defer b.Close()
	for _, name := range []string{"u.xlsx", "u.csv"} {
		rep := need[ops.Report](t)(ops.ImportUnits(t.Context(), b.Flow, filepath.Join(dir, name), true))
		if rep.Rows != 4 || rep.Changed != 0 {
			t.Errorf("units of %s = %+v, want 4 and none changed", name, rep)
		}
	}
}

// TestManyTextsComeBackTheSame takes grown texts out and in again; the full
// size is XINSHU_TEST_TEXTS=100000.
func TestManyTextsComeBackTheSame(t *testing.T) {
	n := 3_000
	if s := os.Getenv("XINSHU_TEST_TEXTS"); s != "" {
		n = need[int](t)(strconv.Atoi(s))
	}
	from := office(t)
	path := filepath.Join(t.TempDir(), "grown.jsonl")
	f := need[*os.File](t)(os.Create(path))
	w := bufio.NewWriter(f)
	for i := range n {
		fmt.Fprintf(w, "{\"source\":\"g\",\"id\":\"%d\",\"unit\":\"T%d\",\"title\":\"第%d号：%s\",\"body\":%q,\"date\":\"2026-01-%02d\"}\n", i, 1+i%2, i, []string{"汛情", "旱情", "春耕", "𠮷"}[i%4], strings.Repeat(fmt.Sprintf("第%d段，=%d。\n", i, i*7), 1+i%40), 1+i%28)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	need[ops.Report](t)(ops.ImportItems(t.Context(), from.Flow, path, ops.ItemsOptions{}))
	want := slices.Sorted(slices.Values(kept(t, from)))
	for _, name := range []string{"a.jsonl", "a.csv", "a.xlsx"} {
		began := time.Now()
		target := filepath.Join(t.TempDir(), name)
		exported(t, from, target, "")
		out := time.Since(began)
		to := office(t)
		need[ops.Report](t)(ops.ImportItems(t.Context(), to.Flow, target, ops.ItemsOptions{}))
		t.Logf("%d texts as %s: out in %s, in again in %s", n, name, out.Round(time.Millisecond), (time.Since(began) - out).Round(time.Millisecond))
		if got := slices.Sorted(slices.Values(kept(t, to))); !slices.Equal(got, want) {
			t.Errorf("%s: %d texts came back, not the same %d", name, len(got), len(want))
		}
	}
}

// rowsOnly measures the heap while rows go by.
type rowsOnly struct {
	n         int
	base, top uint64
}

func (r *rowsOnly) Write(p []byte) (int, error) {
	if r.n++; r.n%50 == 0 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		if r.base == 0 {
			r.base = m.HeapInuse
		}
		r.top = max(r.top, m.HeapInuse)
	}
	return len(p), nil
}

// TestAnExportNeedsTheMemoryOfAPage: the heap at the end is that of the
// beginning; XINSHU_TEST_ROWS says how many rows.
func TestAnExportNeedsTheMemoryOfAPage(t *testing.T) {
	n := 20_000
	if s := os.Getenv("XINSHU_TEST_ROWS"); s != "" {
		n = need[int](t)(strconv.Atoi(s))
	}
	a := office(t)
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{\"source\":\"g\",\"id\":\"%d\",\"unit\":\"T1\",\"title\":\"题%d\",\"body\":%q}\n", i, i, strings.Repeat("正文。", 60))
	}
	need[ops.Report](t)(ops.ImportItems(t.Context(), a.Flow, fileOf(t, "g.jsonl", b.String()), ops.ItemsOptions{}))
	b.Reset()
	for _, format := range []string{"jsonl", "csv", "xlsx"} {
		out := &rowsOnly{}
		did := need[ops.Exported](t)(ops.Export{Flow: a.Flow, Target: "-", Out: out, Format: format}.Items(t.Context(), flow.ExportQuery{}))
		if did.Rows != n {
			t.Errorf("%s: %d rows, want %d", format, did.Rows, n)
		}
		if grew := int64(out.top) - int64(out.base); grew > 16<<20 {
			t.Errorf("%s: the heap grew by %d KB over %d rows, want less than 16 MB", format, grew>>10, n)
		} else {
			t.Logf("%s: %d rows, the heap grew by %d KB", format, n, grew>>10)
		}
	}
}

func book(t *testing.T, fill func(x *excelize.File)) string {
	t.Helper()
	x := excelize.NewFile()
	fill(x)
	path := filepath.Join(t.TempDir(), "台账.xlsx")
	if err := x.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func put(t *testing.T, x *excelize.File, sheet, cell string, v any) {
	t.Helper()
	if err := x.SetCellValue(sheet, cell, v); err != nil {
		t.Fatal(err)
	}
}

// register is a county's list as people keep it: a title over everything, a
// heading of two rows, merged units, real days and days as text, empty rows.
func register(t *testing.T) string {
	return book(t, func(x *excelize.File) {
		if err := x.SetSheetName("Sheet1", "台账"); err != nil {
			t.Fatal(err)
		}
		set := func(cell string, v any) { put(t, x, "台账", cell, v) }
		set("A1", "望岭县2026年信息采用台账")
		for cell, v := range map[string]any{"A2": "报送单位", "B2": "标 题", "C2": "日期", "D2": "类型", "E2": "采用", "E3": "市", "F3": "省", "G2": "联系电话"} {
			set(cell, v)
		}
		for _, m := range [][2]string{{"A1", "G1"}, {"A2", "A3"}, {"B2", "B3"}, {"C2", "C3"}, {"D2", "D3"}, {"E2", "F2"}, {"G2", "G3"}, {"A4", "A5"}} {
			if err := x.MergeCell("台账", m[0], m[1]); err != nil {
				t.Fatal(err)
			}
		}
		set("A4", "青禾镇")
		set("B4", "汛期排查隐患")
		set("C4", time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
		set("D4", "动态")
		set("G4", 5785550101)
		set("B5", "=春耕备耕")
		set("C5", "2026年4月2日")
		set("D5", "动态")
		set("A8", "石桥镇")
		set("B8", "旱情")
		set("C8", "2026.4.3")
		set("D8", "动态")
	})
}

const mapping = `# 望岭县的台账
columns:
  unit: 报送单位
  title: 标题
  date: 日期
  genre: 类型
  contact: 联系电话
constants:
  form: single
values:
  unit: {青禾镇: T1, 石桥镇: T2}
  genre: {动态: news}
`

func TestARegisterWithAMapping(t *testing.T) {
	a := office(t)
	dir := filepath.Join(t.TempDir(), "mappings")
	m := need[*ops.Mapping](t)(ops.ReadMapping(fileOf(t, "m.yaml", mapping), dir, ops.FieldsOf("items")))
	file := register(t)
	dry := need[ops.Report](t)(ops.ImportItems(t.Context(), a.Flow, file, ops.ItemsOptions{Map: m, DryRun: true}))
	if len(dry.First) != 3 || dry.First[1].Place != "sheet 台账, row 5" || dry.First[1].Entry.Unit != "T1" || dry.First[0].Entry.Date != "2026-04-01" || dry.First[0].Entry.Contact != "5785550101" || len(kept(t, a)) != 0 {
		t.Errorf("dry run shows %+v, want three rows and nothing kept", dry.First)
	}
	if err := m.Save(t.Context(), dir, "望岭"); err != nil {
		t.Fatal(err)
	}
	saved := need[*ops.Mapping](t)(ops.ReadMapping("望岭", dir, ops.FieldsOf("items")))
	for _, want := range []int{3, 0} {
		rep := need[ops.Report](t)(ops.ImportItems(t.Context(), a.Flow, file, ops.ItemsOptions{Map: saved}))
		if rep.Added != want {
			t.Errorf("import = %+v, want %d added", rep, want)
		}
	}
	all := strings.Join(kept(t, a), "\n")
	for _, want := range []string{"|T1|news|single|2026-04-01|", "|T1|news|single|2026-04-02|", "|T2|news|single|2026-04-03|"} {
		if !strings.Contains(all, want) {
			t.Errorf("kept\n%s\nwant a row with %s", all, want)
		}
	}
}

func TestARefusedMappingChangesNothing(t *testing.T) {
	a := office(t)
	file := register(t)
	for _, c := range []struct{ mapping, want string }{
		{strings.Replace(mapping, "标题", "题目", 1), "sheet 台账, row 2: there is no column 题目; the nearest is 标题, the columns are: 报送单位, 标题, 日期, 类型"},
		{strings.Replace(mapping, "  title:", "  titel:", 1), "columns: titel is not known here; the nearest is title"},
		{strings.Replace(mapping, "contact: 联系电话", "contact: 标题", 1), "the column 标题 is meant for two fields"},
		{mapping + "  poem: {x: y}\n", "values: poem is not known here"},
		{"columns: [a\n", "cannot be read"},
		{"colums: {title: x}\n", "cannot be read"},
		{mapping + "sheet: 第二张\n", "there is no sheet 第二张; the sheets are: 台账"},
		{strings.Replace(mapping, "石桥镇: T2", "石桥镇: T9", 1), "sheet 台账, row 8: unit: no unit has the code T9"},
		{strings.Replace(mapping, "constants:\n  form: single", "date: YYYY/MM/DD", 1), "sheet 台账, row 5: date: 2026年4月2日 is not a date"},
		{strings.Replace(mapping, "form: single", "title: 同题", 1), "title is given twice"},
	} {
		m, err := ops.ReadMapping(fileOf(t, "m.yaml", c.mapping), t.TempDir(), ops.FieldsOf("items"))
		if err == nil {
			_, err = ops.ImportItems(t.Context(), a.Flow, file, ops.ItemsOptions{Map: m})
		}
		if got := strings.Join(ops.Say(err), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("said %q, want %q", got, c.want)
		}
	}
	if _, err := ops.ReadMapping("nothing", t.TempDir(), ops.FieldsOf("items")); !fault.Is(err, fault.Invalid) {
		t.Errorf("a mapping that was never saved = %v, want it refused", err)
	}
	if got := kept(t, a); len(got) != 0 {
		t.Errorf("refused imports left %v, want nothing", got)
	}
}

func TestGB18030AndAlteredExports(t *testing.T) {
	a := office(t)
	gb := need[string](t)(simplifiedchinese.GB18030.NewEncoder().String("单位,标题,正文\nT1,旱情,\"第一段𠮷\n第二段\"\n"))
	m := need[*ops.Mapping](t)(ops.ParseMap("unit=单位,title=标题,body=正文"))
	rep := need[ops.Report](t)(ops.ImportItems(t.Context(), a.Flow, fileOf(t, "gb.csv", gb), ops.ItemsOptions{Map: m}))
	if rep.Added != 1 || rep.Encoding != "gb18030" || !strings.Contains(kept(t, a)[0], hashOf("旱情", "第一段𠮷\n第二段")) {
		t.Errorf("import = %+v %v, want the text as it was", rep, kept(t, a))
	}
	target := filepath.Join(t.TempDir(), "a.jsonl")
	exported(t, a, target, "")
	text := need[[]byte](t)(os.ReadFile(target))
	altered := fileOf(t, "b.jsonl", strings.Replace(string(text), "第二段", "第三段", 1))
	b := office(t)
	_, err := ops.ImportItems(t.Context(), b.Flow, altered, ops.ItemsOptions{})
	if got := strings.Join(ops.Say(err), ""); !strings.Contains(got, "line 1: hash: the text is not the one that was exported") {
		t.Errorf("an altered export = %q, want it refused by its hash", got)
	}
	missing := fileOf(t, "c.jsonl", `{"id":"1","unit":"T1","title":"a","body":"b","attachments":[{"hash":"`+strings.Repeat("a", 64)+`","name":"x.pdf"}]}`+"\n")
	if _, err := ops.ImportItems(t.Context(), b.Flow, missing, ops.ItemsOptions{Files: t.TempDir()}); !strings.Contains(strings.Join(ops.Say(err), ""), "line 1: attachments: the file x.pdf") {
		t.Errorf("a missing file = %v, want it refused by line", ops.Say(err))
	}
	if rep := need[ops.Report](t)(ops.ImportItems(t.Context(), b.Flow, missing, ops.ItemsOptions{NoFiles: true})); rep.Added != 1 {
		t.Errorf("without attachments = %+v, want 1 added", rep)
	}
}

func hashOf(title, body string) string {
	sum := sha256.Sum256([]byte(title + "\n" + body))
	return hex.EncodeToString(sum[:])
}
