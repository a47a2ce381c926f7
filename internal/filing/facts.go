package filing

import (
	"strconv"

	"xinshu/internal/fact"
	"xinshu/internal/ident"
	"xinshu/internal/item"
)

func itoa(n int) string { return strconv.Itoa(n) }

// The payloads of the desk's facts.
type (
	// Laid is a filing's birth.
	Laid struct {
		Item    ident.Item     `json:"item"`
		Unit    ident.Unit     `json:"unit"`
		Line    ident.Line     `json:"line,omitempty"`
		Genre   string         `json:"genre"`
		Form    string         `json:"form"`
		Channel string         `json:"channel"`
		Raw     int            `json:"raw"`
		Length  int            `json:"length"`
		Parents []ident.Filing `json:"parents,omitempty"`
		item.Together
	}
	// Reopening follows a resubmission.
	Reopening struct {
		Raw int `json:"raw"`
	}
	// Receipt has the register number.
	Receipt struct {
		Number string     `json:"number"`
		Unit   ident.Unit `json:"unit"`
	}
	// Assigned gave it to an editor.
	Assigned struct {
		To ident.Person `json:"to"`
	}
	// HeldBack kept it.
	HeldBack struct {
		Reason string `json:"reason"`
		Remark string `json:"remark,omitempty"`
		Until  int64  `json:"until,omitempty"`
	}
	// TurnedDown did not use it.
	TurnedDown struct {
		Reason string `json:"reason"`
		Remark string `json:"remark"`
	}
	// Resumed took it up again.
	Resumed struct {
		From State `json:"from"`
	}
	// Undone took the last deed back.
	Undone struct {
		Verb string `json:"verb"`
		To   State  `json:"to"`
	}
	// GivenBack returned it.
	GivenBack struct {
		Reason string `json:"reason"`
		Remark string `json:"remark"`
		Due    int64  `json:"due,omitempty"`
	}
	// Ended follows a withdrawal.
	Ended struct {
		Item ident.Item `json:"item"`
		From State      `json:"from"`
	}
	// Owned is the unit's confirmation of what the desk entered for it.
	Owned struct {
		Item ident.Item `json:"item"`
	}
	// Combined is a merge, on the composite's filing.
	Combined struct {
		Item   ident.Item     `json:"item"`
		Parts  []Contribution `json:"parts"`
		Remark string         `json:"remark,omitempty"` // why the shares are as they are
	}
	// Reshared gives a composite's sources other shares.
	Reshared struct {
		Parts  []Contribution `json:"parts"`
		Remark string         `json:"remark,omitempty"`
	}
	// TakenApart undoes it.
	TakenApart struct {
		Parts []ident.Filing `json:"parts"`
	}
	// Forwarded made a child at the next office.
	Forwarded struct {
		Child  ident.Filing `json:"child"`
		Office ident.Unit   `json:"office"`
		Signer ident.Person `json:"signer"`
		Text   string       `json:"text"`
	}
	// HandedOver marks how an outside office got it.
	HandedOver struct {
		Channel string `json:"channel"`
		Proof   string `json:"proof"`
		At      int64  `json:"at"`
	}
	// OutcomeTyped, OutcomeTrue and OutcomeWrong carry an outside decision.
	OutcomeTyped struct {
		Outcome Outcome `json:"outcome"`
	}
	// OutcomeTrue is confirmed.
	OutcomeTrue struct {
		Outcome Outcome    `json:"outcome"`
		Office  ident.Unit `json:"office"`
		Unit    ident.Unit `json:"unit"`
		Level   string     `json:"level"`
	}
	// OutcomeWrong is rejected.
	OutcomeWrong struct {
		Outcome ident.Outcome `json:"outcome"`
		Remark  string        `json:"remark"`
	}
	// Edited is another text of the desk's.
	Edited struct {
		Number int    `json:"number"`
		Text   string `json:"text"`
	}
	// Finished says the text is ready.
	Finished struct {
		Revision int `json:"revision"`
	}
	// TakenOver changed the holder.
	TakenOver struct {
		From ident.Person `json:"from"`
		To   ident.Person `json:"to"`
	}
	// ChangesTaken accepted changes of the text: how many, and how many still wait.
	ChangesTaken struct {
		Revision int    `json:"revision"`
		Changes  int    `json:"changes"`
		Left     int    `json:"left"`
		Text     string `json:"text"`
	}
	// Commented is a comment written, resolved or reopened; what it says is not in
	// the record.
	Commented struct {
		Comment   string         `json:"comment"`
		Act       string         `json:"act"` // written, resolved, reopened
		Mentioned []ident.Person `json:"mentioned,omitempty"`
	}
	// Told is one hop of news, with what scoring needs to know of the filing.
	Told struct {
		News   News       `json:"news"`
		Office ident.Unit `json:"desk"` // the desk the told filing lies at
		Unit   ident.Unit `json:"unit"` // who filed it there
		Item   ident.Item `json:"item"`
		Genre  string     `json:"genre"`
	}
)

// FactKind of each payload.
func (Laid) FactKind() fact.Kind         { return fact.FilingFiled }
func (Reopening) FactKind() fact.Kind    { return fact.FilingReopened }
func (Receipt) FactKind() fact.Kind      { return fact.FilingReceived }
func (Assigned) FactKind() fact.Kind     { return fact.FilingAssigned }
func (HeldBack) FactKind() fact.Kind     { return fact.FilingHeld }
func (TurnedDown) FactKind() fact.Kind   { return fact.FilingDeclined }
func (Resumed) FactKind() fact.Kind      { return fact.FilingResumed }
func (Undone) FactKind() fact.Kind       { return fact.FilingUndone }
func (GivenBack) FactKind() fact.Kind    { return fact.FilingReturned }
func (Ended) FactKind() fact.Kind        { return fact.FilingWithdrawn }
func (Owned) FactKind() fact.Kind        { return fact.FilingConfirmed }
func (Combined) FactKind() fact.Kind     { return fact.FilingsMerged }
func (Reshared) FactKind() fact.Kind     { return fact.FilingReshared }
func (TakenApart) FactKind() fact.Kind   { return fact.FilingUnmerged }
func (Forwarded) FactKind() fact.Kind    { return fact.FilingForwarded }
func (HandedOver) FactKind() fact.Kind   { return fact.FilingSent }
func (OutcomeTyped) FactKind() fact.Kind { return fact.OutcomeEntered }
func (OutcomeTrue) FactKind() fact.Kind  { return fact.OutcomeConfirmed }
func (OutcomeWrong) FactKind() fact.Kind { return fact.OutcomeRejected }
func (Edited) FactKind() fact.Kind       { return fact.FilingRevised }
func (Finished) FactKind() fact.Kind     { return fact.FilingReady }
func (TakenOver) FactKind() fact.Kind    { return fact.FilingTaken }
func (ChangesTaken) FactKind() fact.Kind { return fact.FilingSettled }
func (Commented) FactKind() fact.Kind    { return fact.FilingCommented }
func (Told) FactKind() fact.Kind         { return fact.NewsTold }
