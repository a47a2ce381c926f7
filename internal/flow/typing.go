package flow

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// Typed is text that is not a revision yet. Last is the moment of the kept text
// that the typing goes on from, -1 when there was none: what was typed meanwhile
// elsewhere is then not overwritten. 0 does not ask.
type Typed struct {
	Title string `json:"title" form:"title"`
	Body  string `json:"body" form:"body"`
	Base  int    `json:"base" form:"base"`
	Last  int64  `json:"last,omitempty" form:"last"`
}

// Kept says when typed text was kept, and which revision is the newest now.
type Kept struct {
	At       int64 `json:"at"`
	Revision int   `json:"revision"`
}

// Autosave keeps what somebody is typing: never lost, never a fact.
func (f *Flow) Autosave(ctx context.Context, a Actor, noun, owner string, in Typed) error {
	_, err := f.Keep(ctx, a, noun, owner, in)
	return err
}

// Keep is Autosave for somebody who goes on typing and wants to know how it stands.
func (f *Flow) Keep(ctx context.Context, a Actor, noun, owner string, in Typed) (Kept, error) {
	stage := org.StageSubmit
	if noun == "filing" {
		stage = org.StageEdit
	}
	return do(ctx, f, call{a, "Autosave", stage, []any{noun, owner, in}}, func(t *act) (k Kept, err error) {
		if err := fault.Fields(item.CheckDraft(in.Title, in.Body)); err != nil {
			return k, err
		}
		switch noun {
		case "item":
			it, err := t.Item(ident.Item(owner))
			if err == nil && !t.scope.Unit(it.Unit) {
				err = fault.Missing(noun, owner)
			}
			if err != nil {
				return k, err
			}
			k.Revision = it.Revision
		case "filing":
			fl, err := t.Filing(ident.Filing(owner))
			if err == nil && !t.scope.Desk(fl.Office) {
				err = fault.Missing(noun, owner)
			}
			if err != nil {
				return k, err
			}
			k.Revision = fl.Revision
		default:
			return k, fault.Bad("noun", "unknown_word", "value", noun, "known", "item, filing")
		}
		if err := t.notTypedElsewhere(noun, owner, in.Last); err != nil {
			return k, err
		}
		k.At = t.Now()
		return k, t.PutAutosave(item.Autosave{Noun: noun, Owner: owner, Person: t.actor.Person, Title: in.Title, Body: in.Body, Base: in.Base, At: k.At})
	})
}

// notTypedElsewhere refuses to overwrite what the same person has typed into
// another window since.
func (t *act) notTypedElsewhere(noun, owner string, last int64) error {
	if last == 0 {
		return nil
	}
	kept, err := t.Autosaves(noun, owner)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(kept, func(k item.Autosave) bool { return k.Person == t.actor.Person })
	if at < 0 || kept[at].At == last {
		return nil
	}
	return fault.Clash(fault.Why("typed_elsewhere", "at", strconv.FormatInt(kept[at].At, 10)))
}

// Begin is Draft for a page that asks again whenever it is not sure: the same
// key is the same item, also when more has been typed since. begun tells that
// the item was there already.
func (f *Flow) Begin(ctx context.Context, a Actor, key string, in Draft) (it item.Item, begun bool, err error) {
	defer fault.Wrap(&err, "flow.Begin")
	if key == "" {
		it, err = f.Draft(ctx, a, in)
		return it, false, err
	}
	id, err := read(ctx, f, a, "Begin", func(t *act) (ident.Item, error) { return t.madeWith(key) })
	if err == nil && id == "" {
		it, err = f.Draft(WithKey(ctx, key), a, in)
		if !fault.Is(err, fault.Conflict) {
			return it, false, err
		}
		// another request with this key was quicker
		id, err = read(ctx, f, a, "Begin", func(t *act) (ident.Item, error) { return t.madeWith(key) })
	}
	if err != nil {
		return it, false, err
	}
	it, err = read(ctx, f, a, "Begin", func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		return t.asSeen(it, c.Aside)
	})
	return it, true, err
}

// MadeWith is the item that the actor has made or sent on with a key, "" if none:
// whether something was done whose answer was lost.
func (f *Flow) MadeWith(ctx context.Context, a Actor, key string) (ident.Item, error) {
	if key == "" {
		return "", nil
	}
	return read(ctx, f, a, "MadeWith", func(t *act) (ident.Item, error) { return t.madeWith(key) })
}

// madeWith is the item that the actor began with a key, "" if none.
func (t *act) madeWith(key string) (ident.Item, error) {
	_, result, found, err := t.Once(t.actor.Person, key)
	if err != nil || !found {
		return "", err
	}
	var it item.Item
	if json.Unmarshal([]byte(result), &it) != nil || it.ID == "" || it.Revision == 0 {
		return "", fault.Clash(fault.Why("key_reused", "key", key)) // another verb's answer
	}
	return it.ID, nil
}
