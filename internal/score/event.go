package score

import (
	"slices"

	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// EventKind is what can be scored: editorial outcomes only.
type EventKind string

// The scoring events. There is none for activity.
const (
	Submitted        EventKind = "submitted"         // handed to the office
	Forwarded        EventKind = "forwarded"         // sent on to the office above
	Adopted          EventKind = "adopted"           // printed in a publication
	Instructed       EventKind = "instructed"        // a leader wrote an instruction on it
	Commissioned     EventKind = "commissioned"      // a commission was met
	CommissionMissed EventKind = "commission-missed" // a commission was not met
	FeedbackMissed   EventKind = "feedback-missed"   // nothing came back on an instruction
	Late             EventKind = "late"
	Missed           EventKind = "missed"
	Understated      EventKind = "understated"
	False            EventKind = "false"
	Concealed        EventKind = "concealed"
	Wrong            EventKind = "error" // criticised by the office above
	Plagiarised      EventKind = "plagiarised"
	Negative         EventKind = "negative"  // bad news about the unit itself
	Charged          EventKind = "charged"   // points the office lost above because of the unit
	Converted        EventKind = "converted" // became a policy, a proposal, a decision
	Excellent        EventKind = "excellent" // chosen as an excellent item
	Attended         EventKind = "attended"  // a training, a secondment
	ByHand           EventKind = "manual"    // a line somebody scored, with evidence
	Recalled         EventKind = "recalled"  // called back after printing

	// TakenBack undoes an earlier event; no rule can name it.
	TakenBack EventKind = "taken-back"
)

// EventKinds is the closed list of what a rule can name.
var EventKinds = []EventKind{Submitted, Forwarded, Adopted, Instructed, Commissioned, CommissionMissed, FeedbackMissed, Late, Missed, Understated, False, Concealed, Wrong, Plagiarised, Negative, Charged, Converted, Excellent, Attended, ByHand, Recalled}

// earlier are words of stored events and rulebooks that mean the same.
var earlier = map[string]EventKind{"published": Adopted, "taken_back": TakenBack}

// UnmarshalText also reads the words of earlier versions.
func (k *EventKind) UnmarshalText(b []byte) error {
	*k = EventKind(b)
	if now, ok := earlier[string(b)]; ok {
		*k = now
	}
	return nil
}

func (k EventKind) valid() bool { return slices.Contains(EventKinds, k) }

// Share is one contributor's part of a shared item; a part that is not said is
// nought over nought and only fits a rulebook that divides by itself.
type Share struct {
	Unit ident.Unit `json:"unit"`
	Part Points     `json:"part"`
	Said bool       `json:"said"`
}

// Event is a fact as a rulebook sees it: what happened to one item on one day.
type Event struct {
	Fact     ident.Fact   `json:"fact"`
	Kind     EventKind    `json:"kind"`
	Desk     ident.Unit   `json:"desk"` // the assessing office
	Unit     ident.Unit   `json:"unit"` // whose points they are, first of all
	Item     ident.Item   `json:"item"`
	Filing   ident.Filing `json:"filing"`
	Level    string       `json:"level"`  // where it happened
	Outlet   string       `json:"outlet"` // publication code
	Name     string       `json:"name"`
	Issue    string       `json:"issue"`
	Form     string       `json:"form"`
	Genre    string       `json:"genre"`
	Title    string       `json:"title"`
	Num      int64        `json:"num"` // the share of this filing in what happened
	Den      int64        `json:"den"`
	Occurred int64        `json:"occurred"`
	Recorded int64        `json:"recorded"`

	Day          org.Date   `json:"day,omitempty"`     // decides the period
	Arrived      org.Date   `json:"arrived,omitempty"` // when it was recorded; 0 is the same day
	Length       int        `json:"length,omitempty"`
	Age          int        `json:"age,omitempty"` // days from what it tells of until the office had it
	Prominence   string     `json:"prominence,omitempty"`
	Attachments  string     `json:"attachments,omitempty"`
	Route        string     `json:"route,omitempty"`
	LeaderLevel  string     `json:"leader_level,omitempty"`
	LeaderRank   string     `json:"leader_rank,omitempty"`
	Disposition  string     `json:"disposition,omitempty"`
	Contributors []Share    `json:"contributors,omitempty"`
	Authors      []string   `json:"authors,omitempty"`
	Given        Points     `json:"points,omitzero"` // by another rulebook, or by hand
	Note         string     `json:"note,omitempty"`
	Undoes       ident.Fact `json:"undoes,omitempty"`

	Line int `json:"-"` // of the file it was read from; 0 otherwise
}

// Unit is a row of the unit register, as it was between two days.
type Unit struct {
	Code      ident.Unit `json:"code"`
	Name      string     `json:"name"`
	Class     string     `json:"class"`
	Parent    ident.Unit `json:"parent,omitempty"`
	Headcount int        `json:"headcount,omitempty"`
	From      org.Date   `json:"from,omitempty"`
	Until     org.Date   `json:"until,omitempty"`
}

// Register is the units of an assessment, each with the rows of its history.
type Register struct {
	rows  map[ident.Unit][]Unit
	order []ident.Unit
}

// NewRegister keeps the order in which units are first named.
func NewRegister(units []Unit) *Register {
	r := &Register{rows: map[ident.Unit][]Unit{}}
	for _, u := range units {
		if _, known := r.rows[u.Code]; !known {
			r.order = append(r.order, u.Code)
		}
		r.rows[u.Code] = append(r.rows[u.Code], u)
	}
	return r
}

// On is a unit as it was on a day; the nearest row where there was none.
func (r *Register) On(code ident.Unit, d org.Date) (Unit, bool) {
	rows := r.rows[code]
	for _, u := range rows {
		if d.In(u.From, u.Until) {
			return u, true
		}
	}
	if len(rows) == 0 {
		return Unit{Code: code}, false
	}
	return rows[len(rows)-1], true
}

// during reports whether a unit was there on some day of a period.
func (r *Register) during(code ident.Unit, p Period) bool {
	return slices.ContainsFunc(r.rows[code], func(u Unit) bool {
		return (u.From == 0 || u.From < p.Until) && (u.Until == 0 || u.Until > p.From)
	})
}

// Tracks of an entry.
const (
	OfUnit   = "unit"
	OfPerson = "person"
	OfFee    = "fee"
)

// Entry is one point movement with the fact and the clause that made it.
type Entry struct {
	Desk       ident.Unit   `json:"desk,omitempty"`
	Unit       ident.Unit   `json:"unit"`
	Person     string       `json:"person,omitempty"`
	Track      string       `json:"track,omitempty"`
	Component  string       `json:"component,omitempty"`
	Item       ident.Item   `json:"item"`
	Filing     ident.Filing `json:"filing"`
	Fact       ident.Fact   `json:"fact"`
	Kind       EventKind    `json:"kind"`
	Clause     string       `json:"clause"`
	Rule       string       `json:"rule"`
	Points     Points       `json:"points"`
	Arithmetic string       `json:"arithmetic"` // "3 × 1/3"
	Level      string       `json:"level"`
	Outlet     string       `json:"outlet"`
	Name       string       `json:"name"`
	Issue      string       `json:"issue"`
	Title      string       `json:"title"`
	Day        org.Date     `json:"day"`            // of recording: what comes late lands in the open period
	Late       org.Date     `json:"late,omitempty"` // the day it is about, where that day's period was closed
	Occurred   int64        `json:"occurred"`
}
