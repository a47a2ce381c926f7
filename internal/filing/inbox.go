package filing

import (
	"encoding/json"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Deed is the newest thing done to a filing that can be taken back: by whom,
// at which version, and what the filing was before.
type Deed struct {
	Person  ident.Person
	Verb    org.Verb
	Version int64
	At      int64
	Before  Filing
}

// UndoFor is how long a deed can be taken back, in microseconds: half an hour.
const UndoFor = 30 * 60 * 1_000_000

// CanUndo are the verbs whose inverse leaves nobody misled: they only say where
// a filing lies and who has it. What was told to the unit, as a return is, or
// put into a publication is not among them.
var CanUndo = []org.Verb{Receive, Assign, Hold, Decline, Resume, MarkReady}

// Restore puts a filing back to how it lay before the deed. Its register number
// stays: a number is given once.
func (d Deed) Restore(f *Filing) {
	b := d.Before
	f.State, f.Holder, f.Since, f.Reason, f.Remark, f.Due, f.ReceivedAt = b.State, b.Holder, b.Since, b.Reason, b.Remark, b.Due, b.ReceivedAt
}

// View is a list with its filters under a name: one person's, or the office's.
type View struct {
	ID     string       `json:"id"`
	Office ident.Unit   `json:"office"`
	Person ident.Person `json:"person,omitempty"` // "" = everybody's at the office
	Name   string       `json:"name"`
	Query  string       `json:"query"` // the list's address after the question mark
	By     ident.Person `json:"by"`
	At     int64        `json:"at"`
}

// Lot is one verb done to many filings and what came of each.
type Lot struct {
	ID      string       `json:"id"`
	Person  ident.Person `json:"person"`
	Verb    org.Verb     `json:"verb"`
	At      int64        `json:"at"`
	Done    int          `json:"done"`
	Refused int          `json:"refused"`
	Results []LotRow     `json:"results"`
}

// LotRow is what came of one filing: done, or why not.
type LotRow struct {
	Filing ident.Filing   `json:"filing"`
	Title  string         `json:"title,omitempty"`
	Done   bool           `json:"done"`
	Why    []fault.Reason `json:"why,omitempty"`
}

// Went are the filings of which the verb was done.
func (t Lot) Went() []ident.Filing {
	var out []ident.Filing
	for _, r := range t.Results {
		if r.Done {
			out = append(out, r.Filing)
		}
	}
	return out
}

// Titled is a filing as far as its title is compared with others.
type Titled struct {
	ID    ident.Filing `json:"id"`
	Unit  ident.Unit   `json:"unit"`
	State State        `json:"state"`
	Title string       `json:"title"`

	Version int64 `json:"-"`
}

// Packed writes a filing for a deed.
func Packed(f Filing) (string, error) {
	b, err := json.Marshal(f)
	return string(b), err
}
