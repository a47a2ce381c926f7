package flow

import (
	"context"
	"slices"

	"xinshu/internal/delivery"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Dispatch sends copies of a published issue to everybody on the publication's
// list who has none yet.
func (f *Flow) Dispatch(ctx context.Context, a Actor, id ident.Issue) ([]delivery.Delivery, error) {
	return do(ctx, f, call{a, "Dispatch", org.StageDistribute, id}, func(t *act) ([]delivery.Delivery, error) {
		is, err := t.Tx.Issue(id)
		if err == nil && !t.actor.System && !t.scope.Desk(is.Office) {
			err = fault.Missing("issue", string(id))
		}
		if err != nil {
			return nil, err
		}
		if err := issue.Lifecycle.Refuse(issue.Dispatch, is.State, t.held(is.Office), issue.Case{Issue: &is, Actor: t.actor.Person}); err != nil {
			return nil, err
		}
		t.as(is.Office, org.Editor, org.Chief)
		return t.dispatch(is)
	})
}

func (t *act) dispatch(is issue.Issue) ([]delivery.Delivery, error) {
	readers, err := t.Readers(is.Publication)
	if err != nil {
		return nil, err
	}
	have, err := t.DeliveriesOf(is.ID)
	if err != nil {
		return nil, err
	}
	var out []delivery.Delivery
	for _, r := range readers {
		if slices.ContainsFunc(have, func(d delivery.Delivery) bool { return d.Unit == r.Unit }) {
			continue
		}
		d := delivery.Delivery{ID: ident.Delivery(t.Mint()), Issue: is.ID, Unit: r.Unit, Manner: r.Manner, State: delivery.Sent, Sent: t.Now()}
		if err := t.InsertDelivery(&d); err != nil {
			return nil, err
		}
		if _, err := t.fact("delivery", string(d.ID), d.Version, is.Office, delivery.SentTo{Issue: is.ID, Unit: r.Unit, Manner: r.Manner}); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// Confirm is a reader's receipt.
func (f *Flow) Confirm(ctx context.Context, a Actor, id ident.Delivery) (delivery.Delivery, error) {
	return do(ctx, f, call{a, "Confirm", org.StageDistribute, id}, func(t *act) (delivery.Delivery, error) {
		d, err := t.Delivery(id)
		if err == nil && !t.scope.Unit(d.Unit) {
			err = fault.Missing("delivery", string(id))
		}
		if err != nil {
			return delivery.Delivery{}, err
		}
		if err := delivery.Lifecycle.Refuse(delivery.Confirm, d.State, t.held(d.Unit), delivery.Case{Delivery: &d}); err != nil {
			return d, err
		}
		t.as(d.Unit)
		d.State, d.ConfirmedBy, d.ConfirmedAt = delivery.Confirmed, t.actor.Person, t.Now()
		if err := t.SaveDelivery(&d); err != nil {
			return d, err
		}
		is, err := t.Tx.Issue(d.Issue)
		if err != nil {
			return d, err
		}
		_, err = t.fact("delivery", string(d.ID), d.Version, is.Office, delivery.ConfirmedBy{Issue: d.Issue, Unit: d.Unit})
		return d, err
	})
}

// Recall calls a printed text back: the placement is marked, every copy's reader
// is told, and so is everybody the text came from.
func (f *Flow) Recall(ctx context.Context, a Actor, id ident.Placement, in Remark) (issue.Placement, error) {
	return do(ctx, f, call{a, "Recall", org.StageDistribute, []any{id, in}}, func(t *act) (issue.Placement, error) {
		p, fl, err := t.placement(id, issue.Recall)
		if err != nil {
			return p, err
		}
		if err := fault.Fields(item.CheckRemark("remark", in.Remark, true)); err != nil {
			return p, err
		}
		p.State, p.Remark, p.Updated = issue.Recalled, in.Remark, t.Now()
		if err := t.SavePlacement(&p); err != nil {
			return p, err
		}
		o, err := t.outlet(p, fl)
		if err != nil {
			return p, err
		}
		origin, err := t.fact("placement", string(p.ID), p.Version, p.Office, issue.RecalledFor{Outlet: o, Remark: in.Remark})
		if err != nil {
			return p, err
		}
		copies, err := t.DeliveriesOf(p.Issue)
		if err != nil {
			return p, err
		}
		for _, d := range copies {
			if d.State == delivery.Recalled {
				continue
			}
			had := d.State == delivery.Confirmed
			d.State, d.RecalledAt, d.Remark = delivery.Recalled, t.Now(), in.Remark
			if err := t.SaveDelivery(&d); err != nil {
				return p, err
			}
			if _, err := t.fact("delivery", string(d.ID), d.Version, p.Office, delivery.CalledBack{Issue: p.Issue, Unit: d.Unit, Remark: in.Remark, Had: had}); err != nil {
				return p, err
			}
		}
		n := t.newsOf("recalled", origin, o)
		n.Text = in.Remark
		return p, t.tell(fl, n)
	})
}

// Reading is one issue as a reader has it.
type Reading struct {
	Delivery    delivery.Delivery `json:"delivery"`
	Issue       issue.Issue       `json:"issue"`
	Publication issue.Publication `json:"publication"`
}

// ReadingsQuery is a list of what was distributed.
type ReadingsQuery struct {
	State  delivery.State `json:"state" form:"state"`
	Unit   ident.Unit     `json:"unit" form:"unit"`
	Cursor string         `json:"cursor" form:"cursor"`
	Limit  int            `json:"limit" form:"limit"`
}

// Readings lists what was distributed to the actor's units, newest first.
func (f *Flow) Readings(ctx context.Context, a Actor, q ReadingsQuery) (Page[Reading], error) {
	return read(ctx, f, a, "Readings", func(t *act) (pg Page[Reading], err error) {
		limit := bounded(q.Limit)
		sq := store.DeliveryQuery{Units: t.scope.Units, State: q.State, Limit: limit + 1}
		if q.Unit != "" {
			sq.Units = t.readAt(q.Unit)
		}
		if sq.Before, sq.BeforeID, err = unmark(q.Cursor); err != nil {
			return pg, err
		}
		ds, err := t.Deliveries(sq)
		if err != nil {
			return pg, err
		}
		if len(ds) > limit {
			ds = ds[:limit]
			pg.Next = mark(ds[limit-1].Sent, string(ds[limit-1].ID))
		}
		var ids naming
		for _, d := range ds {
			is, err := t.Tx.Issue(d.Issue)
			if err != nil {
				return pg, err
			}
			pub, err := t.Publication(is.Publication)
			if err != nil {
				return pg, err
			}
			ids.unit(is.Office, d.Unit)
			pg.Rows = append(pg.Rows, Reading{Delivery: d, Issue: is, Publication: pub})
		}
		pg.Names, err = ids.names(t)
		return pg, err
	})
}

// readAt are a unit and those merged into it, as far as the actor reads for them.
func (t *act) readAt(unit ident.Unit) []ident.Unit {
	return slices.DeleteFunc(t.places(unit), func(u ident.Unit) bool { return !t.scope.Unit(u) })
}
