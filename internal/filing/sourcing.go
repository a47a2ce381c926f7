package filing

import (
	"slices"

	"xinshu/internal/ident"
)

// Sourcing says from which sources each paragraph of a composite is: paragraph by
// paragraph the places of its sources among the composite's parents, 1 being the
// first. A paragraph without any is the desk's own and earns nobody a share.
type Sourcing [][]int

// Sound reports whether every source named is one of the parents, once.
func (s Sourcing) Sound(parents int) bool {
	for _, of := range s {
		for i, n := range of {
			if n < 1 || n > parents || slices.Contains(of[:i], n) {
				return false
			}
		}
	}
	return true
}

// Follow gives the sourcing of an edited text: from which paragraphs before each
// of its paragraphs comes, and so from which sources.
func (s Sourcing) Follow(from [][]int) Sourcing {
	out := make(Sourcing, len(from))
	for i, olds := range from {
		of := []int{}
		for _, k := range olds {
			if k < len(s) {
				of = append(of, s[k]...)
			}
		}
		slices.Sort(of)
		out[i] = slices.Compact(of)
	}
	return out
}

// Proposed are the shares by what each source gave: so many characters of all
// that were given. A source of which no word is left counts as one character, so
// that it stays a source until the desk leaves it out; if no word of any is left
// they share equally. Together they are exactly one.
func Proposed(ids []ident.Filing, gave []int) []Contribution {
	out := make([]Contribution, len(ids))
	var all int64
	for _, n := range gave {
		all += int64(n)
	}
	sum := int64(0)
	for i, id := range ids {
		n := int64(1)
		if all > 0 {
			n = max(int64(gave[i]), 1)
		}
		out[i] = Contribution{Filing: id, Num: n}
		sum += n
	}
	for i := range out {
		out[i].Den = sum
	}
	return out
}
