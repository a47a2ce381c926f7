package flow

import (
	"context"
	"slices"

	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// Offer is what an office above printed of what this desk sent up, offered for
// the next issue (回采) until the publication's term is over.
type Offer struct {
	Filing filing.Filing `json:"filing"`
	News   filing.News   `json:"news"` // where it was printed, and when
	From   string        `json:"from"`
	Until  int64         `json:"until"`
}

const dayMicros = 24 * 3600 * 1_000_000

// offers lists what may be taken over into a publication.
func (t *act) offers(pub issue.Publication) ([]Offer, error) {
	if pub.ReprintDays == 0 {
		return nil, nil
	}
	term := int64(pub.ReprintDays) * dayMicros
	news, err := t.PrintedAbove(pub.Office, t.Now()-term, 100)
	if err != nil {
		return nil, err
	}
	var out []Offer
	for _, n := range news {
		if slices.ContainsFunc(out, func(o Offer) bool { return o.Filing.ID == n.Filing }) {
			continue // printed at several places: the latest counts
		}
		ps, err := t.PlacementsOf(n.Filing)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(ps, func(p issue.Placement) bool {
			return p.Publication == pub.ID && (p.State.Live() || p.State.WasPrinted())
		}) {
			continue
		}
		fl, err := t.Filing(n.Filing)
		if err != nil {
			return nil, err
		}
		o := Offer{Filing: fl, News: n, Until: n.Occurred + term}
		if o.From, err = t.printedFrom(fl); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// Reprint names the issue that takes a text over.
type Reprint struct {
	Issue  ident.Issue `json:"issue" form:"issue"`
	Column string      `json:"column,omitempty" form:"column"`

	// Before is the text it is put before; empty: last.
	Before ident.Placement `json:"before,omitempty" form:"before"`
}

// Reprint adopts what was printed above and arranges it, in one action.
func (f *Flow) Reprint(ctx context.Context, a Actor, id ident.Filing, in Reprint) (issue.Placement, error) {
	return desk(ctx, f, onFiling{a, "Reprint", filing.Adopt, id, in}, func(t *act, fl *filing.Filing) (issue.Placement, error) {
		is, err := t.Tx.Issue(in.Issue)
		if err != nil {
			return issue.Placement{}, err
		}
		p, err := t.adopt(fl, Adopt{Publication: is.Publication, Seen: -1})
		if err != nil {
			return p, err
		}
		t.as(fl.Office, org.Editor, org.Chief)
		return p, t.place(&p, Place{Issue: is.ID, Column: in.Column, Before: in.Before})
	})
}
