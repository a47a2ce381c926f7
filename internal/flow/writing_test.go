package flow_test

import (
	"archive/zip"
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// The same key is the same item, whatever has been typed since.
func TestADraftBeginsOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.As("reporter.T1")
		begin := func(a flow.Actor, body string) (item.Item, bool) {
			it, begun, err := w.Flow.Begin(w.Ctx(), a, "key-0001", flow.Draft{Unit: w.ID("T1"), Title: "镕喆堃䶮", Body: body})
			if err != nil {
				t.Fatal(err)
			}
			return it, begun
		}
		first, begun := begin(a, "一")
		if begun {
			t.Error("the first time an item was there already")
		}
		again, begun := begin(a, "一二")
		if !begun || again.ID != first.ID || again.Revision != 1 {
			t.Errorf("begun again = %s, revision %d, there already %v; want %s as it was", again.ID, again.Revision, begun, first.ID)
		}
		if other, begun := begin(w.As("signer.T1"), "一"); begun || other.ID == first.ID {
			t.Error("another person's same key gave the first one's item")
		}
		w.sound()
	})
}

// What the same person typed into another window is not overwritten unasked.
func TestTwoWindowsOfOnePerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.As("reporter.T1")
		it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), a, flow.Draft{Unit: w.ID("T1"), Title: "题", Body: "文"}))
		keep := func(ctx context.Context, body string, last int64) (flow.Kept, error) {
			return w.Flow.Keep(ctx, a, "item", string(it.ID), flow.Typed{Title: "题", Body: body, Base: 1, Last: last})
		}
		left := ok[flow.Kept](t)(keep(w.Ctx(), "左窗", -1))
		if _, err := keep(w.Ctx(), "右窗", -1); !fault.Is(err, fault.Conflict) {
			t.Errorf("the right window over the left one's text = %v, want a conflict", err)
		}
		left = ok[flow.Kept](t)(keep(w.Ctx(), "左窗又打", left.At))
		ok[flow.Kept](t)(keep(w.Ctx(), "右窗，问过了", left.At))
		ok[flow.Kept](t)(keep(w.Ctx(), "不问", 0))
		v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), a, it.ID))
		if len(v.Unsaved) != 1 || v.Unsaved[0].Body != "不问" || v.Item.Revision != 1 {
			t.Errorf("kept = %+v, want the last text, and no revision", v.Unsaved)
		}
	})
}

func TestTakingTheSendingBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.chain("T1", org.Review, org.SignOffOK)
		rep := w.As("reporter.T1")
		it := w.submitted("收得回")
		ok[item.Item](t)(w.Flow.Unsend(w.Ctx(), rep, it.ID))
		it = ok[item.Item](t)(w.Flow.Submit(w.Ctx(), rep, it.ID, flow.Submit{Seen: 1}))

		// the writer's own look, a stranger's and that of one whose turn it is not change nothing
		for _, who := range []string{"reporter.T1", "signer.T1"} {
			if err := w.Flow.Look(w.Ctx(), w.As(who), it.ID); err != nil {
				t.Errorf("a look by %s = %v, want nil", who, err)
			}
		}
		if err := w.Flow.Look(w.Ctx(), w.As("signer.T2"), it.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a look from another unit = %v, want not found", err)
		}
		ok[item.Item](t)(w.Flow.Unsend(w.Ctx(), rep, it.ID))
		it = ok[item.Item](t)(w.Flow.Submit(w.Ctx(), rep, it.ID, flow.Submit{Seen: 1}))
		for range 2 {
			if err := w.Flow.Look(w.Ctx(), w.As("reviewer.T1"), it.ID); err != nil {
				t.Errorf("a look by the reviewer = %v, want nil", err)
			}
		}
		refused(t, w.unchanged("taking back what the reviewer has seen", func() error { _, err := w.Flow.Unsend(w.Ctx(), rep, it.ID); return err }), "already_looked")

		// sent back, changed and sent again: a new round nobody has seen
		due := w.Clock.Now().Add(48 * time.Hour).UnixMicro()
		ok[item.Item](t)(w.Flow.SendBack(w.Ctx(), w.As("reviewer.T1"), it.ID, flow.SendBack{Reason: "vague", Remark: "写实", Due: due}))
		it = ok[item.Item](t)(w.Flow.Revise(w.Ctx(), rep, it.ID, flow.Revise{Title: "收得回", Body: body + "实", Seen: 1}))
		it = ok[item.Item](t)(w.Flow.Resubmit(w.Ctx(), rep, it.ID, flow.Submit{Seen: 2}))
		back := ok[item.Item](t)(w.Flow.Unsend(w.Ctx(), rep, it.ID))
		if back.State != item.SentBack || back.Reason != "vague" || back.Remark != "写实" || back.Due != due {
			t.Errorf("a resubmission taken back = %+v, want it sent back, for the reason and by the time it had", back)
		}
		it = ok[item.Item](t)(w.Flow.Resubmit(w.Ctx(), rep, it.ID, flow.Submit{Seen: 2})) // still changed since it was sent back
		w.signs("reviewer", it)
		refused(t, w.unchanged("taking back what is reviewed", func() error { _, err := w.Flow.Unsend(w.Ctx(), rep, it.ID); return err }), "already_looked")
		w.sound()
	})
}

