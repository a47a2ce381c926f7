// Package item is authored content and the unit's side of its life: draft,
// submitted to the unit's chain of checks, sent back, signed, withdrawn.
//
// An item keeps one identity from township to centre. Its revisions belong to
// the unit: once the item is signed its text is evidence and never changes; what
// a desk makes of it are revisions of the filing. Sign-off is given to a
// revision, so a later edit makes it stale by comparison.
//
// The package is pure. It has never heard of a desk; what the verb must tell it
// (is anything printed?) arrives in a Case.
package item

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Limits of a text, in runes. An office may set lower ones in its rules.
const (
	MaxTitle       = 200
	MaxBody        = 200_000
	MaxRemark      = 1000
	MaxContact     = 60
	MaxAuthors     = 20
	MaxAttachments = 50
)

// State is where an item is in its unit.
type State string

// The states.
const (
	// Draft is being written. The reporter leaves it by submitting. Nothing has
	// left the unit; a crash loses at most what was typed since the last save.
	Draft State = "draft"
	// Submitted lies before the unit's chain of checks. Each checker passes it
	// on or sends it back; the last signature makes it Signed.
	Submitted State = "submitted"
	// SentBack was returned by a checker of the unit, or by a desk, with a
	// reason. The reporter leaves it by resubmitting a new revision.
	SentBack State = "sent_back"
	// Signed has left the unit: its filings exist. It stays Signed unless a desk
	// returns it or the unit withdraws it.
	Signed State = "signed"
	// Withdrawn was taken back by the unit. Nobody leaves this state.
	Withdrawn State = "withdrawn"
)

// States lists them in order.
var States = []State{Draft, Submitted, SentBack, Signed, Withdrawn}

// Item is authored content as it is now.
type Item struct {
	ID        ident.Item     `json:"id"`
	Unit      ident.Unit     `json:"unit"`
	State     State          `json:"state"`
	Genre     string         `json:"genre"`
	Form      string         `json:"form"`
	Title     string         `json:"title"`            // of the newest revision, for lists
	Length    int            `json:"length"`           // of the newest body, in runes without white space
	Revision  int            `json:"revision"`         // number of the newest
	Signed    int            `json:"signed,omitempty"` // number that was signed
	Lines     []ident.Line   `json:"lines,omitempty"`  // to be filed by, in order
	Authors   []ident.Person `json:"authors,omitempty"`
	Contact   string         `json:"contact,omitempty"`
	Channel   string         `json:"channel"` // how it came: web, telephone, paper, …
	Urgent    bool           `json:"urgent"`
	Checks    []org.Check    `json:"checks,omitempty"` // the chain, frozen at submission
	Round     int            `json:"round"`            // how often it was submitted
	Reason    string         `json:"reason,omitempty"` // why it was sent back
	Remark    string         `json:"remark,omitempty"`
	Due       int64          `json:"due,omitempty"`    // when it is wanted back
	Office    ident.Unit     `json:"office,omitempty"` // set on a composite: the office that made it
	ByOffice  bool           `json:"by_office"`        // entered by a desk for the unit
	Confirmed bool           `json:"confirmed"`        // … and confirmed by the unit
	Source    string         `json:"source,omitempty"` // identity in an imported file
	Writer    ident.Person   `json:"writer"`
	Created   int64          `json:"created"`
	Updated   int64          `json:"updated"`
	Version   int64          `json:"version"`
}

// Revision is one saved text. Owner is an item (the unit's text) or a filing
// (the desk's).
type Revision struct {
	ID     ident.Revision `json:"id"`
	Noun   string         `json:"noun"` // item or filing
	Owner  string         `json:"owner"`
	Number int            `json:"number"`
	Title  string         `json:"title"`
	Body   string         `json:"body"`
	Hash   string         `json:"hash"` // SHA-256 of title, a line feed and body
	By     ident.Person   `json:"by"`
	At     int64          `json:"at"`
	Note   string         `json:"note,omitempty"`
}

// Passed is one check that a revision passed.
type Passed struct {
	Item     ident.Item   `json:"item"`
	Round    int          `json:"round"`
	Check    org.Check    `json:"check"`
	Revision int          `json:"revision"`
	Person   ident.Person `json:"person"`
	Post     ident.Post   `json:"post"`
	At       int64        `json:"at"`
	Remark   string       `json:"remark,omitempty"`
}

// Attachment is a file that goes with an item.
type Attachment struct {
	ID      ident.Attachment `json:"id"`
	Item    ident.Item       `json:"item"`
	Name    string           `json:"name"`
	Media   string           `json:"media"`
	Size    int64            `json:"size"`
	Hash    string           `json:"hash"`
	Caption string           `json:"caption,omitempty"`
	By      ident.Person     `json:"by"`
	At      int64            `json:"at"`
}

// Autosave is typed text that is not a revision yet: never lost, never a fact.
type Autosave struct {
	Noun   string       `json:"noun"`
	Owner  string       `json:"owner"`
	Person ident.Person `json:"person"`
	Title  string       `json:"title"`
	Body   string       `json:"body"`
	Base   int          `json:"base"` // the revision it began from
	At     int64        `json:"at"`
}

// Waiting is the check that must come next: the first of the chain that no
// revision has passed in this round, or a secrecy review that a later edit made
// stale. done is true when nothing waits.
func (it *Item) Waiting(passed []Passed) (check org.Check, done bool) {
	for _, c := range it.Checks {
		if !it.has(passed, c) {
			return c, false
		}
	}
	return "", true
}

func (it *Item) has(passed []Passed, c org.Check) bool {
	return slices.ContainsFunc(passed, func(p Passed) bool {
		return p.Round == it.Round && p.Check == c && (c != org.SecrecyOK || p.Revision == it.Revision)
	})
}

// CheckText says what is wrong with a title and body; max of 0 means the
// product's own limits.
func CheckText(title, body string, maxTitle, maxBody int) []fault.Field {
	if maxTitle <= 0 || maxTitle > MaxTitle {
		maxTitle = MaxTitle
	}
	if maxBody <= 0 || maxBody > MaxBody {
		maxBody = MaxBody
	}
	bad := org.Text("title", title, 1, maxTitle)
	bad = append(bad, org.Text("body", body, 1, maxBody)...)
	if strings.ContainsAny(title, "\n\r") {
		bad = append(bad, fault.Field{Path: "title", Code: "one_line"})
	}
	return bad
}

// CheckDraft says what is wrong with a draft: it may be unfinished, but not
// broken or boundless.
func CheckDraft(title, body string) []fault.Field {
	bad := org.Text("title", title, 0, MaxTitle)
	return append(bad, org.Text("body", body, 0, MaxBody)...)
}

// CheckRemark bounds a remark; it is required where need says so.
func CheckRemark(path, s string, need bool) []fault.Field {
	lo := 0
	if need {
		lo = 1
	}
	return org.Text(path, s, lo, MaxRemark)
}

// Number writes a revision number for a reason's parameters.
func Number(n int) string { return strconv.Itoa(n) }

// Len counts a text in runes.
func Len(s string) int { return utf8.RuneCountInString(s) }
