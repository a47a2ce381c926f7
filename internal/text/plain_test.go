package text

import (
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// TestPlain holds every character of the short way to what the long way would
// do: keep it, alone and beside any other.
func TestPlain(t *testing.T) {
	n := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		s := string(r)
		if !plain(s) || r == unicode.ReplacementChar {
			continue
		}
		n++
		if cleanRune(r) != r {
			t.Errorf("plain(%U) = true, but it becomes %U", r, cleanRune(r))
		}
		if p := norm.NFC.PropertiesString(s); !p.BoundaryBefore() || !norm.NFC.IsNormalString(s) {
			t.Errorf("plain(%U) = true, but it may join with the character before it", r)
		}
	}
	if n < 20_000 {
		t.Errorf("%d plain characters, want most of a Chinese text", n)
	}
	for r := rune(0x4e00); r <= 0x9fff; r++ {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			t.Errorf("%U is no ideograph", r)
		}
	}
}