func TestTakingAFileOff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		rep := w.As("reporter.T1")
		it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), rep, flow.Draft{Unit: w.ID("T1"), Title: "附件", Body: body, Genre: "problem", Form: "single"}))
		up := func(name string) item.Attachment {
			return ok[item.Attachment](t)(w.Flow.Attach(w.Ctx(), rep, it.ID, flow.Upload{Name: name, Size: 6, Body: strings.NewReader("青禾")}))
		}
		wrong, right := up("错的.txt"), up("对的.txt")
		if _, err := w.Flow.Detach(w.Ctx(), w.As("reporter.T2"), wrong.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("taking a file off another unit's item = %v, want not found", err)
		}
		ok[item.Attachment](t)(w.Flow.Detach(w.Ctx(), rep, wrong.ID))
		it = ok[item.Item](t)(w.Flow.Submit(w.Ctx(), rep, it.ID, flow.Submit{Seen: 1}))
		it = w.signs("signer", it)
		v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), rep, it.ID))
		if len(v.Attachments) != 1 || v.Attachments[0].ID != right.ID {
			t.Fatalf("attachments = %+v, want the one that was left", v.Attachments)
		}
		fl := ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), w.As("editor.K1"), v.Filings[0].ID))
		ok[filing.Filing](t)(w.Flow.Return(w.Ctx(), w.As("editor.K1"), fl.ID, flow.Return{Reason: "no_figures", Remark: "补数"}))
		_, err := w.Flow.Detach(w.Ctx(), rep, right.ID)
		refused(t, err, "file_was_sent")
		later := up("后补的.txt")
		ok[item.Attachment](t)(w.Flow.Detach(w.Ctx(), rep, later.ID))
		w.sound()
	})
}

func TestWhatAWriterNeeds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.chain("T1", org.Review, org.SignOffOK)
		v := ok[flow.Writing](t)(w.Flow.Writing(w.Ctx(), w.As("reporter.T1"), flow.WritingQuery{Unit: w.ID("T1")}))
		if len(v.Chain) != 2 || !slices.Contains(v.Chain[0].People, w.As("reviewer.T1").Person) || !slices.Contains(v.Chain[1].People, w.As("signer.T1").Person) {
			t.Errorf("chain = %+v, want the reviewer, then the signer", v.Chain)
		}
		for _, s := range v.Chain {
			for _, p := range s.People {
				if v.Names.Person(p) == "" {
					t.Errorf("%s has no name", p)
				}
			}
		}
		if _, err := w.Flow.Writing(w.Ctx(), w.As("reporter.T2"), flow.WritingQuery{Unit: w.ID("T1")}); !fault.Is(err, fault.NotFound) {
			t.Errorf("another unit's form = %v, want not found", err)
		}
	})
}

func TestUnpacking(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		docx := func(text, header string) []byte {
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			for name, s := range map[string]string{"word/document.xml": text, "word/header1.xml": header} {
				f, err := z.Create(name)
				if err == nil {
					_, err = f.Write([]byte("<x><p><r><t>" + s + "</t></r></p></x>"))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
			return b.Bytes()
		}
		read := func(who string, b []byte) (flow.Unpacked, error) {
			return w.Flow.Unpack(w.Ctx(), w.As(who), flow.Upload{Name: "稿.docx", Size: int64(len(b)), Body: bytes.NewReader(b)})
		}
		if d := ok[flow.Unpacked](t)(read("reporter.T1", docx("青禾镇启动清淤</t><br/><t>正文一句。", ""))); d.Title != "青禾镇启动清淤" || d.Body != "正文一句。" {
			t.Errorf("unpacked = %+v, want the title and the sentence", d)
		}
		for name, b := range map[string][]byte{"in the text": docx("机密★5年", ""), "in the header": docx("平常的话", "机密★5年")} {
			_, err := read("reporter.T1", b)
			invalid(t, err, "file", "secrecy_mark")
			if t.Failed() {
				t.Errorf("a mark %s", name)
			}
		}
		_, err := read("reporter.T1", docx("", ""))
		invalid(t, err, "file", "empty")
		_, err = read("leader.K1", docx("题", ""))
		refused(t, err, "needs_post")
	})
}
