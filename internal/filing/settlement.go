package filing

import (
	"slices"

	"xinshu/internal/ident"
)

// Settlement is an editor's word on a figure of a composite about which its
// sources do not agree: whose was taken, or why it stays as it is. It is about
// what they say and what the text had then; when either changes it is open again.
type Settlement struct {
	Key    string       `json:"key"`
	As     string       `json:"as"`               // the figure as the text has it
	Choice int          `json:"choice,omitempty"` // the source that was taken, 1 the first; 0: none of them
	Note   string       `json:"note,omitempty"`
	By     ident.Person `json:"by,omitempty"`
	At     int64        `json:"at,omitempty"`
}

// MaxSettled bounds the settlements of one composite.
const MaxSettled = 200

// Stamp says of settlements who made them: those that stood before keep whose
// they are, the others are the actor's.
func Stamp(settled, before []Settlement, by ident.Person, at int64) []Settlement {
	var out []Settlement
	for _, s := range settled {
		if s.Key == "" || slices.ContainsFunc(out, func(o Settlement) bool { return o.Key == s.Key && o.As == s.As }) {
			continue
		}
		s.By, s.At = by, at
		for _, b := range before {
			if b.Key == s.Key && b.As == s.As && b.Choice == s.Choice && b.Note == s.Note {
				s.By, s.At = b.By, b.At
			}
		}
		out = append(out, s)
	}
	return out
}
