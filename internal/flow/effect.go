package flow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// What a change of a unit does is worked out once, as data: the preview shows
// it and the verb carries the very same data out, so that the two cannot differ.

// UnitChange is what is asked for. Which fields count depends on the act.
type UnitChange struct {
	Act       org.Act      `json:"act" form:"act"`
	Name      string       `json:"name,omitempty" form:"name"`
	Short     string       `json:"short,omitempty" form:"short"`
	Code      string       `json:"code,omitempty" form:"code"` // split: of the new unit
	Level     org.Level    `json:"level,omitempty" form:"level"`
	Parent    ident.Unit   `json:"parent,omitempty"`
	Into      ident.Unit   `json:"into,omitempty"`
	Office    *bool        `json:"office,omitempty"`
	Outside   *bool        `json:"outside,omitempty"`
	From      string       `json:"from,omitempty" form:"from"`
	KeepLines bool         `json:"keep_lines,omitempty" form:"keep_lines"` // move: lines to the old parent stay
	Leave     []ident.Post `json:"leave,omitempty" form:"leave"`           // merge: posts that end and do not go along
	Posts     []ident.Post `json:"posts,omitempty" form:"posts"`           // split: posts that go to the new unit
	Children  []ident.Unit `json:"children,omitempty" form:"children"`     // split: units that go under the new unit
	Version   int64        `json:"version,omitempty" form:"version"`       // as the unit was seen
	Digest    string       `json:"digest,omitempty" form:"digest"`         // of the preview that is confirmed
}

// Fate is what becomes of a thing.
type Fate string

// The fates.
const (
	Ends  Fate = "ends"
	Opens Fate = "opens"
	Moves Fate = "moves"
	Stays Fate = "stays"
)

// What happens to one thing each.
type (
	// LineEffect is a line that ends or opens.
	LineEffect struct {
		Line org.Line `json:"line"`
		Fate Fate     `json:"fate"`
	}
	// PostEffect is a post that ends, or goes to a unit; "" is the new one.
	PostEffect struct {
		Post org.Post   `json:"post"`
		Fate Fate       `json:"fate"`
		To   ident.Unit `json:"to,omitempty"`
	}
	// ItemEffect is an open item.
	ItemEffect struct {
		ID     ident.Item   `json:"id"`
		Title  string       `json:"title"`
		State  item.State   `json:"state"`
		Writer ident.Person `json:"writer"`
		Fate   Fate         `json:"fate"`
	}
	// ReaderEffect is a place on a distribution list.
	ReaderEffect struct {
		issue.ReadBy
		Name string `json:"name"` // of the publication
		Fate Fate   `json:"fate"`
	}
)

// UnitEffect is everything that a change does.
type UnitEffect struct {
	Act          org.Act             `json:"act"`
	Day          org.Date            `json:"day"`
	Later        bool                `json:"later"` // it takes effect on its day and not now
	Unit         org.Unit            `json:"unit"`
	After        org.Unit            `json:"after"`
	New          *org.Unit           `json:"new,omitempty"`
	Into         *org.Unit           `json:"into,omitempty"`
	Lines        []LineEffect        `json:"lines,omitempty"`
	Posts        []PostEffect        `json:"posts,omitempty"`
	Items        []ItemEffect        `json:"items,omitempty"`
	Filings      []store.OfficeCount `json:"filings,omitempty"` // open ones that it filed; they stay where they lie
	Desk         int                 `json:"desk,omitempty"`    // open ones at its own desk
	Duties       int                 `json:"duties,omitempty"`
	Children     []org.Unit          `json:"children,omitempty"` // that move
	Publications []issue.Publication `json:"publications,omitempty"`
	Readers      []ReaderEffect      `json:"readers,omitempty"`
	Classes      []org.Class         `json:"classes,omitempty"`
	Warnings     []fault.Reason      `json:"warnings,omitempty"`
	Blocks       []fault.Reason      `json:"blocks,omitempty"` // what must be decided first
	Digest       string              `json:"digest"`
	Names        Names               `json:"names"`
	Change       string              `json:"change,omitempty"` // set once it is confirmed

	readers map[ident.Publication][]issue.ReadBy
}

// openMost bounds what one change may carry along.
const openMost = 2000

