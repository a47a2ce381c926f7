package ident_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"xinshu/internal/ident"
)

func minter(now *time.Time) *ident.Minter {
	return ident.NewMinter(func() time.Time { return *now }, rand.NewChaCha8([32]byte{7}))
}

// TestOrder: identifiers sort by birth, within one millisecond too, and when the
// clock is set back.
func TestOrder(t *testing.T) {
	now := time.UnixMilli(1_770_000_000_000)
	m := minter(&now)
	var all []string
	for i := range 2000 {
		switch {
		case i%100 == 99:
			now = now.Add(time.Millisecond)
		case i == 1500:
			now = now.Add(-time.Hour)
		}
		all = append(all, m.New())
	}
	if !slices.IsSorted(all) {
		t.Error("2,000 identifiers in the order of their birth are not sorted")
	}
	if n := len(slices.Compact(all)); n != 2000 {
		t.Errorf("different identifiers = %d, want 2000", n)
	}
	for _, id := range all[:10] {
		if len(id) != ident.Len || !ident.Valid(id) {
			t.Errorf("Valid(%q) = false, want true", id)
		}
	}
}

func TestSameSeedAndClockGiveTheSame(t *testing.T) {
	now := time.UnixMilli(1_770_000_000_000)
	a, b := minter(&now), minter(&now)
	for range 100 {
		if x, y := a.New(), b.New(); x != y {
			t.Fatalf("two minters of one seed = %s and %s, want the same", x, y)
		}
	}
}

func TestManyGoroutinesNeverMintTwice(t *testing.T) {
	now := time.UnixMilli(1_770_000_000_000)
	m := minter(&now)
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				id := m.New()
				mu.Lock()
				seen[id] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != 4000 {
		t.Errorf("different identifiers = %d, want 4000", len(seen))
	}
}

func TestHash(t *testing.T) {
	a := ident.Hash("news", "ab", "c")
	if got := ident.Hash("news", "ab", "c"); got != a {
		t.Errorf("Hash of the same = %s, want %s", got, a)
	}
	if got := ident.Hash("news", "a", "bc"); got == a {
		t.Error("Hash(a, bc) = Hash(ab, c), want the borders of the parts to count")
	}
	if !ident.Valid(a) {
		t.Errorf("Valid(Hash) = false, want true for %q", a)
	}
}

func TestValid(t *testing.T) {
	for _, s := range []string{"", "short", "0000000000000000000000000", "000000000000000000000000000", "0000000000000000000000000i", "0000000000000000000000000U", "' OR 1=1 --aaaaaaaaaaaaaaa"} {
		if ident.Valid(s) {
			t.Errorf("Valid(%q) = true, want false", s)
		}
	}
}
