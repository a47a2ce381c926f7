package flow

import (
	"context"
	"slices"
	"strconv"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// Merge makes one text of several filings.
type Merge struct {
	Office ident.Unit            `json:"office" form:"office"`
	Parts  []filing.Contribution `json:"parts"`
	Title  string                `json:"title" form:"title"`
	Body   string                `json:"body" form:"body"`
	Genre  string                `json:"genre,omitempty" form:"genre"`

	// Paragraphs stand in place of the body: each keeps its sources, and without
	// given shares each source has what it gave.
	Paragraphs []Paragraph `json:"paragraphs,omitempty"`
	Remark     string      `json:"remark,omitempty" form:"remark"` // why the shares are as they are

	Settled []filing.Settlement `json:"settled,omitempty"` // figures that do not agree and were seen to
}

// MaxParts bounds a composite.
const MaxParts = 50

// Merge makes an office-authored composite out of filings at one desk. Each
// keeps its share; whatever happens to the composite is told to all of them.
func (f *Flow) Merge(ctx context.Context, a Actor, in Merge) (filing.Filing, error) {
	return do(ctx, f, call{a, "Merge", org.StageDesk, in}, func(t *act) (filing.Filing, error) {
		if err := t.need("merge", in.Office, org.Editor, org.Chief); err != nil {
			return filing.Filing{}, err
		}
		in.Title, in.Body = cleaned(in.Title), cleaned(in.Body)
		var of filing.Sourcing
		if len(in.Paragraphs) > 0 {
			in.Body, of = Body(in.Paragraphs)
		}
		if err := fault.Fields(checkSettled(in.Settled)); err != nil {
			return filing.Filing{}, err
		}
		parts, err := checkParts(in)
		if err != nil {
			return filing.Filing{}, err
		}
		sources := make([]filing.Filing, len(parts))
		for i, p := range parts {
			fl, c, err := t.filingCase(p.Filing, -1)
			if err != nil {
				return fl, err
			}
			if fl.Office != in.Office {
				return fl, fault.Bad("parts["+strconv.Itoa(i)+"].filing", "other_desk")
			}
			if err := t.at(filing.Merge, fl, c); err != nil {
				return fl, err
			}
			sources[i] = fl
		}
		if in.Genre == "" {
			in.Genre = sources[0].Genre
		}
		if err := t.checkReady(in.Title, in.Body, in.Genre, "composite", nil); err != nil {
			return filing.Filing{}, err
		}
		bodies, err := t.sourceTexts(sources)
		if err != nil {
			return filing.Filing{}, err
		}
		if of == nil {
			of = Sourced(text.Paragraphs(in.Body), bodies)
		} else if !of.Sound(len(parts)) {
			return filing.Filing{}, fault.Bad("paragraphs", "not_a_source")
		} else if parts, err = t.proposed(in, parts, of, bodies); err != nil {
			return filing.Filing{}, err
		}
		return t.merge(in, parts, sources, of)
	})
}

// proposed are the shares of a merge that names none: by what each source gave,
// or equal by the office's rule.
func (t *act) proposed(in Merge, equal []filing.Contribution, of filing.Sourcing, bodies []string) ([]filing.Contribution, error) {
	rules, err := t.Rules(in.Office)
	if err != nil || rules.EqualShares || in.Parts[0].Den != 0 {
		return equal, err
	}
	ids := make([]ident.Filing, len(equal))
	for i, p := range equal {
		ids[i] = p.Filing
	}
	return filing.Proposed(ids, Gave(text.Paragraphs(in.Body), of, bodies)), nil
}

func checkParts(in Merge) ([]filing.Contribution, error) {
	if len(in.Parts) < 2 || len(in.Parts) > MaxParts {
		return nil, fault.Bad("parts", "parts_count", "min", "2", "max", strconv.Itoa(MaxParts))
	}
	for i, p := range in.Parts {
		if slices.ContainsFunc(in.Parts[:i], func(q filing.Contribution) bool { return q.Filing == p.Filing }) {
			return nil, fault.Bad("parts["+strconv.Itoa(i)+"].filing", "twice")
		}
	}
	parts, ok := filing.Shares(in.Parts)
	if !ok {
		return nil, fault.Bad("parts", "shares_not_whole")
	}
	return parts, nil
}

func (t *act) merge(in Merge, parts []filing.Contribution, sources []filing.Filing, of filing.Sourcing) (filing.Filing, error) {
	it := item.Item{ID: ident.Item(t.Mint()), Unit: in.Office, State: item.Signed, Genre: in.Genre, Form: "composite", Title: in.Title, Length: text.Runes(in.Body), Revision: 1, Signed: 1,
		Channel: "web", Round: 1, Office: in.Office, Writer: t.actor.Person, Created: t.Now(), Updated: t.Now()}
	for _, s := range sources {
		it.Urgent = it.Urgent || s.Urgent
	}
	if err := t.InsertItem(&it); err != nil {
		return filing.Filing{}, err
	}
	rev, err := t.saveText(item.Revision{Noun: "item", Owner: string(it.ID), Number: 1, Title: in.Title, Body: in.Body})
	if err != nil {
		return filing.Filing{}, err
	}
	if _, err := t.fact("item", string(it.ID), it.Version, in.Office, item.Drafted{Item: it.ID, Unit: it.Unit, Genre: it.Genre, Form: it.Form, Channel: "web", Text: rev.Hash, Office: in.Office}); err != nil {
		return filing.Filing{}, err
	}
	edges := make([]filing.Parent, len(parts))
	for i, p := range parts {
		edges[i] = filing.Parent{Parent: p.Filing, Kind: filing.ByMerge, Num: p.Num, Den: p.Den, Order: i + 1}
	}
	comp, err := t.lay(filing.Filing{Item: it.ID, Office: in.Office, Unit: in.Office, State: filing.Editing, Title: in.Title, Genre: in.Genre, Form: "composite", Length: it.Length, Raw: 1, Urgent: it.Urgent, Channel: "web", Composite: true, Holder: t.actor.Person}, edges)
	if err != nil {
		return comp, err
	}
	if err := t.PutSourcing(comp.ID, 0, of, filing.Stamp(in.Settled, nil, t.actor.Person, t.Now())); err != nil {
		return comp, err
	}
	for i := range sources {
		s := &sources[i]
		s.MergedIn, s.MergedFrom = comp.ID, s.State
		if err := t.settle(s, filing.Merged); err != nil {
			return comp, err
		}
	}
	origin, err := t.fact("filing", string(comp.ID), comp.Version, comp.Office, filing.Combined{Item: it.ID, Parts: parts, Remark: in.Remark})
	if err != nil {
		return comp, err
	}
	u, err := t.Unit(comp.Office)
	if err != nil {
		return comp, err
	}
	return comp, t.tell(comp, filing.News{Origin: origin, Kind: "merged", Office: comp.Office, Level: string(u.Level), Title: comp.Title, Occurred: t.Now()})
}

// Unmerge takes a composite apart: the sources come back as they were, the
// composite's text is kept with its withdrawn item.
func (f *Flow) Unmerge(ctx context.Context, a Actor, id ident.Filing) ([]filing.Filing, error) {
	return desk(ctx, f, onFiling{a, "Unmerge", filing.Unmerge, id, id}, func(t *act, comp *filing.Filing) ([]filing.Filing, error) {
		edges, err := t.ParentsOf(comp.ID)
		if err != nil {
			return nil, err
		}
		var back []filing.Filing
		var ids []ident.Filing
		for _, e := range edges {
			s, err := t.Filing(e.Parent)
			if err != nil {
				return nil, err
			}
			to := s.MergedFrom
			s.MergedIn, s.MergedFrom = "", ""
			if err := t.settle(&s, to); err != nil {
				return nil, err
			}
			back, ids = append(back, s), append(ids, s.ID)
		}
		it, err := t.Item(comp.Item)
		if err != nil {
			return nil, err
		}
		it.State, it.Updated = item.Withdrawn, t.Now()
		if err := t.SaveItem(&it); err != nil {
			return nil, err
		}
		if err := t.settle(comp, filing.Withdrawn); err != nil {
			return nil, err
		}
		origin, err := t.fact("filing", string(comp.ID), comp.Version, comp.Office, filing.TakenApart{Parts: ids})
		if err != nil {
			return nil, err
		}
		u, err := t.Unit(comp.Office)
		if err != nil {
			return nil, err
		}
		if err := t.tell(*comp, filing.News{Origin: origin, Kind: "unmerged", Office: comp.Office, Level: string(u.Level), Title: comp.Title, Occurred: t.Now()}); err != nil {
			return nil, err
		}
		// the edges end with the composite; the facts keep what they were
		return back, t.DropParents(comp.ID, filing.ByMerge)
	})
}
