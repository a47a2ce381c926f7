package flow

import (
	"context"
	"slices"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// deed keeps what a filing was before a verb that can be taken back.
func (t *act) deed(v org.Verb, before, after filing.Filing) error {
	if t.actor.Person == "" || !slices.Contains(filing.CanUndo, v) {
		return nil
	}
	return t.PutDeed(after.ID, filing.Deed{Person: t.actor.Person, Verb: v, Version: after.Version, At: t.Now(), Before: before})
}

// undoable is the deed that can still be taken back: nothing happened since, and
// not long ago.
func (t *act) undoable(fl filing.Filing) (*filing.Deed, error) {
	d, ok, err := t.DeedAt(fl.ID)
	if err != nil || !ok || d.Version != fl.Version || t.Now()-d.At > filing.UndoFor {
		return nil, err
	}
	return &d, nil
}

// Undo takes back what the actor himself just did to a filing, as long as
// nothing has happened to it since. The record keeps both.
func (f *Flow) Undo(ctx context.Context, a Actor, id ident.Filing) (filing.Filing, error) {
	return f.move(ctx, onFiling{a, "Undo", filing.Undo, id, id}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		d, err := t.undoable(*fl)
		if err != nil {
			return nil, err
		}
		if d == nil {
			return nil, fault.Deny(fault.Why("nothing_to_undo"))
		}
		d.Restore(fl)
		return filing.Undone{Verb: string(d.Verb), To: fl.State}, nil
	})
}

// Together is one verb done to many filings, each by itself.
type Together struct {
	Do          org.Verb          `json:"do" form:"do" enum:"receive,assign,hold,decline,mark_ready,return,resume,adopt,undo" doc:"The verb"`
	Filings     []ident.Filing    `json:"filings" form:"filing" maxItems:"100"`
	To          ident.Person      `json:"to,omitempty" form:"to" doc:"assign: the editor"`
	Reason      string            `json:"reason,omitempty" form:"reason" doc:"hold, decline, return: a code of /terms?list=reason"`
	Remark      string            `json:"remark,omitempty" form:"remark"`
	Until       int64             `json:"until,omitempty" form:"until" doc:"hold: until when; return: the new date"`
	Publication ident.Publication `json:"publication,omitempty" form:"publication" doc:"adopt: in which publication"`
}

// MaxTogether bounds one call.
const MaxTogether = 100

// Together does one verb to many filings. Each is a transaction with its own
// permission, change and fact; what is refused is told beside what went, and
// stops nothing. The answer is kept for a day, for the page after it.
func (f *Flow) Together(ctx context.Context, a Actor, in Together) (out filing.Lot, err error) {
	defer fault.Wrap(&err, "flow.Together")
	one, err := f.oneOf(a, in)
	if err != nil {
		return out, err
	}
	ids := slices.Clone(in.Filings)
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id ident.Filing) bool { return !ident.Valid(string(id)) })
	switch {
	case len(ids) == 0:
		return out, fault.Bad("filing", "choose")
	case len(ids) > MaxTogether:
		return out, fault.Bad("filing", "too_many", "max", "100")
	}
	out = filing.Lot{Person: a.Person, Verb: in.Do}
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return out, err // the reader has gone; the rest was not begun
		}
		row := filing.LotRow{Filing: id}
		fl, err := one(ctx, id)
		if err != nil {
			why, refused := fault.Refused(err)
			if bad, ok := fault.BadFields(err); ok {
				return out, fault.Fields(bad) // the same for each: asked wrongly
			}
			if !refused && !fault.Is(err, fault.NotFound) {
				return out, err
			}
			if !refused {
				why = []fault.Reason{fault.Why("not_here")}
			}
			row.Why = why
		}
		row.Done, row.Title = err == nil, fl.Title
		if row.Done {
			out.Done++
		} else {
			out.Refused++
		}
		out.Results = append(out.Results, row)
	}
	return f.keepTogether(ctx, a, out)
}

// oneOf is the verb as it is done to one filing.
func (f *Flow) oneOf(a Actor, in Together) (func(context.Context, ident.Filing) (filing.Filing, error), error) {
	type one = func(context.Context, ident.Filing) (filing.Filing, error)
	does := map[org.Verb]one{
		filing.Receive: func(ctx context.Context, id ident.Filing) (filing.Filing, error) { return f.Receive(ctx, a, id) },
		filing.Resume:  func(ctx context.Context, id ident.Filing) (filing.Filing, error) { return f.Resume(ctx, a, id) },
		filing.Undo:    func(ctx context.Context, id ident.Filing) (filing.Filing, error) { return f.Undo(ctx, a, id) },
		filing.MarkReady: func(ctx context.Context, id ident.Filing) (filing.Filing, error) {
			return f.MarkReady(ctx, a, id, MarkReady{Seen: -1})
		},
		filing.Assign: func(ctx context.Context, id ident.Filing) (filing.Filing, error) {
			return f.Assign(ctx, a, id, Assign{To: in.To})
		},
		filing.Hold: func(ctx context.Context, id ident.Filing) (filing.Filing, error) {
			return f.Hold(ctx, a, id, Hold{Reason: in.Reason, Remark: in.Remark, Until: in.Until})
		},
		filing.Decline: func(ctx context.Context, id ident.Filing) (filing.Filing, error) {
			return f.Decline(ctx, a, id, Decline{Reason: in.Reason, Remark: in.Remark})
		},
		filing.Return: func(ctx context.Context, id ident.Filing) (filing.Filing, error) {
			return f.Return(ctx, a, id, Return{Reason: in.Reason, Remark: in.Remark, Due: in.Until})
		},
		filing.Adopt: func(ctx context.Context, id ident.Filing) (filing.Filing, error) {
			p, err := f.Adopt(ctx, a, id, Adopt{Publication: in.Publication, Seen: -1})
			return filing.Filing{ID: id, Title: p.Title}, err
		},
	}
	do, ok := does[in.Do]
	if !ok {
		return nil, fault.Bad("do", "choose", "value", string(in.Do))
	}
	return do, nil
}

// keepTogether gives the answer its titles and its place.
func (f *Flow) keepTogether(ctx context.Context, a Actor, out filing.Lot) (filing.Lot, error) {
	return do(ctx, f, call{a, "KeepTogether", org.StageDesk, out}, func(t *act) (filing.Lot, error) {
		out.ID, out.At = t.Mint(), t.Now()
		for i, r := range out.Results {
			if r.Title != "" || len(r.Why) == 1 && r.Why[0].Code == "not_here" {
				continue
			}
			fl, err := t.Tx.Filing(r.Filing)
			if err != nil {
				return out, err
			}
			out.Results[i].Title = fl.Title
		}
		return out, t.PutTogether(out, t.Now()-24*60*60*1_000_000)
	})
}

// Came reads what came of a verb on many filings; only who did it sees it.
func (f *Flow) Came(ctx context.Context, a Actor, id string) (filing.Lot, error) {
	return read(ctx, f, a, "Came", func(t *act) (filing.Lot, error) {
		g, err := t.Tx.Together(id)
		if err == nil && g.Person != a.Person {
			return filing.Lot{}, fault.Missing("together", id)
		}
		return g, err
	})
}
