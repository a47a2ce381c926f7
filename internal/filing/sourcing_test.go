package filing_test

import (
	"math/big"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"xinshu/internal/filing"
	"xinshu/internal/ident"
)

// TestProposedSharesAreOneWhole: whatever was given, the shares are positive and
// together exactly one, and who gave more has no less.
func TestProposedSharesAreOneWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gave := rapid.SliceOfN(rapid.IntRange(0, 5000), 1, 50).Draw(t, "gave")
		ids := make([]ident.Filing, len(gave))
		for i := range ids {
			ids[i] = ident.Filing(rune('a' + i))
		}
		parts := filing.Proposed(ids, gave)
		sum := new(big.Rat)
		for i, p := range parts {
			if p.Num <= 0 || p.Den <= 0 || p.Filing != ids[i] {
				t.Fatalf("share %d = %+v", i, p)
			}
			sum.Add(sum, big.NewRat(p.Num, p.Den))
			for k := range i {
				if gave[k] > gave[i] && p.Num > parts[k].Num {
					t.Fatalf("%d characters earn %d, %d earn %d", gave[i], p.Num, gave[k], parts[k].Num)
				}
			}
		}
		if sum.Cmp(big.NewRat(1, 1)) != 0 {
			t.Fatalf("the shares %v are %v together, want 1", parts, sum)
		}
		if _, whole := filing.Shares(parts); !whole {
			t.Fatalf("Shares(%v) refuses what was proposed", parts)
		}
	})
}

func TestSourcing(t *testing.T) {
	s := filing.Sourcing{{1}, {2}, {1, 3}}
	if got, want := s.Follow([][]int{{2}, {0, 1}, nil}), (filing.Sourcing{{1, 3}, {1, 2}, {}}); !reflect.DeepEqual(got, want) {
		t.Errorf("Follow = %v, want %v", got, want)
	}
	for _, c := range []struct {
		s    filing.Sourcing
		want bool
	}{{s, true}, {filing.Sourcing{{4}}, false}, {filing.Sourcing{{0}}, false}, {filing.Sourcing{{2, 2}}, false}, {filing.Sourcing{{}}, true}} {
		if got := c.s.Sound(3); got != c.want {
			t.Errorf("%v.Sound(3) = %v, want %v", c.s, got, c.want)
		}
	}
}
