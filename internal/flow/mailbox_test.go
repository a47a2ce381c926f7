package flow_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"xinshu/internal/blob"
	"xinshu/internal/courier"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/store"
	"xinshu/internal/testing/mailhouse"
	"xinshu/internal/worker"
)

const boxWord = mailhouse.Password

func mailed(id, subject, text string) string {
	return "Message-ID: <" + id + "@x.cn>\r\nFrom: Liudu <ld@x.cn>\r\nSubject: " + subject + "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n"
}

// boxed is the sample world with mailboxes.
type boxed struct {
	*world
	dir   string
	house *mailhouse.House
	set   flow.SetMailbox
}

func withMailbox(t *testing.T, w *world) *boxed {
	t.Helper()
	b := &boxed{world: w, dir: t.TempDir(), house: mailhouse.New(t)}
	b.build(t, b.dir)
	b.set = flow.SetMailbox{Host: b.house.Host, Port: b.house.Port, TLS: "none", User: mailhouse.User, Password: boxWord, Since: "2020-01-01"}
	return b
}

func (b *boxed) build(t *testing.T, keys string) {
	t.Helper()
	blobs, err := blob.Open(b.dir + "/blobs")
	if err != nil {
		t.Fatal(err)
	}
	lock, err := courier.OpenLock(keys)
	if err != nil {
		t.Fatal(err)
	}
	b.Flow = flow.New(b.Store, flow.Config{Location: time.FixedZone("CST", 8*3600), Blobs: blobs, Lock: lock,
		Boxes: courier.NewMailboxes(courier.MailboxConfig{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})})
	b.work = worker.New(b.Store, b.Flow, worker.Config{Clock: b.Clock.Now})
}

// letters are all that wait, page by page.
func (b *boxed) letters(t *testing.T) (out []filing.Letter) {
	t.Helper()
	for cursor := ""; ; {
		pg := ok[flow.Page[filing.Letter]](t)(b.Flow.Letters(b.Ctx(), b.As("editor.K1"), b.ID("K1"), cursor))
		out = append(out, pg.Rows...)
		if cursor = pg.Next; cursor == "" {
			return out
		}
	}
}

func (b *boxed) state(t *testing.T) flow.MailboxView {
	t.Helper()
	return ok[flow.MailboxView](t)(b.Flow.Mailbox(b.Ctx(), b.As("editor.K1"), b.ID("K1")))
}

