package web

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"xinshu/internal/duty"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

func (w *crowded) who(login string) flow.Actor { return flow.Actor{Person: w.person[login]} }

// submitted is a draft of the town's that waits for its first check.
func (w *crowded) submitted(title string, partners ...ident.Unit) ident.Item {
	t, ctx, a := w.t, w.t.Context(), w.who("linxm")
	t.Helper()
	it := got[item.Item](t)(w.flow.Draft(ctx, a, flow.Draft{Unit: w.town, Title: title, Body: body, Genre: "problem", Form: "single"}))
	if len(partners) > 0 {
		var in flow.SetPartners
		for _, u := range partners {
			in.Partners = append(in.Partners, flow.PartnerOf{Unit: u})
		}
		got[item.Item](t)(w.flow.SetPartners(ctx, a, it.ID, in))
	}
	got[item.Item](t)(w.flow.Submit(ctx, a, it.ID, flow.Submit{Seen: 1}))
	return it.ID
}

func (w *crowded) signs(login string, id ident.Item) {
	w.t.Helper()
	got[item.Item](w.t)(w.flow.SignOff(w.t.Context(), w.who(login), id, flow.SignOff{Seen: 1}))
}

// checked is what people hear before an item leaves its unit.
func (w *crowded) checked() {
	t, ctx := w.t, w.t.Context()
	w.submitted("等着审的一件") // to_check
	back := w.submitted("退改的一件")
	got[item.Item](t)(w.flow.SendBack(ctx, w.who("fangxt"), back, flow.SendBack{Reason: "no_figures", Remark: "缺数"}))
	fell := w.submitted("收回签发的一件", w.other)
	w.signs("fangxt", fell)
	w.signs("luoym", fell)
	got[item.Item](t)(w.flow.Unsign(ctx, w.who("luoym"), fell)) // unasked, unsigned
	off := w.submitted("撤下会签的一件", w.other, w.gone)
	w.signs("fangxt", off)
	w.signs("luoym", off) // to_countersign
	got[item.Item](t)(w.flow.TakeOffPartner(ctx, w.who("luoym"), off, flow.TakeOff{Unit: w.gone, Reason: "改由一家会签"}))
	full := w.submitted("会签齐了的一件", w.other)
	w.signs("fangxt", full)
	w.signs("luoym", full)
	w.signs("tianqf", full) // to_file
	got[item.Item](t)(w.flow.Draft(ctx, w.all, flow.Draft{Unit: w.gone, Title: "随单位并过来的一件", Body: body, Genre: "problem", Form: "single"}))
}

// decided is what people hear of the desk: its own people, and those who filed.
func (w *crowded) decided() {
	t, ctx := w.t, w.t.Context()
	received := func() ident.Filing {
		id := w.lies(w.other)
		got[filing.Filing](t)(w.flow.Receive(ctx, w.ed, id))
		return id
	}
	got[filing.Filing](t)(w.flow.Hold(ctx, w.ed, received(), flow.Hold{Reason: "waiting", Remark: "等数据"}))
	got[filing.Filing](t)(w.flow.Decline(ctx, w.ed, received(), flow.Decline{Reason: "vague", Remark: "再看看"}))
	got[filing.Filing](t)(w.flow.Return(ctx, w.ed, received(), flow.Return{Reason: "vague", Remark: "请补建议"}))
	got[filing.Filing](t)(w.flow.Assign(ctx, w.ed, received(), flow.Assign{To: w.person["zhouyq"]})) // handed_over
	taken := received()
	got[filing.Filing](t)(w.flow.ReviseFiling(ctx, w.ed, taken, flow.ReviseFiling{Title: "接手的一件", Body: body, Seen: 0}))
	got[filing.Comment](t)(w.flow.Comment(ctx, w.who("shenrg"), taken, flow.WriteComment{Text: "请 @贺云舟 核一下。", Seen: 1}))
	got[filing.Filing](t)(w.flow.TakeOver(ctx, w.who("zhouyq"), taken))
	gone := w.adopted()
	got[issue.Placement](t)(w.flow.Unadopt(ctx, w.ed, gone.ID, flow.Remark{Remark: "先放一放"}))
	mended, called := w.printed(), w.printed()
	got[issue.Placement](t)(w.flow.Correct(ctx, w.chief, mended.ID, flow.Correct{Title: "改过的题目", Body: body, Notice: "数字写错了"}))
	got[issue.Placement](t)(w.flow.Recall(ctx, w.chief, called.ID, flow.Remark{Remark: "数字有误"}))
	up := got[filing.Filing](t)(w.flow.Forward(ctx, w.chief, w.ready(), flow.Forward{Seen: -1}))
	got[filing.Filing](t)(w.flow.Receive(ctx, w.who("wenyz"), up.ID))
	got[filing.Filing](t)(w.flow.Decline(ctx, w.who("wenyz"), up.ID, flow.Decline{Reason: "vague", Remark: "市里不用"}))
}

