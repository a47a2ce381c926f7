package flow

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/duty"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/text"
)

// Restrict marks the reading of an item, or of a publication with all its
// issues, as restricted (控制阅读), or takes the mark off.
type Restrict struct {
	On     bool   `json:"on" form:"on"`
	Reason string `json:"reason" form:"reason"`
}

// Mark is a restriction as it is kept, and Opening who opened a restricted text.
type (
	Mark    = store.Mark
	Opening = store.Opening
)

// maxRestrictReason bounds the reason, in runes.
const maxRestrictReason = 200

// Who may mark: the item's unit, and any desk it lies at. Who may take the mark
// off: whoever answers for the unit or the desk that set it.
var (
	marksUnit = []org.Role{org.Reviewer, org.Secrecy, org.Signer}
	marksDesk = []org.Role{org.Editor, org.Chief}
	liftsMark = []org.Role{org.Secrecy, org.Signer, org.Chief}
)

// RestrictItem marks an item, or takes the mark off. The mark belongs to the
// item: every filing of it, and every composite made of it, is restricted.
func (f *Flow) RestrictItem(ctx context.Context, a Actor, id ident.Item, in Restrict) (store.Mark, error) {
	return do(ctx, f, call{a, "RestrictItem", org.StageSignOff, []any{id, in}}, func(t *act) (store.Mark, error) {
		it, _, err := t.itemCase(id)
		if err != nil {
			return store.Mark{}, err
		}
		unit := it.Unit
		if in.On && !t.actor.System && t.need("restrict", unit, marksUnit...) != nil {
			if unit, err = t.marksAtDesk(it); err != nil {
				return store.Mark{}, err
			}
		}
		return t.restrict(store.Mark{Noun: "item", ID: string(id), Unit: unit, Reason: in.Reason}, in.On, it.Version)
	})
}

// marksAtDesk finds the desk, among those the item lies at, where the actor may
// mark it.
func (t *act) marksAtDesk(it item.Item) (ident.Unit, error) {
	fs, err := t.FilingsOf(it.ID)
	if err != nil {
		return "", err
	}
	for _, fl := range fs {
		if t.need("restrict", fl.Office, marksDesk...) == nil {
			return fl.Office, nil
		}
	}
	roles := slices.Concat(marksUnit, marksDesk)
	return "", fault.Deny(fault.Why("needs_post", "verb", "restrict", "roles", org.Join(roles)))
}

// RestrictPublication marks a publication: all its issues are restricted.
func (f *Flow) RestrictPublication(ctx context.Context, a Actor, id ident.Publication, in Restrict) (store.Mark, error) {
	return do(ctx, f, call{a, "RestrictPublication", org.StageIssue, []any{id, in}}, func(t *act) (store.Mark, error) {
		p, err := t.Publication(id)
		if err != nil {
			return store.Mark{}, err
		}
		if err := t.need("restrict", p.Office, org.Chief); err != nil {
			return store.Mark{}, err
		}
		return t.restrict(store.Mark{Noun: "publication", ID: string(id), Unit: p.Office, Reason: in.Reason}, in.On, p.Version)
	})
}

// restrict writes the mark and its fact; asking for what is already so changes
// nothing.
func (t *act) restrict(m store.Mark, on bool, version int64) (store.Mark, error) {
	m.Reason = strings.TrimSpace(m.Reason)
	if m.Reason == "" {
		return m, fault.Bad("reason", "required")
	}
	if n := text.Runes(m.Reason); n > maxRestrictReason {
		return m, fault.Bad("reason", "too_long", "max", strconv.Itoa(maxRestrictReason), "have", strconv.Itoa(n), "over", strconv.Itoa(n-maxRestrictReason))
	}
	was, marked, err := t.Restricted(m.Noun, m.ID)
	if err != nil || marked == on {
		return was, err
	}
	m.Person, m.At = t.actor.Person, t.Now()
	if on {
		err = t.PutRestricted(m)
	} else {
		if err := t.need("lift", was.Unit, liftsMark...); err != nil {
			return was, err
		}
		m.Unit = was.Unit
		err = t.DropRestricted(m.Noun, m.ID)
	}
	if err != nil {
		return m, err
	}
	_, err = t.fact(m.Noun, m.ID, version, m.Unit, item.ReadingRestricted{On: on, Unit: m.Unit, Reason: m.Reason})
	if !on {
		m = store.Mark{}
	}
	return m, err
}

// opening is a restricted text that a read is about to show.
type opening struct {
	noun, id string
	version  int64
	revision int
	office   ident.Unit
	item     ident.Item
}

