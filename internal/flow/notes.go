package flow

import (
	"context"
	"encoding/json"
	"slices"

	"xinshu/internal/duty"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// NoteKind is why somebody is told something.
type NoteKind string

// The kinds, in the order in which a person chooses among them.
const (
	NoteToCheck       NoteKind = "to_check"        // an item waits for my check
	NoteSentBack      NoteKind = "sent_back"       // a checker sent mine back
	NoteToCountersign NoteKind = "to_countersign"  // an item of another unit waits for my unit's signature
	NoteToFile        NoteKind = "to_file"         // all partners have signed: my unit files it
	NotePartnerOff    NoteKind = "partner_off"     // my unit is no partner of an item any more
	NoteUnasked       NoteKind = "unasked"         // … is not asked any more, because the lead took its signature back
	NoteUnsigned      NoteKind = "unsigned"        // a checker took his check of mine back
	NoteReturned      NoteKind = "returned"        // an office returned mine
	NoteDeclined      NoteKind = "declined"        // … does not use it
	NoteHeld          NoteKind = "held"            // … keeps it for later
	NoteAdopted       NoteKind = "adopted"         // … adopted it
	NoteUnadopted     NoteKind = "unadopted"       // … took the adoption back
	NotePublished     NoteKind = "published"       // it is printed
	NoteForwarded     NoteKind = "forwarded"       // it went to the next office up
	NoteCorrected     NoteKind = "corrected"       // what was printed was corrected
	NoteRecalled      NoteKind = "recalled"        // … or recalled
	NoteOrdered       NoteKind = "instructed"      // a leader wrote an instruction on it
	NoteDuty          NoteKind = "duty_given"      // my unit must act
	NoteDue           NoteKind = "duty_due"        // … within a day
	NoteOverdue       NoteKind = "duty_overdue"    // … and is late
	NoteRedo          NoteKind = "answer_returned" // the office wants a better answer
	NoteMentioned     NoteKind = "mentioned"       // somebody wrote my name in a comment
	NoteTaken         NoteKind = "taken_over"      // somebody took over what I was working on
	NoteHanded        NoteKind = "handed_over"     // something was put into my hands
)

// NoteKinds is the closed list.
var NoteKinds = []NoteKind{NoteToCheck, NoteToCountersign, NoteToFile, NotePartnerOff, NoteUnasked, NoteSentBack, NoteUnsigned, NoteReturned, NoteDeclined, NoteHeld, NoteAdopted, NoteUnadopted, NotePublished, NoteForwarded, NoteCorrected, NoteRecalled,
	NoteOrdered, NoteDuty, NoteDue, NoteOverdue, NoteRedo, NoteMentioned, NoteTaken, NoteHanded}

// pressing kinds reach a person in quiet hours too; so does anything about an
// urgent item.
var pressing = []NoteKind{NoteRecalled, NoteOverdue}

// toldAs are the plain pairs of a fact about a filing and what its people hear.
var toldAs = map[fact.Kind]NoteKind{
	fact.FilingReturned: NoteReturned, fact.FilingDeclined: NoteDeclined, fact.FilingHeld: NoteHeld, fact.FilingForwarded: NoteForwarded,
	fact.PlacementMade: NoteAdopted, fact.PlacementGone: NoteUnadopted, fact.PlacementPublished: NotePublished,
	fact.PlacementCorrected: NoteCorrected, fact.PlacementRecalled: NoteRecalled, fact.InstructionGiven: NoteOrdered,
}

// noteBody is what a note opens.
type noteBody struct {
	Noun string     `json:"noun"`
	ID   string     `json:"id"`
	Item ident.Item `json:"item,omitempty"`
}

// inPost is the address of everybody who holds a post in a unit.
func inPost(unit ident.Unit, role org.Role) string { return string(unit) + "|" + string(role) }

// mustAct are who hears of a duty at the unit.
var mustAct = []org.Role{org.Reporter, org.Signer, org.Chief, org.Followup}

// Noted makes the notes of a stretch of the record, and names those that are gone
// with it. It looks only at facts up to each one, so that the same record gives
// the same notes whenever it is read.
func (f *Flow) Noted(ctx context.Context, recs []fact.Record) (out, gone []store.Note, err error) {
	defer fault.Wrap(&err, "flow.Noted")
	err = f.store.View(ctx, func(tx *store.Tx) error {
		out, gone = out[:0], gone[:0]
		t, err := f.begin(tx, Actor{System: true})
		if err != nil {
			return err
		}
		read := map[fact.Subject][]fact.Record{}
		for _, r := range recs {
			n := &noting{act: t, r: r, read: read}
			if err := n.note(); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			out, gone = append(out, n.out...), append(gone, n.gone...)
		}
		return nil
	})
	return out, gone, err
}

// noting is one fact being turned into notes.
type noting struct {
	*act
	r    fact.Record
	read map[fact.Subject][]fact.Record // the facts of subjects met in this stretch
	out  []store.Note
	gone []store.Note
}

func (n *noting) tell(kind NoteKind, body noteBody, who ...string) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	for _, w := range who {
		if w != "" {
			n.out = append(n.out, store.Note{Who: w, Position: n.r.Position, Kind: string(kind), Actor: n.r.Actor, At: n.r.Recorded, Body: string(b)})
		}
	}
	return nil
}

