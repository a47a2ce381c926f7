package flow

import (
	"context"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// Who has a page open is told by the page every ten seconds and forgotten after
// thirty. It is no fact and counts for nothing.
const (
	presenceLasts = 30 * time.Second
	presenceFresh = 5 * time.Second
)

// Here is what an open page says of its reader, and what it showed.
type Here struct {
	Doing string `json:"doing" form:"doing"` // read or edit
}

// Company is who else is at a filing, and how the filing stands now, so that an
// open page can tell that it is behind.
type Company struct {
	Others   []filing.Presence `json:"others"`
	Filing   filing.Filing     `json:"filing"`
	Newest   item.Revision     `json:"newest"`         // who saved last, and when; without its text
	Kept     int               `json:"kept,omitempty"` // the revision that has the actor's unsaved text since another took over
	KeptAt   int64             `json:"kept_at,omitempty"`
	Comments int               `json:"comments"` // how many were written
	Names    Names             `json:"names"`
}

// Here keeps that the actor has a filing's page open and tells who else has. What
// is known already is not written again: a page asks more often than it matters.
func (f *Flow) Here(ctx context.Context, a Actor, id ident.Filing, in Here) (Company, error) {
	if in.Doing != filing.Typing {
		in.Doing = filing.Reading
	}
	c, fresh, err := f.company(ctx, a, id, in)
	if err != nil || fresh {
		return c, err
	}
	_, err = do(ctx, f, call{a, "Here", org.ScopeRead, []any{id, in}}, func(t *act) (struct{}, error) {
		now := t.Now()
		return struct{}{}, t.PutPresence(id, filing.Presence{Person: t.actor.Person, Doing: in.Doing, At: now}, now-presenceLasts.Microseconds())
	})
	return c, err
}

// company reads it; fresh when the actor's own row is young enough.
func (f *Flow) company(ctx context.Context, a Actor, id ident.Filing, in Here) (c Company, fresh bool, err error) {
	c, err = read(ctx, f, a, "Here", func(t *act) (c Company, err error) {
		fl, err := t.Filing(id)
		if err == nil && !t.scope.Desk(fl.Office) && !(fl.State == filing.Outside && t.seesFiling(fl)) {
			err = fault.Missing("filing", string(id))
		}
		if err != nil {
			return c, err
		}
		c.Filing = fl
		all, err := t.PresenceOf(id, t.Now()-presenceLasts.Microseconds())
		if err != nil {
			return c, err
		}
		var ids naming
		ids.person(fl.Holder)
		for _, p := range all {
			if p.Person == t.actor.Person {
				fresh = p.Doing == in.Doing && t.Now()-p.At < presenceFresh.Microseconds()
				continue
			}
			ids.person(p.Person)
			c.Others = append(c.Others, p)
		}
		// asked by every open page every ten seconds: three rows, and no text
		if c.Newest, _, err = t.NewestRevision("filing", string(id)); err != nil {
			return c, err
		}
		ids.person(c.Newest.By)
		kept, _, err := t.NewestBy("filing", string(id), t.actor.Person, "unsaved")
		if err != nil {
			return c, err
		}
		c.Kept, c.KeptAt = kept.Number, kept.At
		if c.Comments, err = t.CommentCount(id); err != nil {
			return c, err
		}
		c.Names, err = ids.names(t)
		return c, err
	})
	return c, fresh, err
}
