package item

import (
	"slices"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Verbs of the unit's side.
const (
	Revise   org.Verb = "revise"
	Submit   org.Verb = "submit"
	SignOff  org.Verb = "sign_off" // passes the check that waits; the last one files
	SendBack org.Verb = "send_back"
	Resubmit org.Verb = "resubmit"
	Withdraw org.Verb = "withdraw"
	Attach   org.Verb = "attach"
	Detach   org.Verb = "detach"
	Unsend   org.Verb = "unsend"   // back from the chain before anybody looked
	Unsign   org.Verb = "unsign"   // one's own check, before anybody went on
	Confirm  org.Verb = "confirm"  // the unit confirms what a desk entered for it
	Returned org.Verb = "returned" // follows the filing
)

// Case is an item with what the verb knows about its situation.
type Case struct {
	Item    *Item
	Actor   ident.Person
	Held    []org.Role // posts the actor holds in the item's unit
	Waiting org.Check  // the check that must come next
	OwnSign bool       // the office lets a signer sign his own item
	Printed bool       // a placement of it is published somewhere
	Merged  bool       // a desk has made it part of a composite
	Seen    int        // the revision the actor looked at; 0 = not asked
	SentAt  int        // the revision that was sent back
	Looked  bool       // a checker has opened it since it was submitted, or passed a check
	Last    *Passed    // the newest check of this round
	Taken   ident.Unit // a desk that has acted on what that check laid before it
	Now     int64
	Joint   Joint        // who stands behind it beside its unit, in this round
	With    []Partner    // the partners it has now, of whatever round
	Beside  []org.Role   // posts the actor holds in partners
	Aside   *Partner     // set where the actor sees the item as a partner only
	Turn    []ident.Unit // partners whose next check the actor may pass
	Own     *Countersign // the newest check of a partner, where the actor passed it in a post that he holds
}

// UnsignFor is how long a check can be taken back, in microseconds: ten minutes.
const UnsignFor = 10 * 60 * 1_000_000

var (
	newest = org.Guard[Case]{Name: "the revision is the newest", Check: func(c Case) *fault.Reason {
		if c.Seen != 0 && c.Seen != c.Item.Revision {
			return &fault.Reason{Code: "stale_revision", Params: fault.Pairs("seen", Number(c.Seen), "newest", Number(c.Item.Revision))}
		}
		return nil
	}}
	waitsForActor = org.Guard[Case]{Name: "the check that waits is the actor's", Check: func(c Case) *fault.Reason {
		if c.Waiting == org.Countersign {
			if len(c.Turn) == 0 {
				return partnersMissing(c)
			}
			return nil
		}
		if c.Waiting == org.ToFile || c.Waiting != "" && !slices.Contains(c.Held, c.Waiting.Role()) {
			return &fault.Reason{Code: "check_waits_for", Params: fault.Pairs("check", string(c.Waiting), "role", string(c.Waiting.Role()))}
		}
		return nil
	}}
	notOwn = org.Guard[Case]{Name: "not one's own item, unless the office allows it", Check: func(c Case) *fault.Reason {
		if !c.OwnSign && c.Waiting == org.SignOffOK && (c.Item.Writer == c.Actor || slices.Contains(c.Item.Authors, c.Actor)) {
			return &fault.Reason{Code: "own_item", Override: string(org.Signer)}
		}
		return nil
	}}
	changed = org.Guard[Case]{Name: "a new revision exists", Check: func(c Case) *fault.Reason {
		if c.Item.Revision <= c.SentAt {
			return &fault.Reason{Code: "nothing_changed"}
		}
		return nil
	}}
	unprinted = org.Guard[Case]{Name: "nothing of it is printed", Check: func(c Case) *fault.Reason {
		if c.Printed {
			return &fault.Reason{Code: "already_printed", Override: string(org.Chief)}
		}
		return nil
	}}
	unmerged = org.Guard[Case]{Name: "not part of a composite", Check: func(c Case) *fault.Reason {
		if c.Merged {
			return &fault.Reason{Code: "in_composite", Override: string(org.Editor)}
		}
		return nil
	}}
	unseen = org.Guard[Case]{Name: "no checker has looked at it", Check: func(c Case) *fault.Reason {
		if c.Looked {
			return &fault.Reason{Code: "already_looked", Params: fault.Pairs("check", string(c.Waiting)), Override: string(c.Waiting.Role())}
		}
		return nil
	}}
	ownCheck = org.Guard[Case]{Name: "the newest check is the actor's, and nobody has edited since", Check: func(c Case) *fault.Reason {
		if g := c.Given(); g == nil || g.Person != c.Actor || g.Revision != c.Item.Revision {
			return &fault.Reason{Code: "no_check_of_yours"}
		}
		return nil
	}}
	justChecked = org.Guard[Case]{Name: "within ten minutes", Check: func(c Case) *fault.Reason {
		if g := c.Given(); g != nil && c.Now > g.At+UnsignFor {
			return &fault.Reason{Code: "check_stands"}
		}
		return nil
	}}
	untaken = org.Guard[Case]{Name: "no desk has received it", Check: func(c Case) *fault.Reason {
		if c.Taken != "" {
			return &fault.Reason{Code: "desk_has_it", Params: fault.Pairs("office", string(c.Taken)), Override: string(org.Editor)}
		}
		return nil
	}}
	partnersUnmoved = org.Guard[Case]{Name: "no partner has passed a check since, and it is not filed jointly", Check: func(c Case) *fault.Reason {
		if c.Last == nil || !c.Joint.Is() || c.Own != nil && c.Item.State == Submitted {
			return nil // of a partner's own nobody else's depends but the filing
		}
		var units []string
		for _, b := range c.Joint.By {
			if b.At >= c.Last.At && !slices.Contains(units, string(b.Unit)) {
				units = append(units, string(b.Unit))
			}
		}
		switch {
		case c.Item.State == Signed:
			return &fault.Reason{Code: "filed_jointly"}
		case len(units) > 0:
			return &fault.Reason{Code: "partner_went_on", Params: fault.Pairs("units", strings.Join(units, " "))}
		}
		return nil
	}}
	madeByOffice = org.Guard[Case]{Name: "a desk entered it and the unit has not confirmed", Check: func(c Case) *fault.Reason {
		if !c.Item.ByOffice || c.Item.Confirmed {
			return &fault.Reason{Code: "nothing_to_confirm"}
		}
		return nil
	}}
	editsInTurn = org.Guard[Case]{Name: "a checker edits while the item waits for him", Check: func(c Case) *fault.Reason {
		role := c.Waiting.Role()
		if c.Waiting == org.ToFile { // it is signed: only who signs may change it
			role = org.Signer
		}
		if c.Item.State != Submitted || slices.Contains(c.Held, role) {
			return nil
		}
		return &fault.Reason{Code: "check_waits_for", Params: fault.Pairs("check", string(c.Waiting), "role", string(c.Waiting.Role()))}
	}}
)

// Lifecycle is the unit's table.
var Lifecycle = org.Table[State, Case]{
	{Verb: "draft", Stage: org.StageSubmit, To: Draft, Roles: []org.Role{org.Reporter, org.Signer, org.Reviewer}},
	{Verb: Revise, Stage: org.StageSubmit, From: []State{Draft, SentBack, Submitted}, Roles: []org.Role{org.Reporter, org.Reviewer, org.Secrecy, org.Signer}, Guards: []org.Guard[Case]{editsInTurn}},
	{Verb: Attach, Stage: org.StageSubmit, From: []State{Draft, SentBack}, Roles: []org.Role{org.Reporter, org.Signer}},
	{Verb: Detach, Stage: org.StageSubmit, From: []State{Draft, SentBack}, Roles: []org.Role{org.Reporter, org.Signer}, Note: "not what a desk has seen already"},
	{Verb: Submit, Stage: org.StageSubmit, From: []State{Draft}, To: Submitted, Roles: []org.Role{org.Reporter, org.Signer}, Note: "required fields, lengths, markings and personal data are checked"},
	{Verb: Unsend, Stage: org.StageSubmit, From: []State{Submitted}, To: Draft, Roles: []org.Role{org.Reporter, org.Signer}, Guards: []org.Guard[Case]{unseen}, Note: "takes the sending back; what had been sent back before is sent back again"},
	{Verb: SignOff, Stage: org.StageSignOff, From: []State{Submitted}, To: Signed, Roles: []org.Role{org.Reviewer, org.Secrecy, org.Signer}, Guards: []org.Guard[Case]{newest, waitsForActor, notOwn}, Note: "stays submitted until the last check of the chain; then the filing is born; one with partners is then laid before these, all at once, and each passes its own chain"},
	{Verb: SendBack, Stage: org.StageSignOff, From: []State{Submitted}, To: SentBack, Roles: []org.Role{org.Reviewer, org.Secrecy, org.Signer}, Guards: []org.Guard[Case]{waitsForActor}, Note: "with a reason; a partner may too"},
	{Verb: Unsign, Stage: org.StageSignOff, From: []State{Submitted, Signed}, To: Submitted, Roles: []org.Role{org.Reviewer, org.Secrecy, org.Signer}, Guards: []org.Guard[Case]{ownCheck, justChecked, untaken, partnersUnmoved}, Note: "waits for the same check again; a filing born of it ends, one it reopened is returned again as it was; partners it asked are asked no longer, and told; a partner's own waits for that partner again, as long as the lead has not filed"},
	{Verb: SetPartners, Stage: org.StageSubmit, From: []State{Draft, SentBack}, Roles: []org.Role{org.Reporter, org.Signer}, Note: "who countersigns, with which share, and who wrote it together; one that has been asked is taken off instead"},
	{Verb: TakeOff, Stage: org.StageSignOff, From: []State{Submitted, SentBack}, Roles: []org.Role{org.Reporter, org.Signer}, Guards: []org.Guard[Case]{hasPartner, signerTakesOff}, Note: "a partner, with a reason; its share is the lead's"},
	{Verb: FileJoint, Stage: org.StageSignOff, From: []State{Submitted}, To: Signed, Roles: []org.Role{org.Reporter, org.Signer}, Guards: []org.Guard[Case]{newest, allSigned}, Note: "what all partners have countersigned; then the filing is born"},
	{Verb: Resubmit, Stage: org.StageSubmit, From: []State{SentBack}, To: Submitted, Roles: []org.Role{org.Reporter, org.Signer}, Guards: []org.Guard[Case]{changed}, Note: "the same filing reopens"},
	{Verb: Withdraw, Stage: org.StageSubmit, From: []State{Draft, Submitted, SentBack, Signed}, To: Withdrawn, Roles: []org.Role{org.Reporter, org.Signer}, Guards: []org.Guard[Case]{unprinted, unmerged}},
	{Verb: Confirm, Stage: org.StageSignOff, From: []State{Signed}, Roles: []org.Role{org.Signer, org.Reporter}, Guards: []org.Guard[Case]{madeByOffice}},
	{Verb: Returned, Stage: org.StageDesk, From: []State{Signed}, To: SentBack, Note: "follows the filing's return"},
}
