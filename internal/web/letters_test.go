package web

import (
	"testing"

	"xinshu/internal/filing"
)

// TestWhenALetterCame: the date in a message is anybody's; what cannot be is not
// proposed as when it came.
func TestWhenALetterCame(t *testing.T) {
	const hour, came = int64(3_600_000_000), int64(1_794_790_800_000_000)
	for name, c := range map[string][2]int64{
		"an hour underway": {came - hour, came - hour}, "from the future": {came + hour, came},
		"from ten years ago": {came - 87_600*hour, came}, "paper": {0, 0},
	} {
		p := letterPage{Letter: filing.Letter{Sent: c[0], Came: came}}
		if got := p.CameAt(); got != c[1] {
			t.Errorf("%s: came at %d, want %d", name, got, c[1])
		}
	}
}