// TestAMailboxTurnsMessagesIntoLetters walks a mailbox from its setting to its end.
func TestAMailboxTurnsMessagesIntoLetters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := withMailbox(t, w)
		ctx, admin, editor, office := b.Ctx(), b.As("admin.C"), b.As("editor.K1"), b.ID("K1")
		if v := b.state(t); v.State != "none" {
			t.Errorf("state = %q before it is set, want none", v.State)
		}
		for _, who := range []string{"editor.K1", "reporter.T1", "leader.K1"} {
			if _, err := b.Flow.SetMailbox(ctx, b.As(who), office, b.set); !fault.Is(err, fault.Denied) {
				t.Errorf("%s sets the mailbox: %v, want denied", who, err)
			}
		}
		before := b.facts()
		v := ok[flow.MailboxView](t)(b.Flow.SetMailbox(ctx, admin, office, b.set))
		if v.State != "on" || v.User != "desk@x.cn" {
			t.Errorf("set = %+v", v)
		}
		if n := b.facts() - before; n != 1 {
			t.Errorf("setting it left %d facts, want 1", n)
		}
		b.secretIsNowhere(t)

		b.house.Lay(mailed("1", "one", "两处护岸塌方，约三十米。"), mailed("2", "two", "桥面下沉，已经封桥。"))
		v = ok[flow.MailboxView](t)(b.Flow.LookMailbox(ctx, editor, office))
		if v.Came != 2 || v.CameAll != 2 || v.Problem != "" || v.Good == 0 || b.house.Unseen() != 0 {
			t.Errorf("look = %+v, unseen %d, want two letters and both marked", v, b.house.Unseen())
		}
		if n := b.facts() - before; n != 1 {
			t.Errorf("letters left %d facts, want none until a person enters one", n-1)
		}
		b.house.Lay(mailed("3", "three", "第三封。"))
		if came := ok[int](t)(b.work.Fetch(ctx)); came != 0 {
			t.Errorf("the worker fetched %d at once, want it to wait for its time", came)
		}
		b.Clock.Pass(6 * time.Minute)
		if came := ok[int](t)(b.work.Fetch(ctx)); came != 1 || len(b.letters(t)) != 3 {
			t.Errorf("the worker fetched %d of %d, want the third", came, len(b.letters(t)))
		}
		for _, who := range []string{"reporter.T1", "editor.K2", "leader.K1"} {
			if _, err := b.Flow.LookMailbox(ctx, b.As(who), office); err == nil {
				t.Errorf("%s looks into the mailbox, want refused", who)
			}
		}

		in := b.set
		in.Password, in.Host = "", "imap.evil.example"
		in.TLS, in.Port = "tls", 0
		_, err := b.Flow.SetMailbox(ctx, admin, office, in)
		invalid(t, err, "password", "type_again")
		in = b.set
		in.Password, in.Since = "", "2021-01-01"
		ok[flow.MailboxView](t)(b.Flow.SetMailbox(ctx, admin, office, in))
		if v = ok[flow.MailboxView](t)(b.Flow.LookMailbox(ctx, editor, office)); v.Came != 0 || v.Problem != "" || len(b.letters(t)) != 3 {
			t.Errorf("read again from another day = %+v, want no letter twice", v)
		}
		b.build(t, t.TempDir()) // restored on another machine: the key did not come along
		if v = ok[flow.MailboxView](t)(b.Flow.LookMailbox(ctx, editor, office)); v.Problem != "locked" {
			t.Errorf("without its key = %+v, want locked", v)
		}
		v = ok[flow.MailboxView](t)(b.Flow.EndMailbox(ctx, admin, office))
		if v.State != "off" || b.state(t).Next != 0 {
			t.Errorf("ended = %+v", v)
		}
		_, err = b.Flow.LookMailbox(ctx, editor, office)
		refused(t, err, "no_mailbox")
		b.Clock.Pass(48 * time.Hour)
		if came := ok[int](t)(b.work.Fetch(ctx)); came != 0 || len(b.letters(t)) != 3 {
			t.Errorf("after its end %d came, %d letters, want none and three", came, len(b.letters(t)))
		}
		w.sound()
	})
}

