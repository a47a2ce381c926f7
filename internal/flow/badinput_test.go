package flow_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"xinshu/internal/auth"
	"xinshu/internal/duty"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
)

// facts counts the record: a refused verb must leave it as it was.
func (w *world) facts() (n int) {
	w.T.Helper()
	if _, err := w.Store.Sequence(w.Ctx()); err != nil {
		w.T.Fatal(err)
	}
	err := w.Store.View(w.Ctx(), func(tx *store.Tx) error {
		recs, err := tx.Facts(0, 10_000)
		n = len(recs)
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return n
}

// unchanged runs what must be refused and checks that nothing was recorded.
func (w *world) unchanged(what string, fn func() error) error {
	w.T.Helper()
	was := w.facts()
	err := fn()
	if err == nil {
		w.T.Errorf("%s = nil, want a refusal", what)
	}
	if now := w.facts(); now != was {
		w.T.Errorf("facts after %s = %d, want %d as before", what, now, was)
	}
	return err
}

func TestWhatKeepsATextFromLeaving(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := org.DefaultRules(w.ID("K1"))
		r.MaxTitle, r.MaxBody = 12, 100
		ok[org.Rules](t)(w.Flow.SetRules(w.Ctx(), sample.System, w.ID("K1"), r))
		good := flow.Draft{Unit: w.ID("T1"), Title: "柑橘滞销", Body: "收购价走低。", Genre: "problem", Form: "single"}
		for _, c := range []struct {
			name, path, code string
			change           func(d *flow.Draft)
		}{
			{"no title", "title", "required", func(d *flow.Draft) { d.Title = " \n" }},
			{"no body", "body", "required", func(d *flow.Draft) { d.Body = "" }},
			{"a title over the office's limit", "title", "too_long", func(d *flow.Draft) { d.Title = strings.Repeat("长", 13) }},
			{"a body over the office's limit", "body", "too_long", func(d *flow.Draft) { d.Body = strings.Repeat("长", 101) }},
			{"a title of two lines", "title", "one_line", func(d *flow.Draft) { d.Title = "上\n下" }},
			{"no genre", "genre", "choose", func(d *flow.Draft) { d.Genre = "" }},
			{"no form", "form", "choose", func(d *flow.Draft) { d.Form = "" }},
			{"a secrecy mark", "body", "secrecy_mark", func(d *flow.Draft) { d.Body = "机密\n收购价走低。" }},
			{"an identity number", "body", "identity_card", func(d *flow.Draft) { d.Body = "农户李某，身份证号11010519491231002X。" }},
			{"a secrecy mark in the title", "title", "secrecy_mark", func(d *flow.Draft) { d.Title = "【机密】柑橘滞销" }},
		} {
			d := good
			c.change(&d)
			it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), d))
			err := w.unchanged("submitting "+c.name, func() error {
				_, err := w.Flow.Submit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 1})
				return err
			})
			invalid(t, err, c.path, c.code)
		}
		w.sound()
	})
}

