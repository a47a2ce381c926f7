package httpio

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/fault"
)

type unitID string

// share is a value that reads its own text.
type share struct{ top, bottom string }

func (s *share) UnmarshalText(b []byte) error {
	var ok bool
	if s.top, s.bottom, ok = strings.Cut(string(b), "/"); !ok {
		return errors.New("no slash")
	}
	return nil
}

type remark struct {
	Reason string `form:"reason"`
}

type draft struct {
	remark
	Title   string   `form:"title"`
	Unit    unitID   `form:"unit"`
	Version int64    `form:"version"`
	Words   int      `form:"words"`
	Small   int8     `form:"small"`
	Urgent  bool     `form:"urgent"`
	Authors []unitID `form:"author"`
	Shares  []int    `form:"share"`
	Part    share    `form:"part"`
	Kept    string
	Skipped string `form:"-"`
}

func post(body string) *http.Request {
	r := httptest.NewRequest("POST", "/x?title=query", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	return r
}

// codes writes the bad fields of an error as path/code.
func codes(err error) string {
	fields, _ := fault.BadFields(err)
	var out []string
	for _, f := range fields {
		out = append(out, f.Path+"/"+f.Code)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestForm(t *testing.T) {
	values := url.Values{
		"title": {"防汛 & 抗旱"}, "unit": {"u1"}, "version": {" 7 "}, "words": {""}, "urgent": {"0", "on"},
		"author": {"a", "b"}, "share": {"1", "2"}, "part": {"1/3"}, "reason": {"核实"}, "Kept": {"x"}, "more": {"y"},
	}
	want := draft{remark: remark{"核实"}, Title: "防汛 & 抗旱", Unit: "u1", Version: 7, Words: 5, Urgent: true,
		Authors: []unitID{"a", "b"}, Shares: []int{1, 2}, Part: share{"1", "3"}, Kept: "kept"}

	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, vs := range values {
		for _, v := range vs {
			if err := m.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	parts := httptest.NewRequest("POST", "/x", &b)
	parts.Header.Set("Content-Type", m.FormDataContentType())

	for name, r := range map[string]*http.Request{
		"urlencoded": post(values.Encode()), "multipart": parts, "query": httptest.NewRequest("GET", "/x?"+values.Encode(), nil),
	} {
		got := draft{Kept: "kept", Words: 5}
		if err := Form(r, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: Form = %+v, %v, want %+v", name, got, err, want)
		}
	}
}

func TestFormRefuses(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"all at once", "version=x&small=300&urgent=maybe&share=1&share=b&part=3&title=%ff",
			"part/bad_value share/not_a_number small/not_a_number title/bad_encoding urgent/not_yes_or_no version/not_a_number"},
		{"not a form", "title=%zz", "body/bad_form"},
		{"too large", "title=" + strings.Repeat("a", maxForm), "body/too_large"},
	} {
		if err := Form(post(c.body), &draft{}); codes(err) != c.want {
			t.Errorf("%s: Form = %v, want %s", c.name, err, c.want)
		}
	}
	r := post("{}")
	r.Header.Set("Content-Type", "application/json")
	if err := Form(r, &draft{}); codes(err) != "body/not_a_form" {
		t.Errorf("Form of JSON = %v, want not_a_form", err)
	}
	r = post(strings.Repeat("a", 100))
	r.Body = http.MaxBytesReader(nil, r.Body, 10)
	if err := Form(r, &draft{}); codes(err) != "body/too_large" || StatusOf(err) != 413 {
		t.Errorf("Form of a body over the caller's limit = %v (%d), want too_large (413)", err, StatusOf(err))
	}
}

func TestFormPanicsForWhatItCannotFill(t *testing.T) {
	for _, dst := range []any{
		draft{}, new(string),
		&struct {
			F float64 `form:"f"`
		}{},
		&struct {
			M map[string]string `form:"m"`
		}{},
		&struct {
			P *string `form:"p"`
		}{},
		&struct {
			f string `form:"f"`
		}{},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Form(%T) did not panic", dst)
				}
			}()
			_ = Form(post(""), dst)
		}()
	}
}