// secretIsNowhere looks for the password in what is kept.
func (b *boxed) secretIsNowhere(t *testing.T) {
	t.Helper()
	err := b.Store.View(b.Ctx(), func(tx *store.Tx) error {
		recs, err := tx.Facts(0, 10_000)
		set := 0
		for _, r := range recs {
			if r.Kind == fact.MailboxSet {
				set++
			}
			if strings.Contains(string(r.Payload), boxWord) {
				t.Errorf("fact %s has the password", r.Kind)
			}
		}
		if set == 0 {
			t.Error("no fact tells that the mailbox was set")
		}
		m, _, merr := tx.Mailbox(b.ID("K1"))
		if strings.Contains(fmt.Sprintf("%+v", m), boxWord) {
			t.Error("the password is kept as it was typed")
		}
		return errors.Join(err, merr)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestWhatAMailboxBrings: what strangers send, and what is said of it.
func TestWhatAMailboxBrings(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := withMailbox(t, w)
		ctx, editor, office := b.Ctx(), b.As("editor.K1"), b.ID("K1")
		ok[flow.MailboxView](t)(b.Flow.SetMailbox(ctx, b.As("admin.C"), office, b.set))
		gb := func(s string) string {
			out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		head := func(id, subject, more string) string {
			return "Message-ID: <" + id + ">\r\nFrom: Liudu <LD@x.cn>\r\nSubject: " + subject + "\r\n" + more + "\r\n"
		}
		b.house.Lay(
			head("html", "html", "Content-Type: text/html; charset=gb2312\r\n")+gb("<html><script>alert(1)</script><p>两处护岸塌方</p></html>"),
			head("gb", gb("青禾镇桥面下沉"), "Content-Type: text/plain; charset=gb18030\r\n")+gb("桥面下沉"),
			head("exe", "exe", "Content-Type: multipart/mixed; boundary=o\r\n")+"--o\r\nContent-Type: text/plain\r\n\r\nsee\r\n--o\r\nContent-Disposition: attachment; filename=list.pdf\r\n\r\nMZ\x90\x00\x03program\r\n--o\r\nContent-Disposition: attachment; filename=winmail.dat\r\nContent-Type: application/ms-tnef\r\n\r\nx\x9f>\"tnef\r\n--o--\r\n",
			head("auto", "auto", "Auto-Submitted: auto-replied\r\n")+"I am away",
			"Return-Path: <>\r\nFrom: MAILER-DAEMON@x.cn\r\nSubject: undelivered\r\n\r\nnot delivered",
			"From: desk@x.cn\r\nMessage-ID: <own@x.cn>\r\nSubject: own\r\n\r\nfrom ourselves",
			"no message at all",
			head("html", "html", "Content-Type: text/html; charset=gb2312\r\n")+gb("<html><script>alert(1)</script><p>两处护岸塌方</p></html>"), // delivered twice
			head("html", "borrowed", "")+"another text under the same name",
			head("inner", "inner", "Content-Type: multipart/mixed; boundary=o\r\n")+"--o\r\nContent-Type: message/rfc822\r\n\r\nFrom: t2@x.cn\r\nSubject: passed on\r\n\r\n转来的正文\r\n--o--\r\n",
			"Message-ID: <nul\x00>\r\nFrom: a@x.cn\r\nSubject: nul\r\n\r\nwords\x00\r\n",
		)
		v := ok[flow.MailboxView](t)(b.Flow.LookMailbox(ctx, editor, office))
		if v.Came != 10 || v.Problem != "" {
			t.Fatalf("look = %+v, want ten letters of eleven messages", v)
		}
		got := map[string]filing.Letter{}
		for _, l := range b.letters(t) {
			got[l.Title] = ok[filing.Letter](t)(b.Flow.Letter(ctx, editor, l.ID))
		}
		for title, want := range map[string]struct {
			body, remark string
			marks        []string
		}{
			"html": {"两处护岸塌方", "", nil}, "青禾镇桥面下沉": {"桥面下沉", "", nil}, "exe": {"see", "list.pdf、winmail.dat", nil},
			"auto": {"I am away", "", []string{"auto"}}, "undelivered": {"not delivered", "", []string{"bounce"}}, "own": {"from ourselves", "", []string{"own"}},
			"": {"", "", []string{"unread"}}, "borrowed": {"another text", "", nil}, "inner": {"转来的正文", "", nil}, "nul": {"words", "", nil},
		} {
			l, found := got[title]
			if !found || !strings.Contains(l.Body, want.body) || l.Remark != want.remark || !slices.Equal(l.Marks, want.marks) || strings.Contains(l.Body, "alert") {
				t.Errorf("%q = %v %+v, want %+v", title, found, l, want)
			}
			if l.Unit != "" {
				t.Errorf("%q is given to %s by itself", title, l.Unit)
			}
		}
		if len(got["exe"].Files) != 0 {
			t.Errorf("files = %+v, want a program with another ending refused", got["exe"].Files)
		}

		// the server counts anew, with the same messages and a new one
		b.house.Anew()
		b.house.Lay(mailed("fresh", "fresh", "新来的"), head("auto", "auto", "Auto-Submitted: auto-replied\r\n")+"I am away")
		b.Clock.Pass(6 * time.Minute)
		if came := ok[int](t)(b.work.Fetch(ctx)); came != 1 || len(b.letters(t)) != 11 {
			t.Errorf("counted anew %d came, %d letters, want one more: %+v", came, len(b.letters(t)), b.state(t))
		}
		// a proposal only from what a person confirmed
		l := got["html"]
		ok[flow.Filed](t)(b.Flow.EnterLetter(ctx, editor, l.ID, flow.FileFor{Unit: b.ID("T1"), Title: "护岸塌方两处", Body: body, Genre: "problem", Form: "single", Channel: "mail"}))
		b.house.Lay(mailed("later", "later", "后来的"))
		b.Clock.Pass(6 * time.Minute)
		ok[int](t)(b.work.Fetch(ctx))
		for _, l := range b.letters(t) {
			if l.Title == "later" && l.Unit != b.ID("T1") {
				t.Errorf("the next letter of the address proposes %q, want the unit that was entered", l.Unit)
			}
		}
		w.sound()
	})
}

// TestAMailboxInTrouble: what is wrong is said, and it is tried less and less often.
func TestAMailboxInTrouble(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := withMailbox(t, w)
		ctx, admin, editor, office := b.Ctx(), b.As("admin.C"), b.As("editor.K1"), b.ID("K1")
		in := b.set
		in.Password = "wrong"
		ok[flow.MailboxView](t)(b.Flow.SetMailbox(ctx, admin, office, in))
		v := ok[flow.MailboxView](t)(b.Flow.LookMailbox(ctx, editor, office))
		now := b.Clock.Now().UnixMicro()
		if v.Problem != courier.BoxPassword || strings.Contains(v.Detail, "wrong\"") || v.Next < now+time.Hour.Microseconds()-time.Minute.Microseconds() {
			t.Errorf("wrong password = %+v, want it said and not tried again within the hour", v)
		}
		in.Password = boxWord
		ok[flow.MailboxView](t)(b.Flow.SetMailbox(ctx, admin, office, in))
		b.house.Lay(mailed("1", "one", "第一封"))
		if v = ok[flow.MailboxView](t)(b.Flow.LookMailbox(ctx, editor, office)); v.Problem != "" || v.Came != 1 {
			t.Errorf("put right = %+v", v)
		}
		figures := ok[flow.MailboxFigures](t)(b.Flow.MailboxFigures(ctx))
		if figures.On != 1 || figures.Failing != 0 || figures.Letters != 1 || figures.Oldest == 0 {
			t.Errorf("figures = %+v", figures)
		}
		in.Port = 1 // nobody is there
		ok[flow.MailboxView](t)(b.Flow.SetMailbox(ctx, admin, office, in))
		was := int64(0)
		for range 3 {
			b.Clock.Pass(3 * time.Hour)
			ok[int](t)(b.work.Fetch(ctx))
			v = b.state(t)
			wait := v.Next - b.Clock.Now().UnixMicro()
			if v.Problem != courier.BoxAway || wait <= was {
				t.Errorf("away = %+v after a wait of %d, want a longer one", v, was)
			}
			was = wait
		}
		if len(b.letters(t)) != 1 {
			t.Errorf("letters = %d, want the one that came", len(b.letters(t)))
		}
		w.sound()
	})
}

