package intake

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"xinshu/internal/fault"
)

// gb writes s in GB18030.
func gb(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func gz(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// firstField writes the first bad field as path/code.
func firstField(err error) string {
	f, ok := fault.BadFields(err)
	if !ok {
		return fmt.Sprint(err)
	}
	return f[0].Path + "/" + f[0].Code
}

func TestDecode(t *testing.T) {
	long := strings.Repeat("name\tvalue\n", 20_000)
	for _, c := range []struct {
		name, in, want string
		enc            Encoding
	}{
		{"ascii", "a\nb", "a\nb", ASCII},
		{"utf-8", "安全\n生产", "安全\n生产", UTF8},
		{"utf-8 with its mark", "\xef\xbb\xbf安全", "安全", UTF8},
		{"gb18030", gb(t, "云河县\n清溪镇𬭛䶮"), "云河县\n清溪镇𬭛䶮", GB18030},
		{"the word that looks like UTF-8", gb(t, "联通\n公司在清溪镇"), "联通\n公司在清溪镇", GB18030},
		{"utf-16, low byte first", "\xff\xfe\x89\x5b\x68\x51", "安全", UTF16},
		{"utf-16, high byte first", "\xfe\xff\x5b\x89\x51\x68", "安全", UTF16},
		{"packed", gz(t, gb(t, "云河县")), "云河县", GB18030},
		{"nothing", "", "", ASCII},
		{"late first character", long + gb(t, "云河县"), long + "云河县", GB18030},
	} {
		d, err := Decode(strings.NewReader(c.in), 1<<20)
		if err != nil {
			t.Errorf("%s: Decode = %v", c.name, err)
			continue
		}
		got, err := io.ReadAll(d)
		if string(got) != c.want || err != nil || d.Encoding() != c.enc {
			t.Errorf("%s: Decode = %.40q %s, %v, want %.40q %s", c.name, got, d.Encoding(), err, c.want, c.enc)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	long := strings.Repeat("清溪镇\n", 30_000)
	for _, c := range []struct {
		name, in string
		limit    int64
		want     string
	}{
		{"broken utf-8", "安全\n生产\n清\xe6\xba镇\n", 1 << 20, "line 3/bad_encoding"},
		{"broken utf-8 that reads as nonsense in gb18030", "安全生产\n清溪\xe5镇防汛\n", 1 << 20, "line 2/bad_encoding"},
		{"broken far behind", long + "\xff\n", 1 << 20, "line 30001/bad_encoding"},
		{"neither", "caf\xe9 au lait\n", 1 << 20, "line 1/bad_encoding"},
		{"a program", "MZ\x00\x00\x01", 1 << 20, "line 1/bad_encoding"},
		{"half a pair", "\xff\xfe\x00\xd8\x41\x00", 1 << 20, "line 1/bad_encoding"},
		{"too much", long, 1000, "file/too_large"},
		{"too much packed", gz(t, strings.Repeat("\n", 1<<20)), 100_000, "file/too_large"},
		{"packed and cut off", gz(t, long)[:200], 1 << 20, "file/broken_gzip"},
		{"packed and damaged", "\x1f\x8bnonsense", 1 << 20, "file/broken_gzip"},
		{"endless line", strings.Repeat("a", MaxLine+block), 1 << 30, "line 1/line_too_long"},
	} {
		d, err := Decode(strings.NewReader(c.in), c.limit)
		if err == nil {
			_, err = io.Copy(io.Discard, d)
		}
		if got := firstField(err); got != c.want {
			t.Errorf("%s: Decode = %s, want %s", c.name, got, c.want)
		}
	}
}

// rows reads a table to its end as line:cell,cell.
func rows(t *Table) (string, error) {
	var b strings.Builder
	for {
		r, err := t.Next()
		if errors.Is(err, io.EOF) {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		fmt.Fprintf(&b, "%d:", r.Line)
		for _, c := range t.Columns() {
			fmt.Fprintf(&b, "%s,", r.Get(c))
		}
		b.WriteString(" ")
	}
}

func TestTable(t *testing.T) {
	units := TableOptions{Required: []string{"code", "name"}, Rename: map[string]string{"单位名称": "name", "代码": "code"}}
	for _, c := range []struct{ name, in, want string }{
		{"tabs", "code\tparent\tname\n11\t\t北山省\n1101\t11\t云河市\n", "2:11,,北山省, 3:1101,11,云河市, "},
		{"commas and quotes", "code,name\n1,\"云河市,\n本级\"\n\n2, 清溪 \n", "2:1,云河市,\n本级, 5:2,清溪, "},
		{"semicolons", "code;name\r\n1;云河市\r\n", "2:1,云河市, "},
		{"Chinese headings in gb18030", gb(t, "代码,单位名称\n1,云河市\n"), "2:1,云河市, "},
		{"packed", gz(t, "Code\tNAME\n1\t云河市"), "2:1,云河市, "},
		{"quotes among tabs", "code\tname\n1\t\"七一\"路\n2\t大\"\n", "2:1,\"七一\"路, 3:2,大\", "},
		{"open and whole quotes among tabs", "code\tname\n1\t\"甲\n2\t\"乙\"\"丙\"\n", "2:1,\"甲, 3:2,乙\"丙, "},
		{"no rows", "code,name\n", ""},
	} {
		table, err := OpenTable("units.csv", strings.NewReader(c.in), units)
		if err != nil {
			t.Errorf("%s: OpenTable = %v", c.name, err)
			continue
		}
		if got, err := rows(table); got != c.want || err != nil {
			t.Errorf("%s: rows = %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestTableRefuses(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "file/empty"},
		{"column missing", "code,title\n1,2\n", "line 1/column_missing"},
		{"column twice", "code,name,Code\n", "line 1/column_twice"},
		{"ragged", "code,name\n1,甲\n2\n", "line 3/ragged_row"},
		{"open quotes", "code,name\n1,\"甲\n2,乙\n", "line 2/bad_quotes"},
		{"broken text", "code,name\n1,甲\n2,\xe6\xff\n", "line 3/bad_encoding"},
		{"too wide", "code,name" + strings.Repeat(",a", 200) + "\n", "line 1/too_many_columns"},
	} {
		table, err := OpenTable("units.csv", strings.NewReader(c.in), TableOptions{Required: []string{"code", "name"}})
		if err == nil {
			_, err = rows(table)
		}
		f, ok := fault.BadFields(err)
		if firstField(err) != c.want || !ok || f[0].Params["file"] != "units.csv" {
			t.Errorf("%s: refused with %v, want %s in units.csv", c.name, err, c.want)
		}
	}
}

func TestJSONL(t *testing.T) {
	in := "{\"title\":\"甲\"}\n\n[1]\n{\"title\":7}\n{bad}\n{\"title\":\"乙\",\"more\":1}"
	j, err := OpenJSONL("items.jsonl", strings.NewReader(in), 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for {
		o, err := j.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var v struct{ Title string }
		if err == nil {
			err = o.Decode(&v)
		}
		if err != nil {
			got = append(got, firstField(err))
			continue
		}
		got = append(got, fmt.Sprint(o.Line, v.Title))
	}
	want := "1甲; line 3/bad_json; line 4/wrong_type; line 5/bad_json; 6乙"
	if s := strings.ReplaceAll(strings.Join(got, "; "), " 甲", "甲"); strings.ReplaceAll(s, " 乙", "乙") != want {
		t.Errorf("objects = %s, want %s", s, want)
	}
}

func TestJSONLStopsAtBrokenText(t *testing.T) {
	j, err := OpenJSONL("items.jsonl", strings.NewReader("{}\n{\"title\":\"甲乙丙\xff\"}\n{}\n"), 0)
	for err == nil {
		_, err = j.Next()
	}
	if got, want := firstField(err), "line 2/bad_encoding"; got != want {
		t.Errorf("Next = %s, want %s", got, want)
	}
	if _, again := j.Next(); again == nil || errors.Is(again, io.EOF) {
		t.Errorf("Next after a failure = %v, want the failure", again)
	}
}

func BenchmarkTable(b *testing.B) {
	var s strings.Builder
	s.WriteString("code\tparent\tname\tlevel\n")
	for i := range 100_000 {
		fmt.Fprintf(&s, "%012d\t%09d\t清溪镇第%d村民委员会\tvillage\n", i, i/1000, i)
	}
	b.SetBytes(int64(s.Len()))
	for b.Loop() {
		t, err := OpenTable("units.tsv", strings.NewReader(s.String()), TableOptions{})
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = t.Next()
		}
	}
}
