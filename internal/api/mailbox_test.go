package api

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/testing/mailhouse"
)

// form is a form of files, and its content type.
func form(t *testing.T, files map[string]string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, text := range files {
		part, err := m.CreateFormFile("file", name)
		must(t, err)
		_, err = part.Write([]byte(text))
		must(t, err)
	}
	must(t, m.Close())
	return b.String(), m.FormDataContentType()
}

// An administrator sets an office's mailbox, and its editor looks.
func TestAMailboxOverTheAPI(t *testing.T) {
	w := newWorld(t)
	house := mailhouse.New(t)
	box := "/api/v1/offices/" + string(w.county) + "/mailbox"
	if v := want[flow.MailboxView](w, 200, "chenjing", "GET", box, nil); v.State != "none" || v.MaySet {
		t.Errorf("before it is set, the editor sees %+v, want none, and not his to set", v)
	}
	w.send(w.token["chenjing"], "POST", box+"/look", nil).problem(t, 409)
	in := flow.SetMailbox{Host: house.Host, Port: house.Port, TLS: "none", User: mailhouse.User, Password: mailhouse.Password, Since: "2020-01-01"}
	for _, login := range []string{"chenjing", "gaoyuan", "linxiaohe"} {
		w.send(w.token[login], "POST", box, in).problem(t, 403)
	}
	w.send(w.token["linxiaohe"], "GET", box, nil).problem(t, 403)
	w.send(w.token["xuming"], "POST", "/api/v1/offices/"+string(w.town)+"/mailbox", in).problem(t, 403)

	p := w.send(w.token["xuming"], "POST", box, flow.SetMailbox{Host: "https://x", User: "a", TLS: "ssl"}).problem(t, 422)
	var bad []string
	for _, f := range p.Errors {
		bad = append(bad, f.Location+" "+f.Code)
	}
	if !slices.Contains(bad, "body.host not_a_host") || !slices.Contains(bad, "body.tls not_one_of") {
		t.Errorf("a wrong mailbox = %q, want host and tls named", bad)
	}
	wrong := in
	wrong.Password = "not the word"
	want[flow.MailboxView](w, 200, "xuming", "POST", box, wrong)
	if v := want[flow.MailboxView](w, 200, "chenjing", "POST", box+"/look", nil); v.Problem != "password" || v.Next == 0 {
		t.Errorf("a wrong password = %+v, want it said", v)
	}
	r := w.send(w.token["xuming"], "POST", box, in)
	if r.StatusCode != http.StatusOK || strings.Contains(string(r.body), mailhouse.Password) {
		t.Errorf("set = %d %s, want it without the password", r.StatusCode, r.body)
	}
	if v := want[flow.MailboxView](w, 200, "xuming", "GET", box, nil); v.State != "on" || !v.MaySet || v.Problem != "" {
		t.Errorf("as set = %+v, want it on, and the administrator's to set", v)
	}

	house.Lay("Message-ID: <1@x.cn>\r\nFrom: Liudu <ld@x.cn>\r\nSubject: slide\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: text/plain\r\n\r\ntwo places\r\n" +
		"--o\r\nContent-Disposition: attachment; filename=list.txt\r\n\r\nfour people on guard\r\n--o--\r\n")
	if v := want[flow.MailboxView](w, 200, "chenjing", "POST", box+"/look", nil); v.Came != 1 || v.Problem != "" {
		t.Errorf("look = %+v, want one letter", v)
	}
}

// Files are laid down as a letter, or read and not kept.
func TestFilesOverTheAPI(t *testing.T) {
	w := newWorld(t)
	letters := "/api/v1/offices/" + string(w.county) + "/letters"
	body, kind := form(t, map[string]string{"came.eml": "Message-ID: <2@x.cn>\r\nFrom: a@x.cn\r\nSubject: laid\r\n\r\nby hand\r\n"})
	l := want[filing.Letter](w, 201, "chenjing", "POST", letters, body, "Content-Type", kind)
	if l.Title != "laid" || l.State != filing.LetterNew {
		t.Errorf("laid = %+v, want the message as a letter", l)
	}
	if again := want[filing.Letter](w, 201, "chenjing", "POST", letters, body, "Content-Type", kind); again.ID != l.ID {
		t.Errorf("laid again = %s, want %s", again.ID, l.ID)
	}
	w.send(w.token["linxiaohe"], "POST", letters, body, "Content-Type", kind).problem(t, 403)
	none, noneKind := form(t, nil)
	w.send(w.token["chenjing"], "POST", letters, none, "Content-Type", noneKind).problem(t, 422)
	program, programKind := form(t, map[string]string{"list.pdf": "MZ\x90\x00\x03program"})
	w.send(w.token["chenjing"], "POST", letters, program, "Content-Type", programKind).problem(t, 422)

	text, textKind := form(t, map[string]string{"draft.txt": "护岸塌方两处\n\n约三十米，四人值守。\n"})
	if d := want[flow.Unpacked](w, 200, "linxiaohe", "POST", "/api/v1/documents/read", text, "Content-Type", textKind); !strings.Contains(d.Title+d.Body, "约三十米") {
		t.Errorf("read = %+v, want its words", d)
	}
	two, twoKind := form(t, map[string]string{"a.txt": "one", "b.txt": "two"})
	w.send(w.token["linxiaohe"], "POST", "/api/v1/documents/read", two, "Content-Type", twoKind).problem(t, 422)
}

// A key begins one draft, however often it is said.
func TestBeginOverTheAPI(t *testing.T) {
	w := newWorld(t)
	in := map[string]any{"key": "telephone-1", "unit": w.town, "title": "汛情", "body": "第一段", "genre": "news", "form": "single"}
	first := want[Begun](w, 201, "linxiaohe", "POST", "/api/v1/items/begin", in)
	if first.Begun || first.Item.ID == "" {
		t.Errorf("begin = %+v, want a draft that was not there", first)
	}
	in["body"] = "第一段，又写了一些"
	if again := want[Begun](w, 201, "linxiaohe", "POST", "/api/v1/items/begin", in); !again.Begun || again.Item.ID != first.Item.ID {
		t.Errorf("again = %+v, want %s, begun already", again, first.Item.ID)
	}
	in["key"] = "short"
	p := w.send(w.token["linxiaohe"], "POST", "/api/v1/items/begin", in).problem(t, 422)
	if len(p.Errors) == 0 || p.Errors[0].Code != "bad_key" {
		t.Errorf("a short key = %+v, want it named", p.Errors)
	}
}
