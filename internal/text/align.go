package text

import "znkr.io/diff"

const (
	pairFrom  = 0.3    // least similarity of two paragraphs that are one edited
	pairLimit = 40_000 // most comparisons in one stretch; beyond it, pair in order
)

// align pairs paragraphs: equal ones first, then within the stretches between
// them the most similar, in order.
func align(raw, edited []string) []Para {
	var out []Para
	var dels, inss []string
	flush := func() {
		out = append(out, stretch(dels, inss)...)
		dels, inss = nil, nil
	}
	for _, e := range diff.Edits(raw, edited) {
		switch e.Op {
		case diff.Match:
			flush()
			out = append(out, Para{Raw: e.X, Edited: e.Y})
		case diff.Delete:
			dels = append(dels, e.X)
		case diff.Insert:
			inss = append(inss, e.Y)
		}
	}
	flush()
	return out
}

// stretch pairs two lists that have no equal paragraph by the pairing of
// greatest total similarity that keeps the order.
func stretch(a, b []string) []Para {
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > pairLimit {
		return inOrder(a, b)
	}
	pa, pb := profiles(a), profiles(b)
	// best[i][k] is the greatest total for a[i:] and b[k:].
	best := make([][]float64, len(a)+1)
	for i := range best {
		best[i] = make([]float64, len(b)+1)
	}
	like := make([][]float64, len(a))
	for i := len(a) - 1; i >= 0; i-- {
		like[i] = make([]float64, len(b))
		for k := len(b) - 1; k >= 0; k-- {
			like[i][k] = pa[i].like(pb[k])
			best[i][k] = max(best[i+1][k], best[i][k+1])
			if like[i][k] >= pairFrom {
				best[i][k] = max(best[i][k], best[i+1][k+1]+like[i][k])
			}
		}
	}
	var out []Para
	i, k := 0, 0
	for i < len(a) && k < len(b) {
		switch {
		case like[i][k] >= pairFrom && best[i][k] == best[i+1][k+1]+like[i][k]:
			out = append(out, Para{Raw: a[i], Edited: b[k]})
			i, k = i+1, k+1
		case best[i][k] == best[i+1][k]:
			out = append(out, Para{Raw: a[i]})
			i++
		default:
			out = append(out, Para{Edited: b[k]})
			k++
		}
	}
	return append(out, rest(a[i:], b[k:])...)
}

func rest(a, b []string) []Para {
	var out []Para
	for _, s := range a {
		out = append(out, Para{Raw: s})
	}
	for _, s := range b {
		out = append(out, Para{Edited: s})
	}
	return out
}

// inOrder pairs first with first: for stretches with an empty side, and for
// those too long to compare every paragraph with every other.
func inOrder(a, b []string) []Para {
	n := min(len(a), len(b))
	var out []Para
	for i := range n {
		out = append(out, Para{Raw: a[i], Edited: b[i]})
	}
	return append(out, rest(a[n:], b[n:])...)
}

// profile counts the pairs of neighbouring runes of a paragraph.
type profile struct {
	pairs map[[2]rune]int
	total int
}

func profiles(ss []string) []profile {
	out := make([]profile, len(ss))
	for i, s := range ss {
		p := profile{pairs: map[[2]rune]int{}}
		prev := rune(0) // a paragraph of one rune has a pair, too
		for _, r := range s {
			p.pairs[[2]rune{prev, r}]++
			p.total++
			prev = r
		}
		out[i] = p
	}
	return out
}

// like is between 0 (nothing in common) and 1. A short paragraph of which much
// recurs in a longer one counts as well: sentences are added to paragraphs.
func (p profile) like(q profile) float64 {
	if len(p.pairs) > len(q.pairs) {
		p, q = q, p
	}
	common := 0
	for pair, n := range p.pairs {
		common += min(n, q.pairs[pair])
	}
	dice := 2 * float64(common) / float64(p.total+q.total)
	if p.total >= 12 {
		dice = max(dice, 0.6*float64(common)/float64(p.total))
	}
	return dice
}