func (n *noting) note() error {
	r := n.r
	switch r.Kind {
	case fact.ItemSubmitted, fact.ItemResubmitted, fact.ItemChecked, fact.ItemSigned, fact.ItemWithdrawn, fact.ItemUnsent,
		fact.ItemRevised, fact.PartnersAsked, fact.PartnerSigned, fact.ItemFiled:
		return n.checks(ident.Item(r.Subject.ID))
	case fact.ItemUnsigned:
		if err := n.checks(ident.Item(r.Subject.ID)); err != nil {
			return err
		}
		who, err := n.writerOf(ident.Item(r.Subject.ID))
		if err != nil {
			return err
		}
		return n.tell(NoteUnsigned, noteBody{"item", r.Subject.ID, ident.Item(r.Subject.ID)}, who)
	case fact.PartnerTakenOff:
		return n.partnerOff()
	case fact.ItemSentBack:
		if err := n.checks(ident.Item(r.Subject.ID)); err != nil {
			return err
		}
		p, err := fact.Decode[item.SentBackWith](r)
		if err != nil || p.Check == "" {
			return err // an office returned it, and that is told
		}
		who, err := n.writerOf(ident.Item(r.Subject.ID))
		if err != nil {
			return err
		}
		return n.tell(NoteSentBack, noteBody{"item", r.Subject.ID, ident.Item(r.Subject.ID)}, who)
	case fact.ItemHandedOver:
		p, err := fact.Decode[item.HandedOver](r)
		if err != nil {
			return err
		}
		return n.tell(NoteHanded, noteBody{"item", r.Subject.ID, ident.Item(r.Subject.ID)}, string(p.Writer))
	case fact.FilingAssigned:
		p, err := fact.Decode[filing.Assigned](r)
		if err != nil {
			return err
		}
		return n.atDesk(NoteHanded, string(p.To))
	case fact.FilingTaken:
		p, err := fact.Decode[filing.TakenOver](r)
		if err != nil {
			return err
		}
		return n.atDesk(NoteTaken, string(p.From))
	case fact.FilingCommented:
		p, err := fact.Decode[filing.Commented](r)
		if err != nil {
			return err
		}
		return n.atDesk(NoteMentioned, people(p.Mentioned)...)
	case fact.InstructionTaken:
		return n.taken()
	case fact.FilingUndone:
		return n.undone()
	case fact.NewsTold:
		return n.news()
	case fact.DutyPassedOn, fact.DutyReminded, fact.DutyReturned:
		return n.duty()
	}
	if kind, ok := toldAs[r.Kind]; ok {
		return n.decided(kind)
	}
	return nil
}

