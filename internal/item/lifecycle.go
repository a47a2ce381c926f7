package item

import (
	"slices"

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
}

var (
	newest = org.Guard[Case]{Name: "the revision is the newest", Check: func(c Case) *fault.Reason {
		if c.Seen != 0 && c.Seen != c.Item.Revision {
			return &fault.Reason{Code: "stale_revision", Params: fault.Pairs("seen", Number(c.Seen), "newest", Number(c.Item.Revision))}
		}
		return nil
	}}
	waitsForActor = org.Guard[Case]{Name: "the check that waits is the actor's", Check: func(c Case) *fault.Reason {
		if c.Waiting != "" && !slices.Contains(c.Held, c.Waiting.Role()) {
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
	madeByOffice = org.Guard[Case]{Name: "a desk entered it and the unit has not confirmed", Check: func(c Case) *fault.Reason {
		if !c.Item.ByOffice || c.Item.Confirmed {
			return &fault.Reason{Code: "nothing_to_confirm"}
		}
		return nil
	}}
	editsInTurn = org.Guard[Case]{Name: "a checker edits while the item waits for him", Check: func(c Case) *fault.Reason {
		if c.Item.State != Submitted || slices.Contains(c.Held, c.Waiting.Role()) {
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
	{Verb: Submit, Stage: org.StageSubmit, From: []State{Draft}, To: Submitted, Roles: []org.Role{org.Reporter, org.Signer}, Note: "required fields, lengths, markings and personal data are checked"},
	{Verb: SignOff, Stage: org.StageSignOff, From: []State{Submitted}, To: Signed, Roles: []org.Role{org.Reviewer, org.Secrecy, org.Signer}, Guards: []org.Guard[Case]{newest, waitsForActor, notOwn}, Note: "stays submitted until the last check of the chain; then the filing is born"},
	{Verb: SendBack, Stage: org.StageSignOff, From: []State{Submitted}, To: SentBack, Roles: []org.Role{org.Reviewer, org.Secrecy, org.Signer}, Guards: []org.Guard[Case]{waitsForActor}, Note: "with a reason"},
	{Verb: Resubmit, Stage: org.StageSubmit, From: []State{SentBack}, To: Submitted, Roles: []org.Role{org.Reporter, org.Signer}, Guards: []org.Guard[Case]{changed}, Note: "the same filing reopens"},
	{Verb: Withdraw, Stage: org.StageSubmit, From: []State{Draft, Submitted, SentBack, Signed}, To: Withdrawn, Roles: []org.Role{org.Reporter, org.Signer}, Guards: []org.Guard[Case]{unprinted, unmerged}},
	{Verb: Confirm, Stage: org.StageSignOff, From: []State{Signed}, Roles: []org.Role{org.Signer, org.Reporter}, Guards: []org.Guard[Case]{madeByOffice}},
	{Verb: Returned, Stage: org.StageDesk, From: []State{Signed}, To: SentBack, Note: "follows the filing's return"},
}
