package fault

import "strings"

// Unknown says that a word is not one of a closed list, with the whole list and
// the nearest right word.
func Unknown(path, value string, known ...string) Field {
	return Field{Path: path, Code: "not_one_of", Params: Pairs("value", value, "near", Near(value, known), "known", strings.Join(known, ", "))}
}

// Near is the word of a list that was most likely meant; the first when nothing
// comes close.
func Near(word string, known []string) string {
	best, at := "", 1<<30
	for _, k := range known {
		d := edits(fold(word), fold(k))
		if len(word) > 2 && strings.HasPrefix(string(fold(k)), string(fold(word))) {
			d = min(d, 1)
		}
		if d < at {
			best, at = k, d
		}
	}
	return best
}

// fold makes what people confuse the same.
func fold(s string) []rune {
	if len(s) > 64 {
		s = s[:64]
	}
	return []rune(strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s)))
}

// edits counts the letters to insert, drop, change or swap.
func edits(a, b []rune) int {
	prev2, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(b)]
}
