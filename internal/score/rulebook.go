package score

import (
	"slices"

	"xinshu/internal/org"
)

// Rulebook is a published assessment method (考核办法): dated, readable, with
// clause numbers. Its parts stand in the order in which they are applied; what
// is left out does nothing. docs/rulebook.md teaches it by example.
type Rulebook struct {
	Title  string  `yaml:"title"`
	Number string  `yaml:"number,omitempty"` // the document's number: 常政办发〔2014〕97号
	Office string  `yaml:"office"`           // unit code of the assessing office
	From   string  `yaml:"from"`
	Until  string  `yaml:"until,omitempty"` // first day on which it no longer holds
	Source *Source `yaml:"source,omitempty"`

	YearStarts string `yaml:"year_starts,omitempty"` // 11-01; a calendar year where it is not said
	Sharing    string `yaml:"sharing,omitempty"`     // of shared items: split, equal, full
	Round      int    `yaml:"round,omitempty"`       // decimals of a total; exact where it is not said
	RoundBy    string `yaml:"round_by,omitempty"`    // half-up, half-even, down, up
	RoundAt    string `yaml:"round_at,omitempty"`    // total, component
	OneRule    bool   `yaml:"one_rule,omitempty"`    // refuse two rates that could fire for one event
	Visible    string `yaml:"visible,omitempty"`     // own, top, class, all, off

	Publications []Publication `yaml:"publications,omitempty"`
	Targets      []Target      `yaml:"targets,omitempty"`
	Rules        []Rule        `yaml:"rules"`
	Adjust       []Adjust      `yaml:"adjust,omitempty"`
	Combine      []Combine     `yaml:"combine,omitempty"`
	Share        []Sharing     `yaml:"share,omitempty"`
	Credit       []Credit      `yaml:"credit,omitempty"`
	Measures     []Measure     `yaml:"measures,omitempty"`
	Period       []PeriodRule  `yaml:"period,omitempty"`
	Strikes      []Strike      `yaml:"strikes,omitempty"`
	Components   []Component   `yaml:"components,omitempty"`
	Total        *Component    `yaml:"total,omitempty"`
	Manual       []Manual      `yaml:"manual,omitempty"`
	Persons      *Persons      `yaml:"persons,omitempty"`
	Fees         []Rule        `yaml:"fees,omitempty"`
	Ranking      Ranking       `yaml:"ranking,omitempty"`
	Awards       []Award       `yaml:"awards,omitempty"`
	Lists        []List        `yaml:"lists,omitempty"`
	Examples     []Example     `yaml:"examples,omitempty"`

	Warnings []Warning `yaml:"-"` // what the check found and does not refuse

	from, until org.Date
	byCode      map[string]*Publication
	others      []*Publication
	effects     bool // some rule takes away what an item earned, or counts only unless something happens to it
}

// Source says where a shipped rulebook comes from and what of it was not seen. A
// rule that was not visible is named here and never invented.
type Source struct {
	Place   string   `yaml:"place,omitempty"`
	Year    string   `yaml:"year,omitempty"`
	Seen    string   `yaml:"seen,omitempty"`
	Missing []string `yaml:"missing,omitempty"`
	Read    []string `yaml:"read,omitempty"` // where two readings were possible, which one is taken
}

// Publication is a place an item can be printed in: its level and its group of
// like ones. An entry without a code stands for every other of its level.
type Publication struct {
	Clause string `yaml:"clause,omitempty"`
	Code   string `yaml:"code,omitempty"`
	Name   string `yaml:"name,omitempty"`
	Level  string `yaml:"level,omitempty"`
	Group  string `yaml:"group,omitempty"`
	Like   string `yaml:"like,omitempty"`  // is scored as this one
	Times  Amount `yaml:"times,omitempty"` // and counts for so much of it
}

// Rule is one row of the rate table. Empty fields match everything; the first
// rule that matches an event is the one that fires.
type Rule struct {
	Clause    string `yaml:"clause"`
	Text      string `yaml:"text,omitempty"`
	Match     `yaml:",inline"`
	Points    Amount `yaml:"points"`
	Again     Amount `yaml:"again,omitempty"`     // for the second and every later one of the same item
	Item      Amount `yaml:"item,omitempty"`      // what the item keeps of its own points, not of its fee: 0, 1/2
	Unless    Many   `yaml:"unless,omitempty"`    // stands down where such an event of the item is scored
	Component string `yaml:"component,omitempty"` // where the points go
	To        string `yaml:"to,omitempty"`        // of a fee: unit, author
}

// Adjust changes what a rate gives: ×2 on the front page, +1 for a picture.
type Adjust struct {
	Clause string `yaml:"clause"`
	Text   string `yaml:"text,omitempty"`
	Match  `yaml:",inline"`
	Times  Amount `yaml:"times,omitempty"`
	Plus   Amount `yaml:"plus,omitempty"`
}

