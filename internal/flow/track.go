package flow

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// TextChange is one change of the desk's text that waits for its answer, with who
// made it.
type TextChange struct {
	ID        string         `json:"id"`
	Part      string         `json:"part"` // title or body
	Para      int            `json:"para"` // its row, from 0
	Struck    string         `json:"struck,omitempty"`
	Put       string         `json:"put,omitempty"`
	By        []ident.Person `json:"by"`
	Revisions []int          `json:"revisions"`
	At        int64          `json:"at"`
	Note      string         `json:"note,omitempty"` // of the last of the revisions

	change text.Change
}

// Tracking is the newest text against the settled one.
type Tracking struct {
	Settled filing.Settled `json:"settled"` // nobody's and 0 as long as nothing was accepted
	Changes []TextChange   `json:"changes"`
	Title   []text.Tracked `json:"-"`
	Body    []text.Tracked `json:"-"`
	Rows    []text.Row     `json:"-"` // the raw body beside Body
}

// In lists the changes of one row.
func (t *Tracking) In(part string, para int) []TextChange {
	var out []TextChange
	for _, c := range t.Changes {
		if c.Part == part && c.Para == para {
			out = append(out, c)
		}
	}
	return out
}

// Pieces are the places of a change among its row's pieces.
func (c TextChange) Pieces() (first, last int) { return c.change.First, c.change.Last }

// tracking compares a filing's newest text with what is settled of it.
func (t *act) tracking(fl filing.Filing, raw item.Revision) (*Tracking, error) {
	revs, err := t.RevisionTexts("filing", string(fl.ID))
	if err != nil {
		return nil, err
	}
	k := &Tracking{}
	found := false
	if k.Settled, found, err = t.Settled(fl.ID); err != nil {
		return nil, err
	}
	if !found {
		k.Settled = filing.Settled{Filing: fl.ID, Title: raw.Title, Body: raw.Body}
	}
	titles, bodies := []string{raw.Title}, []string{raw.Body}
	for _, r := range revs {
		titles, bodies = append(titles, r.Title), append(bodies, r.Body)
	}
	k.Title = text.TrackLine(k.Settled.Title, titles)
	k.Body = text.Track(k.Settled.Body, bodies)
	k.Rows = text.Beside(raw.Body, bodies[len(bodies)-1], k.Body)
	k.Changes = append(changesOf("title", "t", k.Title, revs), changesOf("body", "b", k.Body, revs)...)
	return k, nil
}

func changesOf(part, prefix string, rows []text.Tracked, revs []item.Revision) []TextChange {
	var out []TextChange
	for _, c := range text.Changes(rows) {
		ch := TextChange{ID: prefix + c.ID, Part: part, Para: c.Para, Struck: c.Struck, Put: c.Put, change: c}
		for _, n := range c.By { // the version after the raw text is the first revision
			r := revs[n-1]
			ch.Revisions = append(ch.Revisions, r.Number)
			ch.At, ch.Note = r.At, r.Note
			if !slices.Contains(ch.By, r.By) {
				ch.By = append(ch.By, r.By)
			}
		}
		out = append(out, ch)
	}
	return out
}

// Changes names the changes to accept or to reject: by their names, all that one
// person alone made, or all.
type Changes struct {
	Change []string     `json:"change,omitempty" form:"change"`
	By     ident.Person `json:"by,omitempty" form:"by"`
	All    bool         `json:"all,omitempty" form:"all"`
	Seen   int          `json:"seen" form:"seen"` // the desk revision the actor looked at
}

func (in Changes) seen() int { return in.Seen }

