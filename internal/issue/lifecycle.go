package issue

import (
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Verbs of the issue and of a placement.
const (
	Arrange  org.Verb = "arrange"
	Propose  org.Verb = "propose"
	SendBack org.Verb = "send_back"
	Approve  org.Verb = "approve"
	Publish  org.Verb = "publish"
	Dispatch org.Verb = "dispatch"
	SetTime  org.Verb = "schedule"

	Unadopt org.Verb = "unadopt"
	Place   org.Verb = "place"
	Correct org.Verb = "correct"
	Recall  org.Verb = "recall"
)

// Case is an issue with its situation.
type Case struct {
	Issue  *Issue
	Actor  ident.Person
	Placed int // how many texts it has
}

var hasTexts = org.Guard[Case]{Name: "it has at least one text", Check: func(c Case) *fault.Reason {
	if c.Placed == 0 {
		return &fault.Reason{Code: "issue_empty"}
	}
	return nil
}}

var desk = []org.Role{org.Editor, org.Chief}

// Lifecycle is the issue's table.
var Lifecycle = org.Table[State, Case]{
	{Verb: "open", Stage: org.StageIssue, To: Open, Roles: desk, Note: "the next number of the year"},
	{Verb: Arrange, Stage: org.StageIssue, From: []State{Open}, Roles: desk},
	{Verb: SetTime, Stage: org.StageIssue, From: []State{Open, Proposed, Approved}, Roles: desk, Note: "published at that time when it is approved by then; sending it back takes the time away"},
	{Verb: Propose, Stage: org.StageIssue, From: []State{Open}, To: Proposed, Roles: desk, Guards: []org.Guard[Case]{hasTexts}},
	{Verb: SendBack, Stage: org.StageIssue, From: []State{Proposed, Approved}, To: Open, Roles: []org.Role{org.Chief}, Note: "with a reason"},
	{Verb: Approve, Stage: org.StageIssue, From: []State{Proposed}, To: Approved, Roles: []org.Role{org.Chief}, Guards: []org.Guard[Case]{hasTexts}},
	{Verb: Publish, Stage: org.StageIssue, From: []State{Approved}, To: Published, Roles: desk, Guards: []org.Guard[Case]{hasTexts}, Note: "texts are frozen, placements printed, news told"},
	{Verb: Dispatch, Stage: org.StageDistribute, From: []State{Published}, Roles: desk},
}

// PlaceCase is a placement with its situation.
type PlaceCase struct {
	Placement *Placement
	Actor     ident.Person
	IssueOpen bool // its issue, if any, is open
}

var issueOpen = org.Guard[PlaceCase]{Name: "its issue is open", Check: func(c PlaceCase) *fault.Reason {
	if c.Placement.Issue != "" && !c.IssueOpen {
		return &fault.Reason{Code: "issue_not_open", Override: string(org.Chief)}
	}
	return nil
}}

// PlaceLifecycle is the placement's table.
var PlaceLifecycle = org.Table[PlaceState, PlaceCase]{
	{Verb: "adopt", Stage: org.StageDesk, To: Tray, Roles: desk, Note: "made by adopting a ready filing"},
	{Verb: Place, Stage: org.StageIssue, From: []PlaceState{Tray, Arranged}, To: Arranged, Roles: desk, Guards: []org.Guard[PlaceCase]{issueOpen}, Note: "or back to the tray"},
	{Verb: Unadopt, Stage: org.StageDesk, From: []PlaceState{Tray, Arranged}, To: Gone, Roles: desk, Guards: []org.Guard[PlaceCase]{issueOpen}},
	{Verb: "print", Stage: org.StageIssue, From: []PlaceState{Arranged}, To: Printed, Note: "follows its issue"},
	{Verb: Correct, Stage: org.StageIssue, From: []PlaceState{Printed, Corrected}, To: Corrected, Roles: []org.Role{org.Chief}, Note: "with the corrected text and what readers are told"},
	{Verb: Recall, Stage: org.StageDistribute, From: []PlaceState{Printed, Corrected}, To: Recalled, Roles: []org.Role{org.Chief}, Note: "with a reason; receipts are told"},
}
