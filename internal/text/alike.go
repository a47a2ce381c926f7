package text

import (
	"cmp"
	"math"
	"slices"
)

// Like is one of a list of titles that tells of much the same as another.
type Like struct {
	At  int // its place in the list
	Per int // how alike, in hundredths

	Title, Body int // by which it is, each in hundredths; 0: not by this
}

// alikeFrom is from when two titles are taken for the same event, and
// alikeMost how many of them are named.
const (
	alikeFrom  = 40
	alikeMost  = 3
	alikeLeast = 50 // in a shorter list, what two titles share is not yet usual
)

// Alike finds for each title the others that share its unusual words, the most
// alike first: pairs of characters count by how rare they are in the list, so
// that 关于…情况的报告 makes nothing alike. It is a hint among the few hundred
// newest titles of one desk; it knows nothing of the texts below them.
func Alike(titles []string) [][]Like {
	tokens := make([][]string, len(titles))
	in := map[string][]int{} // token -> titles that have it
	for i, s := range titles {
		ts := Tokens(s)
		slices.Sort(ts)
		tokens[i] = slices.Compact(ts)
		for _, t := range tokens[i] {
			in[t] = append(in[t], i)
		}
	}
	weight := func(t string) float64 {
		w := math.Log(float64(max(len(titles), alikeLeast)+1) / float64(len(in[t])))
		return w * w
	}
	size := make([]float64, len(titles))
	for i, ts := range tokens {
		for _, t := range ts {
			size[i] += weight(t)
		}
	}
	out := make([][]Like, len(titles))
	common := make([]float64, len(titles))
	for i, ts := range tokens {
		clear(common)
		for _, t := range ts {
			if len(in[t]) > len(titles)/4+2 {
				continue // so usual that it says nothing
			}
			w := weight(t)
			for _, j := range in[t] {
				common[j] += w
			}
		}
		for j, c := range common {
			if j == i || c == 0 {
				continue
			}
			if per := int(200 * c / (size[i] + size[j])); per >= alikeFrom {
				out[i] = append(out[i], Like{At: j, Per: min(per, 100)})
			}
		}
		slices.SortFunc(out[i], func(a, b Like) int { return cmp.Or(cmp.Compare(b.Per, a.Per), cmp.Compare(a.At, b.At)) })
		out[i] = out[i][:min(len(out[i]), alikeMost)]
	}
	return out
}