// Combine says what several points of one item come to.
type Combine struct {
	Clause  string `yaml:"clause"`
	Text    string `yaml:"text,omitempty"`
	Match   `yaml:",inline"`
	By      Many     `yaml:"by,omitempty"` // what must be the same besides unit and item: level, group, publication, leader_level, event
	Keep    string   `yaml:"keep"`         // all, highest, first, factors
	Factors []Amount `yaml:"factors,omitempty"`
	Within  string   `yaml:"within,omitempty"` // month, quarter, half, year; the assessment year where it is not said
}

// Sharing says who gets what of a shared item.
type Sharing struct {
	Clause string `yaml:"clause"`
	Text   string `yaml:"text,omitempty"`
	Match  `yaml:",inline"`
	How    string `yaml:"how"`            // split: as recorded; equal; full; each; lead
	Each   Amount `yaml:"each,omitempty"` // with each: what every one gets of it
}

// Credit books what units of a class earn to the unit above them.
type Credit struct {
	Clause string           `yaml:"clause"`
	Text   string           `yaml:"text,omitempty"`
	Match  `yaml:",inline"` // class and unit are those of who earns
	Keep   bool             `yaml:"keep,omitempty"` // the unit keeps them too
}

// Measure is something that is counted over a period, under a name that period
// rules, rankings, awards and lists use.
type Measure struct {
	Name      string `yaml:"name"`
	Match     `yaml:",inline"`
	Once      bool    `yaml:"once,omitempty"`      // an item counts once however often it happens to it
	Fraction  bool    `yaml:"fraction,omitempty"`  // a shared item counts by the share
	Weigh     []Weigh `yaml:"weigh,omitempty"`     // four briefs count as one
	Points    bool    `yaml:"points,omitempty"`    // points instead of events
	Total     bool    `yaml:"total,omitempty"`     // the total as the components make it, with base and bounds
	Component Many    `yaml:"component,omitempty"` // of points: only these
	Ratio     *Ratio  `yaml:"ratio,omitempty"`
	Kinds     string  `yaml:"kinds,omitempty"` // counts how many different ones: publication, form, genre, month
}

// Weigh is what one event counts.
type Weigh struct {
	Match `yaml:",inline"`
	As    Amount `yaml:"as"`
}

// Ratio divides one measure by another.
type Ratio struct {
	Of string `yaml:"of"`
	To string `yaml:"to"`
}

// Target is what a unit or a class owes, by year.
type Target struct {
	Clause string `yaml:"clause,omitempty"`
	Name   string `yaml:"name"`
	Class  Many   `yaml:"class,omitempty"`
	Unit   Many   `yaml:"unit,omitempty"`
	Year   Many   `yaml:"year,omitempty"`
	Amount Amount `yaml:"amount"`
}

// PeriodRule compares a measure with a target at the end of every month, quarter
// or year.
type PeriodRule struct {
	Clause      string `yaml:"clause"`
	Text        string `yaml:"text,omitempty"`
	Name        string `yaml:"name"`
	Class       Many   `yaml:"class,omitempty"`
	Unit        Many   `yaml:"unit,omitempty"`
	Every       string `yaml:"every"` // week, month, quarter, half, year
	Measure     string `yaml:"measure"`
	Target      Amount `yaml:"target,omitempty"`       // a number, or the name of a target
	PerHead     Amount `yaml:"per_head,omitempty"`     // target = this × head-count
	Met         Amount `yaml:"met,omitempty"`          // points where the target is met
	Missed      Amount `yaml:"missed,omitempty"`       // points where it is not
	Ratio       Amount `yaml:"ratio,omitempty"`        // points × done/target, at most all of them
	EachMissing Amount `yaml:"each_missing,omitempty"` // points for each that is missing
	MissingMost Amount `yaml:"missing_most,omitempty"` // and no more than this in all
	EachOver    Amount `yaml:"each_over,omitempty"`    // points for each above the target
	OverMost    Amount `yaml:"over_most,omitempty"`    // and no more than this in all
	Points      Amount `yaml:"points,omitempty"`       // an expression over done, target, missing, over, headcount
	Gain        Amount `yaml:"gain,omitempty"`         // points for each above the same measure of the period before; none for a unit that was not there all of it
	Fee         bool   `yaml:"fee,omitempty"`          // the amounts are money
	Component   string `yaml:"component,omitempty"`
	Empty       string `yaml:"empty,omitempty"` // a ratio of nothing: skip, met, missed
	Zero        string `yaml:"zero,omitempty"`  // where it is missed: period, year, or a component's name
	Bar         Many   `yaml:"bar,omitempty"`   // where it is missed: these awards, or all
	Mark        string `yaml:"mark,omitempty"`  // where it is missed: this word stands beside the unit
}