// opened remembers that the read shows a restricted text, unless today's opening
// is in the record already.
func (t *act) opened(o opening) error {
	if t.actor.System || slices.Contains(t.opens, o) {
		return nil
	}
	kept, err := t.HasOpening(store.Opening{Noun: o.noun, ID: o.id, Person: t.actor.Person, Revision: o.revision, Day: int64(t.day)})
	if err == nil && !kept {
		t.opens = append(t.opens, o)
	}
	return err
}

// keepOpenings writes who opens what, before it is shown: should the writing
// fail, nothing is shown.
func (f *Flow) keepOpenings(ctx context.Context, a Actor, opens []opening) error {
	return f.store.Update(ctx, func(tx *store.Tx) error {
		t, err := f.begin(tx, a)
		if err != nil {
			return err
		}
		for _, o := range opens {
			t.post = a.Post
			t.as(o.office)
			if t.post == "" && len(t.posts) > 0 {
				t.post = t.posts[0].ID
			}
			first, err := tx.PutOpening(store.Opening{Noun: o.noun, ID: o.id, Person: a.Person, Revision: o.revision, Day: int64(t.day), Post: t.post, At: tx.Now()})
			if err != nil {
				return err
			}
			if !first {
				continue
			}
			if _, err := t.fact(o.noun, o.id, o.version, o.office, item.TextOpened{Revision: o.revision, Item: o.item}); err != nil {
				return err
			}
		}
		return nil
	})
}

// opensItem is asked by every read that shows an item's text; it tells whether
// the text is restricted. Who wrote it reads his own words.
func (t *act) opensItem(it item.Item, revision int) (bool, error) {
	restricted, err := t.restrictedItem(it)
	if err != nil || !restricted || it.Writer == t.actor.Person {
		return restricted, err
	}
	return true, t.opened(opening{noun: "item", id: string(it.ID), version: it.Version, revision: revision, office: it.Unit, item: it.ID})
}

// opensFiling is the same for a text at a desk.
func (t *act) opensFiling(fl filing.Filing, revision int) (bool, error) {
	restricted, err := t.restrictedFiling(fl, 0)
	if err != nil || !restricted {
		return restricted, err
	}
	return true, t.opened(opening{noun: "filing", id: string(fl.ID), version: fl.Version, revision: revision, office: fl.Office, item: fl.Item})
}

// opensIssue is the same for an issue of a restricted publication; restricted
// texts inside any issue are recorded each by itself.
func (t *act) opensIssue(is issue.Issue) (bool, error) {
	_, marked, err := t.Restricted("publication", string(is.Publication))
	if err != nil || !marked {
		return marked, err
	}
	return true, t.opened(opening{noun: "issue", id: string(is.ID), version: is.Version, office: is.Office})
}

// opensDuties is the same for instructions: their text is always restricted,
// except where the leader disclosed it to the units below.
func (t *act) opensDuties(ds ...duty.Duty) error {
	for _, d := range ds {
		if d.Disclosed || d.Leader == t.actor.Person {
			continue
		}
		if err := t.opened(opening{noun: "duty", id: string(d.ID), version: d.Version, office: d.Office, item: d.Item}); err != nil {
			return err
		}
	}
	return nil
}

func (t *act) restrictedItem(it item.Item) (bool, error) {
	if _, marked, err := t.Restricted("item", string(it.ID)); err != nil || marked || it.Office == "" {
		return marked, err
	}
	fs, err := t.FilingsOf(it.ID) // a desk's own text: a composite inherits from what it was made of
	if err != nil {
		return false, err
	}
	for _, fl := range fs {
		if restricted, err := t.restrictedFiling(fl, 0); err != nil || restricted {
			return restricted, err
		}
	}
	return false, nil
}

// restrictedFiling looks at the filing's item and at everything below it.
func (t *act) restrictedFiling(fl filing.Filing, depth int) (bool, error) {
	_, marked, err := t.Restricted("item", string(fl.Item))
	if err != nil || marked || depth > maxHistory {
		return marked, err
	}
	below, err := t.ParentsOf(fl.ID)
	if err != nil {
		return false, err
	}
	for _, e := range below {
		parent, err := t.Filing(e.Parent)
		if err != nil {
			return false, err
		}
		if restricted, err := t.restrictedFiling(parent, depth+1); err != nil || restricted {
			return restricted, err
		}
	}
	return false, nil
}

// maxHistory bounds the walk along the edges of a filing.
const maxHistory = 12
