package text

import (
	"testing"

	"pgregory.net/rapid"
)

func TestRunes(t *testing.T) {
	for in, want := range map[string]int{"": 0, "安全 生产\n": 4, "　　镕𠮷": 2, "GDP 3.5%": 7} {
		if got := Runes(in); got != want {
			t.Errorf("Runes(%q) = %d, want %d", in, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"line ends", "甲\r\n乙\r丙\u2028丁", "甲\n乙\n丙\n丁"},
		{"blank lines", "甲\n\n\n　\n乙\n", "甲\n\n乙"},
		{"controls", "甲\x00\x07乙\u200b丙\u202e丁\ufeff", "甲乙丙丁"},
		{"indents", "　　甲\t乙 \n　　丙", "甲\u3000乙\n丙"},
		{"composed", "Cafe\u0301", "Café"},
		{"rare characters", "镕喆堃䶮𬭛𠮷", "镕喆堃䶮𬭛𠮷"},
		{"emoji", "👨‍👩‍👧❤️🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👨‍👩‍👧❤️🏴󠁧󠁢󠁥󠁮󠁧󠁿"},
		{"broken bytes", "甲\xff乙", "甲\ufffd乙"},
		{"nothing", " \n\t ", ""},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestCleanTwiceIsCleanOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("e\u0301甲\n\r \u2000\u200b\u00a0\u0345\u3099か")))).Draw(t, "s")
		once := Clean(s)
		if twice := Clean(once); twice != once {
			t.Fatalf("Clean(Clean(%q)) = %q, want %q", s, twice, once)
		}
	})
}
