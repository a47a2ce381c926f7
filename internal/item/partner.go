package item

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// MaxPartners bounds how many units stand behind one item beside its own.
const MaxPartners = 20

// Partner is a unit that countersigns an item (会签单位). The item's own unit
// leads: it writes, it files, it answers for the whole and has the share that is
// left.
type Partner struct {
	Item     ident.Item  `json:"item"`
	Unit     ident.Unit  `json:"unit"`
	Place    int         `json:"place"` // in which order it is named
	Num      int64       `json:"num"`   // its share
	Den      int64       `json:"den"`
	Round    int         `json:"round,omitempty"`    // the last round of checks it is part of
	Checks   []org.Check `json:"checks,omitempty"`   // its own chain, frozen when that round began
	Asked    int64       `json:"asked,omitempty"`    // since when it sees the item; 0 = not yet
	Since    int64       `json:"since,omitempty"`    // when it was asked last
	Revision int         `json:"revision,omitempty"` // … about which text; it sees none that is newer
	Off      int64       `json:"off,omitempty"`      // when the lead took it off; 0 = it did not
	Reason   string      `json:"reason,omitempty"`   // … and why
}

// Countersign is one check that a partner's people passed.
type Countersign struct {
	Unit ident.Unit `json:"unit"`
	Passed
}

// Share is a unit's part in an item, exactly.
type Share struct {
	Unit ident.Unit `json:"unit"`
	Num  int64      `json:"num"`
	Den  int64      `json:"den"`
}

// Joint is who stands behind an item beside its unit in this round, and what
// they have passed in it. The zero value is an item of one unit alone.
type Joint struct {
	Partners []Partner     // of this round, also those taken off in it
	By       []Countersign // of this round
}

// Is reports whether the round had a partner, so that the lead files by hand.
func (j Joint) Is() bool { return len(j.Partners) > 0 }

// Of keeps what is of an item's round of checks, of what may be of many items.
func (j Joint) Of(it Item) (of Joint) {
	if it.Round == 0 || it.State == Draft {
		return of
	}
	for _, p := range j.Partners {
		if p.Item == it.ID && p.Round == it.Round {
			of.Partners = append(of.Partners, p)
		}
	}
	for _, b := range j.By {
		if b.Item == it.ID && b.Round == it.Round && of.Is() {
			of.By = append(of.By, b)
		}
	}
	return of
}

// Live are the partners that stand behind the item.
func Live(ps []Partner) []Partner {
	return slices.DeleteFunc(slices.Clone(ps), func(p Partner) bool { return p.Off != 0 })
}

// Waiting is the check of a partner's own chain that must come next for a text;
// done is true when it has countersigned. Its review stands when the text is
// edited afterwards, because its signer reads again and answers for it; a secrecy
// review and the signature are of one text and no other.
func (j Joint) Waiting(p Partner, revision int) (check org.Check, done bool) {
	for _, c := range p.Checks {
		if !slices.ContainsFunc(j.By, func(b Countersign) bool {
			return b.Unit == p.Unit && b.Check == c && (c == org.Review || b.Revision == revision)
		}) {
			return c, false
		}
	}
	return "", true
}

// Signed is a partner's newest signature in this round, of whatever text.
func (j Joint) Signed(p Partner) (last Countersign, ok bool) {
	for _, b := range j.By {
		if b.Unit == p.Unit && b.Check == org.SignOffOK {
			last, ok = b, true
		}
	}
	return last, ok
}

// Missing are the partners that have not countersigned a text.
func (j Joint) Missing(revision int) (out []ident.Unit) {
	for _, p := range Live(j.Partners) {
		if _, done := j.Waiting(p, revision); !done {
			out = append(out, p.Unit)
		}
	}
	return out
}

// Next is the check that must come next for an item that may be joint: the
// unit's own chain, then all partners at once, then the lead's filing. The lead's
// signature is of one text as soon as others sign it too.
func (it *Item) Next(passed []Passed, j Joint) (check org.Check, done bool) {
	if !j.Is() {
		return it.Waiting(passed)
	}
	for _, c := range it.Checks {
		if !slices.ContainsFunc(passed, func(p Passed) bool {
			return p.Round == it.Round && p.Check == c && (c == org.Review || p.Revision == it.Revision)
		}) {
			return c, false
		}
	}
	if len(j.Missing(it.Revision)) > 0 {
		return org.Countersign, false
	}
	return org.ToFile, false
}

// Shares are the parts of the lead and of its partners, in the order in which
// they are named; the lead has what is left. ok is false when nothing is left.
func Shares(lead ident.Unit, ps []Partner) (out []Share, ok bool) {
	rest := big.NewRat(1, 1)
	out = []Share{{Unit: lead}}
	for _, p := range ps {
		if p.Num <= 0 || p.Den <= 0 {
			return nil, false
		}
		rest.Sub(rest, big.NewRat(p.Num, p.Den))
		out = append(out, Share{p.Unit, p.Num, p.Den})
	}
	if rest.Sign() <= 0 || !rest.Num().IsInt64() || !rest.Denom().IsInt64() {
		return nil, false
	}
	out[0].Num, out[0].Den = rest.Num().Int64(), rest.Denom().Int64()
	return out, true
}

// SharesOf are the shares of an item that has partners, nil for one that has none.
func SharesOf(lead ident.Unit, ps []Partner) []Share {
	if ps = Live(ps); len(ps) == 0 {
		return nil
	}
	out, _ := Shares(lead, ps)
	return out
}

// MaxShare bounds numerator and denominator, so that sums stay exact and readable.
const MaxShare = 10_000

