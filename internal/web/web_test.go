package web

import (
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"xinshu/internal/auth"
	"xinshu/internal/blob"
	"xinshu/internal/courier"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/worker"
)

// world is a county and its townships on a real store, behind the real pages.
type world struct {
	t      testing.TB
	flow   *flow.Flow
	auth   *auth.Auth
	server *Server
	worker *worker.Worker
	*httptest.Server

	city, county, town, other ident.Unit
	person                    map[string]ident.Person
	publication               ident.Publication
}

// seeded is randomness that repeats.
type seeded struct {
	mu  sync.Mutex
	src *rand.ChaCha8
}

func (s *seeded) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.src.Read(p)
}

// ticking moves a second whenever it is read.
func ticking(at time.Time) func() time.Time {
	var mu sync.Mutex
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(time.Second)
		return at
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldAt(t, time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC))
}

func newWorldAt(t testing.TB, at time.Time) *world {
	t.Helper()
	w := &world{t: t, person: map[string]ident.Person{}}
	clock, dir := ticking(at), t.TempDir()
	seed := func(n byte) *seeded { return &seeded{src: rand.NewChaCha8([32]byte{n})} }
	st, err := store.Open(t.Context(), store.Config{Dir: dir, Clock: clock, Mint: ident.NewMinter(clock, seed(1)), Location: time.FixedZone("CST", 8*3600)})
	must(t, err)
	t.Cleanup(func() { must(t, st.Close()) })
	blobs, err := blob.Open(dir + "/blobs")
	must(t, err)
	w.flow = flow.New(st, flow.Config{Blobs: blobs, MaxUpload: 1 << 20, Rand: seed(2), Courier: courier.New(courier.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})})
	w.auth = auth.New(st, auth.Config{Clock: clock, Rand: seed(3)})
	w.server, err = New(w.flow, w.auth, Config{Demo: true, Clock: clock, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Version: "试", Node: "望岭县节点"})
	must(t, err)
	w.worker = worker.New(st, w.flow, worker.Config{})
	w.Server = httptest.NewServer(w.server.Handler())
	t.Cleanup(w.Server.Close)
	w.settle()
	return w
}

func (w *world) settle() {
	t, ctx, sys := w.t, w.t.Context(), flow.Actor{System: true}
	enter := func(in flow.EnterUnit) ident.Unit {
		in.From = "2020-01-01"
		u, err := w.flow.EnterUnit(ctx, sys, in)
		must(t, err)
		return u.ID
	}
	w.city = enter(flow.EnterUnit{Code: "9701", Name: "霁川市人民政府办公室", Short: "霁川市", Level: org.City, Office: true})
	w.county = enter(flow.EnterUnit{Code: "970121", Name: "望岭县人民政府办公室", Short: "望岭县", Level: org.County, Parent: w.city, Office: true})
	w.town = enter(flow.EnterUnit{Code: "970121100", Name: "望岭县青禾镇人民政府", Short: "青禾镇", Level: org.Township, Parent: w.county})
	w.other = enter(flow.EnterUnit{Code: "970121101", Name: "望岭县柳渡乡人民政府", Short: "柳渡乡", Level: org.Township, Parent: w.county})
	for _, l := range []flow.DrawLine{{Unit: w.town, Office: w.county}, {Unit: w.other, Office: w.county}, {Unit: w.county, Office: w.city}} {
		l.Network, l.Rank, l.From = org.Government, 1, "2020-01-01"
		_, err := w.flow.DrawLine(ctx, sys, l)
		must(t, err)
	}
	_, err := w.flow.SetChain(ctx, sys, org.Chain{Unit: w.town, Checks: []org.Check{org.SecrecyOK, org.SignOffOK}})
	must(t, err)
	for _, p := range []struct {
		login, name string
		unit        ident.Unit
		role        org.Role
		title       string
	}{
		{"linxm", "林小满", w.town, org.Reporter, "信息员"}, {"fangxt", "方晓棠", w.town, org.Secrecy, ""}, {"luoym", "罗一鸣", w.town, org.Signer, "镇长"},
		{"luqc", "陆栖迟", w.other, org.Reporter, ""}, {"heyz", "贺云舟", w.county, org.Editor, "信息股编辑"}, {"zhouyq", "周砚秋", w.county, org.Editor, ""},
		{"shenrg", "沈若谷", w.county, org.Chief, "办公室主任"}, {"jiangya", "江予安", w.county, org.Leader, "县长"}, {"chengsy", "程守一", w.city, org.Admin, ""},
	} {
		entered, err := w.flow.EnterPerson(ctx, sys, flow.EnterPerson{Name: p.name, Login: p.login, Locale: "zh-CN", Unit: p.unit, Role: p.role, Title: p.title})
		must(t, err)
		w.person[p.login] = entered.ID
	}
	pub, err := w.flow.EnterPublication(ctx, sys, flow.EnterPublication{Office: w.county, Code: "WL", Name: "望岭信息", Columns: []string{"今日要情", "工作动态"}, Readers: []issue.ReadBy{{Unit: w.town, Manner: "issue", Order: 1}}})
	must(t, err)
	w.publication = pub.ID
}

