package flow

import (
	"context"
	"slices"
	"strconv"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/score"
	"xinshu/internal/text"
)

// Forward lays a filing before the next office up, as edited.
type Forward struct {
	Office ident.Unit `json:"office,omitempty" form:"office"` // empty: by the office's first line
	Title  string     `json:"title,omitempty" form:"title"`   // empty: as edited
	Body   string     `json:"body,omitempty" form:"body"`
	Seen   int        `json:"seen" form:"seen"`
}

func (in Forward) seen() int { return in.Seen }

// Forward makes a child filing at the next office. What that office had returned
// is reopened there instead. Whether the office is on the system or outside
// makes no difference here.
func (f *Flow) Forward(ctx context.Context, a Actor, id ident.Filing, in Forward) (filing.Filing, error) {
	return desk(ctx, f, onFiling{a, "Forward", filing.Forward, id, in}, func(t *act, fl *filing.Filing) (filing.Filing, error) {
		if in.Seen >= 0 && in.Seen != fl.Revision {
			return filing.Filing{}, stale(in.Seen, fl.Revision)
		}
		line, err := t.upLine(fl.Office, in.Office)
		if err != nil {
			return filing.Filing{}, err
		}
		rev, err := t.upText(fl, in)
		if err != nil {
			return filing.Filing{}, err
		}
		child, err := t.layAbove(*fl, line, rev)
		if err != nil {
			return child, err
		}
		if err := t.settle(fl, ""); err != nil {
			return child, err
		}
		origin, err := t.fact("filing", string(fl.ID), fl.Version, fl.Office, filing.Forwarded{Child: child.ID, Office: child.Office, Signer: t.actor.Person, Text: rev.Hash})
		if err != nil {
			return child, err
		}
		above, err := t.Unit(child.Office)
		if err != nil {
			return child, err
		}
		return child, t.tell(*fl, filing.News{Origin: origin, Kind: "forwarded", Office: child.Office, Level: string(above.Level), Title: rev.Title, Occurred: t.Now()})
	})
}

func (t *act) upLine(office, to ident.Unit) (org.Line, error) {
	lines, err := t.LinesOf(office, t.day)
	if err != nil {
		return org.Line{}, err
	}
	if to == "" && len(lines) > 0 {
		return lines[0], nil
	}
	at := slices.IndexFunc(lines, func(l org.Line) bool { return l.Office == to })
	if at < 0 {
		return org.Line{}, fault.Deny(fault.Reason{Code: "no_line", Params: fault.Pairs("unit", string(office)), Override: string(org.Admin)})
	}
	return lines[at], nil
}

// upText is the text that goes up: as edited, or in the words given, which
// become a revision of this desk first.
func (t *act) upText(fl *filing.Filing, in Forward) (item.Revision, error) {
	rev, err := t.newest(*fl)
	if err != nil || in.Body == "" && in.Title == "" {
		return rev, err
	}
	title, body := rev.Title, rev.Body
	set(&title, cleaned(in.Title))
	set(&body, cleaned(in.Body))
	if title == rev.Title && body == rev.Body {
		return rev, nil
	}
	bad := append(item.CheckText(title, body, 0, 0), text.MarkingFields(text.Markings(title, body))...)
	if err := fault.Fields(bad); err != nil {
		return rev, err
	}
	fl.Revision++
	fl.Title, fl.Length = title, text.Runes(body)
	rev, err = t.saveText(item.Revision{Noun: "filing", Owner: string(fl.ID), Number: fl.Revision, Title: title, Body: body, Note: "forward"})
	if err != nil {
		return rev, err
	}
	_, err = t.fact("filing", string(fl.ID), fl.Version+1, fl.Office, filing.Edited{Number: fl.Revision, Text: rev.Hash})
	return rev, err
}

