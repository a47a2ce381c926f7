package ops

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/intake"
	"xinshu/internal/org"
	"xinshu/internal/score"
	"xinshu/rulebooks"
)

// Scoring is a score of files: no installation, no database, nothing but the
// function. The same files give the same bytes.
type Scoring struct {
	Rulebook string // a file, or the id of a shipped one: R05
	Events   string
	Units    string // none: every unit that occurs, without a class
	Period   string
	AsOf     string   // what happened later is not looked at
	Closed   []string // 2023-01=2023-02-05: what arrived after the day counts in the period that was open then
	Explain  string   // a unit's, by code or name, or a person's entries, or AllEntries
}

// AllEntries asks for the entries of everybody.
const AllEntries = "all"

// Scored is what a scoring gives. Every number is exact text.
type Scored struct {
	Rulebook ScoredBook       `json:"rulebook"`
	Period   ScoredPeriod     `json:"period"`
	Events   int              `json:"events"`  // looked at: those of the period and those before it that it depends on
	Outside  int              `json:"outside"` // of the file, in another period
	Classes  []ScoredClass    `json:"classes"`
	Persons  []ScoredUnit     `json:"persons,omitempty"`
	Fees     []ScoredUnit     `json:"fees,omitempty"`
	Awards   []score.Proposal `json:"awards,omitempty"`
	Lists    []score.Named    `json:"lists,omitempty"`
	Entries  []ScoredEntry    `json:"entries,omitempty"`
	Warnings []ScoredWarning  `json:"warnings"`
}

// ScoredBook names the rulebook.
type ScoredBook struct {
	Title  string `json:"title"`
	Number string `json:"number,omitempty"`
	File   string `json:"file"`
}

// ScoredPeriod is the period with both of its days.
type ScoredPeriod struct {
	Label string `json:"label"`
	From  string `json:"from"`
	To    string `json:"to"`
	AsOf  string `json:"as_of,omitempty"`
}

// ScoredClass is the units of a class, the first place first.
type ScoredClass struct {
	Class string       `json:"class"`
	Units []ScoredUnit `json:"units"`
}

// ScoredUnit is a place. Rank 0 is listed and not ranked; tied says that others
// have the same rank.
type ScoredUnit struct {
	Rank       int               `json:"rank"`
	Tied       bool              `json:"tied"`
	Unit       string            `json:"unit"`
	Name       string            `json:"name,omitempty"`
	Points     string            `json:"points"`
	Exact      string            `json:"exact"` // before it was rounded
	Components []ScoredComponent `json:"components,omitempty"`
	Measures   []ScoredMeasure   `json:"measures,omitempty"`
	Marks      []score.Noted     `json:"marks,omitempty"`
	Entries    int               `json:"entries"`
}

// ScoredComponent is a part of a total: what was earned, and what its base,
// bounds and weight make of it.
type ScoredComponent struct {
	Name   string `json:"name"`
	Earned string `json:"earned"`
	Points string `json:"points"`
}

