package score

import (
	"strconv"
	"testing"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
)

// FuzzParse reads what an assessor may paste as a rulebook: it is taken or
// refused as bad input, and what is taken scores without falling over.
func FuzzParse(f *testing.F) {
	f.Add([]byte("title: 办法\noffice: K1\nfrom: 2026-01-01\nrules:\n  - {clause: \"1\", event: published, points: \"1/3\"}\n"))
	f.Add([]byte("title: &a [*a]\n"))
	f.Add([]byte("rules: [{points: \"1e9\"}]\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		b, err := Parse(src)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("Parse(%q) = %v, want bad input", src, err)
			}
			return
		}
		p, _ := ParsePeriod("2026")
		var events []Event
		for i, k := range EventKinds {
			events = append(events, Event{Fact: ident.Fact(strconv.Itoa(i)), Kind: k, Unit: "u", Item: "i", Day: 20260101, Num: 1, Den: 3})
		}
		entries, err := b.Earned(p, events)
		for _, e := range entries {
			if e.Clause == "" {
				t.Errorf("Parse(%q) scores %s without a clause (%v)", src, e.Kind, err)
			}
		}
	})
}

// FuzzParsePoints: what is read is written the same again.
func FuzzParsePoints(f *testing.F) {
	for _, s := range []string{"3", "-0.5", "1/3", "1e9", "0x10", "1/0", "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePoints(s)
		if err != nil {
			return
		}
		again, err := ParsePoints(p.String())
		if err != nil || again.Cmp(p) != 0 {
			t.Errorf("ParsePoints(%q).String() = %q, read again %v (%v)", s, p, again, err)
		}
	})
}
