// Package delivery is copies of a published issue: what reached whom, who has
// confirmed it, what was called back. A recall never erases a copy's history;
// it adds to it, so that one can say who had received what before the recall.
package delivery

import (
	"xinshu/internal/fact"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// State is where a copy is.
type State string

// The states of a copy.
const (
	// Sent lies with the reader, unconfirmed.
	Sent State = "sent"
	// Confirmed is in the reader's hands (签收).
	Confirmed State = "confirmed"
	// Recalled was called back; the reader is told why.
	Recalled State = "recalled"
)

// States lists them.
var States = []State{Sent, Confirmed, Recalled}

// Delivery is one copy to one unit.
type Delivery struct {
	ID          ident.Delivery `json:"id"`
	Issue       ident.Issue    `json:"issue"`
	Unit        ident.Unit     `json:"unit"`
	Manner      string         `json:"manner"` // report, send, issue
	State       State          `json:"state"`
	Sent        int64          `json:"sent"`
	ConfirmedBy ident.Person   `json:"confirmed_by,omitempty"`
	ConfirmedAt int64          `json:"confirmed_at,omitempty"`
	RecalledAt  int64          `json:"recalled_at,omitempty"`
	Remark      string         `json:"remark,omitempty"`
	Version     int64          `json:"version"`
}

// Confirm is the reader's verb.
const Confirm org.Verb = "confirm"

// Case is a copy with its situation.
type Case struct{ Delivery *Delivery }

// Lifecycle is the copy's table.
var Lifecycle = org.Table[State, Case]{
	{Verb: "dispatch", Stage: org.StageDistribute, To: Sent, Note: "follows the issue's dispatch"},
	{Verb: Confirm, Stage: org.StageDistribute, From: []State{Sent}, To: Confirmed, Roles: []org.Role{org.Leader, org.Editor, org.Chief, org.Reporter, org.Signer, org.Followup}},
	{Verb: "recall", Stage: org.StageDistribute, From: []State{Sent, Confirmed}, To: Recalled, Note: "follows the recall of what it carried"},
}

// The payloads.
type (
	// SentTo is a copy's birth.
	SentTo struct {
		Issue  ident.Issue `json:"issue"`
		Unit   ident.Unit  `json:"unit"`
		Manner string      `json:"manner"`
	}
	// ConfirmedBy is the receipt.
	ConfirmedBy struct {
		Issue ident.Issue `json:"issue"`
		Unit  ident.Unit  `json:"unit"`
	}
	// CalledBack is the recall of a copy.
	CalledBack struct {
		Issue  ident.Issue `json:"issue"`
		Unit   ident.Unit  `json:"unit"`
		Remark string      `json:"remark"`
		Had    bool        `json:"had"` // it had been confirmed
	}
)

// FactKind of each payload.
func (SentTo) FactKind() fact.Kind      { return fact.DeliverySent }
func (ConfirmedBy) FactKind() fact.Kind { return fact.DeliveryConfirmed }
func (CalledBack) FactKind() fact.Kind  { return fact.DeliveryRecalled }
