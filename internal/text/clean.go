package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Runes is the length of a text as the rulebooks count it: characters without
// white space.
func Runes(s string) int {
	n := 0
	for _, r := range s {
		if ideograph(r) || !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// ideograph is the block that most of a Chinese text is made of.
func ideograph(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }

// Clean brings a pasted or typed text into the one form that is kept: lines end
// in \n, no control or direction-changing characters, composed (NFC), no blanks
// around a line or the text, at most one empty line together, and where a table's
// cells were parted by a tab a wide blank, which shows in print. Nothing that can
// be read is changed; the indent of a paragraph is the printer's affair.
func Clean(s string) string {
	if !plain(s) {
		s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n")
		s = norm.NFC.String(strings.Map(cleanRune, s))
	}
	var b strings.Builder
	b.Grow(len(s))
	empty := 0
	for line := range strings.Lines(s) {
		line = strings.TrimFunc(line, unicode.IsSpace)
		if line == "" {
			empty++
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if empty > 0 {
				b.WriteByte('\n')
			}
		}
		b.WriteString(line)
		empty = 0
	}
	return b.String()
}

// plain tells whether a text has only characters that are kept as they are and
// join with no other: almost every text, at a tenth of the price.
func plain(s string) bool {
	for _, r := range s {
		switch {
		case ideograph(r), r >= ' ' && r <= '~', r == '\n':
		case r >= '\u3000' && r <= '\u3029', r >= '\uff01' && r <= '\uff5e', r >= '\u2010' && r <= '\u2027':
		default:
			return false
		}
	}
	return true
}

// cleanRune is the replacement for one rune; -1 drops it.
func cleanRune(r rune) rune {
	switch r {
	case '\n':
		return r
	case '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return '\n'
	case '\t': // between the cells of a table; a blank would let them run together
		return '\u3000'
	case '\u00a0':
		return ' '
	case '\u200c', '\u200d': // joiners: Uyghur, Mongolian, emoji families
		return r
	}
	if unicode.Is(unicode.Cc, r) {
		return -1
	}
	// Formatting characters that are invisible or turn the writing direction.
	// The tags U+E0020… stay: flags are made of them.
	if unicode.Is(unicode.Cf, r) && r < 0xe0000 {
		return -1
	}
	return r
}
