package story

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	s, err := Parse("a.story", strings.NewReader("story: 甲\n\n# a remark\ngiven T1 checks by review, signoff\nreporter.T1 drafts \"柑橘\" genre problem\neditor.K1 merges \"甲\" 2/3, \"乙\" 1/3 into \"合\"\nreporter.T1 cannot pass it: already_printed\nthen reporter.T1 has 24.5 points at K1\n"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Title != "甲" || len(s.Steps) != 5 {
		t.Fatalf("story = %q with %d steps, want 甲 with 5", s.Title, len(s.Steps))
	}
	for i, want := range []struct {
		line            int
		mood            Mood
		who, verb, code string
		gap, filled     string
	}{
		{4, Given, "", "chain", "", "checks", "review, signoff"},
		{5, Does, "reporter.T1", "draft", "", "title", "柑橘"},
		{6, Does, "editor.K1", "merge", "", "title", "合"},
		{7, Cannot, "reporter.T1", "sign", "already_printed", "it", "it"},
		{8, Then, "reporter.T1", "points", "", "points", "24.5"},
	} {
		st := s.Steps[i]
		if st.Line != want.line || st.Mood != want.mood || st.Who != want.who || st.Verb != want.verb || st.Code != want.code || st.Args[want.gap] != want.filled {
			t.Errorf("step %d = %+v, want %+v", i, st, want)
		}
	}
	if m := s.Steps[2]; strings.Join(m.Titles, "+") != "甲+乙" || strings.Join(m.Shares, "+") != "2/3+1/3" {
		t.Errorf("parts of the merge = %v %v, want 甲 2/3 and 乙 1/3", m.Titles, m.Shares)
	}
}

func TestParseSaysWhere(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"reporter.T1 submits it", "a.story:1: begin with"},
		{"story: x\nstory: y", "a.story:2: a file tells one story"},
		{"story: x\n\nsomebody submits it", "a.story:3: "},
		{"story: x\nreporter.T1 frobs it", "a.story:2: nobody can say \"frobs it\""},
		{"story: x\nreporter.T1 drafts 柑橘 genre problem", "a.story:2: nobody can say"},
		{"story: x\nreporter.T1 cannot submit it", "a.story:2: say why"},
		{"story: x\n", "a.story: nothing happens"},
	} {
		if _, err := Parse("a.story", strings.NewReader(c.text)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("Parse(%q) = %v, want %s…", c.text, err, c.want)
		}
	}
}
