// Package filing is an item laid before one office's desk: the desk's side of
// its life, merging with contributions, and the chain of parents that makes one
// identity from township to centre.
//
// Forwarding makes a new filing at the next office whose parent is this one.
// Merging makes an office-authored composite whose filing has several parents,
// each with a share. A returned item that comes back reopens the same filing.
// Whether the next office lives in this installation, in another or outside is
// not the lifecycle's business.
//
// News flows back along the same chain: Share multiplies down every edge.
package filing

import (
	"math/big"
	"slices"

	"xinshu/internal/ident"
	"xinshu/internal/item"
)

// State is where a filing is on its desk.
type State string

// The states.
const (
	// Filed has arrived and nobody has taken it. The desk leaves it by receiving.
	Filed State = "filed"
	// Received is on the desk with a register number, to be decided.
	Received State = "received"
	// Editing is being worked on by its holder.
	Editing State = "editing"
	// Ready has a finished text: it can be adopted and forwarded.
	Ready State = "ready"
	// Held is kept for later, with a reason and a clock; resumed or declined.
	Held State = "held"
	// Declined is not used, with a reason. It can be taken up again.
	Declined State = "declined"
	// Returned was given back to the unit with a reason; it reopens when the
	// item comes back.
	Returned State = "returned"
	// Merged lives on in a composite; unmerging brings it back.
	Merged State = "merged"
	// Withdrawn ended because the unit took its item back.
	Withdrawn State = "withdrawn"
	// Outside was handed to an office that is not on Xinshu; what became of it
	// is typed in from that office's notice and confirmed.
	Outside State = "outside"
)

// States lists them in order.
var States = []State{Filed, Received, Editing, Ready, Held, Declined, Returned, Merged, Withdrawn, Outside}

// Filing is an item on a desk as it is now.
type Filing struct {
	ID         ident.Filing   `json:"id"`
	Item       ident.Item     `json:"item"`
	Office     ident.Unit     `json:"office"`
	Unit       ident.Unit     `json:"unit"` // who files it: the item's unit, or the office below
	Line       ident.Line     `json:"line,omitempty"`
	State      State          `json:"state"`
	Title      string         `json:"title"` // of the newest text, for lists
	Genre      string         `json:"genre"`
	Form       string         `json:"form"`
	Length     int            `json:"length"`
	Number     string         `json:"number,omitempty"` // of the office's register, given on receipt
	Raw        int            `json:"raw"`              // the item's revision that was laid down
	Base       ident.Revision `json:"base,omitempty"`   // the text it came with when it is not the item's: the office below edited it
	Revision   int            `json:"revision"`         // newest of the desk's own; 0 = none
	Holder     ident.Person   `json:"holder,omitempty"` // whose desk it lies on
	Since      int64          `json:"since"`            // … since when
	Urgent     bool           `json:"urgent"`
	Channel    string         `json:"channel"`
	Composite  bool           `json:"composite"`
	MergedIn   ident.Filing   `json:"merged_in,omitempty"`
	MergedFrom State          `json:"merged_from,omitempty"` // the state before the merge
	Reason     string         `json:"reason,omitempty"`
	Remark     string         `json:"remark,omitempty"`
	Due        int64          `json:"due,omitempty"`
	SentBy     string         `json:"sent_by,omitempty"`    // outside: the channel
	SentProof  string         `json:"sent_proof,omitempty"` // outside: receipt number, who took it
	Filed      int64          `json:"filed"`
	ReceivedAt int64          `json:"received_at,omitempty"`
	Updated    int64          `json:"updated"`
	Version    int64          `json:"version"`
}

// Edge kinds.
const (
	ByForward = "forward"
	ByMerge   = "merge"
)

// Parent is one edge of the chain: child came from parent, which contributed
// the share Num/Den of it.
type Parent struct {
	Child  ident.Filing `json:"child"`
	Parent ident.Filing `json:"parent"`
	Kind   string       `json:"kind"`
	Num    int64        `json:"num"`
	Den    int64        `json:"den"`
	Order  int          `json:"order"`
}

// Share as an exact fraction.
func (p Parent) Share() *big.Rat { return big.NewRat(p.Num, p.Den) }

// Contribution is what a merge says about one source.
type Contribution struct {
	Filing ident.Filing `json:"filing" form:"filing"`
	Num    int64        `json:"num" form:"num"`
	Den    int64        `json:"den" form:"den"`
}

