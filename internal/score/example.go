package score

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Fault is what a worked example gave against what the rulebook says it gives.
type Fault struct {
	Example string `json:"example"`
	Who     string `json:"who"`
	Got     string `json:"got"`
	Want    string `json:"want"`
}

func (f Fault) Error() string {
	return fmt.Sprintf("example %q: %s has %s, want %s", f.Example, f.Who, f.Got, f.Want)
}

// RunExamples works out every example of the rulebook and says where one does not
// come out.
func (b *Rulebook) RunExamples() (bad []Fault) {
	for _, e := range b.Examples {
		res, err := b.run(e)
		if err != nil {
			bad = append(bad, Fault{Example: e.Name, Who: "the run", Got: err.Error(), Want: "a result"})
			continue
		}
		for _, who := range slices.Sorted(maps.Keys(e.Expect)) {
			want := e.Expect[who]
			if got := res.Of(who); got != want && !sameNumber(got, want) {
				bad = append(bad, Fault{Example: e.Name, Who: who, Got: got, Want: want})
			}
		}
	}
	return bad
}

func sameNumber(a, b string) bool {
	p, err := ParsePoints(a)
	q, err2 := ParsePoints(b)
	return err == nil && err2 == nil && p.Cmp(q) == 0
}

func (b *Rulebook) run(e Example) (*Result, error) {
	var units []Unit
	var err error
	if strings.TrimSpace(e.Units) != "" {
		if units, err = ReadUnits(strings.NewReader(e.Units)); err != nil {
			return nil, fmt.Errorf("units: %w", err)
		}
	}
	var events []Event
	if strings.TrimSpace(e.Events) != "" {
		err = ReadEvents(strings.NewReader(e.Events), func(ev *Event) error {
			events = append(events, *ev)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("events: %w", err)
		}
	}
	p, ok := b.PeriodOf(e.Period)
	if !ok {
		return nil, fmt.Errorf("%q is not a period", e.Period)
	}
	always := *b // an example is about the sum: it comes out on whatever day the rulebook begins
	always.from, always.until = 0, 0
	return always.Score(Input{Register: NewRegister(units), Period: p}, events)
}

// PeriodOf reads a period as this rulebook divides time: its year 2023 may begin
// in November 2023.
func (b *Rulebook) PeriodOf(s string) (Period, bool) {
	p, ok := ParsePeriod(s)
	cal, _ := parseYearStart(b.YearStarts)
	if !ok || cal == (calendar{1, 1}) || strings.Contains(s, "..") {
		return p, ok
	}
	switch len(s) {
	case 4:
		p = cal.span(Year, p.From/10000*10000+1231)
	case 7:
		if s[4:6] == "-Q" {
			year := cal.span(Year, p.From/10000*10000+1231)
			p.From = plusMonths(year.From, 3*int(s[6]-'1'))
			p.Until = plusMonths(p.From, 3)
		}
	}
	p.Label = s
	return p, true
}

// Of reads one number of a result by name: "unit", "unit/component",
// "unit#measure", "unit rank", "person:name", "fee:name", "award:name" (who gets it,
// by comma), "list:name".
func (r *Result) Of(who string) string {
	kind, name, found := strings.Cut(who, ":")
	if !found {
		return of(r.Standings, who)
	}
	switch kind {
	case "person":
		return of(r.Persons, name)
	case "fee":
		return of(r.Fees, name)
	case "award":
		var names []string
		for _, a := range r.Awards {
			if a.Award == name && a.Barred == "" {
				names = append(names, a.Who)
			}
		}
		return strings.Join(names, ",")
	case "list":
		for _, l := range r.Lists {
			if l.Name == name {
				return strings.Join(texts(l.Units), ",")
			}
		}
	}
	return ""
}

func of(list []Standing, who string) string {
	for _, s := range list {
		name := cmp.Or(string(s.Unit), s.Person)
		rest, ok := strings.CutPrefix(who, name)
		switch {
		case !ok:
		case rest == "":
			return s.Points.String()
		case rest == " rank":
			if s.Tied {
				return fmt.Sprintf("%d=", s.Rank)
			}
			return fmt.Sprint(s.Rank)
		case rest == " marks":
			var words []string
			for _, m := range s.Marks {
				words = append(words, m.Word)
			}
			return strings.Join(words, ",")
		case rest[0] == '/':
			for _, c := range s.Components {
				if c.Name == rest[1:] {
					return c.Points.String()
				}
			}
		case rest[0] == '#':
			for _, m := range s.Measures {
				if m.Name == rest[1:] && m.Known {
					return m.Value.String()
				}
			}
		}
	}
	return "nothing"
}
