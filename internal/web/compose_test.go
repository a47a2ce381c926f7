package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// part asks for an address as a script does.
func (b *browser) part(path string) answer {
	b.w.t.Helper()
	req, err := http.NewRequestWithContext(b.w.t.Context(), http.MethodGet, b.w.URL+path, nil)
	must(b.w.t, err)
	req.Header.Set("HX-Request", "true")
	return b.do(req)
}

var textareas = regexp.MustCompile(`<textarea class="x-area x-comp__t"[^>]*>([^<]*)<`)

// paras are the composite's paragraphs as the builder shows them.
func (a answer) paras() string {
	var out []string
	for _, m := range textareas.FindAllStringSubmatch(a.body, -1) {
		out = append(out, m[1])
	}
	return strings.Join(out, "|")
}

// TestBuilderStepsAreForms: every step of the builder is a form that works by
// itself, keeps what was typed and saves nothing until it is told to.
func TestBuilderStepsAreForms(t *testing.T) {
	w := newWorld(t)
	w.staff()
	editor, a, b := w.onDesk(t)
	at := "/merge?filing=" + idOf(a) + "&filing=" + idOf(b)
	form := func(do string, paras ...string) url.Values {
		f := url.Values{"filing": {idOf(a), idOf(b)}, "title": {"综合"}, "genre": {"problem"}, "shares": {"text"}, "share": {"", ""}, "do": {do}}
		for _, p := range paras {
			key, text, _ := strings.Cut(p, "=")
			f.Add("k", key)
			f.Add("p", text)
			f.Add("m", key+":1")
		}
		return f
	}
	for _, c := range []struct {
		do   string
		at   string
		want string
	}{
		{"up:n2", "", "乙|甲"}, {"down:n1", "", "乙|甲"}, {"drop:n1", "", "乙"}, {"up:n1", "", "甲|乙"},
		{"take:2:0", "n1", "甲|柳渡乡预计产量1.9万吨，已售3000吨。|乙"}, {"take:2:0", "^", "柳渡乡预计产量1.9万吨，已售3000吨。|甲|乙"}, {"own", "", "甲|乙|"}, {"take:9:9", "", "甲|乙"},
	} {
		f := form(c.do, "n1=甲", "n2=乙")
		f.Set("at", c.at)
		if got := editor.send(at, "/merge", f); got.status != http.StatusOK || got.paras() != c.want || !strings.Contains(got.body, `value="综合"`) {
			t.Errorf("%s at %q = %d with %q, want %q and the title kept", c.do, c.at, got.status, got.paras(), c.want)
		}
	}
	comp := editor.send(at, "/merge", form("merge", "n1=柳渡乡预计产量1.9万吨，已售3000吨。")).reads(t, "merged", "2 件已合成").path
	builder := editor.get(comp+"/compose").reads(t, "builder", "柳渡乡预计产量1.9万吨", "合计：", "拆开，还原 2 件")
	if !strings.Contains(builder.body, `value="n1:1" checked`) || strings.Contains(builder.body, `value="n1:2" checked`) {
		t.Error("the mark that was set is not kept, or another one is")
	}
	if got := editor.part(comp + "/compose").body; !strings.HasPrefix(strings.TrimSpace(got), `<form method="post" action="`+comp+`/compose" id="merge"`) {
		t.Errorf("the part a script asks for begins %.80q, want the builder alone", got)
	}
}

