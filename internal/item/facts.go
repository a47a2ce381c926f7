package item

import (
	"xinshu/internal/fact"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// The payloads of the item's facts. Texts are named by hash, never carried.
type (
	// Drafted is an item's birth.
	Drafted struct {
		Item    ident.Item `json:"item"`
		Unit    ident.Unit `json:"unit"`
		Genre   string     `json:"genre"`
		Form    string     `json:"form"`
		Channel string     `json:"channel"`
		Text    string     `json:"text"` // hash of the first revision
		Office  ident.Unit `json:"office,omitempty"`
	}
	// Revised is another text of the unit's.
	Revised struct {
		Number int    `json:"number"`
		Text   string `json:"text"`
		Check  string `json:"check,omitempty"` // set when a checker edited
	}
	// SentUp starts a round of checks.
	SentUp struct {
		Unit     ident.Unit   `json:"unit"`
		Round    int          `json:"round"`
		Revision int          `json:"revision"`
		Checks   []org.Check  `json:"checks"`
		Lines    []ident.Line `json:"lines"`
		Together
	}
	// Resubmitted starts another one.
	Resubmitted struct {
		Unit     ident.Unit `json:"unit"`
		Round    int        `json:"round"`
		Revision int        `json:"revision"`
		Together
	}
	// Checked is one check passed.
	Checked struct {
		Check    org.Check `json:"check"`
		Round    int       `json:"round"`
		Revision int       `json:"revision"`
		Remark   string    `json:"remark,omitempty"`
	}
	// SignedOff is the last one.
	SignedOff struct {
		Round    int      `json:"round"`
		Revision int      `json:"revision"`
		Text     string   `json:"text"`
		Bypassed []string `json:"bypassed,omitempty"` // lines of higher rank that an urgent matter overtook
	}
	// SentBackWith is a check failed, with its reason; Unit is a partner, when one
	// sent it back.
	SentBackWith struct {
		Unit   ident.Unit `json:"unit,omitempty"`
		Check  org.Check  `json:"check,omitempty"`
		Reason string     `json:"reason"`
		Remark string     `json:"remark"`
		Due    int64      `json:"due,omitempty"`
	}
	// Unsigned takes the newest check back; Left says whether it had left the unit,
	// Unit is a partner, when it was one of its checks.
	Unsigned struct {
		Unit     ident.Unit `json:"unit,omitempty"`
		Check    org.Check  `json:"check"`
		Round    int        `json:"round"`
		Revision int        `json:"revision"`
		Given    int64      `json:"given"`
		Left     bool       `json:"left,omitempty"`
	}
	// Unsent takes a sending to the checks back before anybody looked.
	Unsent struct {
		Unit     ident.Unit `json:"unit"`
		Round    int        `json:"round"`
		Revision int        `json:"revision"`
	}
	// TakenBack is a withdrawal.
	TakenBack struct {
		Unit   ident.Unit `json:"unit"`
		Remark string     `json:"remark,omitempty"`
	}
)

// FactKind of each payload.
func (Drafted) FactKind() fact.Kind      { return fact.ItemDrafted }
func (Revised) FactKind() fact.Kind      { return fact.ItemRevised }
func (SentUp) FactKind() fact.Kind       { return fact.ItemSubmitted }
func (Resubmitted) FactKind() fact.Kind  { return fact.ItemResubmitted }
func (Checked) FactKind() fact.Kind      { return fact.ItemChecked }
func (SignedOff) FactKind() fact.Kind    { return fact.ItemSigned }
func (SentBackWith) FactKind() fact.Kind { return fact.ItemSentBack }
func (Unsent) FactKind() fact.Kind       { return fact.ItemUnsent }
func (Unsigned) FactKind() fact.Kind     { return fact.ItemUnsigned }
func (TakenBack) FactKind() fact.Kind    { return fact.ItemWithdrawn }

// HandedOver is an item that went to another unit with its unit's merger or
// split, or to another writer when the first one left.
type HandedOver struct {
	From   ident.Unit   `json:"from"`
	To     ident.Unit   `json:"to"`
	Was    ident.Person `json:"was,omitempty"`
	Writer ident.Person `json:"writer,omitempty"`
}

// FactKind of the payload.
func (HandedOver) FactKind() fact.Kind { return fact.ItemHandedOver }