func TestDecodeJSON(t *testing.T) {
	type input struct {
		Title string `json:"title"`
		Parts []struct {
			Share int `json:"share"`
		} `json:"parts"`
	}
	for _, c := range []struct{ name, body, want string }{
		{"well", ` {"title":"防汛","parts":[{"share":1}]} `, ""},
		{"unknown field", `{"titel":"x"}`, "titel/unknown_field"},
		{"wrong type", `{"parts":[{"share":"x"}]}`, "parts.share/wrong_type"},
		{"wrong whole", `[1]`, "body/wrong_type"},
		{"syntax", "{\n\"title\":}", "body/bad_json"},
		{"cut off", `{"title":"x"`, "body/bad_json"},
		{"more behind", `{} {}`, "body/bad_json"},
		{"nothing", ` `, "body/required"},
		{"encoding", "{\"title\":\"\xff\"}", "body/bad_encoding"},
		{"too large", `{"title":"` + strings.Repeat("a", 200) + `"}`, "body/too_large"},
	} {
		r := httptest.NewRequest("POST", "/x", strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/json")
		var in input
		err := DecodeJSON(r, &in, 100)
		if codes(err) != c.want || (c.want == "") != (err == nil) {
			t.Errorf("%s: DecodeJSON = %v, want %s", c.name, err, c.want)
		}
	}
	r := httptest.NewRequest("POST", "/x", strings.NewReader("{}"))
	r.Header.Set("Content-Type", "text/plain")
	if err := DecodeJSON(r, &input{}, 100); codes(err) != "body/not_json" {
		t.Errorf("DecodeJSON of text/plain = %v, want not_json", err)
	}
	r = httptest.NewRequest("POST", "/x", strings.NewReader("{\n\n]"))
	f, _ := fault.BadFields(DecodeJSON(r, &input{}, 100))
	if len(f) != 1 || f[0].Params["line"] != "3" {
		t.Errorf("DecodeJSON = %v, want line 3", f)
	}
}

func TestCursor(t *testing.T) {
	for _, parts := range [][]string{{}, {""}, {"1700000000", "01hzx", "防汛"}, slices.Repeat([]string{"a"}, cursorParts)} {
		s := EncodeCursor(parts...)
		if got, err := DecodeCursor(s); err != nil || !slices.Equal(got, parts) {
			t.Errorf("DecodeCursor(%q) = %q, %v, want %q", s, got, err, parts)
		}
		if url.QueryEscape(s) != s {
			t.Errorf("EncodeCursor(%q) = %q, want what needs no escaping", parts, s)
		}
	}
	whole := EncodeCursor("a", "b")
	for _, s := range []string{"", "x", "你好", whole[:len(whole)-1], whole + "A", strings.ToLower(whole) + "A", strings.Repeat("A", 5000)} {
		if _, err := DecodeCursor(s); codes(err) != "cursor/bad_cursor" {
			t.Errorf("DecodeCursor(%.20q) = %v, want bad_cursor", s, err)
		}
	}
}

func FuzzForm(f *testing.F) {
	f.Add("title=a&version=1", "application/x-www-form-urlencoded")
	f.Add("version=x&share=1&share=&part=1/2&urgent=on", "")
	f.Add("--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na\r\n--b--\r\n", "multipart/form-data; boundary=b")
	f.Add("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\na", "multipart/form-data; boundary=b")
	f.Add("title=%ff%zz;", "application/x-www-form-urlencoded; charset=\x00")
	f.Fuzz(func(t *testing.T, body, contentType string) {
		r := httptest.NewRequest("POST", "/x", strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		if err := Form(r, &draft{}); err != nil && codes(err) == "" {
			t.Fatalf("Form = %v, want the bad fields by name", err)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(EncodeCursor())
	f.Add(EncodeCursor("a", "防汛"))
	f.Add("AAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		parts, err := DecodeCursor(s)
		if err != nil {
			if codes(err) != "cursor/bad_cursor" {
				t.Fatalf("DecodeCursor(%q) = %v, want bad_cursor", s, err)
			}
			return
		}
		if again := EncodeCursor(parts...); again != s {
			t.Fatalf("EncodeCursor(DecodeCursor(%q)) = %q", s, again)
		}
	})
}