// asked is what people hear of an instruction: one that is due, one that is late,
// and one whose answer came back.
func (w *crowded) asked() {
	t, ctx, on := w.t, w.t.Context(), w.ready()
	given := func(due int64) ident.Duty {
		d := got[duty.Duty](t)(w.flow.Instruct(ctx, w.lead, flow.Instruct{Filing: on, Text: "请阅处。"}))
		got[duty.Duty](t)(w.flow.PassOn(ctx, w.who("handb"), d.ID, flow.PassOn{Unit: w.town, Due: due}))
		return d.ID
	}
	now := w.server.cfg.Clock().UnixMicro()
	redo := given(0)
	got[duty.Duty](t)(w.flow.Answer(ctx, w.who("linxm"), redo, flow.Answer{Text: "办了。"}))
	got[duty.Duty](t)(w.flow.ReturnAnswer(ctx, w.who("handb"), redo, flow.Remark{Remark: "办了什么？"}))
	given(now + 12*3600*1e6)
	late := now + 120*1e6
	given(late)
	for w.server.cfg.Clock().UnixMicro() <= late { // the clock moves when it is read
	}
	if n := got[int](t)(w.flow.RemindDuties(ctx)); n != 2 {
		t.Fatalf("RemindDuties() = %d, want the one that is due and the one that is late", n)
	}
}

// namesWho are the kinds whose sentence names a person; all others name the place,
// or nobody, because everybody has done his part.
var namesWho = []flow.NoteKind{flow.NoteToCheck, flow.NoteSentBack, flow.NoteUnsigned, flow.NoteMentioned, flow.NoteTaken, flow.NoteHanded}

// TestNoticesAreSentencesThatLead has every kind of notice told, reads each in
// both languages, and opens it as each person who has it.
func TestNoticesAreSentencesThatLead(t *testing.T) {
	w := newCrowd(t)
	w.checked()
	w.decided()
	w.asked()
	got[org.Unit](t)(w.flow.MergeUnits(t.Context(), flow.Actor{System: true}, w.gone, flow.MergeUnits{Into: w.town}))
	must(t, w.worker.Drain(t.Context()))
	seen := map[flow.NoteKind]bool{}
	for login := range w.person {
		b := w.as(login)
		for cursor, more := "", true; more; {
			page := got[flow.Page[flow.Notification]](t)(w.flow.Notifications(t.Context(), w.who(login), flow.NotesQuery{Cursor: cursor}))
			for _, n := range page.Rows {
				seen[n.Kind] = true
				w.reads(login, n, page.Names)
				w.leads(b, login, n)
			}
			cursor, more = page.Next, page.Next != ""
		}
	}
	for _, k := range flow.NoteKinds {
		if !seen[k] {
			t.Errorf("nobody was told %s", k)
		}
	}
}

// reads insists on a whole sentence: which item, and who did something to it.
func (w *crowded) reads(login string, n flow.Notification, names flow.Names) {
	w.t.Helper()
	for _, lang := range languages {
		s := w.server.tongue(lang).notice(n, names)
		who := names.UnitOn(n.Office, n.At)
		if slices.Contains(namesWho, n.Kind) {
			who = names.Person(n.Person)
		}
		if n.Kind == flow.NoteToFile || n.Kind == flow.NoteHanded && n.Person == "" {
			who = ""
		}
		if n.Title == "" || !strings.Contains(s, w.server.tongue(lang).title(n.Title)) || !strings.Contains(s, who) || strings.ContainsAny(s, "{}⟦") || strings.HasPrefix(s, " ") {
			w.t.Errorf("%s is told of %s: %q in %s, want a sentence with %q and %q", login, n.Kind, s, lang, n.Title, who)
		}
		if n.Kind != flow.NoteToFile && n.Kind != flow.NoteHanded && who == "" {
			w.t.Errorf("%s is told of %s without who did it: %q", login, n.Kind, s)
		}
		if n.Office != "" && strings.Contains(s, string(n.Office)) || n.Person != "" && strings.Contains(s, string(n.Person)) {
			w.t.Errorf("%s is told of %s with an identifier: %q", login, n.Kind, s)
		}
	}
}

// leads opens the notice: a page about that item, which the person may open. Who is
// asked no longer may not, and stays with the sentence.
func (w *crowded) leads(b *browser, login string, n flow.Notification) {
	w.t.Helper()
	page := b.get("/notifications/" + strconv.FormatInt(n.Position, 10))
	stays := n.Kind == flow.NotePartnerOff || n.Kind == flow.NoteUnasked
	if page.status != 200 || stays != (page.path == "/notifications") {
		w.t.Errorf("%s opens %s of “%s” and gets %d at %s\n%s", login, n.Kind, n.Title, page.status, page.path, page.text())
		return
	}
	if !strings.Contains(page.text(), n.Title) {
		w.t.Errorf("%s opens %s of “%s”, and %s does not speak of it", login, n.Kind, n.Title, page.path)
	}
}
