package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
	"xinshu/internal/fault"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"安全生产", "安全 全生 生产"},
		{"安全，生产", "安全 生产"},
		{"保安，安全", "保安 u安 安全"},
		{"在", "在"},
		{"1,200", "1200"},
		{"1，200", "1 200"},
		{"1,200,000元", "1200000 1200000元"},
		{"1,20", "1 20"},
		{"ＡＢＣ１２", "abc12"},
		{"5G网络", "5g 5g网 网络"},
		{"2026年3月", "2026 2026年 年3 3 3月"},
		{"Hello, World", "hello world"},
		{"𬭛𠮷镕", "𬭛𠮷 𠮷镕"},
		{"👨‍👩‍👧 很好", "很好"},
		{"", ""},
		{"，。！", ""},
	} {
		if got := strings.Join(Tokens(c.in), " "); got != c.want {
			t.Errorf("Tokens(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestUnigrams(t *testing.T) {
	if got, want := strings.Join(Unigrams("防汛防旱 A1"), " "), "u防 u汛 u旱"; got != want {
		t.Errorf("Unigrams = %q, want %q", got, want)
	}
}

func TestQuery(t *testing.T) {
	for _, c := range []struct{ in, fts, ts string }{
		{"安全", `"安全"`, `'安全'`},
		{"安全生产", `"安全 全生 生产"`, `'安全' <-> '全生' <-> '生产'`},
		{"安全生产 防汛", `"安全 全生 生产" AND "防汛"`, `('安全' <-> '全生' <-> '生产') & '防汛'`},
		{"汛", `"u汛"`, `'u汛'`},
		{"汛　情", `"u汛" AND "u情"`, `'u汛' & 'u情'`},
		{`"; DROP' \`, `"drop"`, `'drop'`},
		{"1,200", `"1200"`, `'1200'`},
		{"5G", `"5g"`, `'5g'`},
	} {
		q, err := Query(c.in)
		if err != nil || q.FTS5() != c.fts || q.TSQuery() != c.ts {
			t.Errorf("Query(%q) = %s | %s, %v, want %s | %s", c.in, q.FTS5(), q.TSQuery(), err, c.fts, c.ts)
		}
	}
	for in, code := range map[string]string{"": "required", "  ": "required", "，。": "no_words", strings.Repeat("安", 51): "too_long"} {
		_, err := Query(in)
		f, ok := fault.BadFields(err)
		if !ok || f[0].Path != "q" || f[0].Code != code {
			t.Errorf("Query(%q) = %v, want field q with %s", in, err, code)
		}
	}
}

// contains is what both engines do with an index of tokens.
func contains(index string, q Q) bool {
	tokens := strings.Split(index, " ")
	for _, phrase := range q.phrases {
		found := false
		for i := 0; i+len(phrase) <= len(tokens) && !found; i++ {
			found = slices.Equal(tokens[i:i+len(phrase)], phrase)
		}
		if !found {
			return false
		}
	}
	return true
}

// Whatever stands in a text is found by typing it.
func TestEverySubstringIsFound(t *testing.T) {
	alphabet := rapid.SampledFrom([]rune("安全生产防汛A5，。 年月𬭛x1,"))
	rapid.Check(t, func(t *rapid.T) {
		body := []rune(rapid.StringOfN(alphabet, 1, 60, -1).Draw(t, "body"))
		from := rapid.IntRange(0, len(body)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, min(len(body), from+8)).Draw(t, "to")
		// Whole words and numbers are what is found, not parts of them.
		inWord := func(i int) bool {
			return i > 0 && i < len(body) && wordRune(body[i-1]) && wordRune(body[i])
		}
		if inWord(from) || inWord(to) {
			return
		}
		q, err := Query(string(body[from:to]))
		if err != nil {
			return // nothing but punctuation
		}
		if !contains(IndexText("标题", string(body)), q) {
			t.Fatalf("%q is not found in %q: query %s, index %s", string(body[from:to]), string(body), q.FTS5(), IndexText("标题", string(body)))
		}
	})
}

func wordRune(r rune) bool {
	return r == ',' || (unicode.IsLetter(r) || unicode.IsDigit(r)) && !spaceless(r)
}

// What stands nowhere in a text is not found, also not over a comma.
func TestNoPhraseAcrossPunctuation(t *testing.T) {
	alphabet := rapid.SampledFrom([]rune("安全产，"))
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringOfN(alphabet, 1, 20, -1).Draw(t, "body")
		word := rapid.StringOfN(rapid.SampledFrom([]rune("安全产")), 1, 4, -1).Draw(t, "word")
		q, err := Query(word)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := contains(IndexText("", body), q), strings.Contains(body, word); got != want {
			t.Fatalf("%q found in %q = %v, want %v", word, body, got, want)
		}
	})
}

func TestIndexTextIsBounded(t *testing.T) {
	body := strings.Repeat("安全生产形势稳定。", 25_000) + "鑫"
	got := strings.Split(IndexText("标题", body), " ")
	if n := len(got); n > MaxIndexed+20 {
		t.Errorf("IndexText made %d tokens, want at most %d and the unigrams", n, MaxIndexed)
	}
	var odd strings.Builder
	for i := range 12_000 {
		fmt.Fprintf(&odd, "%d%s ", i, strings.Repeat("x", 500))
	}
	for r := rune(0x4e00); r < 0x4e00+20_000; r++ {
		odd.WriteRune(r)
	}
	// Each token costs a tsvector its bytes and at most eight more.
	if text := IndexText("", odd.String()); len(text)+8*strings.Count(text, " ") >= 1<<20 {
		t.Errorf("IndexText made %d bytes and %d tokens, want less than a tsvector holds", len(text), strings.Count(text, " "))
	}
	if !slices.Contains(got, "u鑫") {
		t.Error("IndexText lost a single character behind the limit")
	}
}