// pick finds the changes that are meant. One that is not there any more was
// answered meanwhile: then nothing is done.
func (k *Tracking) pick(in Changes) (chosen map[string]bool, err error) {
	chosen = map[string]bool{}
	for _, c := range k.Changes {
		if in.All || in.By != "" && len(c.By) == 1 && c.By[0] == in.By {
			chosen[c.ID] = true
		}
	}
	for _, id := range in.Change {
		if !slices.ContainsFunc(k.Changes, func(c TextChange) bool { return c.ID == id }) {
			return nil, fault.Clash(fault.Why("change_answered"))
		}
		chosen[id] = true
	}
	if len(chosen) == 0 {
		return nil, fault.Bad("change", "choose")
	}
	return chosen, nil
}

func among(prefix string, chosen map[string]bool) func(text.Change) bool {
	return func(c text.Change) bool { return chosen[prefix+c.ID] }
}

// picked loads what the two answers to changes have in common.
func (t *act) picked(fl filing.Filing, in Changes) (*Tracking, map[string]bool, error) {
	raw, err := t.rawOf(fl)
	if err != nil {
		return nil, nil, err
	}
	k, err := t.tracking(fl, raw)
	if err != nil {
		return nil, nil, err
	}
	chosen, err := k.pick(in)
	return k, chosen, err
}

// AcceptChanges takes changes into the settled text. The text itself stays as it
// is; who accepted what is a fact, because an auditor asks who agreed to a wording.
func (f *Flow) AcceptChanges(ctx context.Context, a Actor, id ident.Filing, which Changes) (filing.Filing, error) {
	return f.move(ctx, onFiling{a, "AcceptChanges", filing.AcceptChanges, id, which}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		k, chosen, err := t.picked(*fl, which)
		if err != nil {
			return nil, err
		}
		s := filing.Settled{Filing: fl.ID, Revision: fl.Revision, By: t.actor.Person, At: t.Now(), Title: text.Take(k.Title, among("t", chosen)), Body: text.Take(k.Body, among("b", chosen))}
		return filing.ChangesTaken{Revision: fl.Revision, Changes: len(chosen), Left: len(k.Changes) - len(chosen), Text: hash(s.Title, s.Body)}, t.PutSettled(s)
	})
}

// RejectChanges undoes changes: another revision without them.
func (f *Flow) RejectChanges(ctx context.Context, a Actor, id ident.Filing, which Changes) (filing.Filing, error) {
	return f.move(ctx, onFiling{a, "RejectChanges", filing.RejectChanges, id, which}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		k, chosen, err := t.picked(*fl, which)
		if err != nil {
			return nil, err
		}
		now, err := t.newest(*fl)
		if err != nil {
			return nil, err
		}
		return t.another(fl, text.Undo(k.Title, now.Title, among("t", chosen)), text.Undo(k.Body, now.Body, among("b", chosen)), "rejected:"+strconv.Itoa(len(chosen)))
	})
}

// Revert names the text to go back to; 0 is the one the filing came with.
type Revert struct {
	Number int `json:"number" form:"number"`
	Seen   int `json:"seen" form:"seen"`
}

func (in Revert) seen() int { return in.Seen }

// Revert makes an earlier text the newest again, as another revision: nothing
// that was written in between is lost.
func (f *Flow) Revert(ctx context.Context, a Actor, id ident.Filing, in Revert) (filing.Filing, error) {
	return f.move(ctx, onFiling{a, "Revert", filing.Revert, id, in}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		old, err := t.textAt(*fl, in.Number)
		if err != nil {
			return nil, err
		}
		now, err := t.newest(*fl)
		if err != nil {
			return nil, err
		}
		if old.Title == now.Title && old.Body == now.Body {
			return nil, fault.Clash(fault.Why("same_text"))
		}
		return t.another(fl, old.Title, old.Body, "reverted:"+strconv.Itoa(in.Number))
	})
}

// textAt is a filing's text by number; 0 is the one it came with.
func (t *act) textAt(fl filing.Filing, number int) (item.Revision, error) {
	if number < 0 || number > fl.Revision {
		return item.Revision{}, fault.Bad("number", "out_of_range", "min", "0", "max", item.Number(fl.Revision))
	}
	if number == 0 {
		return t.rawOf(fl)
	}
	return t.Revision("filing", string(fl.ID), number)
}

