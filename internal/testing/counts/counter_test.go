package main

import (
	"strings"
	"testing"
)

func TestCounter(t *testing.T) {
	cases := []struct {
		name   string
		strict bool
		events string
		last   string
		open   bool
		says   string
	}{
		{
			name: "leaves are counted, not their parents",
			events: `{"Action":"start","Package":"xinshu/internal/a"}
{"Action":"pass","Package":"xinshu/internal/a","Test":"T/one"}
{"Action":"pass","Package":"xinshu/internal/a","Test":"T/two"}
{"Action":"pass","Package":"xinshu/internal/a","Test":"T"}
{"Action":"pass","Package":"xinshu/internal/a"}
{"Action":"exit","Package":"go test","Output":"0"}`,
			last: "2 passed, 0 failed, 0 skipped", open: true,
		},
		{
			name: "a failed subtest fails its parent once, and its words are shown",
			events: `{"Action":"output","Package":"xinshu/internal/a","Test":"T/one","Output":"f(1) = 2, want 3\n"}
{"Action":"fail","Package":"xinshu/internal/a","Test":"T/one"}
{"Action":"fail","Package":"xinshu/internal/a","Test":"T"}
{"Action":"fail","Package":"xinshu/internal/a"}
{"Action":"exit","Package":"go test","Output":"1"}`,
			last: "0 passed, 1 failed, 0 skipped", says: "f(1) = 2, want 3",
		},
		{
			name: "a parent that fails by itself counts",
			events: `{"Action":"pass","Package":"a","Test":"T/one"}
{"Action":"fail","Package":"a","Test":"T"}
{"Action":"fail","Package":"a"}`,
			last: "1 passed, 1 failed, 0 skipped",
		},
		{
			name: "a package that does not build counts as one failure",
			events: `{"Action":"build-output","ImportPath":"a","Output":"a.go:1:1: undefined: x\n"}
{"Action":"build-fail","ImportPath":"a"}
{"Action":"start","Package":"a"}
{"Action":"fail","Package":"a","FailedBuild":"a"}`,
			last: "0 passed, 1 failed, 0 skipped", says: "undefined: x",
		},
		{
			name: "a package that dies in a test shows that test",
			events: `{"Action":"run","Package":"a","Test":"T"}
{"Action":"output","Package":"a","Test":"T","Output":"panic: gone\n"}
{"Action":"fail","Package":"a"}`,
			last: "0 passed, 1 failed, 0 skipped", says: "panic: gone",
		},
		{
			name: "a run that ends badly without a word is a failure",
			events: `{"Action":"pass","Package":"a","Test":"T"}
{"Action":"pass","Package":"a"}
{"Action":"exit","Package":"go test ./...","Output":"0"}
{"Action":"exit","Package":"go test -race","Output":"2"}`,
			last: "1 passed, 1 failed, 0 skipped", says: "go test -race ended with exit code 2",
		},
		{
			name: "the same package in two runs counts twice",
			events: `{"Action":"start","Package":"a"}
{"Action":"pass","Package":"a","Test":"T"}
{"Action":"pass","Package":"a"}
{"Action":"start","Package":"a"}
{"Action":"pass","Package":"a","Test":"T"}
{"Action":"pass","Package":"a"}`,
			last: "2 passed, 0 failed, 0 skipped", open: true,
		},
		{
			name: "a skip is named",
			events: `{"Action":"pass","Package":"a","Test":"S"}
{"Action":"output","Package":"a","Test":"T","Output":"    a_test.go:9: no browser\n"}
{"Action":"skip","Package":"a","Test":"T"}
{"Action":"pass","Package":"a"}`,
			last: "1 passed, 0 failed, 1 skipped", open: true, says: "a T: a_test.go:9: no browser",
		},
		{
			name: "a skip under CI is a failure", strict: true,
			events: `{"Action":"pass","Package":"a","Test":"S"}
{"Action":"skip","Package":"a","Test":"T"}
{"Action":"pass","Package":"a"}`,
			last: "1 passed, 1 failed, 0 skipped",
		},
		{
			name: "nothing at all is a failure",
			last: "0 passed, 1 failed, 0 skipped", says: "no test ran",
		},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var out strings.Builder
			c := newCounter(&out, tc.strict)
			if err := c.read(strings.NewReader(tc.events)); err != nil {
				t.Fatal(err)
			}
			open := c.finish("")
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if last := lines[len(lines)-1]; last != tc.last || open != tc.open {
				t.Errorf("last line = %q, gate open = %v, want %q, %v", last, open, tc.last, tc.open)
			}
			if !strings.Contains(out.String(), tc.says) {
				t.Errorf("output = %q, want it to contain %q", out.String(), tc.says)
			}
		})
	}
}

func TestLeftOutIsSaid(t *testing.T) {
	var out strings.Builder
	c := newCounter(&out, false)
	c.passed = 3
	c.finish("browser race")
	if got, want := out.String(), "3 passed, 0 failed, 0 skipped (left out: browser race)\n"; got != want {
		t.Errorf("finish = %q, want %q", got, want)
	}
}