// ScoredMeasure is a measure's value, empty for a ratio of nothing.
type ScoredMeasure struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ScoredEntry is one movement of points.
type ScoredEntry struct {
	Track      string `json:"track"`
	Who        string `json:"who"`
	Day        string `json:"day"`
	Fact       string `json:"fact,omitempty"`
	Line       int    `json:"line,omitempty"` // of the events file
	Item       string `json:"item,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Component  string `json:"component,omitempty"`
	Clause     string `json:"clause"`
	Rule       string `json:"rule,omitempty"`
	Arithmetic string `json:"arithmetic"`
	Points     string `json:"points"`
}

// ScoredWarning is something that did not stop the score and should be looked at.
type ScoredWarning struct {
	Code  string `json:"code"`
	Where string `json:"where,omitempty"`
	Value string `json:"value"`
	Near  string `json:"near,omitempty"`
	Times int    `json:"times"`
	Text  string `json:"text"`
}

// facts are the files of a scoring, read once for any number of rulebooks.
type facts struct {
	events []score.Event
	units  []score.Unit
	line   map[ident.Fact]int
}

// Run scores.
func (s Scoring) Run() (*Scored, error) {
	book, err := openBook(s.Rulebook)
	if err != nil {
		return nil, err
	}
	if s.Period == "" {
		return nil, fault.Bad("--period", "required")
	}
	if _, ok := book.PeriodOf(s.Period); !ok {
		return nil, fault.Bad("--period", "not_a_period", "value", s.Period)
	}
	f, err := readFacts(s.Events, s.Units)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(f.units, func(u score.Unit) bool { return u.Name == s.Explain }); i >= 0 && s.Explain != "" {
		s.Explain = string(f.units[i].Code)
	}
	var entries []ScoredEntry
	var tell func(score.Entry)
	if s.Explain != "" {
		tell = func(e score.Entry) {
			if who := cmp.Or(e.Person, string(e.Unit)); s.Explain == AllEntries || s.Explain == who {
				entries = append(entries, f.entry(e, who))
			}
		}
	}
	out, err := s.on(book, f, tell)
	if err != nil {
		return nil, err
	}
	out.Entries = entries
	if s.Explain != "" && s.Explain != AllEntries && !slices.Contains(out.everybody(), s.Explain) {
		return nil, fault.Bad("--explain", "nobody", "value", s.Explain, "near", fault.Near(s.Explain, out.everybody()))
	}
	return out, nil
}

// on scores what was read; tell is told every entry.
func (s Scoring) on(book *score.Rulebook, f *facts, tell func(score.Entry)) (*Scored, error) {
	p, ok := book.PeriodOf(s.Period)
	if !ok {
		return nil, fault.Bad("--period", "not_a_period", "value", s.Period)
	}
	in := score.Input{Register: score.NewRegister(f.units), Period: p, Explain: tell}
	if s.AsOf != "" {
		if in.AsOf, ok = org.ParseDate(s.AsOf); !ok {
			return nil, fault.Bad("--as-of", "not_a_date", "value", s.AsOf)
		}
	}
	for _, c := range s.Closed {
		label, day, _ := strings.Cut(c, "=")
		span, ok := book.PeriodOf(label)
		on, ok2 := org.ParseDate(day)
		if !ok || !ok2 {
			return nil, fault.Bad("--closed", "not_a_close", "value", c)
		}
		in.Closed = append(in.Closed, score.Close{Period: span, On: on})
	}
	out := &Scored{Rulebook: ScoredBook{book.Title, book.Number, filepath.Base(s.Rulebook)}}
	out.Period = ScoredPeriod{p.Label, p.From.String(), p.Last().String(), in.AsOf.String()}
	res, err := book.Score(in, f.events)
	if err != nil {
		return nil, f.place(s.Events, err)
	}
	out.fill(res)
	out.Outside = f.outside(in)
	out.Warnings = f.warnings(book, res, s)
	if out.Outside > 0 {
		out.Warnings = append(out.Warnings, ScoredWarning{Code: "outside_period", Value: p.Label, Times: out.Outside, Text: fmt.Sprintf("events outside %s, which bring no points in it: %d", p.Label, out.Outside)})
	}
	return out, nil
}

// openBook reads and checks a rulebook: a file, or a shipped one by its id or the
// beginning of it.
func openBook(name string) (*score.Rulebook, error) {
	text, err := bookText(name)
	if err != nil {
		return nil, err
	}
	book, err := score.Parse(text)
	if fields, ok := fault.BadFields(err); ok {
		var bad []fault.Field
		for _, m := range mistakes(fields) {
			bad = append(bad, fault.Field{Path: m.at(filepath.Base(name)), Code: "said", Params: fault.Pairs("text", m.Text)})
		}
		return nil, fault.Fields(bad)
	}
	return book, err
}

func bookText(name string) ([]byte, error) {
	if name == "" {
		return nil, fault.Bad("--rulebook", "required")
	}
	if id := shipped(name); id != "" {
		if _, err := os.Stat(name); err != nil {
			return rulebooks.Open(id)
		}
	}
	f, err := os.Open(name)
	if err != nil {
		if why := errors.Unwrap(err); strings.ContainsAny(name, `./\`) || why == nil {
			return nil, fault.Bad(name, "cannot_read", "why", why.Error())
		}
		return nil, noBook(name)
	}
	defer f.Close()
	t, err := intake.Decode(f, score.MaxRulebook)
	if err != nil {
		return nil, named(name, err)
	}
	text, err := io.ReadAll(t)
	return text, named(name, err)
}

// shipped is the whole id of a shipped rulebook: R05 stands for R05-lianyungang-2007.
func shipped(name string) string {
	for _, id := range shippedIDs() {
		if number, _, _ := strings.Cut(id, "-"); strings.EqualFold(id, name) || strings.EqualFold(number, name) {
			return id
		}
	}
	return ""
}

// noBook names the nearest, by number where only that was said.
func noBook(name string) error {
	known := shippedIDs()
	if !strings.Contains(name, "-") {
		for i, id := range known {
			known[i], _, _ = strings.Cut(id, "-")
		}
	}
	return fault.Bad(name, "no_rulebook", "near", fault.Near(name, known))
}

func shippedIDs() (ids []string) {
	for _, b := range rulebooks.List() {
		ids = append(ids, b.ID)
	}
	return ids
}

// readFacts reads the two files; the first bad line ends it.
func readFacts(events, units string) (*facts, error) {
	if events == "" {
		return nil, fault.Bad("--events", "required")
	}
	f := &facts{line: map[ident.Fact]int{}}
	err := reading(events, func(r io.Reader) error {
		return score.ReadEvents(r, func(e *score.Event) error {
			if first := f.line[e.Fact]; first > 0 {
				return &score.LineError{Line: e.Line, Column: "event", Value: string(e.Fact), Why: "stands on line " + strconv.Itoa(first) + " too; every event has a name of its own"}
			}
			f.line[e.Fact] = e.Line
			f.events = append(f.events, *e)
			return nil
		})
	})
	if err != nil || units == "" {
		return f, err
	}
	return f, reading(units, func(r io.Reader) (err error) {
		f.units, err = score.ReadUnits(r)
		return err
	})
}

// reading opens a text in any of the usual encodings.
func reading(path string, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fault.Bad(path, "cannot_read", "why", errors.Unwrap(err).Error())
	}
	defer f.Close()
	t, err := intake.Decode(f, MaxFile)
	if err == nil {
		err = read(t)
	}
	return named(path, err)
}

// named puts the file before what is wrong with a line of it.
func named(path string, err error) error {
	if err == nil {
		return nil
	}
	name := filepath.Base(path)
	if bad, ok := errors.AsType[*score.LineError](err); ok {
		where := name + ":" + strconv.Itoa(bad.Line)
		if bad.Column == "" {
			return fault.Bad(where, "said", "text", bad.Why)
		}
		return fault.Bad(where, "wrong_cell", "field", "column "+bad.Column, "value", bad.Value, "why", bad.Why)
	}
	if fields, ok := fault.BadFields(err); ok {
		for i := range fields {
			fields[i].Path = strings.Replace(name+":"+fields[i].Path, ":line ", ":", 1)
		}
		return fault.Fields(fields)
	}
	return fault.Bad(name, "cannot_read", "why", err.Error())
}

// place names the line of an event that cannot be scored.
func (f *facts) place(path string, err error) error {
	bad, ok := errors.AsType[*score.EventError](err)
	if !ok {
		return err
	}
	return fault.Bad(fmt.Sprintf("%s:%d", filepath.Base(path), f.line[bad.Fact]), "wrong_event", "event", string(bad.Fact), "clause", cmp.Or(bad.Clause, "?"), "why", bad.Err.Error())
}

func (f *facts) entry(e score.Entry, who string) ScoredEntry {
	return ScoredEntry{Track: e.Track, Who: who, Day: e.Day.String(), Fact: string(e.Fact), Line: f.line[e.Fact], Item: string(e.Item), Kind: string(e.Kind), Component: e.Component,
		Clause: e.Clause, Rule: e.Rule, Arithmetic: e.Arithmetic, Points: e.Points.String()}
}

// outside counts events of another period; what came late for a closed one may
// count in this.
func (f *facts) outside(in score.Input) (n int) {
	for i := range f.events {
		e := &f.events[i]
		if !in.Period.Has(e.Day) && (len(in.Closed) == 0 || !in.Period.Has(e.Arrived)) {
			n++
		}
	}
	return n
}

// fill turns a result into what is shown.
func (o *Scored) fill(res *score.Result) {
	o.Events, o.Awards, o.Lists = res.Events, res.Awards, res.Lists
	o.Classes = []ScoredClass{}
	for _, s := range res.Standings {
		if n := len(o.Classes); n == 0 || o.Classes[n-1].Class != s.Class {
			o.Classes = append(o.Classes, ScoredClass{Class: s.Class})
		}
		c := &o.Classes[len(o.Classes)-1]
		c.Units = append(c.Units, scoredUnit(s))
	}
	for _, s := range res.Persons {
		o.Persons = append(o.Persons, scoredUnit(s))
	}
	for _, s := range res.Fees {
		o.Fees = append(o.Fees, scoredUnit(s))
	}
}

func scoredUnit(s score.Standing) ScoredUnit {
	u := ScoredUnit{Rank: s.Rank, Tied: s.Tied, Unit: cmp.Or(string(s.Unit), s.Person), Name: s.Name, Points: s.Points.String(), Exact: s.Exact.String(), Marks: s.Marks, Entries: s.Entries}
	for _, c := range s.Components {
		u.Components = append(u.Components, ScoredComponent{c.Name, c.Earned.String(), c.Points.String()})
	}
	for _, m := range s.Measures {
		v := ""
		if m.Known {
			v = m.Value.String()
		}
		u.Measures = append(u.Measures, ScoredMeasure{m.Name, v})
	}
	return u
}

// everybody is who can be asked about.
func (o *Scored) everybody() (names []string) {
	for _, c := range o.Classes {
		for _, u := range c.Units {
			names = append(names, u.Unit)
		}
	}
	for _, list := range [][]ScoredUnit{o.Persons, o.Fees} {
		for _, p := range list {
			names = append(names, p.Unit)
		}
	}
	return names
}

// warnings are those of the run, said with what was perhaps meant, and those of
// the files as a whole.
func (f *facts) warnings(book *score.Rulebook, res *score.Result, s Scoring) []ScoredWarning {
	list := []ScoredWarning{}
	var codes, units, classes []string
	for _, p := range book.Publications {
		if p.Code != "" {
			codes = append(codes, p.Code)
		}
	}
	for _, u := range f.units {
		units = append(units, string(u.Code))
		if !slices.Contains(classes, u.Class) {
			classes = append(classes, u.Class)
		}
	}
	for _, w := range res.Warnings {
		out := ScoredWarning{Code: w.Code, Where: w.Where, Value: w.Text, Times: w.Times}
		where := ""
		if line := f.line[ident.Fact(w.Where)]; line > 0 {
			out.Where = fmt.Sprintf("%s:%d", filepath.Base(s.Events), line)
			where = ", first on line " + strconv.Itoa(line)
		}
		switch w.Code {
		case "unknown_publication":
			out.Near = fault.Near(w.Text, codes)
			out.Text = fmt.Sprintf("the rulebook has no publication %s%s; the nearest is %s", w.Text, where, cmp.Or(out.Near, "none"))
		case "unknown_unit":
			out.Near = fault.Near(w.Text, units)
			out.Text = fmt.Sprintf("the units file has no unit %s%s; the nearest is %s", w.Text, where, cmp.Or(out.Near, "none"))
		case "too_many_authors":
			out.Text = fmt.Sprintf("more authors than the %s that count%s", w.Text, where)
		default:
			out.Text = w.Code + " " + w.Text + where
		}
		list = append(list, out)
	}
	if len(f.units) > 0 {
		for _, class := range book.Classes() {
			if !slices.Contains(classes, class) {
				near := fault.Near(class, classes)
				list = append(list, ScoredWarning{Code: "class_without_units", Value: class, Near: near, Times: 1,
					Text: fmt.Sprintf("the rulebook speaks of the class %s, and no unit is in it; the nearest is %s", class, cmp.Or(near, "none"))})
			}
		}
	}
	before := 0
	for i := range f.events {
		if d := f.events[i].Day; res.Period.Has(d) && !book.InForce(d) {
			before++
		}
	}
	if before > 0 {
		list = append(list, ScoredWarning{Code: "not_in_force", Value: book.From, Times: before, Text: fmt.Sprintf("events of the period on days on which the rulebook does not hold (it holds from %s): %d", book.From, before)})
	}
	return list
}

// columns are the components that occur, in their order.
func (o *Scored) columns() (names []string) {
	for _, c := range o.Classes {
		for _, u := range c.Units {
			for _, p := range u.Components {
				if !slices.Contains(names, p.Name) {
					names = append(names, p.Name)
				}
			}
		}
	}
	if len(names) == 1 {
		return nil // it is the total
	}
	return names
}

// place is a rank as it is printed.
func (u ScoredUnit) place() string {
	switch {
	case u.Rank == 0:
		return "-"
	case u.Tied:
		return strconv.Itoa(u.Rank) + "="
	}
	return strconv.Itoa(u.Rank)
}

func (u ScoredUnit) component(name string) string {
	for _, c := range u.Components {
		if c.Name == name {
			return c.Points
		}
	}
	return "0"
}

// Lines are the score for a person at a terminal.
func (o *Scored) Lines() []string {
	head := o.Rulebook.Title + "  " + o.Period.Label
	if o.Period.AsOf != "" {
		head += " as of " + o.Period.AsOf
	}
	out := []string{fmt.Sprintf("%s  (%s to %s, %d events)", head, o.Period.From, o.Period.To, o.Events)}
	parts := o.columns()
	for _, c := range o.Classes {
		out = append(out, "", cmp.Or(c.Class, "(no class)"))
		rows := [][]string{append(append([]string{"rank", "unit", "name"}, headings(parts)...), "points", "marks")}
		for _, u := range c.Units {
			cells := []string{u.place(), u.Unit, u.Name}
			for _, p := range parts {
				cells = append(cells, u.component(p))
			}
			var words []string
			for _, m := range u.Marks {
				words = append(words, m.Word)
			}
			rows = append(rows, append(cells, u.Points, strings.Join(words, ",")))
		}
		out = append(out, aligned(rows)...)
	}
	out = append(out, people("persons", o.Persons)...)
	out = append(out, people("fees", o.Fees)...)
	out = append(out, o.proposals()...)
	if len(o.Entries) > 0 {
		out = append(out, "", "entries")
		rows := [][]string{{"day", "who", "fact", "item", "clause", "rule", "arithmetic", "points"}}
		for _, e := range o.Entries {
			rows = append(rows, []string{e.Day, e.Who, e.Fact, e.Item, e.Clause, e.Rule, e.Arithmetic, e.Points})
		}
		out = append(out, aligned(rows)...)
	}
	return out
}

func headings(names []string) (out []string) {
	for _, n := range names {
		out = append(out, cmp.Or(n, "other"))
	}
	return out
}

func people(title string, list []ScoredUnit) []string {
	if len(list) == 0 {
		return nil
	}
	var rows [][]string
	for _, p := range list {
		rows = append(rows, []string{p.place(), p.Unit, p.Points})
	}
	return append([]string{"", title}, aligned(rows)...)
}

// proposals are the awards and the lists.
func (o *Scored) proposals() (out []string) {
	for _, a := range o.Awards {
		line := strings.TrimSpace(a.Class+" "+a.Award) + " (" + a.Clause + "): " + a.Who + ", " + a.Points.String()
		if a.Tied {
			line += ", tied: to be decided"
		}
		if a.Barred != "" {
			line += ", not proposed: " + a.Barred
		}
		if len(a.Asks) > 0 {
			line += "; to be looked at: " + strings.Join(a.Asks, ", ")
		}
		out = append(out, line)
	}
	for _, l := range o.Lists {
		var units []string
		for _, u := range l.Units {
			units = append(units, string(u))
		}
		out = append(out, l.Name+": "+cmp.Or(strings.Join(units, ", "), "none"))
	}
	if len(out) > 0 {
		out = append([]string{""}, out...)
	}
	return out
}

// aligned pads cells so that columns stand under each other, also with wide signs.
func aligned(rows [][]string) (out []string) {
	var widths []int
	for _, r := range rows {
		for i, c := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], width(c))
		}
	}
	for _, r := range rows {
		var b bytes.Buffer
		for i, c := range r {
			b.WriteString("  " + c + strings.Repeat(" ", widths[i]-width(c)))
		}
		out = append(out, strings.TrimRight(b.String(), " "))
	}
	return out
}

// width is the number of columns of a terminal.
func width(s string) (n int) {
	for _, r := range s {
		if n++; r >= 0x1100 {
			n++
		}
	}
	return n
}

// Said are the warnings as lines.
func (o *Scored) Said() (lines []string) {
	for _, w := range o.Warnings {
		line := w.Text
		if w.Times > 1 && w.Code != "outside_period" && w.Code != "not_in_force" {
			line += fmt.Sprintf(" (%d times)", w.Times)
		}
		lines = append(lines, line)
	}
	return lines
}