// PreviewUnitChange says what a change would do, without doing it.
func (f *Flow) PreviewUnitChange(ctx context.Context, a Actor, id ident.Unit, in UnitChange) (UnitEffect, error) {
	return read(ctx, f, a, "PreviewUnitChange", func(t *act) (UnitEffect, error) {
		e, err := t.effect(id, in)
		if err != nil {
			return UnitEffect{}, err
		}
		e.Names, err = e.naming().names(t)
		return *e, err
	})
}

func (e *UnitEffect) naming() *naming {
	var ids naming
	ids.unit(e.Unit.ID, e.After.Parent, e.Unit.Parent)
	if e.Into != nil {
		ids.unit(e.Into.ID)
	}
	for _, l := range e.Lines {
		ids.unit(l.Line.Unit, l.Line.Office)
	}
	for _, p := range e.Posts {
		ids.unit(p.To)
		ids.person(p.Post.Person)
	}
	for _, i := range e.Items {
		ids.person(i.Writer)
	}
	for _, c := range e.Filings {
		ids.unit(c.Office)
	}
	for _, c := range e.Classes {
		ids.unit(c.Office)
	}
	for _, rs := range [][]fault.Reason{e.Warnings, e.Blocks} {
		for _, r := range rs {
			ids.unit(ident.Unit(r.Params["unit"]), ident.Unit(r.Params["office"]))
		}
	}
	return &ids
}

func (e *UnitEffect) warn(code string, pairs ...string) {
	e.Warnings = append(e.Warnings, fault.Why(code, pairs...))
}

func (e *UnitEffect) block(code string, pairs ...string) {
	e.Blocks = append(e.Blocks, fault.Why(code, pairs...))
}