func TestWhatADraftMayNotBe(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		foreign := ident.Line("")
		if err := w.Store.View(w.Ctx(), func(tx *store.Tx) error {
			ls, err := tx.LinesOf(w.ID("T4"), 20261116)
			foreign = ls[0].ID
			return err
		}); err != nil {
			t.Fatal(err)
		}
		good := flow.Draft{Unit: w.ID("T1"), Title: "题", Body: "文"}
		for _, c := range []struct {
			name, path, code string
			change           func(d *flow.Draft)
		}{
			{"broken UTF-8 in the title", "title", "broken_utf8", func(d *flow.Draft) { d.Title = "断\xe4\xb8" }},
			{"broken UTF-8 in the body", "body", "broken_utf8", func(d *flow.Draft) { d.Body = "断\xff\xfe" }},
			{"broken UTF-8 in the contact", "contact", "broken_utf8", func(d *flow.Draft) { d.Contact = "\xff" }},
			{"a boundless title", "title", "too_long", func(d *flow.Draft) { d.Title = strings.Repeat("长", item.MaxTitle+1) }},
			{"a boundless body", "body", "too_long", func(d *flow.Draft) { d.Body = strings.Repeat("长", item.MaxBody+1) }},
			{"a genre nobody knows", "genre", "choose", func(d *flow.Draft) { d.Genre = "gossip" }},
			{"a form nobody knows", "form", "choose", func(d *flow.Draft) { d.Form = "poem" }},
			{"another unit's line", "lines[0]", "line_not_own", func(d *flow.Draft) { d.Lines = []ident.Line{foreign} }},
			{"a line that is none", "lines[0]", "line_not_own", func(d *flow.Draft) { d.Lines = []ident.Line{"x"} }},
			{"an author nobody knows", "authors[0]", "choose", func(d *flow.Draft) { d.Authors = []ident.Person{"x"} }},
			{"a crowd of authors", "authors", "too_many", func(d *flow.Draft) { d.Authors = make([]ident.Person, item.MaxAuthors+1) }},
		} {
			d := good
			c.change(&d)
			err := w.unchanged("drafting "+c.name, func() error {
				_, err := w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), d)
				return err
			})
			invalid(t, err, c.path, c.code)
		}
		err := w.unchanged("drafting for another unit", func() error {
			d := good
			d.Unit = w.ID("T2")
			_, err := w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), d)
			return err
		})
		refused(t, err, "needs_post")
		it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), good))
		_, err = w.Flow.Revise(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Revise{Title: "题", Body: "断\xff", Seen: 1})
		invalid(t, err, "body", "broken_utf8")
		_, err = w.Flow.Revise(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Revise{Title: "题", Body: "文", Lines: []ident.Line{foreign}, Seen: 1})
		invalid(t, err, "lines[0]", "line_not_own")
		w.sound()
	})
}

func TestAStaleSaveIsRefusedAndKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: "题", Body: "文"}))
		ok[item.Item](t)(w.Flow.Revise(w.Ctx(), w.As("signer.T1"), it.ID, flow.Revise{Title: "别人改的", Body: "文", Seen: 1}))
		keyed := flow.WithKey(w.Ctx(), "key-1")
		for range 2 { // the same key twice: the same answer, not another complaint
			err := w.unchanged("a stale save", func() error {
				_, err := w.Flow.Revise(keyed, w.As("reporter.T1"), it.ID, flow.Revise{Title: "我打的字", Body: "不能丢", Seen: 1})
				return err
			})
			refused(t, err, "stale_revision")
		}
		v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID))
		if len(v.Unsaved) != 1 || v.Unsaved[0].Body != "不能丢" || v.Unsaved[0].Person != w.As("reporter.T1").Person || v.Text.Title != "别人改的" {
			t.Errorf("unsaved = %+v beside %q, want what was typed beside the other's text", v.Unsaved, v.Text.Title)
		}
		ok[item.Item](t)(w.Flow.Revise(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Revise{Title: "合起来", Body: "不能丢", Seen: 2}))
		if v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID)); len(v.Unsaved) != 0 {
			t.Errorf("unsaved after saving = %+v, want none", v.Unsaved)
		}

		_, fl := w.filed("T2", "台上的稿")
		ed := w.As("editor.K1")
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, fl.ID))
		ok[filing.Filing](t)(w.Flow.ReviseFiling(w.Ctx(), ed, fl.ID, flow.ReviseFiling{Title: "一", Body: "文", Seen: 0}))
		err := w.unchanged("a stale desk text", func() error {
			_, err := w.Flow.ReviseFiling(w.Ctx(), ed, fl.ID, flow.ReviseFiling{Title: "另一窗口", Body: "打的字", Seen: 0})
			return err
		})
		refused(t, err, "stale_revision")
		if v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), ed, fl.ID)); len(v.Unsaved) != 1 || v.Unsaved[0].Body != "打的字" {
			t.Errorf("unsaved at the desk = %+v, want what was typed", v.Unsaved)
		}
		w.sound()
	})
}

func TestSigning(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it, _ := w.filed("T1", "签过的")
		err := w.unchanged("a second signature", func() error {
			_, err := w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), it.ID, flow.SignOff{Seen: 1})
			return err
		})
		refused(t, err, "wrong_state")

		own := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("signer.T1"), flow.Draft{Unit: w.ID("T1"), Title: "自写自签", Body: body, Genre: "problem", Form: "single"}))
		ok[item.Item](t)(w.Flow.Submit(w.Ctx(), w.As("signer.T1"), own.ID, flow.Submit{Seen: 1}))
		err = w.unchanged("signing one's own", func() error {
			_, err := w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), own.ID, flow.SignOff{Seen: 1})
			return err
		})
		refused(t, err, "own_item")
		r := org.DefaultRules(w.ID("K1"))
		r.OwnSignOff = true
		ok[org.Rules](t)(w.Flow.SetRules(w.Ctx(), w.As("chief.K1"), w.ID("K1"), r))
		ok[item.Item](t)(w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), own.ID, flow.SignOff{Seen: 1}))
		w.sound()
	})
}

func TestTwoSignaturesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it := w.submitted("两人同时签")
		w.Person("signer2.T1", "T1", org.Signer)
		errs := make(chan error, 2)
		for _, who := range []string{"signer.T1", "signer2.T1"} {
			a := w.As(who)
			go func() {
				_, err := w.Flow.SignOff(w.Ctx(), a, it.ID, flow.SignOff{Seen: 1})
				errs <- err
			}()
		}
		a, b := <-errs, <-errs
		if (a == nil) == (b == nil) {
			t.Errorf("two signatures = %v and %v, want exactly one", a, b)
		}
		for _, err := range []error{a, b} {
			if err != nil && !fault.Is(err, fault.Conflict) {
				t.Errorf("the second signature = %v, want a conflict", err)
			}
		}
		if v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID)); len(v.Filings) != 1 {
			t.Errorf("filings = %d, want 1", len(v.Filings))
		}
		w.sound()
	})
}

func TestUploads(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: "题", Body: "文"}))
		up := func(who, name string, b []byte, size int64) error {
			_, err := w.Flow.Attach(w.Ctx(), w.As(who), it.ID, flow.Upload{Name: name, Size: size, Body: bytes.NewReader(b)})
			return err
		}
		png := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89")
		for _, c := range []struct {
			name, file, path, code string
			b                      []byte
			size                   int64
		}{
			{"a page that says it is a picture", "图.png", "file", "content_mismatch", []byte("<html><script>alert(1)</script></html>"), 38},
			{"a picture that says it is a document", "稿.docx", "file", "content_mismatch", png, int64(len(png))},
			{"a program", "工具.exe", "file", "kind_not_allowed", []byte("MZ\x90\x00"), 4},
			{"nothing", "空.txt", "file", "empty", nil, 0},
			{"more than the limit", "大.png", "file", "too_large", png, flow.DefaultMaxUpload + 1},
			{"no name", "", "name", "required", png, int64(len(png))},
		} {
			err := w.unchanged("attaching "+c.name, func() error { return up("reporter.T1", c.file, c.b, c.size) })
			invalid(t, err, c.path, c.code)
		}
		// a size that lies is found while reading
		endless := io.MultiReader(bytes.NewReader(png), io.LimitReader(zeros{}, flow.DefaultMaxUpload))
		_, err := w.Flow.Attach(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Upload{Name: "图.png", Size: 10, Body: endless})
		invalid(t, err, "file", "too_large")
		if err := up("reporter.T2", "图.png", png, int64(len(png))); !fault.Is(err, fault.NotFound) {
			t.Errorf("attaching to another unit's item = %v, want not found", err)
		}
		if err := up("reporter.T1", "图.png", png, int64(len(png))); err != nil {
			t.Errorf("attaching a picture = %v, want nil", err)
		}
		v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID))
		if len(v.Attachments) != 1 || v.Attachments[0].Media != "image/png" {
			t.Errorf("attachments = %+v, want the one picture", v.Attachments)
		}
		w.sound()
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestMergeAndForwardNameWhatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, a := w.filed("T1", "甲")
		_, b := w.filed("T2", "乙")
		_, other := w.filed("T4", "丙")
		ed := w.As("editor.K1")
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, a.ID))
		merge := func(title string, parts ...filing.Contribution) error {
			return w.unchanged("merging", func() error {
				_, err := w.Flow.Merge(w.Ctx(), ed, flow.Merge{Office: w.ID("K1"), Parts: parts, Title: title, Body: body})
				return err
			})
		}
		invalid(t, merge("合", filing.Contribution{Filing: a.ID}), "parts", "parts_count")
		invalid(t, merge("合", filing.Contribution{Filing: a.ID}, filing.Contribution{Filing: a.ID}), "parts[1].filing", "twice")
		invalid(t, merge("合", filing.Contribution{Filing: a.ID, Num: 1, Den: 2}, filing.Contribution{Filing: b.ID, Num: 1, Den: 3}), "parts", "shares_not_whole")
		refused(t, merge("合", filing.Contribution{Filing: a.ID}, filing.Contribution{Filing: b.ID}), "wrong_state") // b is not received
		if err := merge("合", filing.Contribution{Filing: a.ID}, filing.Contribution{Filing: other.ID}); !fault.Is(err, fault.NotFound) {
			t.Errorf("merging another county's filing = %v, want not found", err)
		}
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, b.ID))
		invalid(t, merge("", filing.Contribution{Filing: a.ID}, filing.Contribution{Filing: b.ID}), "title", "required")

		w.ready("K1", func() ident.Filing { _, fl := w.filed("T3", "丁"); return fl.ID }(), "丁")
		v := ok[flow.Page[filing.Filing]](t)(w.Flow.Filings(w.Ctx(), ed, flow.FilingsQuery{Office: w.ID("K1"), States: []filing.State{filing.Ready}}))
		up := v.Rows[0]
		_, err := w.Flow.Forward(w.Ctx(), ed, up.ID, flow.Forward{Seen: 1})
		refused(t, err, "needs_post")
		chief := w.As("chief.K1")
		_, err = w.Flow.Forward(w.Ctx(), chief, up.ID, flow.Forward{Seen: 0})
		refused(t, err, "stale_revision")
		_, err = w.Flow.Forward(w.Ctx(), chief, up.ID, flow.Forward{Office: w.ID("P"), Seen: 1})
		refused(t, err, "no_line")
		_, err = w.Flow.Forward(w.Ctx(), chief, up.ID, flow.Forward{Title: "机密", Body: "机密\n正文", Seen: 1})
		invalid(t, err, "body", "secrecy_mark")
		r := org.DefaultRules(w.ID("K1"))
		r.ForwardSigned = true
		ok[org.Rules](t)(w.Flow.SetRules(w.Ctx(), sample.System, w.ID("K1"), r))
		_, err = w.Flow.Forward(w.Ctx(), chief, up.ID, flow.Forward{Seen: 1})
		refused(t, err, "adopt_first")
		ok[issue.Placement](t)(w.Flow.Adopt(w.Ctx(), ed, up.ID, flow.Adopt{Publication: w.Pubs["k1"].ID, Seen: 1}))
		ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), chief, up.ID, flow.Forward{Seen: 1}))
		_, err = w.Flow.Forward(w.Ctx(), chief, up.ID, flow.Forward{Seen: 1})
		refused(t, err, "already_forwarded")
		w.sound()
	})
}

func TestIdempotencyKeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.As("reporter.T1")
		ctx := flow.WithKey(w.Ctx(), "k-1")
		in := flow.Draft{Unit: w.ID("T1"), Title: "一次", Body: "文"}
		first := ok[item.Item](t)(w.Flow.Draft(ctx, a, in))
		if again := ok[item.Item](t)(w.Flow.Draft(ctx, a, in)); again.ID != first.ID {
			t.Errorf("the same key and input = %s, want %s again", again.ID, first.ID)
		}
		in.Title = "两次"
		err := w.unchanged("the same key with other input", func() error { _, err := w.Flow.Draft(ctx, a, in); return err })
		refused(t, err, "key_reused")
		err = w.unchanged("the same key for another verb", func() error {
			_, err := w.Flow.Submit(ctx, a, first.ID, flow.Submit{})
			return err
		})
		refused(t, err, "key_reused")
		if other := ok[item.Item](t)(w.Flow.Draft(ctx, w.As("signer.T1"), in)); other.ID == first.ID {
			t.Error("another person's same key gave the first one's item")
		}
		tctx := flow.WithKey(w.Ctx(), "k-2")
		secret, k, err := w.Flow.IssueToken(tctx, a, flow.IssueToken{Name: "机器", Scopes: []org.Stage{org.ScopeRead}, Days: 1})
		if err != nil || secret == "" {
			t.Fatalf("token = %q %v", secret, err)
		}
		again, k2, err := w.Flow.IssueToken(tctx, a, flow.IssueToken{Name: "机器", Scopes: []org.Stage{org.ScopeRead}, Days: 1})
		if err != nil || k2.ID != k.ID || again != "" {
			t.Errorf("the same token again = %q %s %v, want the same token and no secret: nobody has it any more", again, k2.ID, err)
		}
		w.sound()
	})
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.As("reporter.T1")
		for _, c := range []struct {
			name, path, code string
			in               flow.IssueToken
		}{
			{"no name", "name", "required", flow.IssueToken{Scopes: []org.Stage{org.ScopeRead}, Days: 1}},
			{"no scopes", "scopes", "required", flow.IssueToken{Name: "a", Days: 1}},
			{"an unknown scope", "scopes[0]", "choose", flow.IssueToken{Name: "a", Scopes: []org.Stage{"everything"}, Days: 1}},
			{"for ever", "days", "out_of_range", flow.IssueToken{Name: "a", Scopes: []org.Stage{org.ScopeRead}, Days: 10_000}},
			{"for no time", "days", "out_of_range", flow.IssueToken{Name: "a", Scopes: []org.Stage{org.ScopeRead}}},
		} {
			_, _, err := w.Flow.IssueToken(w.Ctx(), a, c.in)
			invalid(t, err, c.path, c.code)
		}
		door := auth.New(w.Store, auth.Config{Clock: w.Clock.Now})
		secret, k, err := w.Flow.IssueToken(w.Ctx(), a, flow.IssueToken{Name: "只读", Scopes: []org.Stage{org.ScopeRead}, Days: 2})
		if err != nil {
			t.Fatal(err)
		}
		got := ok[auth.TokenActor](t)(door.Token(w.Ctx(), secret))
		reader := flow.Actor{Person: got.Person, Scopes: got.Scopes}
		ok[flow.Page[flow.ItemRow]](t)(w.Flow.Items(w.Ctx(), reader, flow.ItemsQuery{}))
		_, err = w.Flow.Draft(w.Ctx(), reader, flow.Draft{Unit: w.ID("T1"), Title: "题", Body: "文"})
		refused(t, err, "scope_missing")
		_, _, err = w.Flow.IssueToken(w.Ctx(), reader, flow.IssueToken{Name: "子", Scopes: []org.Stage{org.ScopeRead}, Days: 1})
		refused(t, err, "token_makes_no_token")
		writer := flow.Actor{Person: a.Person, Scopes: []org.Stage{org.StageSubmit}}
		ok[item.Item](t)(w.Flow.Draft(w.Ctx(), writer, flow.Draft{Unit: w.ID("T1"), Title: "题", Body: "文"}))
		_, err = w.Flow.Items(w.Ctx(), writer, flow.ItemsQuery{})
		refused(t, err, "scope_missing")
		_, err = w.Flow.File(w.Ctx(), writer, flow.Draft{Unit: w.ID("T1"), Title: "题", Body: "文"})
		refused(t, err, "scope_missing") // File signs, too

		if err := w.Flow.RevokeToken(w.Ctx(), w.As("reporter.T2"), k.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("revoking another's token = %v, want not found", err)
		}
		if err := w.Flow.RevokeToken(w.Ctx(), w.As("security.C"), k.ID); err != nil {
			t.Errorf("the security officer revoking = %v, want nil", err)
		}
		door.Forget(k.ID)
		_, err = door.Token(w.Ctx(), secret)
		refused(t, err, "token_revoked")
		secret, _, err = w.Flow.IssueToken(w.Ctx(), a, flow.IssueToken{Name: "一天", Scopes: []org.Stage{org.ScopeRead}, Days: 1})
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(25 * time.Hour)
		_, err = door.Token(w.Ctx(), secret)
		refused(t, err, "token_expired")
		w.sound()
	})
}

