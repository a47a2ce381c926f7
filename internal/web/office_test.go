package web

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// staff adds the people and the rules that the office's pages need.
func (w *world) staff() {
	w.t.Helper()
	sys := flow.Actor{System: true}
	for _, p := range []flow.EnterPerson{
		{Name: "韩督办", Login: "handb", Unit: w.county, Role: org.Followup}, {Name: "梁考核", Login: "liangkh", Unit: w.county, Role: org.Assessor},
		{Name: "严正言", Login: "yanzy", Unit: w.city, Role: org.Auditor}, {Name: "田签发", Login: "tianqf", Unit: w.other, Role: org.Signer},
		{Name: "温砚之", Login: "wenyz", Unit: w.city, Role: org.Editor},
	} {
		entered, err := w.flow.EnterPerson(w.t.Context(), sys, p)
		must(w.t, err)
		w.person[p.Login] = entered.ID
	}
	for _, u := range []ident.Unit{w.town, w.other} {
		_, err := w.flow.SetClass(w.t.Context(), sys, org.Class{Office: w.county, Year: 2026, Unit: u, Class: "乡镇", Target: "60"})
		must(w.t, err)
	}
}

const rules = "title: 望岭县考核办法\noffice: \"970121\"\nfrom: 2026-01-01\nround: 2\nrules:\n  - clause: 第六条\n    text: 县刊采用\n    event: published\n    points: \"3\"\n  - clause: 第八条\n    event: instructed\n    points: \"5\"\n"

// onDesk files one item of each township, receives both and gives their paths.
func (w *world) onDesk(t *testing.T) (editor *browser, a, b string) {
	t.Helper()
	w.filed(t, title)
	it, err := w.flow.Draft(t.Context(), flow.Actor{Person: w.person["luqc"]}, flow.Draft{Unit: w.other, Title: "柳渡乡晚熟柑橘改卖加工果", Body: "柳渡乡预计产量1.9万吨，已售3000吨。", Genre: "problem", Form: "single"})
	must(t, err)
	_, err = w.flow.Submit(t.Context(), flow.Actor{Person: w.person["luqc"]}, it.ID, flow.Submit{Seen: 1})
	must(t, err)
	_, err = w.flow.SignOff(t.Context(), flow.Actor{Person: w.person["tianqf"]}, it.ID, flow.SignOff{Seen: 1})
	must(t, err)
	editor = w.as("heyz")
	seen := map[string]bool{}
	var paths []string
	for _, p := range regexp.MustCompile(`/filings/[0-9a-z]{26}`).FindAllString(editor.get("/inbox").body, -1) {
		if !seen[p] {
			seen[p], paths = true, append(paths, p)
		}
	}
	slices.Sort(paths) // by birth: the township of 青禾镇 first
	if len(paths) != 2 {
		t.Fatalf("the inbox has %d filings, want 2", len(paths))
	}
	for _, p := range paths {
		editor.send(p, p+"/receive", nil).reads(t, "receive", "已签收")
	}
	return editor, paths[0], paths[1]
}