// digestOf names an effect, so that a confirmation is of what was seen.
func digestOf(e any) (string, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// effect works out a change.
func (t *act) effect(id ident.Unit, in UnitChange) (*UnitEffect, error) {
	u, err := t.Tx.Unit(id)
	if err != nil {
		return nil, err
	}
	if err := t.mayRegister(id); err != nil {
		return nil, err
	}
	if u.Ended != 0 {
		return nil, fault.Deny(fault.Why("unit_ended", "unit", string(id)))
	}
	if in.Version != 0 && in.Version != u.Version {
		return nil, fault.Clash(fault.Why("changed_meanwhile", "noun", "unit", "id", string(id)))
	}
	d, err := t.since("from", in.From)
	if err != nil {
		return nil, err
	}
	if d < u.Since {
		return nil, fault.Bad("from", "before_last_change", "since", u.Since.String())
	}
	e := &UnitEffect{Act: in.Act, Day: d, Later: d > t.day, Unit: u, After: u}
	e.After.Since = d
	p := &planning{act: t, in: in, e: e}
	switch in.Act {
	case org.ActRename, org.ActMove, org.ActChange:
		err = p.own()
	case org.ActMerge:
		err = p.merge()
	case org.ActSplit:
		err = p.split()
	case org.ActClose:
		err = p.close()
	default:
		err = fault.Bad("act", "choose", "value", string(in.Act))
	}
	if err != nil {
		return nil, err
	}
	e.Digest, err = digestOf(e)
	return e, err
}

// planning is one change being worked out.
type planning struct {
	*act
	in UnitChange
	e  *UnitEffect
}

// own changes the unit's own fields: name, level, place, desk.
func (p *planning) own() error {
	u, in := &p.e.After, p.in
	if in.Act == org.ActRename && strings.TrimSpace(in.Name) == "" {
		return fault.Bad("name", "required")
	}
	if in.Act == org.ActMove && in.Parent == "" {
		return fault.Bad("parent", "required")
	}
	set(&u.Name, strings.TrimSpace(in.Name))
	set(&u.Short, strings.TrimSpace(in.Short))
	set((*string)(&u.Level), string(in.Level))
	if in.Office != nil {
		u.Office = *in.Office
	}
	if in.Outside != nil {
		u.Outside = *in.Outside
	}
	moved := in.Parent != "" && in.Parent != u.Parent
	if moved {
		if err := p.movable(u.ID, in.Parent); err != nil {
			return err
		}
		u.Parent = in.Parent
	}
	if err := fault.Fields(u.Check()); err != nil {
		return err
	}
	if !moved {
		return nil
	}
	above, err := p.Tx.Unit(u.Parent)
	if err != nil {
		return err
	}
	if above.Ended != 0 {
		return fault.Bad("parent", "ended")
	}
	if err := p.work(); err != nil {
		return err
	}
	if in.KeepLines {
		return nil
	}
	return p.followParent(above)
}

// followParent moves the lines to the old superior over to the new one.
func (p *planning) followParent(above org.Unit) error {
	lines, err := p.linesOf(p.e.Unit.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.Office != p.e.Unit.Parent {
			continue
		}
		if !above.Office {
			p.e.warn("parent_no_desk", "unit", string(above.ID))
			return nil
		}
		p.ends(l)
		l.Office = above.ID
		if !p.hasLine(lines, l) {
			p.opens(l)
		}
	}
	return nil
}

func (p *planning) ends(l org.Line) {
	l.Until = max(p.e.Day, l.From)
	p.e.Lines = append(p.e.Lines, LineEffect{l, Ends})
}

func (p *planning) opens(l org.Line) {
	l.ID, l.Version, l.From, l.Until = "", 0, p.e.Day, 0
	p.e.Lines = append(p.e.Lines, LineEffect{l, Opens})
}

// hasLine reports whether a unit already reports there in the network.
func (p *planning) hasLine(lines []org.Line, l org.Line) bool {
	return slices.ContainsFunc(lines, func(x org.Line) bool { return x.Office == l.Office && x.Network == l.Network })
}

// lasting drops what has ended by the day.
func (p *planning) linesOf(unit ident.Unit) ([]org.Line, error) {
	ls, err := p.LinesOf(unit, 0)
	return slices.DeleteFunc(ls, func(l org.Line) bool { return l.Until != 0 && l.Until <= p.e.Day }), err
}

// linesTo are the lines that lead to an office and last beyond the day.
func (p *planning) linesTo(office ident.Unit) (all []org.Line, err error) {
	after := ""
	for {
		ls, err := p.LinesTo(office, 0, after, 200)
		if err != nil {
			return nil, err
		}
		for _, l := range ls {
			after = string(l.ID)
			if l.Until == 0 || l.Until > p.e.Day {
				all = append(all, l)
			}
		}
		if len(ls) < 200 {
			return all, nil
		}
	}
}

func (p *planning) posts(unit ident.Unit) ([]org.Post, error) {
	ps, err := p.PostsIn(unit, 0)
	return slices.DeleteFunc(ps, func(o org.Post) bool { return o.Until != 0 && o.Until <= p.e.Day }), err
}

// work looks at what is open.
func (p *planning) work() error {
	id := p.e.Unit.ID
	its, err := p.OpenItems(id, "", openMost+1)
	if err != nil {
		return err
	}
	if len(its) > openMost {
		p.e.block("too_many_open", "max", strconv.Itoa(openMost))
	}
	for _, it := range its {
		p.e.Items = append(p.e.Items, ItemEffect{it.ID, it.Title, it.State, it.Writer, Stays})
	}
	if p.e.Filings, err = p.OpenFilings(id); err != nil {
		return err
	}
	if p.e.Duties, err = p.OpenDuties(id); err != nil {
		return err
	}
	if p.e.Classes, err = p.ClassesOf(id, p.e.Day.Year()); err != nil {
		return err
	}
	if !p.e.Unit.Office {
		return nil
	}
	pubs, err := p.PublicationsOf(id)
	if err != nil {
		return err
	}
	p.e.Publications = slices.DeleteFunc(pubs, func(b issue.Publication) bool { return b.Until != 0 && b.Until <= p.e.Day })
	n, err := p.FilingCounts(id)
	for _, s := range []filing.State{filing.Filed, filing.Received, filing.Editing, filing.Ready, filing.Held} {
		p.e.Desk += n[s]
	}
	return err
}

// children are the living units below.
func (p *planning) children() (all []org.Unit, err error) {
	after := ""
	for len(all) <= openMost {
		kids, err := p.Children(p.e.Unit.ID, after, 200)
		if err != nil {
			return nil, err
		}
		for _, k := range kids {
			after = k.Code
			if k.Ended == 0 {
				all = append(all, k)
			}
		}
		if len(kids) < 200 {
			return all, nil
		}
	}
	p.e.block("too_many_open", "max", strconv.Itoa(openMost))
	return all, nil
}

// readings are the distribution lists that name the unit: the successor takes
// its place, where it is not on the list already.
func (p *planning) readings(into ident.Unit) error {
	rs, err := p.ReadingsOf(p.e.Unit.ID)
	if err != nil {
		return err
	}
	p.e.readers = map[ident.Publication][]issue.ReadBy{}
	for _, r := range rs {
		pub, err := p.Publication(r.Publication)
		if err != nil {
			return err
		}
		all, err := p.Readers(r.Publication)
		if err != nil {
			return err
		}
		fate := Moves
		if into == "" || slices.ContainsFunc(all, func(x issue.ReadBy) bool { return x.Unit == into }) {
			fate = Ends
			all = slices.DeleteFunc(all, func(x issue.ReadBy) bool { return x.Unit == p.e.Unit.ID })
		}
		for i := range all {
			if all[i].Unit == p.e.Unit.ID {
				all[i].Unit = into
			}
		}
		p.e.readers[r.Publication] = all
		p.e.Readers = append(p.e.Readers, ReaderEffect{r, pub.Name, fate})
	}
	return nil
}

// merge ends the unit in favour of another, which takes over everything that is
// open. What it filed stays its own, and its people's successors see it.
func (p *planning) merge() error {
	id, e := p.e.Unit.ID, p.e
	if p.in.Into == "" {
		return fault.Bad("into", "required")
	}
	if p.in.Into == id {
		return fault.Bad("into", "cycle")
	}
	if err := p.mayRegister(p.in.Into); err != nil {
		return err
	}
	into, err := p.Tx.Unit(p.in.Into)
	if err != nil {
		return err
	}
	if into.Ended != 0 {
		return fault.Bad("into", "ended")
	}
	above, err := p.Ancestors(into.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(above, func(u org.Unit) bool { return u.ID == id }) {
		return fault.Bad("into", "cycle")
	}
	e.Into, e.After.Ended, e.After.Successor = &into, e.Day, into.ID
	if err := p.work(); err != nil {
		return err
	}
	for i, it := range e.Items {
		if it.State != item.SentBack {
			e.Items[i].Fate = Moves
		}
	}
	if err := p.mergeLines(into); err != nil {
		return err
	}
	if err := p.mergePosts(into); err != nil {
		return err
	}
	if e.Children, err = p.children(); err != nil {
		return err
	}
	if err := p.readings(into.ID); err != nil {
		return err
	}
	return p.mergeClasses(into)
}

func (p *planning) mergeLines(into org.Unit) error {
	own, err := p.linesOf(p.e.Unit.ID)
	if err != nil {
		return err
	}
	for _, l := range own {
		p.ends(l)
	}
	have, err := p.linesOf(into.ID)
	if err != nil {
		return err
	}
	have = slices.DeleteFunc(have, func(l org.Line) bool { return l.Office == p.e.Unit.ID })
	if len(have) == 0 {
		p.e.warn("line_lost", "unit", string(into.ID))
	}
	below, err := p.linesTo(p.e.Unit.ID)
	if err != nil {
		return err
	}
	if (len(below) > 0 || p.e.Desk > 0) && !into.Office {
		p.e.block("into_needs_desk", "unit", string(into.ID))
	}
	for _, l := range below {
		p.ends(l)
		if l.Unit == into.ID {
			continue
		}
		theirs, err := p.linesOf(l.Unit)
		if err != nil {
			return err
		}
		if l.Office = into.ID; !p.hasLine(theirs, l) {
			p.opens(l)
		}
	}
	return nil
}

func (p *planning) mergePosts(into org.Unit) error {
	posts, err := p.posts(p.e.Unit.ID)
	if err != nil {
		return err
	}
	there, err := p.posts(into.ID)
	if err != nil {
		return err
	}
	for _, o := range posts {
		held := slices.ContainsFunc(there, func(x org.Post) bool { return x.Person == o.Person && x.Role == o.Role })
		if held || slices.Contains(p.in.Leave, o.ID) {
			p.e.Posts = append(p.e.Posts, PostEffect{o, Ends, ""})
			continue
		}
		p.e.Posts = append(p.e.Posts, PostEffect{o, Moves, into.ID})
	}
	return nil
}

func (p *planning) mergeClasses(into org.Unit) error {
	theirs, err := p.ClassesOf(into.ID, p.e.Day.Year())
	if err != nil {
		return err
	}
	for _, c := range p.e.Classes {
		if !slices.ContainsFunc(theirs, func(x org.Class) bool { return x.Office == c.Office }) {
			p.e.warn("class_undecided", "unit", string(into.ID), "office", string(c.Office))
		}
	}
	return nil
}

// split makes a second unit beside the first, with the same lines; posts and
// units below go along where they are named, and drafts with their writers.
func (p *planning) split() error {
	e, in := p.e, p.in
	e.After = e.Unit // it stays as it is
	u := org.Unit{Code: strings.TrimSpace(in.Code), Name: strings.TrimSpace(in.Name), Short: strings.TrimSpace(in.Short), Level: e.Unit.Level, Parent: e.Unit.Parent, Since: e.Day}
	if err := fault.Fields(u.Check()); err != nil {
		return err
	}
	if err := p.codeFree(u.Code); err != nil {
		return err
	}
	e.New = &u
	if err := p.work(); err != nil {
		return err
	}
	lines, err := p.linesOf(e.Unit.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		l.Unit = ""
		p.opens(l)
	}
	posts, err := p.posts(e.Unit.ID)
	if err != nil {
		return err
	}
	var gone []ident.Person
	for _, o := range posts {
		fate := Stays
		if slices.Contains(in.Posts, o.ID) {
			fate, gone = Moves, append(gone, o.Person)
		}
		e.Posts = append(e.Posts, PostEffect{Post: o, Fate: fate})
	}
	for i, it := range e.Items {
		if it.State != item.SentBack && slices.Contains(gone, it.Writer) {
			e.Items[i].Fate = Moves
		}
	}
	p.splitSigners()
	kids, err := p.children()
	if err != nil {
		return err
	}
	for _, k := range kids {
		if slices.Contains(in.Children, k.ID) {
			e.Children = append(e.Children, k)
		}
	}
	for _, c := range e.Classes {
		e.warn("new_class_undecided", "office", string(c.Office))
	}
	return nil
}

// splitSigners warns of a unit that nobody can sign for.
func (p *planning) splitSigners() {
	var old, other bool
	for _, o := range p.e.Posts {
		if o.Post.Role == org.Signer {
			old, other = old || o.Fate == Stays, other || o.Fate == Moves
		}
	}
	if !old && len(p.e.Posts) > 0 {
		p.e.warn("role_empty", "unit", string(p.e.Unit.ID), "role", string(org.Signer))
	}
	if !other {
		p.e.warn("new_role_empty", "role", string(org.Signer))
	}
}

// close ends a unit that nobody follows. What is open must be finished first, or
// be merged into somebody's hands.
func (p *planning) close() error {
	e := p.e
	e.After.Ended = e.Day
	if err := p.work(); err != nil {
		return err
	}
	kids, err := p.children()
	if err != nil {
		return err
	}
	for _, b := range []struct {
		code string
		n    int
	}{{"has_children", len(kids)}, {"open_items", len(e.Items)}, {"open_at_desk", e.Desk}, {"open_duties", e.Duties}} {
		if b.n > 0 {
			e.block(b.code, "count", strconv.Itoa(b.n))
		}
	}
	own, err := p.linesOf(e.Unit.ID)
	if err != nil {
		return err
	}
	below, err := p.linesTo(e.Unit.ID)
	if err != nil {
		return err
	}
	for _, l := range slices.Concat(own, below) {
		p.ends(l)
	}
	for _, l := range below {
		theirs, err := p.linesOf(l.Unit)
		if err != nil {
			return err
		}
		if len(theirs) == 1 {
			e.warn("line_lost", "unit", string(l.Unit))
		}
	}
	posts, err := p.posts(e.Unit.ID)
	if err != nil {
		return err
	}
	for _, o := range posts {
		e.Posts = append(e.Posts, PostEffect{o, Ends, ""})
	}
	if len(e.Filings) > 0 {
		e.warn("news_nobody", "count", strconv.Itoa(total(e.Filings)))
	}
	return p.readings("")
}

func total(cs []store.OfficeCount) (n int) {
	for _, c := range cs {
		n += c.N
	}
	return n
}
