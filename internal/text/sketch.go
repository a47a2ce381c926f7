package text

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
)

// Sketch is what is kept of a body to compare it with thousands of others: of the
// hashes of its pairs of characters the smallest. Two bodies that share a part of
// their pairs share the same part of their sketches, near enough for a hint.
type Sketch []uint32

// sketchSize is how many hashes are kept: half a kilobyte.
const sketchSize = 128

// SketchOf makes the sketch of a body.
func SketchOf(body string) Sketch {
	ts := Tokens(body)
	out := make(Sketch, 0, len(ts))
	for _, t := range ts {
		h := fnv.New32a()
		_, _ = h.Write([]byte(t)) // a hash never fails
		// the lowest bits of FNV are the best mixed, the smallest are chosen by the highest
		x := h.Sum32()
		x ^= x >> 16
		x *= 0x7feb352d
		x ^= x >> 15
		x *= 0x846ca68b
		x ^= x >> 16
		out = append(out, x)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.Clone(out[:min(len(out), sketchSize)])
}

// AlikeTexts finds for each text the others that seem to tell of the same event,
// by title or by body, the most alike first: how much each is, in hundredths. What
// many of the bodies have counts little, so that the frame of a report makes
// nothing alike.
func AlikeTexts(titles []string, bodies []Sketch) [][]Like {
	out := make([][]Like, len(titles))
	byBody := alikeSketches(bodies)
	for i, likes := range Alike(titles) {
		for _, l := range likes {
			l.Title = l.Per
			out[i] = append(out[i], l)
		}
		for _, b := range byBody[i] {
			if k := slices.IndexFunc(out[i], func(l Like) bool { return l.At == b.At }); k >= 0 {
				out[i][k].Body, out[i][k].Per = b.Per, max(out[i][k].Per, b.Per)
				continue
			}
			out[i] = append(out[i], Like{At: b.At, Per: b.Per, Body: b.Per})
		}
		slices.SortFunc(out[i], func(a, b Like) int { return cmp.Or(cmp.Compare(b.Per, a.Per), cmp.Compare(a.At, b.At)) })
		out[i] = out[i][:min(len(out[i]), alikeMost)]
	}
	return out
}

// Of a sketch so much must be there and so much of it shared; a body of two
// sentences is like too many others.
const (
	sketchLeast = 24
	bodyFrom    = 30
	// mostWith bounds what one pair of characters brings together: with it the
	// work grows with the list and no faster.
	mostWith = 24
)

func alikeSketches(bodies []Sketch) [][]Like {
	in := map[uint32][]int32{}
	for i, b := range bodies {
		if len(b) < sketchLeast {
			continue
		}
		for _, h := range b {
			in[h] = append(in[h], int32(i)) //nolint:gosec // a list of thousands
		}
	}
	weight := func(h uint32) float64 {
		w := math.Log(float64(max(len(bodies), alikeLeast)+1) / float64(max(len(in[h]), 1)))
		return w * w
	}
	size := make([]float64, len(bodies))
	for i, b := range bodies {
		for _, h := range b {
			size[i] += weight(h)
		}
	}
	out := make([][]Like, len(bodies))
	for i, b := range bodies {
		if len(b) < sketchLeast {
			continue
		}
		common := map[int32]float64{}
		for _, h := range b {
			if len(in[h]) > mostWith {
				continue
			}
			for _, j := range in[h] {
				common[j] += weight(h)
			}
		}
		for j, c := range common {
			if per := int(200 * c / (size[i] + size[j])); int(j) != i && per >= bodyFrom {
				out[i] = append(out[i], Like{At: int(j), Per: min(per, 100)})
			}
		}
		slices.SortFunc(out[i], func(a, b Like) int { return cmp.Or(cmp.Compare(b.Per, a.Per), cmp.Compare(a.At, b.At)) })
		out[i] = out[i][:min(len(out[i]), alikeMost)]
	}
	return out
}