func (t *act) layAbove(fl filing.Filing, line org.Line, rev item.Revision) (filing.Filing, error) {
	kids, err := t.ChildrenOf(fl.ID)
	if err != nil {
		return filing.Filing{}, err
	}
	for _, k := range kids {
		child, err := t.Filing(k.Child)
		if err != nil {
			return child, err
		}
		if k.Kind != filing.ByForward || child.Office != line.Office || child.State == filing.Withdrawn {
			continue
		}
		if child.State != filing.Returned {
			return child, fault.Clash(fault.Why("already_forwarded", "office", string(line.Office)))
		}
		child.Base = rev.ID
		it := item.Item{Length: text.Runes(rev.Body)}
		rev.Number = child.Raw
		return child, t.reopen(&child, &it, rev)
	}
	return t.lay(filing.Filing{Item: fl.Item, Office: line.Office, Unit: fl.Office, Line: line.ID, Title: rev.Title, Genre: fl.Genre, Form: fl.Form, Length: text.Runes(rev.Body), Raw: fl.Raw, Base: rev.ID, Urgent: fl.Urgent, Channel: "web"},
		[]filing.Parent{{Parent: fl.ID, Kind: filing.ByForward, Num: 1, Den: 1, Order: 1}})
}

// Send marks how an outside office got the text.
type Send struct {
	Channel string `json:"channel" form:"channel"`
	Proof   string `json:"proof" form:"proof"`
	At      int64  `json:"at,omitempty" form:"at"`
}

// Send marks a filing at an outside office as handed over.
func (f *Flow) Send(ctx context.Context, a Actor, id ident.Filing, in Send) (filing.Filing, error) {
	return f.move(ctx, onFiling{a, "Send", filing.Send, id, in}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		bad := org.Text("proof", in.Proof, 1, item.MaxRemark)
		if ok, err := t.knows("channel", in.Channel); err != nil {
			return nil, err
		} else if !ok {
			bad = append(bad, fault.Field{Path: "channel", Code: "choose", Params: fault.Pairs("value", in.Channel)})
		}
		if err := fault.Fields(bad); err != nil {
			return nil, err
		}
		if in.At == 0 || in.At > t.Now() {
			in.At = t.Now()
		}
		fl.SentBy, fl.SentProof, fl.Since = in.Channel, in.Proof, in.At
		return filing.HandedOver{Channel: in.Channel, Proof: in.Proof, At: in.At}, nil
	})
}

// EnterOutcome is what an outside office did, read from its notice.
type EnterOutcome struct {
	Kind     string `json:"kind" form:"kind"`
	Outlet   string `json:"outlet,omitempty" form:"outlet"`
	Name     string `json:"name,omitempty" form:"name"`
	Issue    string `json:"issue,omitempty" form:"issue"`
	Form     string `json:"form,omitempty" form:"form"`
	Who      string `json:"who,omitempty" form:"who"`
	Points   string `json:"points,omitempty" form:"points"`
	Proof    string `json:"proof" form:"proof"`
	Occurred int64  `json:"occurred" form:"occurred"`
}

// EnterOutcome types in an outside office's decision; a second person confirms.
func (f *Flow) EnterOutcome(ctx context.Context, a Actor, id ident.Filing, in EnterOutcome) (filing.Outcome, error) {
	return desk(ctx, f, onFiling{a, "EnterOutcome", filing.EnterOutcome, id, in}, func(t *act, fl *filing.Filing) (filing.Outcome, error) {
		if err := in.check(t.Now()); err != nil {
			return filing.Outcome{}, err
		}
		o := filing.Outcome{ID: ident.Outcome(t.Mint()), Filing: fl.ID, State: filing.OutcomeEntered, Kind: in.Kind, Outlet: in.Outlet, Name: in.Name, Issue: in.Issue, Form: in.Form, Who: in.Who, Points: in.Points, Proof: in.Proof,
			Occurred: in.Occurred, EnteredBy: t.actor.Person, EnteredAt: t.Now()}
		if o.Form == "" {
			o.Form = fl.Form
		}
		if err := t.InsertOutcome(&o); err != nil {
			return o, err
		}
		_, err := t.fact("outcome", string(o.ID), o.Version, fl.Office, filing.OutcomeTyped{Outcome: o})
		return o, err
	})
}

