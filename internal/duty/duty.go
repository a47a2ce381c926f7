// Package duty is anything asked of a unit with a due date. Today it holds a
// leader's instruction (批示) on a filing or a printed text: recorded, passed on
// to the unit that must act, answered, accepted or returned. Kinds will differ
// only in data; a state machine per kind would be the wrong design.
package duty

import (
	"time"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// State is where a duty is.
type State string

// The states.
const (
	// Recorded was written and waits to be passed on, not overnight. Its Unit and
	// Due, where it has them, are what the leader wishes; nobody there sees it yet.
	Recorded State = "recorded"
	// PassedOn lies with the unit that must act.
	PassedOn State = "passed_on"
	// Answered was reported on; the office accepts or returns it.
	Answered State = "answered"
	// Accepted is done.
	Accepted State = "accepted"
)

// States lists them.
var States = []State{Recorded, PassedOn, Answered, Accepted}

// Kinds of duty; more are data to come.
const Instruction = "instruction"

// Duty is one asked thing.
type Duty struct {
	ID        ident.Duty      `json:"id"`
	Kind      string          `json:"kind"`
	Office    ident.Unit      `json:"office"` // where it was given
	Filing    ident.Filing    `json:"filing"`
	Item      ident.Item      `json:"item"`
	Placement ident.Placement `json:"placement,omitempty"`
	Issue     ident.Issue     `json:"issue,omitempty"`
	Leader    ident.Person    `json:"leader"`
	LeaderAs  string          `json:"leader_as"` // post title, as it was
	Text      string          `json:"text"`
	Disclosed bool            `json:"disclosed"` // the units below may read the text
	State     State           `json:"state"`
	Unit      ident.Unit      `json:"unit,omitempty"` // who must act
	Due       int64           `json:"due,omitempty"`
	Answer    string          `json:"answer,omitempty"`
	AnswerBy  ident.Person    `json:"answer_by,omitempty"`
	AnswerAt  int64           `json:"answer_at,omitempty"`
	Remark    string          `json:"remark,omitempty"`
	Given     int64           `json:"given"`
	Updated   int64           `json:"updated"`
	Version   int64           `json:"version"`
}

// Seen reports whether somebody of this sight sees the duty: the office where it
// was given, and once it is passed on the unit that must act.
func (d Duty) Seen(s org.Scope) bool {
	return s.Desk(d.Office) || d.State != Recorded && s.Unit(d.Unit)
}

// Regret is how long an instruction can be taken back by who gave it.
const Regret = 10 * time.Minute

// Limits in runes.
const (
	MaxText   = 2000
	MaxAnswer = 5000
)

// Verbs.
const (
	TakeBack org.Verb = "take_back"
	PassOn   org.Verb = "pass_on"
	Answer   org.Verb = "answer"
	Accept   org.Verb = "accept"
	Return   org.Verb = "return_answer"
)

// Case is a duty with its situation. Held are posts at the office for PassOn,
// Accept and Return, at the acting unit for Answer: the verb asks accordingly.
type Case struct {
	Duty  *Duty
	Actor ident.Person
	Now   int64
}

var onlyOwn = org.Guard[Case]{Name: "by who gave it", Check: func(c Case) *fault.Reason {
	if c.Duty.Leader != c.Actor {
		return &fault.Reason{Code: "not_your_instruction", Params: map[string]string{"person": string(c.Duty.Leader)}}
	}
	return nil
}}

var withinRegret = org.Guard[Case]{Name: "within ten minutes", Check: func(c Case) *fault.Reason {
	if c.Now > c.Duty.Given+Regret.Microseconds() {
		return &fault.Reason{Code: "regret_over"}
	}
	return nil
}}

var notOwnAnswer = org.Guard[Case]{Name: "not one's own answer", Check: func(c Case) *fault.Reason {
	if c.Duty.AnswerBy == c.Actor {
		return &fault.Reason{Code: "own_answer"}
	}
	return nil
}}

// Lifecycle is the duty's table.
var Lifecycle = org.Table[State, Case]{
	{Verb: "instruct", Stage: org.StageFollowup, To: Recorded, Roles: []org.Role{org.Leader, org.Followup}},
	{Verb: TakeBack, Stage: org.StageFollowup, From: []State{Recorded}, Roles: []org.Role{org.Leader, org.Followup}, Guards: []org.Guard[Case]{onlyOwn, withinRegret}, Note: "the instruction is gone; the facts and the news stay, with news that it was taken back"},
	{Verb: PassOn, Stage: org.StageFollowup, From: []State{Recorded, PassedOn}, To: PassedOn, Roles: []org.Role{org.Followup, org.Chief, org.Editor}, Note: "to a unit, with a due date"},
	{Verb: Answer, Stage: org.StageFollowup, From: []State{PassedOn}, To: Answered, Roles: []org.Role{org.Reporter, org.Signer, org.Editor, org.Chief, org.Followup}, Note: "at the unit that must act"},
	{Verb: Accept, Stage: org.StageFollowup, From: []State{Answered}, To: Accepted, Roles: []org.Role{org.Followup, org.Chief, org.Leader}, Guards: []org.Guard[Case]{notOwnAnswer}},
	{Verb: Return, Stage: org.StageFollowup, From: []State{Answered}, To: PassedOn, Roles: []org.Role{org.Followup, org.Chief, org.Leader}, Note: "with a remark"},
}

// CheckInstruction says what is wrong with an instruction's text.
func CheckInstruction(text string) []fault.Field { return org.Text("text", text, 1, MaxText) }

// CheckAnswer says what is wrong with an answer.
func CheckAnswer(text string) []fault.Field { return org.Text("answer", text, 1, MaxAnswer) }

// CheckRemark bounds a remark.
func CheckRemark(s string, need bool) []fault.Field { return item.CheckRemark("remark", s, need) }

// The payloads.
type (
	// Given is an instruction, with what scoring needs.
	Given struct {
		Duty   ident.Duty   `json:"duty"`
		Office ident.Unit   `json:"office"`
		Level  string       `json:"level"`
		Filing ident.Filing `json:"filing"`
		Item   ident.Item   `json:"item"`
		Unit   ident.Unit   `json:"unit"` // who filed it at this desk
		Own    bool         `json:"own"`
		Genre  string       `json:"genre"`
		Form   string       `json:"form"`
		Title  string       `json:"title"`
		Leader ident.Person `json:"leader"`
		As     string       `json:"as"`
		Text   string       `json:"text"`         // hash
		To     ident.Unit   `json:"to,omitempty"` // who should act, as the leader wishes
		Due    int64        `json:"due,omitempty"`
	}
	// TakenBack undoes a Given: the same order, taken back by who gave it.
	TakenBack struct {
		Duty   ident.Duty   `json:"duty"`
		Office ident.Unit   `json:"office"`
		Filing ident.Filing `json:"filing"`
		Unit   ident.Unit   `json:"unit"`
		Own    bool         `json:"own"`
		Level  string       `json:"level"`
		Given  int64        `json:"given"`
		Text   string       `json:"text"` // hash
	}
	// PassedOnTo names the unit.
	PassedOnTo struct {
		Unit ident.Unit `json:"unit"`
		Due  int64      `json:"due,omitempty"`
	}
	// AnsweredWith names the answer by hash.
	AnsweredWith struct {
		Unit ident.Unit `json:"unit"`
		Text string     `json:"text"`
	}
	// AcceptedAs closes it.
	AcceptedAs struct {
		Remark string `json:"remark,omitempty"`
	}
	// ReturnedFor wants a better answer.
	ReturnedFor struct {
		Remark string `json:"remark"`
	}
	// RemindedOf is a reminder by the installation itself.
	RemindedOf struct {
		Unit  ident.Unit `json:"unit"`
		Due   int64      `json:"due"`
		Stage string     `json:"stage"` // due: within a day; overdue
	}
)

// FactKind of each payload.
func (Given) FactKind() fact.Kind        { return fact.InstructionGiven }
func (TakenBack) FactKind() fact.Kind    { return fact.InstructionTaken }
func (PassedOnTo) FactKind() fact.Kind   { return fact.DutyPassedOn }
func (AnsweredWith) FactKind() fact.Kind { return fact.DutyAnswered }
func (AcceptedAs) FactKind() fact.Kind   { return fact.DutyAccepted }
func (ReturnedFor) FactKind() fact.Kind  { return fact.DutyReturned }
func (RemindedOf) FactKind() fact.Kind   { return fact.DutyReminded }
