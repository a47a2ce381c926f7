package duty_test

import (
	"strings"
	"testing"

	"xinshu/internal/duty"
	"xinshu/internal/org"
)

func TestNobodyAcceptsHisOwnAnswer(t *testing.T) {
	d := &duty.Duty{State: duty.Answered, AnswerBy: "me"}
	held := []org.Role{org.Followup}
	if why := duty.Lifecycle.Why(duty.Accept, d.State, held, duty.Case{Duty: d, Actor: "me"}); len(why) != 1 || why[0].Code != "own_answer" {
		t.Errorf("accepting one's own answer = %v, want own_answer", why)
	}
	if why := duty.Lifecycle.Why(duty.Accept, d.State, held, duty.Case{Duty: d, Actor: "you"}); len(why) != 0 {
		t.Errorf("accepting another's answer = %v, want nothing against it", why)
	}
	if why := duty.Lifecycle.Why(duty.Return, d.State, held, duty.Case{Duty: d, Actor: "me"}); len(why) != 0 {
		t.Errorf("wanting a better answer = %v, want nothing against it", why)
	}
}

func TestTextsAreBounded(t *testing.T) {
	for _, c := range []struct {
		name  string
		found int
		want  int
	}{
		{"no instruction", len(duty.CheckInstruction("")), 1},
		{"a long instruction", len(duty.CheckInstruction(strings.Repeat("字", duty.MaxText+1))), 1},
		{"an instruction", len(duty.CheckInstruction("请研究。")), 0},
		{"no answer", len(duty.CheckAnswer(" ")), 1},
		{"a long answer", len(duty.CheckAnswer(strings.Repeat("字", duty.MaxAnswer+1))), 1},
		{"no remark where one is needed", len(duty.CheckRemark("", true)), 1},
		{"no remark", len(duty.CheckRemark("", false)), 0},
	} {
		if c.found != c.want {
			t.Errorf("findings for %s = %d, want %d", c.name, c.found, c.want)
		}
	}
}