// News is one hop of what happened above, told to one filing it came from.
type News struct {
	ID       ident.News   `json:"id"`     // hash of origin and edge: told twice, it is one
	Filing   ident.Filing `json:"filing"` // to whom it is told
	Via      ident.Filing `json:"via"`    // the filing above it
	Origin   ident.Fact   `json:"origin"` // the fact it tells of
	Kind     string       `json:"kind"`   // adopted, published, corrected, recalled, instructed, withdrawn, declined, returned, …
	Office   ident.Unit   `json:"office"` // where it happened
	Level    string       `json:"level"`
	Outlet   string       `json:"outlet,omitempty"` // publication code
	Name     string       `json:"name,omitempty"`   // publication name
	Issue    string       `json:"issue,omitempty"`  // its number, as printed
	Form     string       `json:"form,omitempty"`
	Title    string       `json:"title,omitempty"`
	Who      string       `json:"who,omitempty"` // a leader's post for an instruction; text only where disclosed
	Text     string       `json:"text,omitempty"`
	Points   string       `json:"points,omitempty"` // as the upper office announced, exact text
	Num      int64        `json:"num"`
	Den      int64        `json:"den"`
	Hops     int          `json:"hops"`
	Occurred int64        `json:"occurred"`
	At       int64        `json:"at"`
}

// NewsID is hash(origin fact, edge).
func NewsID(origin ident.Fact, child, parent ident.Filing) ident.News {
	return ident.News(ident.Hash("news", string(origin), string(child), string(parent)))
}

// OutcomeState is how far a typed-in outcome has come.
type OutcomeState string

// Outcome states.
const (
	// OutcomeEntered waits for a second person.
	OutcomeEntered OutcomeState = "entered"
	// OutcomeConfirmed is true and has gone down as news.
	OutcomeConfirmed OutcomeState = "confirmed"
	// OutcomeRejected was found wrong.
	OutcomeRejected OutcomeState = "rejected"
)

// Outcome is what an outside office did with a filing, from its notice.
type Outcome struct {
	ID        ident.Outcome `json:"id"`
	Filing    ident.Filing  `json:"filing"`
	State     OutcomeState  `json:"state"`
	Kind      string        `json:"kind"` // adopted, instructed, declined
	Outlet    string        `json:"outlet,omitempty"`
	Name      string        `json:"name,omitempty"`
	Issue     string        `json:"issue,omitempty"`
	Form      string        `json:"form,omitempty"`
	Who       string        `json:"who,omitempty"`
	Points    string        `json:"points,omitempty"`
	Proof     string        `json:"proof,omitempty"` // the notice it is read from
	Occurred  int64         `json:"occurred"`
	EnteredBy ident.Person  `json:"entered_by"`
	EnteredAt int64         `json:"entered_at"`
	DecidedBy ident.Person  `json:"decided_by,omitempty"`
	DecidedAt int64         `json:"decided_at,omitempty"`
	Version   int64         `json:"version"`
}

// OutcomeKinds are what an outside office can have done.
var OutcomeKinds = []string{"adopted", "instructed", "declined"}

// Shares checks contributions: each positive, together exactly one whole or all
// equal to one (every contributor counts in full). Empty ones are filled with an
// equal split.
func Shares(cs []Contribution) ([]Contribution, bool) {
	out := slices.Clone(cs)
	blank := 0
	for _, c := range out {
		if c.Num == 0 && c.Den == 0 {
			blank++
		} else if c.Num <= 0 || c.Den <= 0 {
			return nil, false
		}
	}
	if blank == len(out) {
		for i := range out {
			out[i].Num, out[i].Den = 1, int64(len(out))
		}
		return out, true
	}
	if blank > 0 {
		return nil, false
	}
	sum := new(big.Rat)
	for _, c := range out {
		sum.Add(sum, big.NewRat(c.Num, c.Den))
	}
	return out, sum.Cmp(big.NewRat(1, 1)) == 0
}

// Text is the newest text of a filing, raw or edited, for reading.
type Text struct {
	Title string `json:"title"`
	Body  string `json:"body"`
}

// Of makes a Text of a revision.
func Of(r item.Revision) Text { return Text{Title: r.Title, Body: r.Body} }
