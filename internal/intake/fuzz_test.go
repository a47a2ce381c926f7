package intake

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"xinshu/internal/fault"
)

// refused fails unless err is a refusal that says where.
func refused(t *testing.T, err error) {
	t.Helper()
	if f, ok := fault.BadFields(err); !ok || len(f) == 0 || f[0].Path == "" || f[0].Code == "" {
		t.Fatalf("error %v does not say where and what", err)
	}
}

func seeds(f *testing.F) {
	for _, s := range []string{
		"", "code,name\n1,甲\n", "code\tname\n1\t\"甲\n", "\xef\xbb\xbf{\"a\":1}\n{}\n[", "\xff\xfe\x89\x5b\x68\x51",
		gb(f, "代码,名称\n1,清溪镇\n"), gz(f, "code,name\n1,甲\n"), "安全\xe5\n", "\x1f\x8b", "{\"a\":\"\xff\"}",
	} {
		f.Add([]byte(s))
	}
}

func FuzzDecode(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		d, err := Decode(bytes.NewReader(in), 1<<16)
		if err != nil {
			refused(t, err)
			return
		}
		out, err := io.ReadAll(d)
		if err != nil {
			refused(t, err)
		}
		if !utf8.Valid(out) || len(out) > 1<<18 {
			t.Fatalf("Decode gave %d bytes, valid %v", len(out), utf8.Valid(out))
		}
	})
}

func FuzzTable(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		table, err := OpenTable("a.csv", bytes.NewReader(in), TableOptions{Limit: 1 << 16})
		last := 0
		for err == nil {
			var r Row
			if r, err = table.Next(); err == nil {
				if r.Line <= last {
					t.Fatalf("row on line %d after line %d", r.Line, last)
				}
				last = r.Line
			}
		}
		if !errors.Is(err, io.EOF) {
			refused(t, err)
		}
	})
}

func FuzzJSONL(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		j, err := OpenJSONL("a.jsonl", bytes.NewReader(in), 1<<16)
		if err != nil {
			refused(t, err)
			return
		}
		for last := 0; ; {
			o, err := j.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				refused(t, err)
				if o.Line == 0 {
					return // the text itself is broken
				}
			}
			if o.Line <= last {
				t.Fatalf("object on line %d after line %d", o.Line, last)
			}
			last = o.Line
			if err == nil {
				var v struct {
					A string
					B map[string]int
				}
				if err := o.Decode(&v); err != nil {
					refused(t, err)
				}
			}
		}
	})
}

func FuzzSniff(f *testing.F) {
	for _, name := range []string{"a.txt", "a.docx", "a.png", "a.exe"} {
		for _, s := range []string{"a", pngHead, oleHead, exeHead, gb(f, "清溪镇"), zipped(f, "word/document.xml"), "<html>"} {
			f.Add(name, []byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, name string, head []byte) {
		is, err := Sniff(name, head, int64(len(head)))
		if err != nil {
			refused(t, err)
			return
		}
		if strings.Contains(is, "html") || strings.Contains(is, "svg") {
			t.Fatalf("Sniff(%q) = %s: a page got in", name, is)
		}
		start := bytes.ToLower(bytes.TrimSpace(head))
		if strings.HasPrefix(is, "text/") && (bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<script>"))) {
			t.Fatalf("Sniff(%q, %.40q) = %s", name, head, is)
		}
	})
}
