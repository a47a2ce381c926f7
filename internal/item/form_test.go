package item_test

import (
	"testing"

	"xinshu/internal/item"
)

func TestSuggestForm(t *testing.T) {
	for _, c := range []struct {
		length int
		genre  string
		want   string
	}{
		{0, "", "brief"}, {150, "news", "brief"}, {151, "news", "single"}, {1000, "practice", "single"},
		{1001, "practice", "research"}, {1001, "problem", "special"}, {200_000, "unheard of", "special"},
	} {
		if got := item.SuggestForm(c.length, c.genre).Form; got != c.want {
			t.Errorf("SuggestForm(%d, %q) = %s, want %s", c.length, c.genre, got, c.want)
		}
	}
}
