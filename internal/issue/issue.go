// Package issue is publications, placements and numbered issues (期).
//
// Adopting is creating a placement: in a publication's tray at first, arranged
// in an issue later, printed with it. One filing may have several placements.
// "Adopted" and "published" of a filing are read from its placements.
//
// A published issue is immutable: what it carried is frozen in its placements as
// printed. A correction or a recall is a new fact and a mark on the placement,
// never a change of what was printed.
package issue

import (
	"strconv"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Publication is a numbered bulletin of an office.
type Publication struct {
	ID      ident.Publication `json:"id"`
	Office  ident.Unit        `json:"office"`
	Code    string            `json:"code"` // outlets match by (level, code)
	Name    string            `json:"name"`
	Level   org.Level         `json:"level"`
	Columns []string          `json:"columns"`
	MaxBody int               `json:"max_body,omitempty"` // longest text it likes, in runes
	From    org.Date          `json:"from,omitempty"`
	Until   org.Date          `json:"until,omitempty"`
	Version int64             `json:"version"`

	// ReprintDays is how long what an office above printed is offered for the
	// next issue (回采); 0: not at all.
	ReprintDays int `json:"reprint_days,omitempty"`
}

// Check says what is wrong with a publication.
func (p Publication) Check() []fault.Field {
	bad := org.Text("code", p.Code, 1, org.MaxCode)
	bad = append(bad, org.Text("name", p.Name, 1, org.MaxName)...)
	if len(p.Columns) == 0 {
		bad = append(bad, fault.Field{Path: "columns", Code: "required"})
	}
	for i, c := range p.Columns {
		bad = append(bad, org.Text("columns["+strconv.Itoa(i)+"]", c, 1, org.MaxShort)...)
	}
	if p.ReprintDays < 0 || p.ReprintDays > MaxReprintDays {
		bad = append(bad, fault.Field{Path: "reprint_days", Code: "out_of_range", Params: fault.Pairs("min", "0", "max", strconv.Itoa(MaxReprintDays))})
	}
	return bad
}

// ReadBy is one row of a publication's distribution list: 报, 送 or 发 to a unit.
type ReadBy struct {
	Publication ident.Publication `json:"publication"`
	Unit        ident.Unit        `json:"unit"`
	Manner      string            `json:"manner"` // report (报), send (送), issue (发)
	Order       int               `json:"order"`
}

// Manners of distribution, in the order of the imprint.
var Manners = []string{"report", "send", "issue"}

// State is where an issue is.
type State string

// The states of an issue.
const (
	// Open is being arranged by the desk.
	Open State = "open"
	// Proposed lies before the chief editor, who approves or sends it back.
	Proposed State = "proposed"
	// Approved is signed; it can only be published or, before that, sent back.
	Approved State = "approved"
	// Published is printed and frozen for ever.
	Published State = "published"
)

// States lists them.
var States = []State{Open, Proposed, Approved, Published}

// Issue is one number of a publication.
type Issue struct {
	ID          ident.Issue       `json:"id"`
	Publication ident.Publication `json:"publication"`
	Office      ident.Unit        `json:"office"`
	Year        int               `json:"year"`
	Number      int               `json:"number"`
	State       State             `json:"state"`
	Title       string            `json:"title,omitempty"` // set for a special issue
	Remark      string            `json:"remark,omitempty"`
	OpenedBy    ident.Person      `json:"opened_by"`
	Opened      int64             `json:"opened"`
	ApprovedBy  ident.Person      `json:"approved_by,omitempty"`
	ApprovedAt  int64             `json:"approved_at,omitempty"`
	PublishedAt int64             `json:"published_at,omitempty"`
	Updated     int64             `json:"updated"`
	Version     int64             `json:"version"`
}

// Label is the number as printed: 2026年第49期 is made by the edge; this is its
// stable form, 2026-49.
func (i Issue) Label() string { return strconv.Itoa(i.Year) + "-" + strconv.Itoa(i.Number) }

// Schedule says when an issue comes out by itself: approved by then, it is
// published at that time in the name of whoever said so. Sending the issue back
// takes the time away; one that could not be done stays, with why.
type Schedule struct {
	Issue    ident.Issue  `json:"issue"`
	At       int64        `json:"at"`
	Dispatch bool         `json:"dispatch"`
	By       ident.Person `json:"by"`
	Post     ident.Post   `json:"post,omitempty"`
	Made     int64        `json:"made"`
	FailedAt int64        `json:"failed_at,omitempty"`
	Why      string       `json:"why,omitempty"` // the code of what stood against it
}

// MaxReprintDays bounds Publication.ReprintDays.
const MaxReprintDays = 366

// PlaceState is where a placement is.
type PlaceState string

// The states of a placement.
const (
	// Tray is adopted and waits for an issue.
	Tray PlaceState = "tray"
	// Arranged has a place in an open issue.
	Arranged PlaceState = "arranged"
	// Printed was published with its issue; its text is frozen.
	Printed PlaceState = "published"
	// Corrected was printed and later corrected; both texts are kept.
	Corrected PlaceState = "corrected"
	// Recalled was printed and called back; its readers are told.
	Recalled PlaceState = "recalled"
	// Gone was unadopted before printing; the fact stays.
	Gone PlaceState = "gone"
)

// PlaceStates lists them.
var PlaceStates = []PlaceState{Tray, Arranged, Printed, Corrected, Recalled, Gone}

// Live reports whether the placement still counts as an adoption.
func (s PlaceState) Live() bool { return s != Gone && s != Recalled }

// WasPrinted reports whether readers have seen it.
func (s PlaceState) WasPrinted() bool { return s == Printed || s == Corrected || s == Recalled }

// Placement is a filing in a publication.
type Placement struct {
	ID          ident.Placement   `json:"id"`
	Filing      ident.Filing      `json:"filing"`
	Office      ident.Unit        `json:"office"`
	Publication ident.Publication `json:"publication"`
	Issue       ident.Issue       `json:"issue,omitempty"`
	Column      string            `json:"column,omitempty"`
	Slot        int               `json:"slot"`
	Form        string            `json:"form"`
	State       PlaceState        `json:"state"`
	Revision    int               `json:"revision"` // the desk revision that was adopted
	Title       string            `json:"title"`
	Body        string            `json:"body,omitempty"` // frozen at publication
	Correction  string            `json:"correction,omitempty"`
	Remark      string            `json:"remark,omitempty"`
	By          ident.Person      `json:"by"`
	Made        int64             `json:"made"`
	Updated     int64             `json:"updated"`
	Version     int64             `json:"version"`
}
