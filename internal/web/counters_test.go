package web

import (
	"fmt"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// crowded is a county with more of everything than one page of a list has, and
// with every way in which a row belongs to one number and not to its neighbour.
type crowded struct {
	*world
	gone  ident.Unit // merged into the town at the end
	all   flow.Actor // who may write and sign at the other township
	ed    flow.Actor
	chief flow.Actor
	lead  flow.Actor
	n     int
}

func got[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func newCrowd(t *testing.T) *crowded {
	w := &crowded{world: newWorld(t)}
	w.staff()
	ctx, sys := t.Context(), flow.Actor{System: true}
	w.all, w.ed, w.chief, w.lead = flow.Actor{Person: w.person["luqc"]}, flow.Actor{Person: w.person["heyz"]}, flow.Actor{Person: w.person["shenrg"]}, flow.Actor{Person: w.person["jiangya"]}
	w.gone = got[org.Unit](t)(w.flow.EnterUnit(ctx, sys, flow.EnterUnit{Code: "970121102", Name: "望岭县白石乡人民政府", Short: "白石乡", Level: org.Township, Parent: w.county, From: "2020-01-01"})).ID
	got[org.Line](t)(w.flow.DrawLine(ctx, sys, flow.DrawLine{Unit: w.gone, Office: w.county, Network: org.Government, Rank: 1, From: "2020-01-01"}))
	for _, at := range []struct {
		unit ident.Unit
		role org.Role
	}{{w.other, org.Signer}, {w.gone, org.Reporter}, {w.gone, org.Signer}} {
		got[org.Post](t)(w.flow.HoldPost(ctx, sys, flow.HoldPost{Person: w.all.Person, Unit: at.unit, Role: at.role}))
	}
	r := org.DefaultRules(w.county)
	r.OwnSignOff = true
	got[org.Rules](t)(w.flow.SetRules(ctx, sys, w.county, r))
	return w
}

// lies files one text at the county's desk.
func (w *crowded) lies(unit ident.Unit) ident.Filing {
	w.t.Helper()
	w.n++
	in := flow.Draft{Unit: unit, Title: fmt.Sprintf("第%d件的题目", w.n), Body: body, Genre: "problem", Form: "single"}
	f := got[flow.Filed](w.t)(w.flow.File(w.t.Context(), w.all, in))
	return f.Filings[0].ID
}

// ready takes one to a finished text.
func (w *crowded) ready() ident.Filing {
	w.t.Helper()
	id, ctx := w.lies(w.other), w.t.Context()
	got[filing.Filing](w.t)(w.flow.Receive(ctx, w.ed, id))
	got[filing.Filing](w.t)(w.flow.ReviseFiling(ctx, w.ed, id, flow.ReviseFiling{Title: "编好的" + string(id[20:]), Body: body, Seen: 0}))
	got[filing.Filing](w.t)(w.flow.MarkReady(ctx, w.ed, id, flow.MarkReady{Seen: 1}))
	return id
}

func (w *crowded) adopted() issue.Placement {
	w.t.Helper()
	return got[issue.Placement](w.t)(w.flow.Adopt(w.t.Context(), w.ed, w.ready(), flow.Adopt{Publication: w.publication, Seen: -1}))
}

func (w *crowded) arranged() issue.Placement {
	w.t.Helper()
	p, ctx := w.adopted(), w.t.Context()
	is := got[issue.Issue](w.t)(w.flow.OpenIssue(ctx, w.ed, flow.OpenIssue{Publication: w.publication}))
	return got[issue.Placement](w.t)(w.flow.Place(ctx, w.ed, p.ID, flow.Place{Issue: is.ID}))
}

// printed makes an issue and sends it to the town.
func (w *crowded) printed() issue.Placement {
	w.t.Helper()
	p, ctx := w.arranged(), w.t.Context()
	got[issue.Issue](w.t)(w.flow.Propose(ctx, w.ed, p.Issue))
	got[issue.Issue](w.t)(w.flow.ApproveIssue(ctx, w.chief, p.Issue))
	got[issue.Issue](w.t)(w.flow.PublishIssue(ctx, w.ed, p.Issue, flow.Publish{Dispatch: true}))
	return p
}

func (w *crowded) confirmed(p issue.Placement) {
	w.t.Helper()
	rows := got[flow.Page[flow.Reading]](w.t)(w.flow.Readings(w.t.Context(), flow.Actor{Person: w.person["linxm"]}, flow.ReadingsQuery{})).Rows
	i := slices.IndexFunc(rows, func(r flow.Reading) bool { return r.Issue.ID == p.Issue })
	got[delivery.Delivery](w.t)(w.flow.Confirm(w.t.Context(), flow.Actor{Person: w.person["linxm"]}, rows[i].Delivery.ID))
}

// finished is what is ready: how many of them nobody uses is told apart by every
// way of being used, and of being used no more.
func (w *crowded) finished() (unused, tray int) {
	t, ctx := w.t, w.t.Context()
	for range 43 {
		w.ready()
	}
	for range 42 {
		w.adopted()
	}
	w.arranged()
	back := w.adopted()
	got[issue.Placement](t)(w.flow.Unadopt(ctx, w.ed, back.ID, flow.Remark{Remark: "先放一放"}))
	recalled := w.printed()
	got[issue.Placement](t)(w.flow.Recall(ctx, w.chief, recalled.ID, flow.Remark{Remark: "数字有误"}))
	got[filing.Filing](t)(w.flow.Forward(ctx, w.chief, w.ready(), flow.Forward{Seen: -1}))
	up := got[filing.Filing](t)(w.flow.Forward(ctx, w.chief, w.ready(), flow.Forward{Seen: -1}))
	above := flow.Actor{Person: w.person["wenyz"]}
	got[filing.Filing](t)(w.flow.Receive(ctx, above, up.ID))
	got[filing.Filing](t)(w.flow.Decline(ctx, above, up.ID, flow.Decline{Reason: "vague", Remark: "再看看"}))
	return 43 + 3, 42
}

// orders writes instructions: at the desk, with the town, answered and done.
func (w *crowded) orders() (desk, town int) {
	t, ctx, on := w.t, w.t.Context(), w.ready()
	follow, reporter := flow.Actor{Person: w.person["handb"]}, flow.Actor{Person: w.person["linxm"]}
	for i := range 46 {
		d := got[duty.Duty](t)(w.flow.Instruct(ctx, w.lead, flow.Instruct{Filing: on, Text: fmt.Sprintf("请第%d组阅处。", i), Unit: w.town}))
		if i < 2 {
			continue // not passed on: the desk's alone
		}
		to := w.town
		if i == 2 {
			to = w.other
		}
		if i == 3 {
			to = w.gone
		}
		got[duty.Duty](t)(w.flow.PassOn(ctx, follow, d.ID, flow.PassOn{Unit: to, Due: int64(1_800_000_000_000_000 - i*3_600_000_000)}))
		if i < 4 || i > 6 {
			continue
		}
		got[duty.Duty](t)(w.flow.Answer(ctx, reporter, d.ID, flow.Answer{Text: "已经办好。"}))
		if i > 4 {
			got[duty.Duty](t)(w.flow.Accept(ctx, follow, d.ID, flow.Remark{}))
		}
	}
	return 44, 41
}

// written are the town's own texts in every state.
func (w *crowded) written(t *testing.T) (drafts int) {
	ctx, a := t.Context(), flow.Actor{Person: w.person["linxm"]}
	draft := func(a flow.Actor, unit ident.Unit) item.Item {
		w.n++
		return got[item.Item](t)(w.flow.Draft(ctx, a, flow.Draft{Unit: unit, Title: fmt.Sprintf("第%d件草稿", w.n), Body: body, Genre: "problem", Form: "single"}))
	}
	for range 41 {
		draft(a, w.town)
	}
	draft(w.all, w.gone)
	got[item.Item](t)(w.flow.Submit(ctx, a, draft(a, w.town).ID, flow.Submit{Seen: 1}))
	back := got[item.Item](t)(w.flow.Submit(ctx, a, draft(a, w.town).ID, flow.Submit{Seen: 1}))
	got[item.Item](t)(w.flow.SendBack(ctx, flow.Actor{Person: w.person["fangxt"]}, back.ID, flow.SendBack{Reason: "no_figures", Remark: "缺数"}))
	w.filed(t, "已经签发的一件")
	return 42
}

var (
	strip    = regexp.MustCompile(`<nav class="x-strip"[^>]*>(.*?)</nav>`)
	counterA = regexp.MustCompile(`<a href="([^"]+)"><b>([^<]+)</b>`)
	listRow  = regexp.MustCompile(`(?s)<tr data-row.*?</tr>`)
	rowLink  = regexp.MustCompile(`class="[^"]*x-row__title" href="([^"]+)"`)
	pager    = regexp.MustCompile(`<nav class="x-pager[^>]*><a href="([^"]+)"`)
)

// rows reads a list to its end and gives what each row is of.
func (b *browser) rows(path string) (out []string) {
	b.w.t.Helper()
	for page := 0; path != ""; page++ {
		if page > 20 {
			b.w.t.Fatalf("%s has no last page", path)
		}
		a := b.get(path)
		if a.status != 200 {
			b.w.t.Fatalf("GET %s = %d\n%s", path, a.status, a.text())
		}
		for _, row := range listRow.FindAllString(a.body, -1) {
			m := rowLink.FindStringSubmatch(row)
			if m == nil {
				b.w.t.Fatalf("%s has a row that leads nowhere: %s", path, row)
			}
			out = append(out, m[1])
		}
		path = ""
		if m := pager.FindStringSubmatch(a.body); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	return out
}

// counters are a workbench's numbers by the address behind them.
func (b *browser) counters(page answer) map[string]int {
	b.w.t.Helper()
	out := map[string]int{}
	m := strip.FindStringSubmatch(page.body)
	if m == nil {
		return out
	}
	for _, c := range counterA.FindAllStringSubmatch(m[1], -1) {
		n, err := strconv.Atoi(c[2])
		must(b.w.t, err)
		out[html.UnescapeString(c[1])] = n
	}
	return out
}

// TestCountersAreTheirLists signs in as everybody, opens every number of the
// workbench in every post, and reads the list behind it through all its pages.
func TestCountersAreTheirLists(t *testing.T) {
	w := newCrowd(t)
	unused, tray := w.finished()
	for range 42 {
		w.lies(w.other)
	}
	w.lies(w.gone)
	held := w.lies(w.other)
	got[filing.Filing](t)(w.flow.Receive(t.Context(), w.ed, held))
	got[filing.Filing](t)(w.flow.Hold(t.Context(), w.ed, held, flow.Hold{Reason: "waiting", Remark: "等数据"}))
	got[filing.Filing](t)(w.flow.Receive(t.Context(), w.ed, w.lies(w.other)))
	desk, town := w.orders()
	drafts := w.written(t)
	for range 41 {
		w.printed()
	}
	w.confirmed(w.printed())
	got[org.Unit](t)(w.flow.MergeUnits(t.Context(), flow.Actor{System: true}, w.gone, flow.MergeUnits{Into: w.town}))

	w.as("handb").get("/duties?state=open").reads(t, "duties", "没办结 44", "编好的")
	unit := "&unit=" + string(w.town)
	county := "&unit=" + string(w.county)
	for login, want := range map[string]map[string]int{
		"heyz": {"/inbox?state=filed": 44, "/inbox?state=received": 1, "/inbox?state=editing": 0, "/inbox?state=held": 1, "/inbox?state=ready&unused=1": unused + 1, "/tray": tray, "/duties?state=open" + county: desk},
		"linxm": {"/items?state=draft" + unit: drafts, "/items?state=submitted" + unit: 1, "/items?state=sent_back" + unit: 1, "/items?state=signed" + unit: 2,
			"/duties?state=open" + unit: town, "/readings?state=sent" + unit: 41},
	} {
		have := w.as(login).counters(w.as(login).get("/"))
		for path, n := range want {
			if have[path] != n {
				t.Errorf("%s has %d behind %s, want %d; all: %v", login, have[path], path, n, have)
			}
		}
	}
	opened := map[string]bool{}
	for login := range w.person {
		b := w.as(login)
		page := b.get("/")
		posts := regexp.MustCompile(`name="post" value="([^"]+)"`).FindAllStringSubmatch(page.body, -1)
		for i := range len(posts) + 1 {
			if i > 0 {
				page = b.send("/", "/post", url.Values{"post": {posts[i-1][1]}})
			}
			for path, n := range b.counters(page) {
				opened[path] = true
				rows := b.rows(path)
				if len(rows) != n {
					t.Errorf("%s counts %d behind %s, and %d rows stand there", login, n, path, len(rows))
				}
				slices.Sort(rows)
				if len(slices.Compact(rows)) != len(rows) {
					t.Errorf("%s reads a row twice at %s", login, path)
				}
			}
		}
	}
	for code, path := range counterPaths {
		path, _, _ = strings.Cut(path, "&")
		if !slices.ContainsFunc(slices.Collect(maps.Keys(opened)), func(p string) bool { return strings.HasPrefix(p, path) }) {
			t.Errorf("nobody's workbench has %s", code)
		}
	}
}