// another saves one more text of the desk's.
func (t *act) another(fl *filing.Filing, title, body, note string) (fact.Payload, error) {
	if err := fault.Fields(item.CheckText(title, body, 0, 0)); err != nil {
		return nil, err
	}
	fl.Revision++
	fl.Title, fl.Length, fl.Holder = title, text.Runes(body), t.actor.Person
	rev, err := t.saveText(item.Revision{Noun: "filing", Owner: string(fl.ID), Number: fl.Revision, Title: title, Body: body, Note: note})
	return filing.Edited{Number: fl.Revision, Text: rev.Hash}, err
}

// Version is one text of a filing in the list of all.
type Version struct {
	Number int          `json:"number"` // 0 is the text it came with
	By     ident.Person `json:"by,omitempty"`
	At     int64        `json:"at"`
	Note   string       `json:"note,omitempty"`
	Length int          `json:"length"`
}

// Versions is a filing's texts, and two of them side by side.
type Versions struct {
	Filing  filing.Filing `json:"filing"`
	List    []Version     `json:"versions"` // newest first, the raw text last
	From    filing.Text   `json:"from"`
	To      filing.Text   `json:"to"`
	A       int           `json:"a"`
	B       int           `json:"b"`
	Actions []org.Action  `json:"actions"`
	Names   Names         `json:"names"`
	Title   []text.Span   `json:"-"`
	Body    []text.Para   `json:"-"`
}

// Versions lists a filing's texts and compares two; b = -1 is the newest, a = -1
// the one before b.
func (f *Flow) Versions(ctx context.Context, a Actor, id ident.Filing, from, to int) (Versions, error) {
	return read(ctx, f, a, "Versions", func(t *act) (v Versions, err error) {
		fl, c, err := t.filingCase(id, -1)
		if err == nil && !t.actor.System && !t.scope.Desk(fl.Office) {
			err = fault.Missing("filing", string(id)) // the desk's drafts are the desk's
		}
		if err != nil {
			return v, err
		}
		v.Filing, v.A, v.B = fl, from, to
		if v.B < 0 {
			v.B = fl.Revision
		}
		if v.A < 0 {
			v.A = max(v.B-1, 0)
		}
		v.Actions = filing.Lifecycle.Actions(fl.State, t.held(fl.Office), c)
		one, err := t.textAt(fl, v.A)
		if err != nil {
			return v, err
		}
		two, err := t.textAt(fl, v.B)
		if err != nil {
			return v, err
		}
		if _, err := t.opensFiling(fl, v.B); err != nil {
			return v, err
		}
		v.From, v.To = filing.Of(one), filing.Of(two)
		for _, p := range text.Diff(one.Title, two.Title) {
			v.Title = append(v.Title, p.Spans...)
		}
		v.Body = text.Diff(one.Body, two.Body)
		raw, err := t.rawOf(fl)
		if err != nil {
			return v, err
		}
		revs, err := t.RevisionTexts("filing", string(fl.ID))
		if err != nil {
			return v, err
		}
		var ids naming
		ids.unit(fl.Unit, fl.Office)
		for _, r := range slices.Backward(revs) {
			ids.person(r.By)
			v.List = append(v.List, Version{r.Number, r.By, r.At, r.Note, text.Runes(r.Body)})
		}
		ids.person(raw.By)
		v.List = append(v.List, Version{0, raw.By, fl.Filed, "", text.Runes(raw.Body)})
		v.Names, err = ids.names(t)
		return v, err
	})
}

// NoteOf splits a revision's note into a word and what it counts or names:
// "reverted:3" is "reverted" and "3".
func NoteOf(note string) (word, value string) {
	word, value, _ = strings.Cut(note, ":")
	if word != "reverted" && word != "rejected" {
		return note, ""
	}
	return word, value
}