// Strike counts failures and acts at the nth.
type Strike struct {
	Clause      string `yaml:"clause"`
	Text        string `yaml:"text,omitempty"`
	Name        string `yaml:"name"`
	Match       `yaml:",inline"`
	Missed      Many   `yaml:"missed,omitempty"` // names of period rules whose misses count
	Within      string `yaml:"within,omitempty"` // month, quarter, half, year
	At          int    `yaml:"at"`
	Every       bool   `yaml:"every,omitempty"`       // again at 2n, 3n …
	Consecutive bool   `yaml:"consecutive,omitempty"` // of period rules: one after the other
	Points      Amount `yaml:"points,omitempty"`
	Component   string `yaml:"component,omitempty"`
	Zero        string `yaml:"zero,omitempty"` // month, quarter, half, year, or a component's name
	Bar         Many   `yaml:"bar,omitempty"`
	Mark        string `yaml:"mark,omitempty"`
}

// Component is a part of the total with a base, bounds and a weight of its own.
// The total itself is one, made of the others.
type Component struct {
	Name   string `yaml:"name,omitempty"`
	Clause string `yaml:"clause,omitempty"`
	Text   string `yaml:"text,omitempty"`
	Every  string `yaml:"every,omitempty"` // bounds hold for each month, quarter …; for the period that is asked for where it is not said
	Base   Amount `yaml:"base,omitempty"`
	Mean   string `yaml:"mean,omitempty"` // item, month
	Floor  Amount `yaml:"floor,omitempty"`
	Cap    Amount `yaml:"cap,omitempty"`
	Times  Amount `yaml:"times,omitempty"` // weight: 3/100
	Of     Amount `yaml:"of,omitempty"`    // full mark of the conversion
	Into   Amount `yaml:"into,omitempty"`  // converted: × into/of, no more than into
}

// Manual is a line somebody scores by hand, with a reason, evidence and a second
// person's confirmation.
type Manual struct {
	Clause    string `yaml:"clause"`
	Text      string `yaml:"text,omitempty"`
	Code      string `yaml:"code"`
	Name      string `yaml:"name"`
	Min       Amount `yaml:"min,omitempty"`
	Max       Amount `yaml:"max,omitempty"`
	Component string `yaml:"component,omitempty"`
}

// Persons is the track of named authors beside the track of units.
type Persons struct {
	Clause string `yaml:"clause"`
	Text   string `yaml:"text,omitempty"`
	Match  `yaml:",inline"`
	How    string `yaml:"how"` // equal, full, each
	Each   Amount `yaml:"each,omitempty"`
	Most   int    `yaml:"most,omitempty"` // names that count
}

// Ranking orders the units of a class.
type Ranking struct {
	Clause  string `yaml:"clause,omitempty"`
	By      string `yaml:"by,omitempty"`   // a measure; the total where it is not said
	Then    Many   `yaml:"then,omitempty"` // measures that part a tie
	Classes Many   `yaml:"classes,omitempty"`
	Apart   Many   `yaml:"apart,omitempty"` // classes that are listed and not ranked
}

// Award is proposed by the rulebook and decided by a person.
type Award struct {
	Clause string   `yaml:"clause"`
	Text   string   `yaml:"text,omitempty"`
	Name   string   `yaml:"name"`
	Class  Many     `yaml:"class,omitempty"`
	Top    int      `yaml:"top"`
	By     string   `yaml:"by,omitempty"` // total, gain, item, person or a measure
	Least  Amount   `yaml:"least,omitempty"`
	Asks   []string `yaml:"asks,omitempty"` // what a person must look at: named leader, system in place
}

// List names units a measure says nothing good of: the zero list.
type List struct {
	Clause  string `yaml:"clause,omitempty"`
	Name    string `yaml:"name"`
	Measure string `yaml:"measure"`
	Most    Amount `yaml:"most"` // at most so many
	Class   Many   `yaml:"class,omitempty"`
}

// Example is a worked case: it runs before the rulebook may be activated.
type Example struct {
	Name   string            `yaml:"name"`
	Period string            `yaml:"period"`
	Units  string            `yaml:"units,omitempty"` // CSV as a file has it
	Events string            `yaml:"events"`
	Expect map[string]string `yaml:"expect"` // unit, or unit/component, person:name, fee:name → exact text
}

// Classes are the classes of units that some row of the rulebook is about.
func (b *Rulebook) Classes() (names []string) {
	lists := []Many{b.Ranking.Classes, b.Ranking.Apart}
	for _, m := range b.matches() {
		lists = append(lists, m.Class)
	}
	for _, t := range b.Targets {
		lists = append(lists, t.Class)
	}
	for _, p := range b.Period {
		lists = append(lists, p.Class)
	}
	for _, a := range b.Awards {
		lists = append(lists, a.Class)
	}
	for _, l := range b.Lists {
		lists = append(lists, l.Class)
	}
	for _, list := range lists {
		for _, name := range list {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