// TestComposerPart: a script gets the composer alone, a reader the whole page,
// and a time that is over is refused with the form shown again.
func TestComposerPart(t *testing.T) {
	w := newWorld(t)
	w.staff()
	editor, _, _ := w.onDesk(t)
	is := editor.send("/issues", "/issues", url.Values{"publication": {string(w.publication)}}).path
	if got := editor.part(is).body; !strings.HasPrefix(got, `<div id="composer"`) || strings.Contains(got, "<html") {
		t.Errorf("the part a script asks for begins %.60q, want the composer alone", got)
	}
	if got := editor.send(is, is+"/schedule", url.Values{"at_on": {"2020-01-01T08:00"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `value="2020-01-01T08:00"`) {
		t.Errorf("a time that is over = %d, want it refused and shown again", got.status)
	}
	editor.send(is, is+"/schedule", url.Values{"at_on": {"2030-01-01T08:00"}}).reads(t, "timed", "定于", "取消定时", "到时要已经审签")
	editor.send(is, is+"/schedule", url.Values{"at_on": {""}}).reads(t, "no time", "已取消定时")
	w.as("shenrg").get(is+"/approve").reads(t, "approval", "内部资料", "看编排")
}

var settling = regexp.MustCompile(`<input type="hidden" name="(fk|fa|sk|sa|sc|sn)" value="([^"]*)">`)
var useButton = regexp.MustCompile(`name="do" value="(use:[^"]+)"`)

// figureFields are the fields of a builder about figures, as the page sends them.
func (a answer) figureFields() url.Values {
	out := url.Values{"figures": {"1"}}
	for _, m := range settling.FindAllStringSubmatch(a.body, -1) {
		out.Add(m[1], m[2])
	}
	return out
}

// TestFiguresAreSettled: a number on which the sources differ stands beside its
// paragraph with who says what, is settled by taking one or by a note, stays
// settled when it is saved, and opens again when the text says something else.
func TestFiguresAreSettled(t *testing.T) {
	w := newWorld(t)
	w.staff()
	editor, a, b := w.onDesk(t)
	at := "/merge?filing=" + idOf(a) + "&filing=" + idOf(b)
	form := func(do, para string, more url.Values) url.Values {
		f := url.Values{"filing": {idOf(a), idOf(b)}, "title": {"综合"}, "genre": {"problem"}, "shares": {"equal"}, "share": {"", ""}, "do": {do}, "k": {"n1"}, "p": {para}, "m": {"n1:1", "n1:2"}}
		for k, vs := range more {
			f[k] = vs
		}
		return f
	}
	page := editor.send(at, "/merge", form("still", "柳渡乡预计产量1.8万吨，已售3000吨。", nil)).reads(t, "difference", "核1", "1.8万吨", "1.9万吨", "没定", "19000吨")
	use := useButton.FindStringSubmatch(page.body)
	if use == nil {
		t.Fatal("no button takes the source's figure")
	}
	page = editor.send(at, "/merge", form(use[1], "柳渡乡预计产量1.8万吨，已售3000吨。", page.figureFields()))
	if page.paras() != "柳渡乡预计产量1.9万吨，已售3000吨。" {
		t.Errorf("after taking the source's figure the text is %q", page.paras())
	}
	// the other way: a note. It is kept with the composite, and who wrote it
	page = editor.send(at, "/merge", form("still", "柳渡乡预计产量1.8万吨，已售3000吨。", nil))
	noted := page.figureFields()
	noted.Set("fn", "电话核过")
	comp := editor.send(at, "/merge", form("merge", "柳渡乡预计产量1.8万吨，已售3000吨。", noted)).reads(t, "merged", "2 件已合成", "刚合成这一条").path
	page = editor.get(comp+"/compose").reads(t, "settled", "电话核过", "照稿里写", "都定了")
	save := func(para string) url.Values {
		f := form("save", para, page.figureFields())
		f.Set("seen", "0")
		f.Del("filing")
		return f
	}
	editor.send(comp+"/compose", comp+"/compose", save("柳渡乡预计产量1.7万吨，已售3000吨。")).reads(t, "saved", "已存")
	editor.get(comp+"/compose").reads(t, "open again", "1.7万吨", "没定")
	// raw beside edited: the figure that was changed is named
	editor.get(comp).reads(t, "moved", "数字有改动", "1.8万吨", "1.7万吨")
	if got := editor.get(comp).body; strings.Contains(got, "刚合成这一条") {
		t.Error("the composite was edited and can still be taken apart as just made")
	}
}