// TestWhatIsNotMineIsNotFound: other units' things are not refused, they are not
// there; a refusal would tell that they exist.
func TestWhatIsNotMineIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: "题", Body: body, Genre: "problem", Form: "single"}))
		at := ok[item.Attachment](t)(w.Flow.Attach(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Upload{Name: "a.txt", Size: 6, Body: strings.NewReader("附件")}))
		ok[item.Item](t)(w.Flow.Submit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 1}))
		ok[item.Item](t)(w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), it.ID, flow.SignOff{Seen: 1}))
		fl := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID)).Filings[0]
		w.ready("K1", fl.ID, "题")
		p := w.published("K1", "k1", fl.ID)
		d := ok[duty.Duty](t)(w.Flow.Instruct(w.Ctx(), w.As("leader.K1"), flow.Instruct{Filing: fl.ID, Text: "请研究。"}))
		ok[duty.Duty](t)(w.Flow.PassOn(w.Ctx(), w.As("followup.K1"), d.ID, flow.PassOn{Unit: w.ID("T1")}))
		v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), w.As("editor.K1"), fl.ID))
		is := v.Placements[0].Issue
		reads := []struct {
			name string
			who  string
			fn   func(ctx context.Context, a flow.Actor) error
		}{
			{"item", "reporter.T2", func(ctx context.Context, a flow.Actor) error { _, err := w.Flow.Item(ctx, a, it.ID); return err }},
			{"item, from the city", "editor.C", func(ctx context.Context, a flow.Actor) error { _, err := w.Flow.Item(ctx, a, it.ID); return err }},
			{"item, by an administrator", "admin.C", func(ctx context.Context, a flow.Actor) error { _, err := w.Flow.Item(ctx, a, it.ID); return err }},
			{"text", "reporter.T2", func(ctx context.Context, a flow.Actor) error { _, err := w.Flow.ItemText(ctx, a, it.ID, 1); return err }},
			{"journey", "reporter.T2", func(ctx context.Context, a flow.Actor) error { _, err := w.Flow.Journey(ctx, a, it.ID); return err }},
			{"filing", "editor.K2", func(ctx context.Context, a flow.Actor) error { _, err := w.Flow.Filing(ctx, a, fl.ID); return err }},
			{"desk text, by who filed it", "reporter.T1", func(ctx context.Context, a flow.Actor) error {
				_, err := w.Flow.FilingText(ctx, a, fl.ID, 1)
				return err
			}},
			{"issue", "reporter.T2", func(ctx context.Context, a flow.Actor) error { _, err := w.Flow.Issue(ctx, a, is); return err }},
			{"duty", "reporter.T2", func(ctx context.Context, a flow.Actor) error { _, err := w.Flow.Duty(ctx, a, d.ID); return err }},
			{"ledger", "reporter.T2", func(ctx context.Context, a flow.Actor) error {
				_, err := w.Flow.Ledger(ctx, a, w.ID("K1"), w.ID("T1"), "2026-11")
				return err
			}},
			{"standing", "reporter.T4", func(ctx context.Context, a flow.Actor) error {
				_, err := w.Flow.Standing(ctx, a, w.ID("K1"), "")
				return err
			}},
			{"attachment", "reporter.T2", func(ctx context.Context, a flow.Actor) error {
				_, _, err := w.Flow.OpenAttachment(ctx, a, at.ID)
				return err
			}},
			{"counts of a desk", "reporter.T1", func(ctx context.Context, a flow.Actor) error {
				_, err := w.Flow.FilingCounts(ctx, a, w.ID("K1"))
				return err
			}},
			{"revising", "reporter.T2", func(ctx context.Context, a flow.Actor) error {
				_, err := w.Flow.Revise(ctx, a, it.ID, flow.Revise{})
				return err
			}},
			{"receiving", "editor.K2", func(ctx context.Context, a flow.Actor) error { _, err := w.Flow.Receive(ctx, a, fl.ID); return err }},
			{"recalling", "chief.K2", func(ctx context.Context, a flow.Actor) error {
				_, err := w.Flow.Recall(ctx, a, p.ID, flow.Remark{Remark: "不"})
				return err
			}},
			{"instructing", "leader.K2", func(ctx context.Context, a flow.Actor) error {
				_, err := w.Flow.Instruct(ctx, a, flow.Instruct{Filing: fl.ID, Text: "研究"})
				return err
			}},
			{"answering", "reporter.T2", func(ctx context.Context, a flow.Actor) error {
				_, err := w.Flow.Answer(ctx, a, d.ID, flow.Answer{Text: "办了"})
				return err
			}},
			{"what is not there", "reporter.T1", func(ctx context.Context, a flow.Actor) error {
				_, err := w.Flow.Item(ctx, a, "0000000000000000000000000x")
				return err
			}},
		}
		for _, r := range reads {
			if err := r.fn(w.Ctx(), w.As(r.who)); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s by %s = %v, want not found", r.name, r.who, err)
			}
		}
		_, f, err := w.Flow.OpenAttachment(w.Ctx(), w.As("editor.K1"), at.ID)
		if err != nil {
			t.Fatalf("the desk opening the attachment = %v, want its bytes", err)
		}
		b, err := io.ReadAll(f)
		if err != nil || string(b) != "附件" || f.Close() != nil {
			t.Errorf("attachment = %q %v, want what was attached", b, err)
		}
		w.sound()
	})
}
