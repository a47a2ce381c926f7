package flow

import (
	"slices"
	"strconv"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/item"
	"xinshu/internal/text"
)

// Figures are the numbers of a composite laid beside those of its sources.
type Figures struct {
	Differences []Difference  `json:"differences,omitempty"`
	Worked      []text.Worked `json:"worked,omitempty"`
}

// Difference is a figure on which the sources do not agree, under its number,
// and how it was settled.
type Difference struct {
	No int `json:"no"`
	text.Difference
	Settled *filing.Settlement `json:"settled,omitempty"`
}

// Open are the differences nobody has settled.
func (f Figures) Open() []Difference {
	return slices.DeleteFunc(slices.Clone(f.Differences), func(d Difference) bool { return d.Settled != nil })
}

// WeighFigures lays the paragraphs of a text beside its sources. A difference is
// settled while the sources say what they said then and the text has the figure
// that it had then.
func WeighFigures(paragraphs []string, told []text.Told, settled []filing.Settlement) Figures {
	w := text.Weigh(paragraphs, told)
	out := Figures{Worked: w.Worked}
	for i, d := range w.Differences {
		x := Difference{No: i + 1, Difference: d}
		for _, s := range settled {
			if s.Key == d.Key && s.As == d.Written {
				x.Settled = &s
			}
		}
		out.Differences = append(out.Differences, x)
	}
	return out
}

// settled are the settlements kept with a composite's newest text.
func (t *act) settled(fl filing.Filing) ([]filing.Settlement, error) {
	_, settled, _, err := t.Tx.Sourcing(fl.ID, fl.Revision)
	return settled, err
}

// figures lays a composite beside its sources.
func (t *act) figures(fl filing.Filing, paragraphs []string, sources []filing.Filing, bodies []string) (Figures, error) {
	settled, err := t.settled(fl)
	if err != nil {
		return Figures{}, err
	}
	told := make([]text.Told, len(sources))
	for i, s := range sources {
		u, err := t.Unit(s.Unit)
		if err != nil {
			return Figures{}, err
		}
		told[i] = text.Told{Name: u.Label(), Body: bodies[i]}
	}
	return WeighFigures(paragraphs, told, settled), nil
}

// mostKey bounds the name of a difference, and a figure as it is written.
const mostKey = 64

// checkSettled bounds what is said of figures.
func checkSettled(settled []filing.Settlement) (bad []fault.Field) {
	if len(settled) > filing.MaxSettled {
		return []fault.Field{{Path: "settled", Code: "too_many", Params: fault.Pairs("max", strconv.Itoa(filing.MaxSettled))}}
	}
	for i, s := range settled {
		at := "settled[" + strconv.Itoa(i) + "]."
		bad = append(bad, item.CheckRemark(at+"note", s.Note, false)...)
		if n := max(len(s.Key), text.Runes(s.As)); n > mostKey {
			bad = append(bad, fault.Field{Path: at + "key", Code: "too_long", Params: fault.Pairs("max", strconv.Itoa(mostKey), "have", strconv.Itoa(n), "over", strconv.Itoa(n-mostKey))})
		}
	}
	return bad
}

// checkFigures counts the figures of a composite on which its sources do not
// agree and that nobody has settled.
func (t *act) checkFigures(fl filing.Filing, body string, from []filing.Filing) (string, error) {
	bodies, err := t.sourceTexts(from)
	if err != nil {
		return "", err
	}
	w, err := t.figures(fl, text.Paragraphs(body), from, bodies)
	if err != nil || len(w.Open()) == 0 {
		return "", err
	}
	return strconv.Itoa(len(w.Open())), nil
}