// CheckPartners says what is wrong with a list of partners by itself. Shares
// that nobody gave are filled in: each as much as the lead.
func CheckPartners(lead ident.Unit, ps []Partner) (bad []fault.Field) {
	at := func(i int, field, code string, pairs ...string) {
		bad = append(bad, fault.Field{Path: "partners[" + strconv.Itoa(i) + "]." + field, Code: code, Params: fault.Pairs(pairs...)})
	}
	if len(ps) > MaxPartners {
		return []fault.Field{{Path: "partners", Code: "too_many", Params: fault.Pairs("max", strconv.Itoa(MaxPartners))}}
	}
	blank := 0
	for i, p := range ps {
		switch {
		case p.Unit == lead:
			at(i, "unit", "partner_is_lead")
		case slices.ContainsFunc(ps[:i], func(q Partner) bool { return q.Unit == p.Unit }):
			at(i, "unit", "partner_twice")
		}
		if p.Num == 0 && p.Den == 0 {
			blank++
		} else if p.Num <= 0 || p.Den <= 0 || p.Num > MaxShare || p.Den > MaxShare {
			at(i, "share", "not_a_share", "value", strconv.FormatInt(p.Num, 10)+"/"+strconv.FormatInt(p.Den, 10))
		}
	}
	if len(bad) > 0 || len(ps) == 0 {
		return bad
	}
	if blank == len(ps) {
		for i := range ps {
			ps[i].Num, ps[i].Den = 1, int64(len(ps)+1)
		}
		return nil
	}
	for i, p := range ps {
		if p.Den == 0 {
			at(i, "share", "share_missing")
		}
	}
	if len(bad) > 0 {
		return bad
	}
	if _, ok := Shares(lead, ps); !ok {
		bad = append(bad, fault.Field{Path: "partners", Code: "shares_leave_nothing"})
	}
	return bad
}

// Verbs about the units that stand behind an item together.
const (
	SetPartners org.Verb = "set_partners"
	TakeOff     org.Verb = "take_off" // a partner, with a reason
	FileJoint   org.Verb = "file"     // what all have signed
)

// partnersMissing is why nothing can go on: who has not countersigned.
func partnersMissing(c Case) *fault.Reason {
	missing := c.Joint.Missing(c.Item.Revision)
	units := make([]string, len(missing))
	for i, u := range missing {
		units[i] = string(u)
	}
	return &fault.Reason{Code: "partners_missing", Params: fault.Pairs("units", strings.Join(units, " "))}
}

var (
	hasPartner = org.Guard[Case]{Name: "it has a partner", Check: func(c Case) *fault.Reason {
		if len(c.With) == 0 {
			return &fault.Reason{Code: "no_partner"}
		}
		return nil
	}}
	signerTakesOff = org.Guard[Case]{Name: "while it is being checked, only who signs", Check: func(c Case) *fault.Reason {
		if c.Item.State == Submitted && !slices.Contains(c.Held, org.Signer) {
			return &fault.Reason{Code: "needs_post", Params: fault.Pairs("verb", string(TakeOff), "roles", string(org.Signer))}
		}
		return nil
	}}
	allSigned = org.Guard[Case]{Name: "the unit's chain and every partner have signed this text", Check: func(c Case) *fault.Reason {
		switch {
		case !c.Joint.Is():
			return &fault.Reason{Code: "no_partner"}
		case c.Waiting == org.Countersign:
			return partnersMissing(c)
		case c.Waiting != org.ToFile:
			return &fault.Reason{Code: "check_waits_for", Params: fault.Pairs("check", string(c.Waiting), "role", string(c.Waiting.Role()))}
		}
		return nil
	}}
)

// Roles are the posts that count for a verb: those in the item's unit, and for
// passing a check while the partners are asked those in a partner as well; for
// taking one's own countersignature back that in which it was given.
func (c Case) Roles(v org.Verb) []org.Role {
	switch {
	case (v == SignOff || v == SendBack) && c.Waiting == org.Countersign:
		return append(slices.Clone(c.Held), c.Beside...)
	case v == Unsign && c.Own != nil:
		return append(slices.Clone(c.Held), c.Own.Check.Role())
	}
	return c.Held
}

// Given is the check that the actor would take back: his own countersignature, or
// else the newest of the unit's chain; nil when there is none.
func (c Case) Given() *Passed {
	if c.Own != nil {
		return &c.Own.Passed
	}
	return c.Last
}

// Newest is the check that a partner passed last in this round.
func (j Joint) Newest(unit ident.Unit) (last Countersign, ok bool) {
	for _, b := range j.By {
		if b.Unit == unit {
			last, ok = b, true
		}
	}
	return last, ok
}

// Refuse is Lifecycle.Refuse with the posts that count.
func (c Case) Refuse(v org.Verb) error { return Lifecycle.Refuse(v, c.Item.State, c.Roles(v), c) }

// Actions are all verbs as an edge shows them.
func (c Case) Actions() []org.Action {
	out := Lifecycle.Actions(c.Item.State, c.Held, c)
	for i, a := range out {
		if a.Verb == SignOff || a.Verb == SendBack || a.Verb == Unsign {
			out[i].Why = Lifecycle.Why(a.Verb, c.Item.State, c.Roles(a.Verb), c)
			out[i].Allowed = len(out[i].Why) == 0
		}
	}
	return out
}

// Mine reports whether the check that waits is the actor's to pass.
func (c Case) Mine() bool {
	if c.Waiting == org.Countersign {
		return len(c.Turn) > 0
	}
	return slices.Contains(c.Held, c.Waiting.Role())
}
