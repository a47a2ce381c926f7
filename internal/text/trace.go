package text

import (
	"slices"
	"unicode"
)

// Follow says, for each paragraph after an edit, from which paragraphs before it
// comes: the one it is aligned with, those that were drawn into it, and for one
// that was moved or cut off another, the one that is most like it. A paragraph
// that is new has none.
func Follow(before, after []string) [][]int {
	from := make([][]int, len(after))
	var gone, come []int
	i, k := 0, 0
	for _, p := range align(before, after) {
		switch {
		case p.Raw != "" && p.Edited != "":
			from[k] = []int{i}
			i, k = i+1, k+1
		case p.Raw != "":
			gone = append(gone, i)
			i++
		default:
			come = append(come, k)
			k++
		}
	}
	pb, pa := profiles(before), profiles(after)
	for _, i := range gone {
		if k := mostLike(pb[i], pa); k >= 0 {
			from[k] = append(from[k], i)
		}
	}
	for _, k := range come {
		if i := mostLike(pa[k], pb); i >= 0 {
			from[k] = append(from[k], i)
		}
	}
	for k := range from {
		slices.Sort(from[k])
		from[k] = slices.Compact(from[k])
	}
	return from
}

// mostLike is the place of the profile most like p, -1 if none is one edited.
func mostLike(p profile, among []profile) int {
	best, at := pairFrom, -1
	for i, q := range among {
		if l := p.like(q); l >= best && (at < 0 || l > best) {
			best, at = l, i
		}
	}
	return at
}

// Resemblance is two texts of a list that say nearly the same.
type Resemblance struct {
	I, K int // K is the earlier
	Like float64
}

// NearSame finds the texts of a list that are at least so much like an earlier
// one; of several earlier ones the most alike.
func NearSame(texts []string, least float64) []Resemblance {
	var out []Resemblance
	ps := profiles(texts)
	for i := range ps {
		best := Resemblance{I: i, K: -1, Like: least}
		for k := range i {
			if l := ps[i].like(ps[k]); l >= best.Like && ps[i].total > 0 && ps[k].total > 0 {
				best.K, best.Like = k, l
			}
		}
		if best.K >= 0 {
			out = append(out, best)
		}
	}
	return out
}

// run is the shortest stretch of characters that two texts have in common by more
// than chance.
const run = 4

// Stretches are the short stretches a text is made of, to find its words in
// another.
type Stretches map[[run]rune]struct{}

// StretchesOf takes a text apart.
func StretchesOf(s string) Stretches {
	rs := solid(s)
	out := make(Stretches, len(rs))
	for i := 0; i+run <= len(rs); i++ {
		out[[run]rune(rs[i:i+run])] = struct{}{}
	}
	return out
}

// In counts the characters of a text that stand in stretches which these have
// too. White space does not count.
func (x Stretches) In(s string) int {
	rs := solid(s)
	n, until := 0, 0
	for i := 0; i+run <= len(rs); i++ {
		if _, ok := x[[run]rune(rs[i:i+run])]; ok {
			n += i + run - max(i, until)
			until = i + run
		}
	}
	return n
}

func solid(s string) []rune {
	return slices.DeleteFunc([]rune(s), unicode.IsSpace)
}