// browser is one person's browser: a cookie jar, and forms filled in by name.
type browser struct {
	w *world
	c *http.Client
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	must(w.t, err)
	return &browser{w, &http.Client{Jar: jar}}
}

// as signs a person in by the demo's door.
func (w *world) as(login string) *browser {
	w.t.Helper()
	b := w.browser()
	if page := b.post("/demo/sign-in", url.Values{"person": {string(w.person[login])}}); page.status != 200 {
		w.t.Fatalf("POST /demo/sign-in as %s = %d, want 200 after the redirect\n%s", login, page.status, page.text())
	}
	return b
}

// answer is what came back.
type answer struct {
	status int
	path   string
	body   string
}

var (
	tags      = regexp.MustCompile(`(?s)<script.*?</script>|<[^>]*>`)
	formToken = regexp.MustCompile(`name="form_token" value="([^"]+)"`)
	onces     = regexp.MustCompile(`name="once" value="([^"]+)"`)
)

// text is the page as it reads.
func (a answer) text() string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(a.body, " ")), " ")
}

func (b *browser) get(path string) answer {
	b.w.t.Helper()
	req, err := http.NewRequestWithContext(b.w.t.Context(), http.MethodGet, b.w.URL+path, nil)
	must(b.w.t, err)
	return b.do(req)
}