func (in EnterOutcome) check(now int64) error {
	bad := org.Text("proof", in.Proof, 1, item.MaxRemark)
	for _, p := range []struct{ path, text string }{{"outlet", in.Outlet}, {"name", in.Name}, {"issue", in.Issue}, {"who", in.Who}} {
		bad = append(bad, org.Text(p.path, p.text, 0, org.MaxName)...)
	}
	if !slices.Contains(filing.OutcomeKinds, in.Kind) {
		bad = append(bad, fault.Field{Path: "kind", Code: "choose", Params: fault.Pairs("value", in.Kind)})
	}
	if in.Kind == "adopted" {
		bad = append(bad, org.Text("name", in.Name, 1, org.MaxName)...)
	}
	if in.Kind == "instructed" {
		bad = append(bad, org.Text("who", in.Who, 1, org.MaxName)...)
	}
	if in.Points != "" {
		if _, err := score.ParsePoints(in.Points); err != nil {
			bad = append(bad, fault.Field{Path: "points", Code: "not_a_number", Params: fault.Pairs("value", in.Points)})
		}
	}
	if in.Occurred <= 0 || in.Occurred > now {
		bad = append(bad, fault.Field{Path: "occurred", Code: "not_in_past", Params: fault.Pairs("value", strconv.FormatInt(in.Occurred, 10))})
	}
	return fault.Fields(bad)
}

// DecideOutcome confirms what was typed in, or finds it wrong.
type DecideOutcome struct {
	Confirm bool   `json:"confirm" form:"confirm"`
	Remark  string `json:"remark,omitempty" form:"remark"`
}

// DecideOutcome is a second person's word. Confirmed, it flows down as news like
// any other.
func (f *Flow) DecideOutcome(ctx context.Context, a Actor, id ident.Outcome, in DecideOutcome) (filing.Outcome, error) {
	return do(ctx, f, call{a, "DecideOutcome", org.StageDesk, []any{id, in}}, func(t *act) (filing.Outcome, error) {
		o, err := t.Outcome(id)
		if err != nil {
			return o, err
		}
		fl, c, err := t.filingCase(o.Filing, -1)
		if err != nil {
			return o, err
		}
		if err := t.at(filing.DecideOutcome, fl, c); err != nil {
			return o, err
		}
		if o.State != filing.OutcomeEntered {
			return o, fault.Clash(fault.Why("wrong_state", "verb", string(filing.DecideOutcome), "state", string(o.State), "from", string(filing.OutcomeEntered)))
		}
		if o.EnteredBy == t.actor.Person && !t.actor.System {
			return o, fault.Deny(fault.Why("second_person"))
		}
		if err := fault.Fields(item.CheckRemark("remark", in.Remark, !in.Confirm)); err != nil {
			return o, err
		}
		o.DecidedBy, o.DecidedAt = t.actor.Person, t.Now()
		o.State = filing.OutcomeRejected
		if in.Confirm {
			o.State = filing.OutcomeConfirmed
		}
		if err := t.SaveOutcome(&o); err != nil {
			return o, err
		}
		return o, t.outcomeNews(o, fl, in)
	})
}

func (t *act) outcomeNews(o filing.Outcome, fl filing.Filing, in DecideOutcome) error {
	if !in.Confirm {
		_, err := t.fact("outcome", string(o.ID), o.Version, fl.Office, filing.OutcomeWrong{Outcome: o.ID, Remark: in.Remark})
		return err
	}
	office, err := t.Unit(fl.Office)
	if err != nil {
		return err
	}
	origin, err := t.past(o.Occurred, about("outcome", string(o.ID), o.Version, fl.Office), filing.OutcomeTrue{Outcome: o, Office: fl.Office, Unit: fl.Unit, Level: string(office.Level)})
	if err != nil {
		return err
	}
	kind := o.Kind
	if kind == "adopted" {
		kind = "published" // an outside notice speaks of what was printed
	}
	n := filing.News{Origin: origin, Kind: kind, Office: fl.Office, Level: string(office.Level), Outlet: o.Outlet, Name: o.Name, Issue: o.Issue, Form: o.Form, Title: fl.Title, Who: o.Who, Points: o.Points, Occurred: o.Occurred}
	return t.tell(fl, n)
}