// upTo are a subject's facts up to the one that is told of.
func (n *noting) upTo(noun, id string) ([]fact.Record, error) {
	recs, met := n.read[fact.Subject{Noun: noun, ID: id}]
	if !met {
		var err error
		if recs, err = n.FactsOf(noun, id); err != nil {
			return nil, err
		}
		n.read[fact.Subject{Noun: noun, ID: id}] = recs
	}
	if i := slices.IndexFunc(recs, func(r fact.Record) bool { return r.Position > n.r.Position }); i >= 0 {
		recs = recs[:i]
	}
	return recs, nil
}

// writerOf is who writes an item, or its unit's reporters where somebody else
// brought it in.
func (n *noting) writerOf(id ident.Item) (string, error) {
	recs, err := n.upTo("item", string(id))
	if err != nil {
		return "", err
	}
	var unit ident.Unit
	var writer ident.Person
	for _, r := range recs {
		switch r.Kind {
		case fact.ItemDrafted:
			p, err := fact.Decode[item.Drafted](r)
			if err != nil {
				return "", err
			}
			if unit = p.Unit; p.Channel == "web" {
				writer = r.Actor
			}
		case fact.ItemHandedOver:
			p, err := fact.Decode[item.HandedOver](r)
			if err != nil {
				return "", err
			}
			unit, writer = p.To, p.Writer
		}
	}
	switch {
	case writer != "":
		return string(writer), nil
	case unit != "":
		return inPost(unit, org.Reporter), nil
	}
	it, err := n.Tx.Item(id) // imported: there is no fact of its birth
	return inPost(it.Unit, org.Reporter), err
}

// ownerOf is who hears of a decision about a filing: the item's writer, or who
// laid it there for an office below.
func (n *noting) ownerOf(id ident.Filing) (who string, it ident.Item, err error) {
	fl, err := n.Tx.Filing(id)
	if err != nil {
		return "", "", err
	}
	recs, err := n.upTo("filing", string(id))
	if err != nil {
		return "", "", err
	}
	for _, r := range recs {
		if r.Kind == fact.FilingsMerged {
			return string(r.Actor), fl.Item, nil
		}
		if r.Kind != fact.FilingFiled {
			continue
		}
		p, err := fact.Decode[filing.Laid](r)
		if err != nil {
			return "", "", err
		}
		if len(p.Parents) > 0 {
			return string(r.Actor), fl.Item, nil
		}
	}
	who, err = n.writerOf(fl.Item)
	return who, fl.Item, err
}

// decided tells whose filing it is what was decided about it.
func (n *noting) decided(kind NoteKind) error {
	id := ident.Filing(n.r.Subject.ID)
	if n.r.Subject.Noun != "filing" {
		var p struct {
			Outlet issue.Outlet `json:"outlet"`
			Filing ident.Filing `json:"filing"`
		}
		if len(n.r.Payload) == 0 {
			return nil
		}
		if err := json.Unmarshal(n.r.Payload, &p); err != nil {
			return err
		}
		if id = p.Outlet.Filing; id == "" {
			id = p.Filing
		}
	}
	who, it, err := n.ownerOf(id)
	if err != nil {
		return err
	}
	if err := n.tell(kind, noteBody{"filing", string(id), it}, who); err != nil {
		return err
	}
	fl, err := n.Tx.Filing(id)
	if err != nil {
		return err
	}
	partners, err := n.behind(it, fl.Unit)
	if err != nil {
		return err
	}
	return n.tell(kind, noteBody{"item", string(it), it}, partners...)
}

