package flow

import (
	"context"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/text"
)

// ReviseFiling is another text of the desk's.
type ReviseFiling struct {
	Title string `json:"title" form:"title"`
	Body  string `json:"body" form:"body"`
	Note  string `json:"note,omitempty" form:"note"`
	Seen  int    `json:"seen" form:"seen"`
}

func (in ReviseFiling) seen() int { return in.Seen }

// ReviseFiling saves a desk revision. When somebody else saved meanwhile it is
// refused and what was typed is kept beside the filing.
func (f *Flow) ReviseFiling(ctx context.Context, a Actor, id ident.Filing, in ReviseFiling) (filing.Filing, error) {
	in.Title, in.Body = cleaned(in.Title), cleaned(in.Body)
	fl, err := f.move(ctx, onFiling{a, "ReviseFiling", filing.Revise, id, in}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		bad := append(item.CheckText(in.Title, in.Body, 0, 0), text.MarkingFields(text.Markings(in.Title, in.Body))...)
		bad = append(bad, item.CheckRemark("note", in.Note, false)...)
		if err := fault.Fields(bad); err != nil {
			return nil, err
		}
		fl.Revision++
		fl.Title, fl.Length, fl.Holder = in.Title, text.Runes(in.Body), t.actor.Person
		rev, err := t.saveText(item.Revision{Noun: "filing", Owner: string(fl.ID), Number: fl.Revision, Title: in.Title, Body: in.Body, Note: in.Note})
		if err != nil {
			return nil, err
		}
		if err := t.followSources(*fl); err != nil {
			return nil, err
		}
		return filing.Edited{Number: fl.Revision, Text: rev.Hash}, t.DropAutosave("filing", string(fl.ID), t.actor.Person)
	})
	if _, refused := fault.Refused(err); refused {
		again, serr := f.savedAlready(ctx, a, id, "ReviseFiling", in.Seen, func(_ *act, _ filing.Filing, rev item.Revision) (bool, error) {
			return rev.Title == in.Title && rev.Body == in.Body && rev.Note == in.Note, nil
		})
		if serr != nil || again.ID != "" {
			return again, serr
		}
		if kerr := f.Autosave(WithKey(ctx, ""), a, "filing", string(id), Typed{Title: in.Title, Body: in.Body, Base: in.Seen}); kerr != nil && !fault.Is(kerr, fault.NotFound) && !fault.Is(kerr, fault.Denied) {
			return fl, kerr
		}
	}
	return fl, err
}

// savedAlready finds that a refused text is the newest one and the actor's own,
// saved on what he saw: a button pressed twice, or an answer that was lost on the
// way. It is saved once, and that is what he is told.
func (f *Flow) savedAlready(ctx context.Context, a Actor, id ident.Filing, verb string, seen int, same func(*act, filing.Filing, item.Revision) (bool, error)) (filing.Filing, error) {
	return read(ctx, f, a, verb, func(t *act) (none filing.Filing, err error) {
		fl, err := t.Filing(id)
		if err != nil || fl.Revision != seen+1 || !t.scope.Desk(fl.Office) {
			return none, nil // the refusal stands
		}
		rev, err := t.newest(fl)
		if err != nil || rev.By != a.Person {
			return none, err
		}
		if is, err := same(t, fl, rev); err != nil || !is {
			return none, err
		}
		return fl, nil
	})
}

// TakeOver makes the actor the holder. What the other had typed and not saved
// becomes a revision of its own, so nothing is lost.
func (f *Flow) TakeOver(ctx context.Context, a Actor, id ident.Filing) (filing.Filing, error) {
	return f.move(ctx, onFiling{a, "TakeOver", filing.TakeOver, id, id}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		was := fl.Holder
		if was == t.actor.Person {
			return nil, fault.Deny(fault.Why("already_yours"))
		}
		if err := t.keepUnsaved(fl, was); err != nil {
			return nil, err
		}
		fl.Holder, fl.Since = t.actor.Person, t.Now()
		return filing.TakenOver{From: was, To: t.actor.Person}, nil
	})
}

// keepUnsaved turns another editor's autosave into a revision under his name and
// puts the newest text back on top of it.
func (t *act) keepUnsaved(fl *filing.Filing, was ident.Person) error {
	saves, err := t.Autosaves("filing", string(fl.ID))
	if err != nil {
		return err
	}
	newest, err := t.newest(*fl)
	if err != nil {
		return err
	}
	for _, s := range saves {
		if s.Person != was || s.Title == newest.Title && s.Body == newest.Body {
			continue
		}
		me := t.actor.Person
		fl.Revision++
		t.actor.Person = was
		_, err := t.saveText(item.Revision{Noun: "filing", Owner: string(fl.ID), Number: fl.Revision, Title: s.Title, Body: s.Body, Note: "unsaved"})
		t.actor.Person = me
		if err != nil {
			return err
		}
		fl.Revision++
		if _, err := t.saveText(item.Revision{Noun: "filing", Owner: string(fl.ID), Number: fl.Revision, Title: newest.Title, Body: newest.Body, Note: "taken_over"}); err != nil {
			return err
		}
		return t.DropAutosave("filing", string(fl.ID), was)
	}
	return nil
}

// MarkReady names the text that is finished.
type MarkReady struct {
	Seen int `json:"seen" form:"seen"`
}

func (in MarkReady) seen() int { return in.Seen }

// MarkReady says the text is finished: it can be adopted and forwarded.
func (f *Flow) MarkReady(ctx context.Context, a Actor, id ident.Filing, in MarkReady) (filing.Filing, error) {
	return f.move(ctx, onFiling{a, "MarkReady", filing.MarkReady, id, in}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		fl.Holder = t.actor.Person
		return filing.Finished{Revision: fl.Revision}, nil
	})
}