func (b *browser) do(req *http.Request) answer {
	b.w.t.Helper()
	res, err := b.c.Do(req)
	must(b.w.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(b.w.t, err)
	a := answer{res.StatusCode, res.Request.URL.RequestURI(), string(body)}
	for _, bad := range []string{"⟦", "ZgotmplZ", "&lt;no value&gt;", "<no value>"} {
		if at := strings.Index(a.body, bad); at >= 0 {
			b.w.t.Errorf("%s %s has %q: …%s", req.Method, req.URL.Path, bad, a.body[at:min(len(a.body), at+80)])
		}
	}
	return a
}

func (b *browser) post(path string, form url.Values) answer {
	b.w.t.Helper()
	req, err := http.NewRequestWithContext(b.w.t.Context(), http.MethodPost, b.w.URL+path, strings.NewReader(form.Encode()))
	must(b.w.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", b.w.URL)
	return b.do(req)
}

// send posts a form as the page at from has it, token and all.
func (b *browser) send(from, to string, form url.Values) answer {
	b.w.t.Helper()
	page := b.get(from)
	m := formToken.FindStringSubmatch(page.body)
	if m == nil {
		b.w.t.Fatalf("GET %s = %d without a form token\n%s", from, page.status, page.text())
	}
	if form == nil {
		form = url.Values{}
	}
	form.Set("form_token", m[1])
	if o := onces.FindStringSubmatch(page.body); o != nil {
		form.Set("once", o[1])
	}
	return b.post(to, form)
}

// reads fails unless the page is well and has all the words.
func (a answer) reads(t testing.TB, what string, words ...string) answer {
	t.Helper()
	if a.status != 200 {
		t.Fatalf("%s = %d, want 200\n%s", what, a.status, a.text())
	}
	for _, word := range words {
		if !strings.Contains(a.text(), word) {
			t.Errorf("%s does not say %q:\n%s", what, word, a.text())
		}
	}
	return a
}

const (
	title = "青禾镇晚熟柑橘收购价走低"
	body  = "近期以来，我镇高度重视柑橘销售工作。今年种植面积1.2万亩，预计产量2.8万吨。\n一是收购价格低。收购商开价每斤1.1元到1.3元。"
)

// TestJourney takes one item from a township's draft to an adoption, through
// the pages alone.
func TestJourney(t *testing.T) {
	w := newWorld(t)
	reporter := w.as("linxm")
	reporter.get("/").reads(t, "workbench", "没有等您办的", "林小满")
	page := reporter.send("/items/new", "/items", url.Values{"unit": {string(w.town)}, "title": {title}, "body": {body}, "genre": {"problem"}, "form": {"single"}, "do": {"submit"}})
	page.reads(t, "after submitting", "已送审，等方晓棠保密审查。", "在审")
	path := page.path
	reporter.get("/items").reads(t, "items in the chain", "等方晓棠保密审查", " 起，")

	secrecy := w.as("fangxt")
	if list := secrecy.get("/sign-offs").reads(t, "sign-offs", title); !strings.Contains(list.body, "<span>保密审查</span>") {
		t.Errorf("the list does not name the check in words:\n%s", list.text())
	}
	secrecy.send(path+"/sign-off", path+"/sign-off", url.Values{"seen": {"1"}}).reads(t, "after the secrecy review", "这一步已通过")

	signer := w.as("luoym")
	signer.get("/items").reads(t, "items of whose turn it is", "等我签发")
	signer.get(path+"/sign-off").reads(t, "sign-off", "签发，报出去", "方晓棠")
	signer.send(path+"/sign-off", path+"/send-back", url.Values{"reason": {"no_figures"}, "remark": {"“下降了很多”要有数。"}}).reads(t, "after sending back", "已退回", "缺少数据")

	reporter.get("/items").reads(t, "items that came back", "退回来了，等我改好再报")
	reporter.get(path+"/edit").reads(t, "edit", "要有数", "罗一鸣退回：")
	reporter.get(path).reads(t, "the item", "罗一鸣退回：")
	reporter.send(path+"/edit", path+"/edit", url.Values{"title": {title + " 种植户惜售"}, "body": {body + "\n同比低11.1个百分点。"}, "genre": {"problem"}, "form": {"single"}, "seen": {"1"}, "note": {"补了数"}, "do": {"submit"}}).reads(t, "after resubmitting", "已送审", "第 2 稿")
	secrecy.get(path+"/sign-off").reads(t, "sign-off again", "看改动")
	secrecy.send(path+"/sign-off", path+"/sign-off", url.Values{"seen": {"2"}})
	signer.send(path+"/sign-off", path+"/sign-off", url.Values{"seen": {"2"}}).reads(t, "after signing", "已签发", "望岭县")

	reporter.get("/items").reads(t, "items that were filed", "在望岭县，待签收")
	editor := w.as("heyz")
	inbox := editor.get("/inbox").reads(t, "inbox", title, "待签收")
	filing := regexp.MustCompile(`/filings/[0-9a-z]{26}`).FindString(inbox.body)
	editor.send("/inbox", "/inbox/do", url.Values{"do": {"receive"}, "filing": {strings.TrimPrefix(filing, "/filings/")}, "back": {"/inbox"}}).reads(t, "after receiving", "已签收《")
	editor.get(filing).reads(t, "filing", "贺云舟", "原稿", "退稿", "不采用")
	editor.send(filing+"/edit", filing+"/edit", url.Values{"title": {"青禾镇晚熟柑橘收购价走低 种植户惜售待售"}, "body": {"青禾镇今年种植面积1.2万亩，预计产量2.8万吨。\n一是收购价接近成本。果商开价每斤1.1—1.3元。"}, "seen": {"0"}, "note": {"题目先说事"}, "do": {"ready"}}).reads(t, "after editing", "已定稿")
	used := editor.send(filing+"/adopt", filing+"/adopt", url.Values{"publication": {string(w.publication)}, "form": {"single"}, "seen": {"1"}}).reads(t, "after adopting", "已采用", "望岭信息")
	if again := regexp.MustCompile(`<a class="x-btn x-btn--main" href="[^"]*/adopt"`); again.MatchString(used.body) || !strings.Contains(used.body, `<a href="/tray">`) {
		t.Errorf("after adopting the page should lead to the tray, not to adopting again\n%s", used.text())
	}
	if n := strings.Count(used.text(), "先取消采用"); n != 1 || !strings.Contains(used.text(), "现在不能合并、留用、退稿、不采用：") {
		t.Errorf("what adopting keeps back is said %d times, want once for all verbs\n%s", n, used.text())
	}

	reporter.get(path+"/where").reads(t, "where", "保密审查通过", "望岭县", "签收", "采用", "我报的")
	reporter.get(path+"/revisions/2").reads(t, "revision", "比第 1 稿")
	reporter.get("/items").reads(t, "items", title, "望岭县采用，等着排进《望岭信息》")
}

// A checker who corrects the text goes back to pass what he wrote, not what he read.
func TestCheckersOwnText(t *testing.T) {
	w := newWorld(t)
	path := w.as("linxm").send("/items/new", "/items", url.Values{"unit": {string(w.town)}, "title": {title}, "body": {body}, "genre": {"problem"}, "form": {"single"}, "do": {"submit"}}).path
	secrecy := w.as("fangxt")
	form := secrecy.get(path+"/edit").reads(t, "the checker's form", "林小满", "改了什么")
	if strings.Contains(form.body, path+"/sign-off") || !strings.Contains(form.body, `value="check"`) {
		t.Error("the checker's form has a way to the signing page that leaves the text behind")
	}
	got := secrecy.send(path+"/edit", path+"/edit", url.Values{"title": {title}, "body": {body + "\n村名核过了。"}, "genre": {"problem"}, "form": {"single"}, "seen": {"1"}, "do": {"check"}})
	got.reads(t, "after the checker's own text", "还没有签", "村名核过了", "最新一稿是您改的")
	if got.path != path+"/sign-off" {
		t.Errorf("the checker is at %s, want where he signs", got.path)
	}
}

// What a browser draws is shown where it is checked; the rest is a link.
func TestPicture(t *testing.T) {
	for _, c := range []struct {
		media string
		size  int64
		want  bool
	}{{"image/jpeg", 700 << 10, true}, {"image/png", 1, true}, {"image/jpeg", 30 << 20, false}, {"image/svg+xml", 1, false}, {"application/pdf", 1, false}} {
		if got := picture(item.Attachment{Media: c.media, Size: c.size}); got != c.want {
			t.Errorf("a %s of %d bytes is shown: %t, want %t", c.media, c.size, got, c.want)
		}
	}
}

// TestDecisions holds, resumes, returns and declines, each with its reason.
func TestDecisions(t *testing.T) {
	w := newWorld(t)
	item := w.filed(t, title)
	editor := w.as("heyz")
	filing := regexp.MustCompile(`/filings/[0-9a-z]{26}`).FindString(editor.get("/inbox").body)
	editor.send(filing, filing+"/receive", nil).reads(t, "receive", "已签收，在您手里")
	if got := editor.send(filing+"/hold", filing+"/hold", url.Values{"remark": {"等数据"}}); got.status != 422 && got.status != 400 || !strings.Contains(got.text(), "等数据") {
		t.Errorf("hold without a reason = %d, want a refusal that keeps the remark\n%s", got.status, got.text())
	}
	editor.send(filing+"/hold", filing+"/hold", url.Values{"reason": {"waiting"}, "remark": {"等县供电公司数据"}, "until_on": {"2026-12-01T12:00"}}).reads(t, "hold", "已留用", "等待补充", "等县供电公司数据")
	editor.send(filing, filing+"/resume", nil).reads(t, "resume", "已重新拿起")
	editor.send(filing, filing+"/assign", url.Values{"to": {string(w.person["zhouyq"])}}).reads(t, "assign", "已分给", "周砚秋")
	editor.get(filing+"/edit").reads(t, "edit of another's", "现在在周砚秋手里", "接过来编")
	editor.send(filing, filing+"/take-over", nil).reads(t, "take over", "已接过来")
	editor.send(filing+"/return", filing+"/return", url.Values{"reason": {"vague"}, "remark": {"请补可操作的建议"}}).reads(t, "return", "已退稿", "建议空泛")
	w.as("linxm").get(item+"/where").reads(t, "where", "退回来了", "建议空泛", "请补可操作的建议")
	w.as("linxm").get(item+"/edit").reads(t, "the returned item", "望岭县退回：")
}

// filed takes an item to the county's desk through the verbs.
func (w *world) filed(t *testing.T, title string) string {
	t.Helper()
	ctx := t.Context()
	it, err := w.flow.Draft(ctx, flow.Actor{Person: w.person["linxm"]}, flow.Draft{Unit: w.town, Title: title, Body: body, Genre: "problem", Form: "single"})
	must(t, err)
	_, err = w.flow.Submit(ctx, flow.Actor{Person: w.person["linxm"]}, it.ID, flow.Submit{Seen: 1})
	must(t, err)
	for _, who := range []string{"fangxt", "luoym"} {
		it, err = w.flow.SignOff(ctx, flow.Actor{Person: w.person[who]}, it.ID, flow.SignOff{Seen: 1})
		must(t, err)
	}
	if it.State != item.Signed {
		t.Fatalf("item is %s, want signed", it.State)
	}
	return "/items/" + string(it.ID)
}

// TestNothingTypedIsLost sends what must change and finds it on the page again.
func TestNothingTypedIsLost(t *testing.T) {
	w := newWorld(t)
	b := w.as("linxm")
	long := strings.Repeat("长", 50)
	got := b.send("/items/new", "/items", url.Values{"unit": {string(w.town)}, "title": {long}, "body": {"只有一句，机密★一年。"}, "genre": {"practice"}, "form": {"brief"}, "do": {"submit"}})
	if got.status == 200 || !strings.Contains(got.body, long) || !strings.Contains(got.text(), "题目超了 10 个字，最多 40 个字") {
		t.Errorf("submit of a long title = %d, want a refusal that names the field and keeps the text\n%s", got.status, got.text())
	}
	if !strings.Contains(got.body, `href="#f-title"`) || !strings.Contains(got.body, `value="practice" checked`) {
		t.Error("the summary does not lead to the field, or the choice is lost")
	}
	id := regexp.MustCompile(`/items/[0-9a-z]{26}`).FindString(got.body)
	if id == "" {
		t.Fatal("the draft that was saved before the refusal is not named on the page")
	}
	if again := b.get(id + "/edit"); !strings.Contains(again.body, long) {
		t.Errorf("the draft at %s has lost the title", id)
	}
}

// TestNothingIsNoDraft saves a form with nothing in it: the title is asked for, and
// no draft without a name is left.
func TestNothingIsNoDraft(t *testing.T) {
	w := newWorld(t)
	b := w.as("linxm")
	for _, do := range []string{"save", "submit"} {
		got := b.send("/items/new", "/items", url.Values{"unit": {string(w.town)}, "title": {" "}, "body": {""}, "genre": {"practice"}, "form": {"brief"}, "do": {do}})
		if want := do == "submit"; got.status != 422 || !strings.Contains(got.body, `href="#f-title"`) || strings.Contains(got.body, `href="#f-body"`) != want || !strings.Contains(got.body, `value="practice" checked`) {
			t.Errorf("%s of nothing = %d, want 422 that names the title (and the body: %v) and keeps the kind\n%s", do, got.status, want, got.text())
		}
	}
	if rows := b.rows("/items"); len(rows) != 0 {
		t.Errorf("after nothing was saved the items are %q, want none", rows)
	}
	b.send("/items/new", "/items", url.Values{"unit": {string(w.town)}, "title": {""}, "body": {body}, "genre": {"practice"}, "form": {"brief"}, "do": {"save"}}).reads(t, "a text without a title", "草稿已存")
	if rows := b.rows("/items"); len(rows) != 1 {
		t.Errorf("after a text was saved the items are %q, want it", rows)
	}
}

// TestNothingTicked asks for a tick before a verb, also before those that only look.
func TestNothingTicked(t *testing.T) {
	w := newWorld(t)
	w.filed(t, title)
	b := w.as("heyz")
	for _, do := range []string{"receive", "compare", "forward"} {
		if got := b.send("/inbox", "/inbox/do", url.Values{"do": {do}, "back": {"/inbox"}}); got.status != 422 || !strings.Contains(got.text(), "收购商开价") && !strings.Contains(got.text(), title) {
			t.Errorf("%s with nothing ticked = %d, want 422 above the list\n%s", do, got.status, got.text())
		}
	}
}

// TestAReasonIsChosen: several are returned at once for a reason that somebody
// chose, and a day that is over is named above its own field.
func TestAReasonIsChosen(t *testing.T) {
	w := newWorld(t)
	w.filed(t, title)
	b := w.as("heyz")
	filing := regexp.MustCompile(`/filings/([0-9a-z]{26})`).FindStringSubmatch(b.get("/inbox").body)[1]
	b.send("/inbox", "/inbox/do", url.Values{"do": {"receive"}, "filing": {filing}, "back": {"/inbox"}}).reads(t, "receive", "已签收")
	do := func(more url.Values) answer {
		more.Set("do", "return")
		more.Set("filing", filing)
		more.Set("back", "/inbox?state=received")
		return b.send("/inbox?state=received", "/inbox/do", more)
	}
	if ask := do(url.Values{}); !strings.Contains(ask.body, `name="reason" autofocus><option value="">`) {
		t.Errorf("the question for a reason begins with one\n%s", ask.text())
	}
	if got := do(url.Values{"reason": {""}, "remark": {"请补数"}}); got.status != 422 || !strings.Contains(got.body, `href="#f-reason"`) || !strings.Contains(got.body, `value="请补数"`) {
		t.Errorf("returned for no reason = %d, want 422 that leads to the reason and keeps the remark\n%s", got.status, got.text())
	}
	if got := do(url.Values{"reason": {"vague"}, "remark": {"请补数"}, "until_on": {"2026-11-02T12:00"}}); got.status != 422 || !strings.Contains(got.body, `href="#f-due"`) || !strings.Contains(got.body, `id="f-due"`) {
		t.Errorf("wanted back by a day that is over = %d, want 422 that leads to the day\n%s", got.status, got.text())
	}
	do(url.Values{"reason": {"vague"}, "remark": {"请补数"}}).reads(t, "returned", "已退稿")
}

// TestWhoKeepsTheHouse: nothing is ever laid on an administrator's workbench; it
// leads to what he keeps. Everybody else hears what will stand there.
func TestWhoKeepsTheHouse(t *testing.T) {
	w := newWorld(t)
	page := w.as("chengsy").get("/").reads(t, "an administrator's workbench", "没有等您办的", "您管的在这里")
	main := page.body[strings.Index(page.body, `class="x-empty"`):]
	for _, path := range []string{"/people", "/units"} {
		if !strings.Contains(main, `href="`+path+`"`) {
			t.Errorf("an administrator's empty workbench does not lead to %s", path)
		}
	}
	if got := w.as("linxm").get("/").reads(t, "a reporter's workbench", "没有等您办的"); strings.Contains(got.text(), "您管的在这里") {
		t.Error("a reporter's empty workbench speaks of what he keeps")
	}
	w.as("chengsy").get("/units").reads(t, "units", "本单位：霁川市人民政府办公室", "工作日历")
}

// TestFileFor enters what came by telephone; the unit confirms it.
func TestFileFor(t *testing.T) {
	w := newWorld(t)
	typed := func(unit string) answer {
		return w.as("heyz").send("/filings/new", "/filings", url.Values{"unit": {unit}, "channel": {"telephone"}, "title": {"集镇停水"}, "body": {"来电：集镇停水两小时，已恢复。"}, "genre": {"news"}, "form": {"brief"}})
	}
	for _, unit := range []string{"", "望岭县", "没有这家"} { // none, many, unknown
		if got := typed(unit); got.status != 422 || !strings.Contains(got.text(), "选一个单位") || !strings.Contains(got.body, "已恢复。</textarea>") {
			t.Errorf("filed for %q = %d, want 422 that asks for the unit and keeps the text\n%s", unit, got.status, got.text())
		}
	}
	typed("柳渡").reads(t, "a part of the name", "已录入", "柳渡乡")
	page := w.as("heyz").send("/filings/new", "/filings", url.Values{"unit": {string(w.other)}, "channel": {"telephone"}, "proof": {"值班记录第 3 页"}, "title": {"山洪预警广播有4处不响"}, "body": {"柳渡乡来电：排查发现4处预警广播不响，已派人修。"}, "genre": {"warning"}, "form": {"brief"}, "at_on": {"2026-11-24T08:41"}})
	page.reads(t, "filed for a unit", "已录入", "柳渡乡", "电话")
	b := w.as("luqc")
	list := b.get("/items").reads(t, "items", "上级代录，待确认")
	path := regexp.MustCompile(`/items/[0-9a-z]{26}`).FindString(list.body)
	b.send(path, path+"/confirm", nil).reads(t, "confirm", "已确认")
}

// TestDoor: strangers are sent to the door, forms that are not ours are refused,
// and who may not see a thing is told that nothing is there.
func TestDoor(t *testing.T) {
	w := newWorld(t)
	stranger := w.browser()
	if got := stranger.get("/inbox"); got.path != "/sign-in?to=%2Finbox" {
		t.Errorf("GET /inbox by a stranger leads to %s, want the door", got.path)
	}
	stranger.get("/sign-in").reads(t, "the door", "选一个人进来", "贺云舟", "主任")
	if got := stranger.post("/sign-in", url.Values{"login": {"heyz"}, "password": {"wrong"}}); got.status != 403 || !strings.Contains(got.text(), "登录名或密码不对") || !strings.Contains(got.body, `value="heyz"`) {
		t.Errorf("a wrong password = %d, want 403 with the login kept\n%s", got.status, got.text())
	}
	must(t, w.auth.SetPassword(t.Context(), w.person["heyz"], "correct horse battery"))
	if got := stranger.post("/sign-in", url.Values{"login": {"heyz"}, "password": {"correct horse battery"}, "to": {"//evil.example/"}}); got.status != 200 || got.path != "/" {
		t.Errorf("sign-in with a foreign target leads to %d %s, want 200 /", got.status, got.path)
	}
	path := w.filed(t, title)
	if got := w.as("luqc").get(path); got.status != 404 {
		t.Errorf("another unit's item = %d, want 404", got.status)
	}
	b := w.as("linxm")
	if got := b.post(path+"/withdraw", url.Values{}); got.status != 403 || !strings.Contains(got.text(), "刷新这一页再送") {
		t.Errorf("a form without its token = %d, want 403 with what to do\n%s", got.status, got.text())
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+path+"/withdraw", strings.NewReader(""))
	must(t, err)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := b.do(req); got.status != 403 || !strings.Contains(got.text(), "不是从本站送来的") {
		t.Errorf("a form of another site = %d, want 403\n%s", got.status, got.text())
	}
	if got := b.get("/nothing/here"); got.status != 404 || !strings.Contains(got.text(), "这里没有您要找的") {
		t.Errorf("an unknown address = %d, want 404 with a page\n%s", got.status, got.text())
	}
}

// TestSwitches changes language, theme and print, and stays on the page.
func TestSwitches(t *testing.T) {
	w := newWorld(t)
	b := w.as("heyz")
	got := b.send("/inbox", "/prefs", url.Values{"locale": {"en"}, "theme": {"dark"}, "size": {"large"}, "to": {"/inbox"}})
	got.reads(t, "inbox in English", "Inbox", "Nothing to receive")
	for _, want := range []string{`lang="en"`, `data-theme="dark"`, `data-size="large"`} {
		if !strings.Contains(got.body, want) {
			t.Errorf("after the switch the page has no %s", want)
		}
	}
}

// TestAutosave keeps what is being typed and offers it again.
func TestAutosave(t *testing.T) {
	w := newWorld(t)
	b := w.as("linxm")
	saved := b.send("/items/new", "/items", url.Values{"unit": {string(w.town)}, "title": {title}, "body": {body}, "genre": {"news"}, "form": {"single"}, "do": {"save"}})
	path := strings.TrimSuffix(saved.reads(t, "save", "草稿已存").path, "/edit")
	if got := b.send(path+"/edit", path+"/autosave", url.Values{"title": {title}, "body": {"写到一半"}, "base": {"1"}}); got.status != 200 {
		t.Errorf("autosave = %d, want 200\n%s", got.status, got.text())
	}
	b.get(path+"/edit").reads(t, "edit", "写到一半", "打到的地方", "第 1 稿没有动")
	b.get(path+"/edit?unsaved=0").reads(t, "edit of the saved text", "接着那一份写", "收购商开价每斤1.1元")
}

// TestLastResort: what breaks is answered with a number that is in the log, and
// says nothing of what broke; so is a page that cannot be rendered at all.
func TestLastResort(t *testing.T) {
	w := newWorld(t)
	var log strings.Builder
	w.server.log = slog.New(slog.NewTextHandler(&log, nil))
	for _, broken := range []handler{
		func(http.ResponseWriter, *http.Request) error { return errors.New("disk on fire") },
		func(rw http.ResponseWriter, r *http.Request) error {
			w.server.sets = map[string]*set{}
			return errors.New("disk on fire")
		},
	} {
		log.Reset()
		res := httptest.NewRecorder()
		w.server.answer(route{"/", broken, anybody}).ServeHTTP(res, httptest.NewRequest(http.MethodGet, "/x", nil))
		number := regexp.MustCompile(`<b class="x-strong">([0-9a-z]{8})</b>`).FindStringSubmatch(res.Body.String())
		if res.Code != 500 || number == nil || strings.Contains(res.Body.String(), "fire") {
			t.Fatalf("a broken handler = %d, want 500 with a number and nothing of the cause\n%s", res.Code, res.Body)
		}
		if !strings.Contains(log.String(), number[1]) || !strings.Contains(log.String(), "disk on fire") {
			t.Errorf("the log does not have %s with the cause:\n%s", number[1], &log)
		}
	}
}

// TestSomebodyWasFirst signs a text that has changed meanwhile.
func TestSomebodyWasFirst(t *testing.T) {
	w := newWorld(t)
	reporter, secrecy := w.as("linxm"), w.as("fangxt")
	path := reporter.send("/items/new", "/items", url.Values{"unit": {string(w.town)}, "title": {title}, "body": {body}, "genre": {"news"}, "form": {"single"}, "do": {"submit"}}).path
	secrecy.send(path+"/edit", path+"/edit", url.Values{"title": {title}, "body": {body + "\n补一句。"}, "genre": {"news"}, "form": {"single"}, "seen": {"1"}, "do": {"save"}}).reads(t, "a checker's own edit", "第 2 稿")
	got := secrecy.send(path+"/sign-off", path+"/sign-off", url.Values{"seen": {"1"}})
	if got.status != 409 || !strings.Contains(got.text(), "您看的是第 1 稿，现在已是第 2 稿") {
		t.Errorf("signing what has changed = %d, want 409 and what changed\n%s", got.status, got.text())
	}
}