// TestOneSenderDoesNotBuryTheOthers: of three hundred messages of one address fifty
// wait at the desk, what others sent comes all the same, and the rest is fetched
// as those that wait are dealt with; nothing is lost and nothing comes twice.
func TestOneSenderDoesNotBuryTheOthers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := withMailbox(t, w)
		ctx, editor, office := b.Ctx(), b.As("editor.K1"), b.ID("K1")
		ok[flow.MailboxView](t)(b.Flow.SetMailbox(ctx, b.As("admin.C"), office, b.set))
		ad := func(n int) string {
			return strings.ReplaceAll(mailed(fmt.Sprintf("ad%d", n), fmt.Sprintf("广告%d", n), "买"), "ld@x.cn", "ads@x.cn")
		}
		b.house.Lay(mailed("before", "先来的", "桥面下沉"))
		for n := range 300 {
			b.house.Lay(ad(n))
		}
		b.house.Lay(mailed("behind", "后来的", "护岸塌方"))
		titles := func() (ads, others []string) {
			for _, l := range b.letters(t) {
				if strings.HasPrefix(l.Title, "广告") {
					ads = append(ads, l.Title)
				} else {
					others = append(others, l.Title)
				}
			}
			slices.Sort(ads)
			return slices.Compact(ads), others
		}
		look := func(came, ads int) {
			t.Helper()
			b.Clock.Pass(6 * time.Minute)
			n := ok[int](t)(b.work.Fetch(ctx))
			got, others := titles()
			v := b.state(t)
			if n != came || len(got) != ads || !slices.Equal(others, []string{"后来的", "先来的"}) || v.Problem != "many" || v.Detail != "ads@x.cn" || v.Good == 0 {
				t.Fatalf("%d came, %d of the sender, others %v, %+v; want %d, %d, both others, and it said", n, len(got), others, v, came, ads)
			}
		}
		look(52, 50)
		look(0, 50) // they are known, and not counted again
		if f := ok[flow.MailboxFigures](t)(b.Flow.MailboxFigures(ctx)); f.Failing != 0 {
			t.Errorf("figures = %+v, want a mailbox that does not fail", f)
		}
		seen := map[string]bool{}
		for _, l := range b.letters(t) {
			if seen[l.Title] = true; strings.HasPrefix(l.Title, "广告") && len(seen) <= 20 {
				ok[filing.Letter](t)(b.Flow.DropLetter(ctx, editor, l.ID))
			}
		}
		dropped := 50 - len(first(titles()))
		look(dropped, 50)
		if got, _ := titles(); !slices.Contains(got, "广告50") {
			t.Errorf("letters = %v, want the ones that were left, oldest first", got)
		}
		w.sound()
	})
}