func idOf(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// TestOffice merges two filings, prints the composite, instructs on it, sees the
// instruction answered, and opens the points down to the clause.
func TestOffice(t *testing.T) {
	w := newWorld(t)
	w.staff()
	assessor := w.as("liangkh")
	book := "/offices/" + string(w.county) + "/rulebook"
	assessor.send(book, book, url.Values{"body": {rules}}).reads(t, "rulebook", "考核办法已生效", "第六条", "县刊采用")

	editor, a, b := w.onDesk(t)
	merge := query("/merge", "filing", idOf(a), "filing", idOf(b))
	editor.get(merge).reads(t, "merge", "青禾镇", "柳渡乡", "甲", "乙")
	parts := url.Values{"filing": {idOf(a), idOf(b)}, "title": {"两个乡镇晚熟柑橘待售量大"}, "body": {"青禾镇、柳渡乡反映，两个乡镇预计产量4.7万吨。"}, "genre": {"problem"}, "do": {"merge"}}
	parts["share"] = []string{"2/3", "2/3"}
	if got := editor.send(merge, "/merge", parts); got.status == 200 || !strings.Contains(got.text(), "合计要正好") || !strings.Contains(got.body, `value="2/3"`) || !strings.Contains(got.body, "4.7万吨") {
		t.Errorf("shares of 4/3 = %d, want a refusal that keeps shares and text\n%s", got.status, got.text())
	}
	parts["share"] = []string{"2/3", "33%"}
	if got := editor.send(merge, "/merge", parts); got.status == 200 {
		t.Error("shares of 2/3 and 33% were taken, want exactly one whole")
	}
	parts["share"] = []string{"2/3", "1/3"}
	comp := editor.send(merge, "/merge", parts).reads(t, "merged", "2 件已合成", "2/3", "1/3").path
	editor.send(comp, comp+"/ready", url.Values{"seen": {"0"}}).reads(t, "ready", "已定稿")
	editor.send(comp+"/adopt", comp+"/adopt", url.Values{"publication": {string(w.publication)}, "form": {"composite"}, "seen": {"0"}}).reads(t, "adopt", "已采用")

	is := editor.send("/issues", "/issues", url.Values{"publication": {string(w.publication)}}).reads(t, "opened", "第 1 期已开", "待排稿", "两个乡镇晚熟柑橘").path
	placement := regexp.MustCompile(`/placements/[0-9a-z]{26}`).FindString(editor.get(is).body)
	editor.send(is, placement+"/place", url.Values{"issue": {idOf(is)}, "column": {"工作动态"}}).reads(t, "placed", "待排稿空了", "（青禾镇 柳渡乡）")
	editor.send(is, is+"/propose", nil).reads(t, "proposed", "待审签")
	chief := w.as("shenrg")
	if got := chief.send(is, is+"/send-back", nil); got.status == 200 || !strings.Contains(got.body, `<details class="x-returns" id="back" open>`) {
		t.Errorf("sending back without a reason = %d, want a refusal that opens the form", got.status)
	}
	chief.send(is, is+"/approve", nil).reads(t, "approved", "已审签")
	editor.get(is).reads(t, "approved", "印发以后不能撤销")
	if out := editor.send(is, is+"/publish", url.Values{"dispatch": {"0", "1"}}).reads(t, "published", "已印发", "1 份，0 份已签收"); strings.Contains(out.text(), "还没有稿子") {
		t.Error("a printed issue speaks of columns that have nothing yet")
	}

	reader := w.as("linxm")
	reader.get("/readings").reads(t, "readings", "望岭信息", "未签收")
	reader.get("/news").reads(t, "news", "印发", "份额")
	leader := w.as("jiangya")
	read := is + "/read"
	leader.get(read).reads(t, "reading page", "4.7万吨", "江予安批示", "批在", "常用语", "由办公室定")
	if got := leader.send(read, is+"/instruct", url.Values{"placement": {idOf(placement)}, "text": {""}}); got.status == 200 {
		t.Error("an empty instruction was taken")
	}
	leader.send(read, is+"/instruct", url.Values{"placement": {idOf(placement)}, "text": {"请抓紧拿出销售办法。"}, "disclosed": {"0", "1"}}).reads(t, "instructed", "已批出", "请抓紧拿出销售办法")

	followup := w.as("handb")
	duty := regexp.MustCompile(`/duties/[0-9a-z]{26}`).FindString(followup.get("/duties").reads(t, "duties", "待交办").body)
	followup.send(duty, duty+"/pass-on", url.Values{"unit": {string(w.town)}, "due_on": {"2026-12-10T18:00"}}).reads(t, "passed on", "已交办", "青禾镇")
	reader.send(duty, duty+"/answer", url.Values{"text": {"已联系3家果商，签约600吨。"}}).reads(t, "answered", "已反馈", "签约600吨")
	if got := followup.send(duty, duty+"/return", nil); got.status == 200 || !strings.Contains(got.text(), "说明") {
		t.Errorf("returning without a remark = %d, want a refusal", got.status)
	}
	followup.send(duty, duty+"/accept", nil).reads(t, "accepted", "已办结")

	must(t, w.worker.Drain(t.Context()))
	editor.get("/ranking").reads(t, "standing", "乡镇", "青禾镇", "7", "柳渡乡")
	reader.get("/ranking").reads(t, "ledger", "青禾镇的得分", "第六条", "3 × 2/3", "第八条", "事实")
	editor.get("/offices/"+string(w.county)+"/notice").reads(t, "notice", "通报", "附：采用目录", "两个乡镇晚熟柑橘")
	if got := w.as("luqc").get("/offices/" + string(w.county) + "/ledger/" + string(w.town)); got.status != 404 {
		t.Errorf("another unit's ledger = %d, want 404", got.status)
	}

	chief.send(placement+"/correct", placement+"/correct", url.Values{"title": {"三个乡镇晚熟柑橘待售量大"}, "body": {"更正后的正文。"}, "notice": {"乡镇数应为三个"}}).reads(t, "corrected", "已更正")
	leader.get(read).reads(t, "after the correction", "乡镇数应为三个", "更正后的正文", "印发时的原文", "4.7万吨")
	chief.send(placement+"/recall", placement+"/recall", url.Values{"remark": {"数字有误"}}).reads(t, "recalled", "已收回")
	leader.get(read).reads(t, "after the recall", "这一条已收回", "数字有误")
	must(t, w.worker.Drain(t.Context()))
	w.as("yanzy").get("/record?kind=placement.recalled").reads(t, "record", "收回", "沈若谷")
	auditor := w.as("yanzy")
	for address, want := range map[string]string{"/record?person=nobody": "没有人叫“nobody”", "/record?from=2026-13-01": "不是日期"} {
		if got := auditor.get(address); got.status != 422 || !strings.Contains(got.body, want) {
			t.Errorf("GET %s = %d, want 422 that says %s", address, got.status, want)
		}
	}
	auditor.get("/record?kind=unit.entered&from=2031-01-01").reads(t, "nothing found", "没有符合的记录")
	auditor.get("/record/print?kind=placement.recalled").reads(t, "the printed record", "收回", "沈若谷", "本页 1 条")
	auditor.get("/record/1").reads(t, "a fact", "已封入第 1 块", "整块与封存时一致", "参加散列的原样")
	if got := auditor.get("/record/export?format=csv&kind=placement.recalled"); got.status != 200 || !strings.Contains(got.body, "placement.recalled") {
		t.Errorf("the record as CSV = %d %q, want the recall", got.status, got.body)
	}
	if got := auditor.get("/record/evidence"); got.status != 200 || !strings.HasPrefix(got.body, "PK") {
		t.Errorf("evidence = %d, want an archive", got.status)
	}
	if got := editor.get("/record/evidence"); got.status != 403 {
		t.Errorf("evidence for an editor = %d, want 403", got.status)
	}
	if got := editor.get("/record"); got.status != 403 {
		t.Errorf("the record for an editor = %d, want 403", got.status)
	}
}

// TestOutside forwards to an office that is not on this site; what became of it
// is typed in and checked by a second person.
func TestOutside(t *testing.T) {
	w := newWorld(t)
	w.staff()
	sys := flow.Actor{System: true}
	far, err := w.flow.EnterUnit(t.Context(), sys, flow.EnterUnit{Code: "97", Name: "江岭省人民政府办公厅", Short: "省办公厅", Level: org.Province, Office: true, Outside: true, From: "2020-01-01"})
	must(t, err)
	_, err = w.flow.DrawLine(t.Context(), sys, flow.DrawLine{Unit: w.county, Office: far.ID, Network: org.Government, Rank: 2, Direct: true, From: "2020-01-01"})
	must(t, err)
	editor, a, _ := w.onDesk(t)
	editor.send(a+"/edit", a+"/edit", url.Values{"title": {"柑橘"}, "body": {"正文。"}, "seen": {"0"}, "do": {"ready"}})
	chief := w.as("shenrg")
	chief.get(a+"/forward").reads(t, "forward", "霁川市", "省办公厅", "不在本站")
	send := chief.send(a+"/forward", a+"/forward", url.Values{"office": {string(far.ID)}, "title": {"望岭县柑橘"}, "body": {"为省里改写的正文。"}, "seen": {"1"}}).reads(t, "forwarded", "已转报", "标记已送").path
	child := strings.TrimSuffix(send, "/send")
	if got := editor.send(send, send, url.Values{"channel": {"fax"}, "proof": {""}}); got.status == 200 || !strings.Contains(got.body, `value="fax" checked`) {
		t.Errorf("sent without proof = %d, want a refusal that keeps the channel", got.status)
	}
	editor.send(send, send, url.Values{"channel": {"fax"}, "proof": {"传真回执 17 号"}}).reads(t, "sent", "已记下")
	outcome := url.Values{"kind": {"adopted"}, "name": {"江岭信息"}, "issue": {"2026-88"}, "proof": {"省通报第3页"}, "occurred_on": {"2026-11-24T09:00"}}
	list := editor.send(child+"/outcome", child+"/outcome", outcome).reads(t, "outcome", "等另一位核对", "省通报第3页", "江岭信息")
	id := regexp.MustCompile(`id="o-([0-9a-z]{26})"`).FindStringSubmatch(list.body)
	if id == nil {
		t.Fatal("the list has no outcome")
	}
	decide := "/outcomes/" + id[1]
	if got := editor.send(child+"/edit", decide, url.Values{"filing": {idOf(child)}, "confirm": {"1"}}); got.status != 403 {
		t.Errorf("checking one's own entry = %d, want 403\n%s", got.status, got.text())
	}
	if got := chief.send(child+"/outcomes", decide, url.Values{"filing": {idOf(child)}, "confirm": {"0"}}); got.status == 200 {
		t.Error("found wrong without a remark was taken")
	}
	chief.send(child+"/outcomes", decide, url.Values{"filing": {idOf(child)}, "confirm": {"1"}}).reads(t, "confirmed", "已核对")
	w.as("linxm").get("/news").reads(t, "news of the township", "省办公厅", "江岭信息")
}

// TestUnmerge takes a composite apart.
func TestUnmerge(t *testing.T) {
	w := newWorld(t)
	w.staff()
	editor, a, b := w.onDesk(t)
	more := editor.send("/merge?filing="+idOf(a), "/merge", url.Values{"filing": {idOf(a)}, "add": {idOf(b)}, "title": {"写到一半的题目"}, "do": {"more"}})
	more.reads(t, "one more source", "柳渡乡", "合并这 2 件")
	if !strings.Contains(more.body, "写到一半的题目") || strings.Count(more.body, `value="1/2"`) != 2 {
		t.Error("adding a source loses the title or does not split equally")
	}
	comp := editor.send("/merge?filing="+idOf(a), "/merge", url.Values{"filing": {idOf(a), idOf(b)}, "title": {"综合"}, "body": {"正文。"}, "genre": {"news"}}).path
	editor.send(comp, comp+"/unmerge", nil).reads(t, "unmerged", "已拆开，2 件", "青禾镇", "柳渡乡")
}

// TestRegister changes the register by its forms, and loses nothing when it is
// refused.
func TestRegister(t *testing.T) {
	w := newWorld(t)
	w.staff()
	admin := w.as("chengsy")
	county := "/units/" + string(w.county)
	admin.get("/units").reads(t, "the roots", "霁川市人民政府办公室")
	admin.get(county).reads(t, "a unit", "贺云舟", "青禾镇", "报送渠道", "望岭信息", "签发人不能签自己写的")
	admin.send(county+"?do=enter", county, url.Values{"change": {"enter"}, "code": {"970121102"}, "name": {"望岭县双桅镇人民政府"}, "short": {"双桅镇"}, "level": {"township"}, "from": {"2026-01-01"}}).reads(t, "entered", "单位已登记", "望岭县双桅镇人民政府", "还没有报送渠道")
	got := admin.send(county+"?do=enter", county, url.Values{"change": {"enter"}, "code": {"970121102"}, "name": {"又一个双桅镇"}, "level": {"township"}})
	if got.status == 200 || !strings.Contains(got.body, "又一个双桅镇") {
		t.Errorf("a code that is taken = %d, want a refusal that keeps the name\n%s", got.status, got.text())
	}
	town := regexp.MustCompile(`href="(/units/[0-9a-z]{26})">望岭县双桅镇`).FindStringSubmatch(admin.get(county).body)
	if town == nil {
		t.Fatal("the county does not list the new township")
	}
	unit := town[1]
	if got := admin.send(unit+"?do=line", unit, url.Values{"change": {"line"}, "office_code": {"000000"}, "network": {"government"}, "rank": {"1"}}); got.status == 200 || !strings.Contains(got.body, `value="000000"`) {
		t.Errorf("a line to no such unit = %d, want a refusal that keeps the code", got.status)
	}
	admin.send(unit+"?do=line", unit, url.Values{"change": {"line"}, "office_code": {"970121"}, "network": {"government"}, "rank": {"1"}, "from": {"2026-01-01"}}).reads(t, "a line", "报送渠道已登记", "望岭县")
	admin.send(unit+"?do=person", unit, url.Values{"change": {"person"}, "name": {"钟信息"}, "login": {"zhongxx"}, "role": {"reporter"}}).reads(t, "a person", "人员已登记", "钟信息", "信息员")
	admin.send(unit+"?do=change", unit, url.Values{"change": {"change"}, "name": {"望岭县双桅街道办事处"}, "short": {"双桅街道"}, "level": {"township"}, "from": {"2026-11-24"}, "office": {""}, "outside": {""}}).reads(t, "renamed", "望岭县双桅街道办事处", "曾用名", "双桅镇")
	admin.send(unit+"?do=chain", unit, url.Values{"change": {"chain"}, "checks": {"review", "signoff"}}).reads(t, "checks", "审签程序已定", "审核 → 签发")
	admin.send(county+"?do=publication", county, url.Values{"change": {"publication"}, "name": {"望岭专报"}, "code": {"ZB"}, "columns_list": {"专报、快讯"}, "reader": {string(w.town)}, "manner": {"send"}}).reads(t, "a publication", "刊物已登记", "望岭专报", "快讯")
	admin.get("/publications").reads(t, "publications", "望岭专报", "青禾镇")
	// Nobody loses a post by one click: what he holds is seen, and handed over, first.
	leave := regexp.MustCompile(`(/people/[0-9a-z]{26})\?leave=post&amp;post=([0-9a-z]{26})`).FindStringSubmatch(admin.get(unit).body)
	if leave == nil {
		t.Fatal("the unit's page does not lead to where a post ends")
	}
	look := leave[1] + "?leave=post&post=" + leave[2] + "&until=2026-11-24"
	digest := regexp.MustCompile(`name="digest" value="([^"]+)"`).FindStringSubmatch(admin.get(look).reads(t, "before a post ends", "钟信息").body)
	if digest == nil {
		t.Fatal("nothing is shown of what a leave does")
	}
	admin.send(look, leave[1]+"/leave", url.Values{"leave": {"1"}, "post": {leave[2]}, "until": {"2026-11-24"}, "digest": {digest[1]}}).reads(t, "a post ended", "钟信息")
	admin.get(unit).reads(t, "the unit afterwards", "还没有人")
	if got := w.as("linxm").send(county, county, url.Values{"change": {"enter"}, "code": {"1"}, "name": {"x"}, "level": {"township"}}); got.status != 403 {
		t.Errorf("a reporter entering a unit = %d, want 403", got.status)
	}
	admin.get("/units?q=望岭").reads(t, "finding", "青禾镇")
}

// TestRulebookNamesTheLine refuses a broken rulebook and shows where.
func TestRulebookNamesTheLine(t *testing.T) {
	w := newWorld(t)
	w.staff()
	b := w.as("liangkh")
	book := "/offices/" + string(w.county) + "/rulebook"
	got := b.send(book, book, url.Values{"body": {strings.Replace(rules, "round: 2", "rounded: 2", 1)}})
	if got.status == 200 || !strings.Contains(got.text(), "line 4") || !strings.Contains(got.text(), "rounded: 2") {
		t.Errorf("a rulebook with an unknown word in line 4 = %d, want the line named and shown\n%s", got.status, got.text())
	}
	b.get(book).reads(t, "no rulebook yet", "还没有考核办法")
}

// TestTokens shows a secret once.
func TestTokens(t *testing.T) {
	w := newWorld(t)
	b := w.as("linxm")
	got := b.send("/tokens", "/tokens", url.Values{"name": {"县数据平台"}, "scopes": {"read", "submit"}, "days": {"30"}}).reads(t, "made", "只在这里显示这一次", "县数据平台")
	if !strings.Contains(got.body, flow.TokenPrefix) {
		t.Error("the page that made a token has no secret")
	}
	list := b.get("/tokens").reads(t, "list", "县数据平台", "没用过")
	if strings.Contains(list.body, flow.TokenPrefix) {
		t.Error("the secret is shown again")
	}
	revoke := regexp.MustCompile(`/tokens/[0-9a-z]{26}/revoke`).FindString(list.body)
	b.send("/tokens", revoke, nil).reads(t, "taken back", "立刻失效")
	if got := b.send("/tokens", "/tokens", url.Values{"name": {"x"}, "days": {"400"}, "scopes": {"read"}}); got.status == 200 || !strings.Contains(got.body, `value="400"`) {
		t.Errorf("400 days = %d, want a refusal that keeps the number", got.status)
	}
}

// TestSearchPage asks, and says what to do when there is nothing to ask for.
func TestSearchPage(t *testing.T) {
	w := newWorld(t)
	b := w.as("linxm")
	b.get("/search").reads(t, "search", "几个词之间空一格")
	b.get("/search?q=柑橘").reads(t, "nothing found", "没有找到")
	if got := b.get("/search?q=%21%21"); got.status == 200 || !strings.Contains(got.body, `value="!!"`) {
		t.Errorf("a search without words = %d, want a refusal that keeps what was typed", got.status)
	}
}
