package filing

import (
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Verbs of the desk.
const (
	Receive       org.Verb = "receive"
	Assign        org.Verb = "assign"
	Revise        org.Verb = "revise"
	TakeOver      org.Verb = "take_over"
	AcceptChanges org.Verb = "accept_changes"
	RejectChanges org.Verb = "reject_changes"
	Revert        org.Verb = "revert"
	AddComment    org.Verb = "comment"
	MarkReady     org.Verb = "mark_ready"
	Hold          org.Verb = "hold"
	Decline       org.Verb = "decline"
	Resume        org.Verb = "resume"
	Undo          org.Verb = "undo"
	Return        org.Verb = "return"
	Adopt         org.Verb = "adopt"
	Merge         org.Verb = "merge"
	Unmerge       org.Verb = "unmerge"
	Forward       org.Verb = "forward"
	Send          org.Verb = "send"
	EnterOutcome  org.Verb = "enter_outcome"
	DecideOutcome org.Verb = "confirm_outcome"
	Instruct      org.Verb = "instruct"
	Reopened      org.Verb = "reopened"
	Unreopened    org.Verb = "unreopened"
	EndWithdrawn  org.Verb = "end_withdrawn"
)

// Case is a filing with what the verb knows about its situation.
type Case struct {
	Filing    *Filing
	Actor     ident.Person
	Seen      int  // the desk revision the actor looked at; -1 = not asked
	Placed    bool // a live placement exists (in tray, arranged or printed)
	Printed   bool // a placement is published
	NeedAdopt bool // the office forwards only what it adopted
	Forwarded bool // a filing above came from this one and is still alive
	Imported  bool
	Deed      *Deed // the newest that can be taken back, when nothing has happened since
}

var (
	holdsIt = org.Guard[Case]{Name: "the actor holds the text, or nobody does", Check: func(c Case) *fault.Reason {
		if c.Filing.Holder != "" && c.Filing.Holder != c.Actor {
			return &fault.Reason{Code: "held_by", Params: fault.Pairs("person", string(c.Filing.Holder)), Override: string(TakeOver)}
		}
		return nil
	}}
	newest = org.Guard[Case]{Name: "the text is the newest", Check: func(c Case) *fault.Reason {
		if c.Seen >= 0 && c.Seen != c.Filing.Revision {
			return &fault.Reason{Code: "stale_revision", Params: fault.Pairs("seen", itoa(c.Seen), "newest", itoa(c.Filing.Revision))}
		}
		return nil
	}}
	justDone = org.Guard[Case]{Name: "the actor did the last thing here, within half an hour", Check: func(c Case) *fault.Reason {
		if c.Deed == nil || c.Deed.Person != c.Actor {
			return &fault.Reason{Code: "nothing_to_undo"}
		}
		return nil
	}}
	unplaced = org.Guard[Case]{Name: "no live placement", Check: func(c Case) *fault.Reason {
		if c.Placed {
			return &fault.Reason{Code: "already_adopted"}
		}
		return nil
	}}
	unprinted = org.Guard[Case]{Name: "nothing printed", Check: func(c Case) *fault.Reason {
		if c.Printed {
			return &fault.Reason{Code: "already_printed", Override: string(org.Chief)}
		}
		return nil
	}}
	unforwarded = org.Guard[Case]{Name: "not lying at the next office", Check: func(c Case) *fault.Reason {
		if c.Forwarded {
			return &fault.Reason{Code: "already_forwarded"}
		}
		return nil
	}}
	adoptedFirst = org.Guard[Case]{Name: "adopted first, where the office asks it", Check: func(c Case) *fault.Reason {
		if c.NeedAdopt && !c.Placed {
			return &fault.Reason{Code: "adopt_first", Override: string(org.Chief)}
		}
		return nil
	}}
	isComposite = org.Guard[Case]{Name: "a composite", Check: func(c Case) *fault.Reason {
		if !c.Filing.Composite {
			return &fault.Reason{Code: "not_composite"}
		}
		return nil
	}}
	notComposite = org.Guard[Case]{Name: "not a composite of this desk: it has no unit to go back to", Check: func(c Case) *fault.Reason {
		if c.Filing.Composite {
			return &fault.Reason{Code: "composite_unmerge_first"}
		}
		return nil
	}}
)

var desk = []org.Role{org.Editor, org.Chief}

// Lifecycle is the desk's table.
var Lifecycle = org.Table[State, Case]{
	{Verb: "file", Stage: org.StageSignOff, To: Filed, Note: "born of the unit's last check, of FileFor, or of a forward from below"},
	{Verb: Receive, Stage: org.StageDesk, From: []State{Filed}, To: Received, Roles: desk, Note: "gets its register number"},
	{Verb: Assign, Stage: org.StageDesk, From: []State{Received, Editing, Ready, Held}, Roles: desk},
	{Verb: Revise, Stage: org.StageEdit, From: []State{Received, Editing, Ready, Held}, To: Editing, Roles: desk, Guards: []org.Guard[Case]{holdsIt, newest, unprinted}},
	{Verb: TakeOver, Stage: org.StageEdit, From: []State{Received, Editing, Ready, Held}, Roles: desk, Note: "what the other had typed is kept"},
	{Verb: AcceptChanges, Stage: org.StageEdit, From: []State{Received, Editing, Ready, Held}, Roles: desk, Guards: []org.Guard[Case]{newest}, Note: "the text stays as it is; what was accepted is no longer marked"},
	{Verb: RejectChanges, Stage: org.StageEdit, From: []State{Received, Editing, Ready, Held}, To: Editing, Roles: desk, Guards: []org.Guard[Case]{holdsIt, newest, unprinted}, Note: "another revision with those changes undone"},
	{Verb: Revert, Stage: org.StageEdit, From: []State{Received, Editing, Ready, Held}, To: Editing, Roles: desk, Guards: []org.Guard[Case]{holdsIt, newest, unprinted}, Note: "another revision with an earlier text; nothing is lost"},
	{Verb: AddComment, Stage: org.StageEdit, From: []State{Filed, Received, Editing, Ready, Held, Declined, Returned, Merged}, Roles: desk, Note: "for the desk alone; also to settle one and to open it again"},
	{Verb: MarkReady, Stage: org.StageEdit, From: []State{Received, Editing}, To: Ready, Roles: desk, Guards: []org.Guard[Case]{holdsIt, newest}},
	{Verb: Hold, Stage: org.StageDesk, From: []State{Received, Editing, Ready}, To: Held, Roles: desk, Guards: []org.Guard[Case]{unplaced}, Note: "a reason and until when"},
	{Verb: Decline, Stage: org.StageDesk, From: []State{Received, Editing, Ready, Held}, To: Declined, Roles: desk, Guards: []org.Guard[Case]{unplaced, unforwarded}, Note: "a reason and a remark"},
	{Verb: Resume, Stage: org.StageDesk, From: []State{Held, Declined}, To: Received, Roles: desk},
	{Verb: Undo, Stage: org.StageDesk, From: []State{Received, Editing, Ready, Held, Declined}, Roles: desk, Guards: []org.Guard[Case]{justDone, unplaced, unforwarded}, Note: "back to how it lay before: a receipt, an assignment, a hold, a decline, a resumption or a finished text; what was told to a unit is not taken back"},
	{Verb: Return, Stage: org.StageDesk, From: []State{Received, Editing, Ready, Held}, To: Returned, Roles: desk, Guards: []org.Guard[Case]{unplaced, unforwarded, notComposite}, Note: "a reason; perhaps a new date; the item, or the filing below, is sent back"},
	{Verb: Adopt, Stage: org.StageDesk, From: []State{Ready}, Roles: desk, Note: "makes a placement in a publication's tray"},
	{Verb: Merge, Stage: org.StageDesk, From: []State{Received, Editing, Ready, Held}, To: Merged, Roles: desk, Guards: []org.Guard[Case]{unplaced, unforwarded}, Note: "contributions and shares are recorded"},
	{Verb: Unmerge, Stage: org.StageDesk, From: []State{Received, Editing, Ready, Held}, Roles: desk, Guards: []org.Guard[Case]{isComposite, unplaced, unprinted, unforwarded}, Note: "the sources come back as they were"},
	{Verb: Forward, Stage: org.StageDesk, From: []State{Ready}, Roles: []org.Role{org.Chief}, Guards: []org.Guard[Case]{adoptedFirst}, Note: "a child filing at the next office up; the upward sign-off is recorded"},
	{Verb: Send, Stage: org.StageDesk, From: []State{Outside}, Roles: []org.Role{org.Editor, org.Chief}, Note: "marks how and when it was handed to the outside office; done at the desk that forwarded it"},
	{Verb: EnterOutcome, Stage: org.StageDesk, From: []State{Outside}, Roles: []org.Role{org.Editor, org.Chief, org.Assessor}},
	{Verb: DecideOutcome, Stage: org.StageDesk, From: []State{Outside}, Roles: []org.Role{org.Editor, org.Chief, org.Assessor}, Note: "by a second person"},
	{Verb: Instruct, Stage: org.StageFollowup, From: []State{Received, Editing, Ready, Held}, Roles: []org.Role{org.Leader, org.Followup}},
	{Verb: Reopened, Stage: org.StageSignOff, From: []State{Returned, Withdrawn}, To: Filed, Note: "follows the item's resubmission, or its signature given anew after it was taken back"},
	{Verb: Unreopened, Stage: org.StageSignOff, From: []State{Filed}, To: Returned, Note: "follows the signature that was taken back: returned again, as it was"},
	{Verb: EndWithdrawn, Stage: org.StageSubmit, From: []State{Filed, Received, Editing, Ready, Held, Declined, Returned, Merged, Outside}, To: Withdrawn, Guards: []org.Guard[Case]{unprinted}, Note: "follows the item's withdrawal, or the signature that was taken back"},
}
