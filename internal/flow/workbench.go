package flow

import (
	"cmp"
	"context"
	"slices"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Row is one thing to do, or one thing somebody else has to do for me.
type Row struct {
	Noun   string         `json:"noun"`
	ID     string         `json:"id"`
	Title  string         `json:"title"`
	Unit   ident.Unit     `json:"unit"`
	Office ident.Unit     `json:"office,omitempty"`
	State  string         `json:"state"`
	Holder ident.Person   `json:"holder,omitempty"`
	Role   org.Role       `json:"role,omitempty"`   // whose turn it is where no person is named
	People []ident.Person `json:"people,omitempty"` // who holds that role there
	Since  int64          `json:"since"`
	Filed  int64          `json:"filed,omitempty"` // when it was laid before the desk: the unit bears the name of that day
	Due    int64          `json:"due,omitempty"`
	Next   org.Verb       `json:"next"`
	Genre  string         `json:"genre,omitempty"`
	Urgent bool           `json:"urgent,omitempty"`
	Meta   string         `json:"meta,omitempty"`
	Why    string         `json:"why,omitempty"` // an issue: why it did not come out at its time
}

// Counter is a number that opens a filtered list.
type Counter struct {
	Code string `json:"code"`
	N    int    `json:"n"`
}

// Workbench is what is mine to do now in the post I am in, most urgent first,
// and what others hold for me.
type Workbench struct {
	Me       Me        `json:"me"`
	Counters []Counter `json:"counters"`
	Mine     []Row     `json:"mine"`
	Others   []Row     `json:"others"`
	News     []NewsRow `json:"news,omitempty"`
	Names    Names     `json:"names"`
}

// bench gathers one workbench.
type bench struct {
	*act
	w     *Workbench
	unit  ident.Unit
	at    []ident.Unit // the unit, and those merged into it
	roles []org.Role
}

const benchRows = 50

// Workbench looks at everything once, in the unit of the actor's current post.
func (f *Flow) Workbench(ctx context.Context, a Actor) (Workbench, error) {
	return read(ctx, f, a, "Workbench", func(t *act) (w Workbench, err error) {
		if w.Me, err = t.me(); err != nil {
			return w, err
		}
		b := bench{act: t, w: &w, unit: w.Me.Current.Unit, at: t.places(w.Me.Current.Unit), roles: t.held(w.Me.Current.Unit)}
		if b.unit != "" {
			for _, part := range []func() error{b.items, b.desk, b.issues, b.duties, b.copies} {
				if err := part(); err != nil {
					return w, err
				}
			}
			news, err := t.news("", 8)
			if err != nil {
				return w, err
			}
			w.News = news.Rows
		}
		now := t.Now()
		slices.SortStableFunc(w.Mine, func(x, y Row) int {
			return cmp.Or(-boolCmp(x.Urgent, y.Urgent), -boolCmp(x.Due != 0 && x.Due < now, y.Due != 0 && y.Due < now), boolCmp(x.Noun == "delivery", y.Noun == "delivery"), cmp.Compare(cmp.Or(x.Due, x.Since), cmp.Or(y.Due, y.Since)))
		})
		w.Names, err = w.naming().names(t)
		return w, err
	})
}

func boolCmp(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (b *bench) is(roles ...org.Role) bool {
	return slices.ContainsFunc(roles, func(r org.Role) bool { return slices.Contains(b.roles, r) })
}

func (b *bench) count(code string, n int) { b.w.Counters = append(b.w.Counters, Counter{code, n}) }

// items: the unit's own writing and checking.
func (b *bench) items() error {
	if !b.is(org.Reporter, org.Reviewer, org.Secrecy, org.Signer) {
		return nil
	}
	counts, err := b.ItemCounts(b.at)
	if err != nil {
		return err
	}
	b.count("item.draft", counts[item.Draft])
	b.count("item.sent_back", counts[item.SentBack])
	b.count("item.submitted", counts[item.Submitted])
	b.count("item.signed", counts[item.Signed])
	its, err := b.itemsOf(b.unit, store.ItemQuery{States: []item.State{item.Draft, item.SentBack, item.Submitted}, Limit: benchRows * 2})
	if err != nil {
		return err
	}
	for _, it := range its {
		row := Row{Noun: "item", ID: string(it.ID), Title: it.Title, Unit: it.Unit, State: string(it.State), Holder: it.Writer, Since: it.Updated, Due: it.Due, Genre: it.Genre, Urgent: it.Urgent, Meta: it.Remark}
		switch it.State {
		case item.Draft, item.SentBack:
			row.Next = item.Submit
			if it.State == item.SentBack {
				row.Next = item.Resubmit
			}
			if b.is(org.Reporter) {
				b.w.Mine = append(b.w.Mine, row)
			}
		case item.Submitted:
			passed, err := b.PassedOf(it.ID, it.Round)
			if err != nil {
				return err
			}
			_, j, err := b.jointOf(it)
			if err != nil {
				return err
			}
			check, _ := it.Next(passed, j)
			if check == org.Countersign || check == org.ToFile {
				b.leads(row, it, check, j)
				continue
			}
			row.Holder, row.Role, row.Next, row.Meta = "", check.Role(), item.SignOff, string(check)
			who, err := b.stations(it.Unit, []org.Check{check})
			if err != nil {
				return err
			}
			row.People = who[0].People
			if b.is(check.Role()) {
				b.w.Mine = append(b.w.Mine, row)
			} else {
				b.w.Others = append(b.w.Others, row)
			}
		}
	}
	if err := b.joint(); err != nil {
		return err
	}
	return b.filed()
}

// filed: what lies at the offices above, filed by this unit.
func (b *bench) filed() error {
	fs, err := b.filingsAt("", b.unit, store.FilingQuery{States: []filing.State{filing.Filed, filing.Received, filing.Editing, filing.Held, filing.Returned}, Limit: benchRows})
	if err != nil {
		return err
	}
	for _, fl := range fs {
		b.w.Others = append(b.w.Others, Row{Noun: "filing", ID: string(fl.ID), Title: fl.Title, Unit: fl.Unit, Office: fl.Office, State: string(fl.State), Filed: fl.Filed, Holder: fl.Holder, Since: fl.Since, Due: fl.Due, Genre: fl.Genre, Urgent: fl.Urgent, Meta: string(fl.Item)})
	}
	return nil
}

// desk: what lies before the office.
func (b *bench) desk() error {
	if !b.is(org.Editor, org.Chief) {
		return nil
	}
	waiting := []filing.State{filing.Filed, filing.Received, filing.Editing, filing.Held}
	counts, err := b.countsAt(b.unit, waiting...)
	if err != nil {
		return err
	}
	next := map[filing.State]org.Verb{filing.Filed: filing.Receive, filing.Received: filing.Revise, filing.Editing: filing.MarkReady, filing.Ready: filing.Adopt, filing.Held: filing.Resume}
	show := func(fs []filing.Filing) {
		for _, fl := range fs {
			row := Row{Noun: "filing", ID: string(fl.ID), Title: fl.Title, Unit: fl.Unit, Office: fl.Office, State: string(fl.State), Filed: fl.Filed, Holder: fl.Holder, Since: fl.Since, Due: fl.Due, Genre: fl.Genre, Urgent: fl.Urgent, Next: next[fl.State], Meta: fl.Number}
			if fl.Holder == "" || fl.Holder == b.actor.Person || fl.State == filing.Filed {
				b.w.Mine = append(b.w.Mine, row)
			} else {
				b.w.Others = append(b.w.Others, row)
			}
		}
	}
	for _, s := range waiting {
		b.count("filing."+string(s), counts[s])
		if counts[s] == 0 {
			continue
		}
		fs, err := b.filingsAt(b.unit, "", store.FilingQuery{States: []filing.State{s}, Oldest: true, Limit: benchRows})
		if err != nil {
			return err
		}
		show(fs)
	}
	unused, err := b.unusedAt(b.unit)
	if err != nil {
		return err
	}
	b.count("filing.ready", unused)
	if unused > 0 {
		ready, err := b.filingsAt(b.unit, "", store.FilingQuery{States: []filing.State{filing.Ready}, Unused: true, Limit: benchRows})
		if err != nil {
			return err
		}
		show(ready)
	}
	return b.outside()
}

// outside: outcomes of outside offices that wait for a second person.
func (b *bench) outside() error {
	fs, err := b.filingsAt("", b.unit, store.FilingQuery{States: []filing.State{filing.Outside}, Limit: benchRows})
	if err != nil {
		return err
	}
	for _, fl := range fs {
		row := Row{Noun: "filing", ID: string(fl.ID), Title: fl.Title, Unit: fl.Unit, Office: fl.Office, State: string(fl.State), Filed: fl.Filed, Since: fl.Since, Genre: fl.Genre}
		outs, err := b.OutcomesOf(fl.ID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(outs, func(o filing.Outcome) bool { return o.State == filing.OutcomeEntered })
		switch {
		case at >= 0 && outs[at].EnteredBy != b.actor.Person:
			row.Next, row.Since, row.Holder = filing.DecideOutcome, outs[at].EnteredAt, outs[at].EnteredBy
			b.w.Mine = append(b.w.Mine, row)
		case fl.SentBy == "":
			row.Next = filing.Send
			b.w.Mine = append(b.w.Mine, row)
		case len(outs) == 0:
			row.Next = filing.EnterOutcome
			b.w.Others = append(b.w.Others, row)
		}
	}
	return nil
}

// issues: what is being made and approved.
func (b *bench) issues() error {
	if !b.is(org.Editor, org.Chief) {
		return nil
	}
	tray, err := b.Tx.TrayCount(b.at)
	if err != nil {
		return err
	}
	b.count("tray", tray)
	var list []issue.Issue
	for _, office := range b.at {
		some, err := b.IssueList(b.scope, store.IssueQuery{Office: office, States: []issue.State{issue.Open, issue.Proposed, issue.Approved}, Limit: benchRows})
		if err != nil {
			return err
		}
		list = append(list, some...)
	}
	for _, is := range list {
		pub, err := b.Publication(is.Publication)
		if err != nil {
			return err
		}
		row := Row{Noun: "issue", ID: string(is.ID), Title: pub.Name, Unit: is.Office, State: string(is.State), Holder: is.OpenedBy, Since: is.Updated, Meta: is.Label()}
		mine := b.is(org.Editor, org.Chief)
		switch is.State {
		case issue.Open:
			row.Next = issue.Propose
		case issue.Proposed:
			row.Next, mine, row.Holder, row.Role = issue.Approve, b.is(org.Chief), "", org.Chief
		case issue.Approved:
			row.Next = issue.Publish
		}
		s, timed, err := b.Tx.Schedule(is.ID)
		if err != nil {
			return err
		}
		if timed { // told to the desk when it failed; else it comes out by itself
			row.Due, row.Why = s.At, s.Why
			if s.FailedAt != 0 {
				mine = true
			} else if is.State == issue.Approved {
				row.Holder, mine = s.By, false
			}
		}
		if mine {
			b.w.Mine = append(b.w.Mine, row)
		} else {
			b.w.Others = append(b.w.Others, row)
		}
	}
	return nil
}

// duties: instructions to pass on, answer or close.
func (b *bench) duties() error {
	q := store.DutyQuery{States: OpenDuties, Party: b.at, Due: true, Limit: benchRows}
	ds, err := b.DutyList(b.scope, q)
	if err != nil {
		return err
	}
	for _, d := range ds {
		ours, asked := slices.Contains(b.at, d.Unit), slices.Contains(b.at, d.Office)
		if err := b.opensDuties(d); err != nil {
			return err
		}
		row := Row{Noun: "duty", ID: string(d.ID), Title: d.Text, Unit: d.Unit, Office: d.Office, State: string(d.State), Since: d.Updated, Due: d.Due}
		if d.Filing != "" {
			fl, err := b.Filing(d.Filing)
			if err != nil {
				return err
			}
			row.Meta = fl.Title // the same words are written on many items
		}
		mine := false
		switch d.State {
		case duty.Recorded:
			row.Next, mine = duty.PassOn, asked && b.is(org.Followup, org.Chief, org.Editor)
		case duty.PassedOn:
			row.Next, mine = duty.Answer, ours && b.is(org.Reporter, org.Signer, org.Editor, org.Chief, org.Followup)
		case duty.Answered:
			row.Next, mine = duty.Accept, asked && b.is(org.Followup, org.Chief, org.Leader)
		}
		if mine {
			b.w.Mine = append(b.w.Mine, row)
		} else {
			b.w.Others = append(b.w.Others, row)
		}
	}
	counts, err := b.Tx.DutyCounts(b.scope, q)
	if err != nil {
		return err
	}
	n := 0
	for _, k := range counts {
		n += k
	}
	if n > 0 || b.is(org.Followup, org.Leader) {
		b.count("duty.open", n)
	}
	return nil
}

// copies: issues to read and confirm.
func (b *bench) copies() error {
	if step, _ := delivery.Lifecycle.Find(delivery.Confirm); !b.is(step.Roles...) {
		return nil
	}
	most := 10
	if b.is(org.Leader) {
		most = benchRows
	}
	at := b.readAt(b.unit)
	ds, err := b.Deliveries(store.DeliveryQuery{Units: at, State: delivery.Sent, Limit: most})
	if err != nil {
		return err
	}
	for _, d := range ds {
		is, err := b.Tx.Issue(d.Issue)
		if err != nil {
			return err
		}
		pub, err := b.Publication(is.Publication)
		if err != nil {
			return err
		}
		b.w.Mine = append(b.w.Mine, Row{Noun: "delivery", ID: string(is.ID), Title: pub.Name, Unit: is.Office, State: string(d.State), Since: d.Sent, Next: delivery.Confirm, Meta: is.Label()})
	}
	n, err := b.DeliveryCount(at, delivery.Sent)
	if err != nil {
		return err
	}
	b.count("delivery.sent", n)
	return nil
}

func (w *Workbench) naming() *naming {
	var ids naming
	for _, rows := range [][]Row{w.Mine, w.Others} {
		for _, r := range rows {
			ids.unit(r.Unit, r.Office)
			ids.person(r.Holder)
			ids.person(r.People...)
		}
	}
	for _, n := range w.News {
		ids.unit(n.News.Office, n.Unit)
	}
	return &ids
}