func first[A, B any](a A, _ B) A { return a }

// TestLettersComeInPages: what waits is listed to the last letter, each once.
func TestLettersComeInPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := withMailbox(t, w)
		ok[flow.MailboxView](t)(b.Flow.SetMailbox(b.Ctx(), b.As("admin.C"), b.ID("K1"), b.set))
		for n := range 120 {
			b.house.Lay(strings.ReplaceAll(mailed(fmt.Sprint(n), fmt.Sprint("number ", n), "两处护岸塌方。"), "ld@x.cn", fmt.Sprintf("ld%d@x.cn", n)))
		}
		ok[flow.MailboxView](t)(b.Flow.LookMailbox(b.Ctx(), b.As("editor.K1"), b.ID("K1")))
		seen, sizes, cursor := map[string]bool{}, []int{}, ""
		for {
			pg := ok[flow.Page[filing.Letter]](t)(b.Flow.Letters(b.Ctx(), b.As("editor.K1"), b.ID("K1"), cursor))
			for _, l := range pg.Rows {
				seen[l.ID] = true
			}
			sizes = append(sizes, len(pg.Rows))
			if cursor = pg.Next; cursor == "" {
				break
			}
		}
		if len(seen) != 120 || !slices.Equal(sizes, []int{50, 50, 20}) {
			t.Errorf("pages of %v with %d letters, want 120 in three", sizes, len(seen))
		}
		if _, err := b.Flow.Letters(b.Ctx(), b.As("editor.K1"), b.ID("K1"), "nowhere"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a cursor that is none = %v, want it refused", err)
		}
	})
}