// news tells what happened above.
func (n *noting) news() error {
	p, err := fact.Decode[filing.Told](n.r)
	if err != nil {
		return err
	}
	if p.News.Kind == "uninstructed" {
		return n.taken()
	}
	kind := NoteKind(p.News.Kind)
	if !slices.Contains([]NoteKind{NoteAdopted, NoteUnadopted, NotePublished, NoteForwarded, NoteCorrected, NoteRecalled, NoteOrdered, NoteDeclined, NoteReturned}, kind) {
		return nil
	}
	return n.decided(kind)
}

func people(ids []ident.Person) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// atDesk tells people of a filing at a desk.
func (n *noting) atDesk(kind NoteKind, who ...string) error {
	fl, err := n.Tx.Filing(ident.Filing(n.r.Subject.ID))
	if err != nil {
		return err
	}
	return n.tell(kind, noteBody{"filing", n.r.Subject.ID, fl.Item}, who...)
}

// duty tells the unit that must act, and who answered when the answer will not
// do.
func (n *noting) duty() error {
	d, err := n.Tx.Duty(ident.Duty(n.r.Subject.ID))
	if err != nil {
		return err
	}
	body := noteBody{"duty", n.r.Subject.ID, d.Item}
	everybody := func(kind NoteKind, unit ident.Unit) error {
		for _, role := range mustAct {
			if err := n.tell(kind, body, inPost(unit, role)); err != nil {
				return err
			}
		}
		return nil
	}
	switch n.r.Kind {
	case fact.DutyPassedOn:
		p, err := fact.Decode[duty.PassedOnTo](n.r)
		if err != nil {
			return err
		}
		return everybody(NoteDuty, p.Unit)
	case fact.DutyReminded:
		p, err := fact.Decode[duty.RemindedOf](n.r)
		if err != nil {
			return err
		}
		kind := NoteDue
		if p.Stage == store.ReminderOverdue {
			kind = NoteOverdue
			if err := n.tell(kind, body, inPost(d.Office, org.Followup)); err != nil {
				return err
			}
		}
		return everybody(kind, p.Unit)
	}
	recs, err := n.upTo("duty", n.r.Subject.ID)
	if err != nil {
		return err
	}
	for _, r := range slices.Backward(recs) {
		if r.Kind == fact.DutyAnswered {
			return n.tell(NoteRedo, body, string(r.Actor))
		}
	}
	return nil
}

// reminderAhead is how long before its time a unit is reminded.
const reminderAhead = int64(24 * 3600 * 1e6)

// RemindDuties reminds units of what is due within a day and of what is late:
// once for each due date, and on the record, because whether somebody was told
// in time is asked later.
func (f *Flow) RemindDuties(ctx context.Context) (n int, err error) {
	defer fault.Wrap(&err, "flow.RemindDuties")
	for _, stage := range []string{store.ReminderOverdue, store.ReminderDue} {
		var due []duty.Duty
		err := f.store.View(ctx, func(tx *store.Tx) (err error) {
			before := tx.Now()
			if stage == store.ReminderDue {
				before += reminderAhead
			}
			due, err = tx.DutiesToRemind(stage, before, 200)
			return err
		})
		if err != nil {
			return n, err
		}
		for _, d := range due {
			told := false
			err := f.store.Update(ctx, func(tx *store.Tx) error {
				told = false
				t, err := f.begin(tx, Actor{System: true})
				if err != nil {
					return err
				}
				cur, err := t.Tx.Duty(d.ID)
				if err != nil || cur.State != duty.PassedOn || cur.Due != d.Due {
					return err // answered or put off meanwhile
				}
				first, err := t.PutReminder(d.ID, stage, d.Due, t.Now())
				if err != nil || !first {
					return err
				}
				if stage == store.ReminderDue && d.Due <= t.Now() {
					return nil // it is late already, and that was said
				}
				told = true
				_, err = t.fact("duty", string(d.ID), cur.Version, cur.Office, duty.RemindedOf{Unit: cur.Unit, Due: cur.Due, Stage: stage})
				return err
			})
			if err != nil {
				return n, err
			}
			if told {
				n++
			}
		}
	}
	return n, nil
}
