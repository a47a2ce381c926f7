package flow_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
)

const eml = "From: Liudu <ld@x.cn>\r\nMessage-ID: <1@x.cn>\r\nSubject: =?UTF-8?B?5oqk5bK45aGM5pa5?=\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n两处护岸塌方，约三十米，四人值守，未伤人。\r\n--o\r\nContent-Disposition: attachment; filename=list.txt\r\n\r\n一处三十米\r\n--o\r\nContent-Disposition: attachment; filename=run.exe\r\n\r\nMZ\r\n--o--\r\n"

func upload(name, s string) flow.Upload {
	return flow.Upload{Name: name, Size: int64(len(s)), Body: strings.NewReader(s)}
}

// TestALetterIsADraftUntilAPersonEntersIt walks a message from its file to the
// desk, twice delivered and by whom it may not be seen.
func TestALetterIsADraftUntilAPersonEntersIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, me, office := w.Ctx(), w.As("editor.K1"), w.ID("K1")
		before := w.facts()
		l := ok[filing.Letter](t)(w.Flow.TakeLetter(ctx, me, office, []flow.Upload{upload("a.eml", eml)}))
		if l.Title != "护岸塌方" || l.Address != "ld@x.cn" || l.Channel != "mail" || len(l.Files) != 1 || l.Remark != "run.exe" || l.Unit != "" {
			t.Errorf("letter = %+v, want the message with one file, and the program left out by name", l)
		}
		if again := ok[filing.Letter](t)(w.Flow.TakeLetter(ctx, me, office, []flow.Upload{upload("b.eml", eml)})); again.ID != l.ID {
			t.Errorf("delivered twice it is two letters, %s and %s", l.ID, again.ID)
		}
		if n := w.facts(); n != before {
			t.Errorf("the record grew by %d before a person confirmed", n-before)
		}
		for _, who := range []string{"reporter.T1", "editor.K2", "leader.K1"} {
			if _, err := w.Flow.Letter(ctx, w.As(who), l.ID); err == nil {
				t.Errorf("%s reads the letter, want refused", who)
			}
			if _, err := w.Flow.TakeLetter(ctx, w.As(who), office, []flow.Upload{upload("a.eml", eml)}); !fault.Is(err, fault.Denied) {
				t.Errorf("%s lays a letter there: %v, want denied", who, err)
			}
		}
		if pg := ok[flow.Page[filing.Letter]](t)(w.Flow.Letters(ctx, me, office, "")); len(pg.Rows) != 1 || pg.Rows[0].Body != "" {
			t.Errorf("list = %+v, want one row without its text", pg.Rows)
		}
		in := flow.FileFor{Unit: w.ID("T1"), Title: l.Title, Body: body, Genre: "problem", Form: "single", Channel: "mail"}
		in.At = w.Clock.Now().Add(time.Hour).UnixMicro()
		_, ferr := w.Flow.EnterLetter(ctx, me, l.ID, in)
		invalid(t, ferr, "at", "not_in_past")
		in.At = w.Clock.Now().Add(-3 * time.Hour).UnixMicro()
		out := ok[flow.Filed](t)(w.Flow.EnterLetter(ctx, me, l.ID, in))
		if len(out.Filings) != 1 || !out.Item.ByOffice || out.Filings[0].Filed != in.At || out.Item.Created != in.At {
			t.Fatalf("entered = %+v, want a filing by the office, from when it came", out)
		}
		v := ok[flow.FilingView](t)(w.Flow.Filing(ctx, me, out.Filings[0].ID))
		if len(v.Attachments) != 1 || v.Attachments[0].Name != "list.txt" {
			t.Errorf("attachments = %+v, want list.txt", v.Attachments)
		}
		_, err := w.Flow.EnterLetter(ctx, me, l.ID, in)
		refused(t, err, "letter_decided")
		ok[filing.Filing](t)(w.Flow.Receive(ctx, me, v.Filing.ID))
		ok[filing.Filing](t)(w.Flow.Return(ctx, me, v.Filing.ID, flow.Return{Reason: "vague", Remark: "写实"}))
		_, err = w.Flow.Detach(ctx, w.As("reporter.T1"), v.Attachments[0].ID)
		refused(t, err, "file_was_sent") // it came with it
		_, err = w.Flow.DropLetter(ctx, me, l.ID)
		refused(t, err, "letter_decided")
		next := ok[filing.Letter](t)(w.Flow.TakeLetter(ctx, me, office, []flow.Upload{upload("c.eml", strings.Replace(eml, "<1@x.cn>", "<2@x.cn>", 1))}))
		if next.Unit != w.ID("T1") {
			t.Errorf("the next letter's unit = %q, want the one the address was entered for", next.Unit)
		}
		w.sound()
	})
}

// TestScansAreALetter keeps pictures in their order and gives each back.
func TestScansAreALetter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, me := w.Ctx(), w.As("editor.K1")
		l := ok[filing.Letter](t)(w.Flow.TakeLetter(ctx, me, w.ID("K1"), []flow.Upload{upload("1.txt", "第一页"), upload("2.txt", "第二页")}))
		lf, r, err := w.Flow.OpenLetterFile(ctx, me, l.ID, 2)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		got, err := io.ReadAll(r)
		if err != nil || string(got) != "第二页" || lf.Name != "2.txt" {
			t.Errorf("file 2 = %s %q, %v", lf.Name, got, err)
		}
		_, err = w.Flow.TakeLetter(ctx, me, w.ID("K1"), []flow.Upload{upload("a.eml", "no message")})
		invalid(t, err, "file", "not_a_mail")
		_, err = w.Flow.TakeLetter(ctx, me, w.ID("K1"), nil)
		invalid(t, err, "file", "choose")
		if d := ok[filing.Letter](t)(w.Flow.DropLetter(ctx, me, l.ID)); d.State != filing.LetterDropped {
			t.Errorf("state = %s, want dropped", d.State)
		}
	})
}
