package flow

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// Draft begins an item.
type Draft struct {
	Unit    ident.Unit     `json:"unit" form:"unit"`
	Title   string         `json:"title" form:"title"`
	Body    string         `json:"body" form:"body"`
	Genre   string         `json:"genre" form:"genre"`
	Form    string         `json:"form" form:"form"`
	Contact string         `json:"contact,omitempty" form:"contact"`
	Lines   []ident.Line   `json:"lines,omitempty" form:"lines"`
	Urgent  bool           `json:"urgent,omitempty" form:"urgent"`
	Authors []ident.Person `json:"authors,omitempty" form:"authors"`
	Source  string         `json:"source,omitempty" form:"source"`

	day   int64 // an imported item's own day, or when it came to the desk that enters it; 0 = now
	filed int64 // when it lay at its first desk; 0 = that day
}

// Draft makes an item with its first text. A draft may be unfinished.
func (f *Flow) Draft(ctx context.Context, a Actor, in Draft) (item.Item, error) {
	return do(ctx, f, call{a, "Draft", org.StageSubmit, in}, func(t *act) (item.Item, error) {
		if err := t.need("draft", in.Unit, org.Reporter, org.Signer, org.Reviewer); err != nil {
			return item.Item{}, err
		}
		return t.draft(in, "web", "")
	})
}

func (t *act) draft(in Draft, channel string, office ident.Unit) (item.Item, error) {
	if err := t.begun(in.Unit); err != nil {
		return item.Item{}, err
	}
	in.Title, in.Body = cleaned(in.Title), cleaned(in.Body)
	bad := item.CheckDraft(in.Title, in.Body)
	if len(in.Authors) > item.MaxAuthors {
		bad = append(bad, fault.Field{Path: "authors", Code: "too_many", Params: fault.Pairs("max", strconv.Itoa(item.MaxAuthors))})
	}
	bad = append(bad, org.Text("source", in.Source, 0, item.MaxTitle)...)
	more, err := t.badDetails(in.Unit, Revise{Genre: in.Genre, Form: in.Form, Contact: in.Contact, Lines: in.Lines})
	if err != nil {
		return item.Item{}, err
	}
	if err := fault.Fields(append(bad, more...)); err != nil {
		return item.Item{}, err
	}
	for i, p := range in.Authors {
		if _, err := t.Person(p); fault.Is(err, fault.NotFound) {
			return item.Item{}, fault.Bad("authors["+strconv.Itoa(i)+"]", "choose", "value", string(p))
		} else if err != nil {
			return item.Item{}, err
		}
	}
	it := item.Item{ID: ident.Item(t.Mint()), Unit: in.Unit, State: item.Draft, Genre: in.Genre, Form: in.Form, Title: in.Title, Length: text.Runes(in.Body), Revision: 1,
		Lines: in.Lines, Authors: in.Authors, Contact: in.Contact, Channel: channel, Urgent: in.Urgent, Office: office, Source: in.Source,
		Writer: t.actor.Person, Created: cmp.Or(in.day, t.Now()), Updated: t.Now()}
	if err := t.InsertItem(&it); err != nil {
		return it, err
	}
	rev, err := t.saveText(item.Revision{Noun: "item", Owner: string(it.ID), Number: 1, Title: in.Title, Body: in.Body})
	if err != nil {
		return it, err
	}
	_, err = t.fact("item", string(it.ID), it.Version, "", item.Drafted{Item: it.ID, Unit: it.Unit, Genre: it.Genre, Form: it.Form, Channel: channel, Text: rev.Hash, Office: office})
	return it, err
}

// begun refuses a unit whose first day has not come.
func (t *act) begun(unit ident.Unit) error {
	if t.actor.System {
		return nil
	}
	u, err := t.Unit(unit)
	if err == nil && u.Since > t.day {
		err = fault.Deny(fault.Why("unit_not_yet", "unit", string(unit), "day", u.Since.String()))
	}
	return err
}

// cleaned brings a text into its kept form. A text that is not valid is left as
// it is, so that the check behind it can say so instead of mending it silently.
func cleaned(s string) string {
	if !utf8.ValidString(s) {
		return s
	}
	return text.Clean(s)
}

// badDetails says what is wrong with what is told about a text: words that are
// not on the lists, lines that are not the unit's. Empty is unfinished, not wrong.
func (t *act) badDetails(unit ident.Unit, in Revise) ([]fault.Field, error) {
	bad := append(org.Text("contact", in.Contact, 0, item.MaxContact), org.Text("note", in.Note, 0, item.MaxRemark)...)
	for _, c := range []struct{ list, code string }{{"genre", in.Genre}, {"form", in.Form}} {
		if c.code == "" {
			continue
		}
		if ok, err := t.knows(c.list, c.code); err != nil {
			return nil, err
		} else if !ok {
			bad = append(bad, fault.Field{Path: c.list, Code: "choose", Params: fault.Pairs("value", c.code)})
		}
	}
	if len(in.Lines) == 0 {
		return bad, nil
	}
	own, err := t.LinesOf(unit, t.day)
	if err != nil {
		return nil, err
	}
	return append(bad, linesNotOwn(in.Lines, append(own, in.went...))...), nil
}

func linesNotOwn(ids []ident.Line, own []org.Line) (bad []fault.Field) {
	for i, id := range ids {
		if !slices.ContainsFunc(own, func(l org.Line) bool { return l.ID == id }) {
			bad = append(bad, fault.Field{Path: "lines[" + strconv.Itoa(i) + "]", Code: "line_not_own"})
		}
	}
	return bad
}

// saveText writes one revision: r says whose text it is and what it says.
func (t *act) saveText(r item.Revision) (item.Revision, error) {
	r.ID, r.Hash, r.By, r.At = ident.Revision(t.Mint()), hash(r.Title, r.Body), t.actor.Person, t.Now()
	return r, t.InsertRevision(r)
}

// Revise is another text of the unit's, by its reporter or by the checker whose
// turn it is.
type Revise struct {
	Title   string       `json:"title" form:"title"`
	Body    string       `json:"body" form:"body"`
	Genre   string       `json:"genre,omitempty" form:"genre"`
	Form    string       `json:"form,omitempty" form:"form"`
	Contact string       `json:"contact,omitempty" form:"contact"`
	Note    string       `json:"note,omitempty" form:"note"`
	Lines   []ident.Line `json:"lines,omitempty" form:"lines"`
	Urgent  *bool        `json:"urgent,omitempty" form:"urgent"`
	Seen    int          `json:"seen" form:"seen"`

	went []org.Line // by which it already came to a desk
}

// Revise saves a new revision of an item. When somebody else saved meanwhile it
// is refused and what was typed is kept beside the item.
func (f *Flow) Revise(ctx context.Context, a Actor, id ident.Item, in Revise) (item.Item, error) {
	in.Title, in.Body = cleaned(in.Title), cleaned(in.Body)
	it, err := do(ctx, f, call{a, "Revise", org.StageSubmit, []any{id, in}}, func(t *act) (item.Item, error) { return t.revise(id, in) })
	if fault.Is(err, fault.Conflict) {
		if kerr := f.Autosave(WithKey(ctx, ""), a, "item", string(id), Typed{Title: in.Title, Body: in.Body, Base: in.Seen}); kerr != nil && !fault.Is(kerr, fault.NotFound) && !fault.Is(kerr, fault.Denied) {
			return it, kerr
		}
	}
	return it, err
}

func (t *act) revise(id ident.Item, in Revise) (item.Item, error) {
	it, c, err := t.itemCase(id)
	if err != nil {
		return it, err
	}
	if err := item.Lifecycle.Refuse(item.Revise, it.State, c.Held, c); err != nil {
		return it, err
	}
	t.as(it.Unit)
	if in.Seen != 0 && in.Seen != it.Revision {
		return it, fault.Clash(fault.Why("stale_revision", "seen", strconv.Itoa(in.Seen), "newest", strconv.Itoa(it.Revision)))
	}
	if in.went, err = t.linesGone(it); err != nil {
		return it, err
	}
	bad, err := t.badDetails(it.Unit, in)
	if err != nil {
		return it, err
	}
	if err := fault.Fields(append(item.CheckDraft(in.Title, in.Body), bad...)); err != nil {
		return it, err
	}
	check := ""
	if it.State == item.Submitted {
		if err := t.checkReady(in.Title, in.Body, it.Genre, it.Form, it.Lines); err != nil {
			return it, err
		}
		check = string(c.Waiting)
	}
	set(&it.Genre, in.Genre)
	set(&it.Form, in.Form)
	set(&it.Contact, in.Contact)
	if in.Lines != nil && it.State != item.Submitted {
		it.Lines = in.Lines
	}
	if in.Urgent != nil {
		it.Urgent = *in.Urgent
	}
	it.Revision++
	it.Title, it.Length, it.Updated = in.Title, text.Runes(in.Body), t.Now()
	rev, err := t.saveText(item.Revision{Noun: "item", Owner: string(it.ID), Number: it.Revision, Title: in.Title, Body: in.Body, Note: in.Note})
	if err != nil {
		return it, err
	}
	if err := t.SaveItem(&it); err != nil {
		return it, err
	}
	if err := t.DropAutosave("item", string(it.ID), t.actor.Person); err != nil {
		return it, err
	}
	_, err = t.fact("item", string(it.ID), it.Version, "", item.Revised{Number: it.Revision, Text: rev.Hash, Check: check})
	return it, err
}

func set(dst *string, v string) {
	if v != "" {
		*dst = v
	}
}

// Submit names the revision the person looked at.
type Submit struct {
	Seen int `json:"seen" form:"seen"`
}

// Submit lays an item before the unit's chain of checks. Everything that would
// be refused later is named now, all at once.
func (f *Flow) Submit(ctx context.Context, a Actor, id ident.Item, in Submit) (item.Item, error) {
	return do(ctx, f, call{a, "Submit", org.StageSubmit, []any{id, in}}, func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		c.Seen = in.Seen
		if err := item.Lifecycle.Refuse(item.Submit, it.State, c.Held, c); err != nil {
			return it, err
		}
		t.as(it.Unit, org.Reporter, org.Signer)
		return it, t.submit(&it, in.Seen)
	})
}

func (t *act) submit(it *item.Item, seen int) error {
	if seen != 0 && seen != it.Revision {
		return fault.Clash(fault.Why("stale_revision", "seen", strconv.Itoa(seen), "newest", strconv.Itoa(it.Revision)))
	}
	rev, err := t.Revision("item", string(it.ID), it.Revision)
	if err != nil {
		return err
	}
	if err := t.ownLines(it); err != nil {
		return err
	}
	if err := t.checkReady(rev.Title, rev.Body, it.Genre, it.Form, it.Lines); err != nil {
		return err
	}
	checks, err := t.chainOf(it.Unit, it.Form, it.Genre)
	if err != nil {
		return err
	}
	with, err := t.joinRound(it, it.Round+1)
	if err != nil {
		return err
	}
	again := it.State == item.SentBack
	it.State, it.Checks, it.Round, it.Updated = item.Submitted, checks, it.Round+1, t.Now()
	it.Reason, it.Remark, it.Due = "", "", 0
	if err := t.SaveItem(it); err != nil {
		return err
	}
	if again {
		_, err = t.fact("item", string(it.ID), it.Version, "", item.Resubmitted{Unit: it.Unit, Round: it.Round, Revision: it.Revision, Together: with})
		return err
	}
	_, err = t.fact("item", string(it.ID), it.Version, "", item.SentUp{Unit: it.Unit, Round: it.Round, Revision: it.Revision, Checks: checks, Lines: it.Lines, Together: with})
	return err
}

// ownLines fills in the first line and refuses one that is not the unit's.
func (t *act) ownLines(it *item.Item) error {
	lines, err := t.LinesOf(it.Unit, t.day)
	if err != nil {
		return err
	}
	went, err := t.linesGone(*it)
	if err != nil {
		return err
	}
	lines = append(lines, went...)
	if len(lines) == 0 {
		return fault.Deny(fault.Reason{Code: "no_line", Params: fault.Pairs("unit", string(it.Unit)), Override: string(org.Admin)})
	}
	if len(it.Lines) == 0 {
		it.Lines = []ident.Line{lines[0].ID}
		return nil
	}
	return fault.Fields(linesNotOwn(it.Lines, lines))
}

// linesGone are the lines by which an item that was sent back came to its desks.
// They stay its own although they may have ended since, with the unit or without
// it: what a desk returned goes back to that desk.
func (t *act) linesGone(it item.Item) ([]org.Line, error) {
	if it.State != item.SentBack {
		return nil, nil
	}
	fs, err := t.FilingsOf(it.ID)
	if err != nil {
		return nil, err
	}
	var out []org.Line
	for _, fl := range fs {
		if fl.Line == "" || fl.Unit != it.Unit {
			continue
		}
		l, err := t.Line(fl.Line)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// checkReady says everything that keeps a text from leaving the unit: lengths by
// the first office's rules, unknown words, secrecy markings, personal data.
func (t *act) checkReady(title, body, genre, form string, lines []ident.Line) error {
	bad, err := t.unready(title, body, genre, form, lines)
	if err != nil {
		return err
	}
	return fault.Fields(append(bad, text.MarkingFields(text.Markings(title, body))...))
}

// unready is checkReady without the markings, which need no database.
func (t *act) unready(title, body, genre, form string, lines []ident.Line) ([]fault.Field, error) {
	rules := org.DefaultRules("")
	if len(lines) > 0 {
		l, err := t.Line(lines[0])
		if err != nil {
			return nil, err
		}
		if rules, err = t.Rules(l.Office); err != nil {
			return nil, err
		}
	}
	bad := item.CheckText(title, body, rules.MaxTitle, rules.MaxBody)
	for _, c := range []struct{ path, list, code string }{{"genre", "genre", genre}, {"form", "form", form}} {
		ok, err := t.knows(c.list, c.code)
		if err != nil {
			return nil, err
		}
		if !ok {
			bad = append(bad, fault.Field{Path: c.path, Code: "choose", Params: fault.Pairs("value", c.code)})
		}
	}
	return bad, nil
}

// knows reports whether a code is on a list and not switched off.
func (t *act) knows(list, code string) (bool, error) {
	terms, err := t.Terms(list)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(terms, func(w org.Term) bool { return w.Code == code && !w.Off }), nil
}

// chainOf is the unit's chain, or its nearest superior's, or one signature.
func (t *act) chainOf(unit ident.Unit, form, genre string) ([]org.Check, error) {
	own, err := t.ChainsOf(unit)
	if err != nil {
		return nil, err
	}
	if cs, ok := org.Match(own, form, genre); ok {
		return cs, nil
	}
	above, err := t.Ancestors(unit)
	if err != nil {
		return nil, err
	}
	for _, u := range above {
		cs, err := t.ChainsOf(u.ID)
		if err != nil {
			return nil, err
		}
		if found, ok := org.Match(cs, form, genre); ok {
			return found, nil
		}
	}
	return org.DefaultChain, nil
}

// Resubmit sends a sent-back item again; a new revision must exist.
func (f *Flow) Resubmit(ctx context.Context, a Actor, id ident.Item, in Submit) (item.Item, error) {
	return do(ctx, f, call{a, "Resubmit", org.StageSubmit, []any{id, in}}, func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		if err := item.Lifecycle.Refuse(item.Resubmit, it.State, c.Held, c); err != nil {
			return it, err
		}
		t.as(it.Unit, org.Reporter, org.Signer)
		return it, t.submit(&it, in.Seen)
	})
}

// itemCase loads an item that the actor may know of, with its situation.
func (t *act) itemCase(id ident.Item) (item.Item, item.Case, error) {
	it, err := t.Item(id)
	if err != nil {
		return it, item.Case{}, err
	}
	whole, aside, err := t.sight(it)
	if err == nil && !whole && aside == nil {
		err = fault.Missing("item", string(id))
	}
	if err != nil {
		return item.Item{}, item.Case{}, err
	}
	passed, err := t.PassedOf(id, it.Round)
	if err != nil {
		return it, item.Case{}, err
	}
	c := item.Case{Item: &it, Actor: t.actor.Person, Held: t.held(it.Unit), Aside: aside}
	if n := len(passed); n > 0 {
		c.Last, c.Now = &passed[n-1], t.Now()
	}
	if err := t.together(&c, passed); err != nil {
		return it, c, err
	}
	if it.State == item.Submitted {
		if c.Looked, err = t.looked(it, len(passed)); err != nil {
			return it, c, err
		}
	}
	if c.OwnSign, err = t.mayOwnSign(it); err != nil {
		return it, c, err
	}
	switch it.State {
	case item.SentBack:
		c.SentAt, err = t.sentAt(it)
	case item.Signed:
		err = t.above(&c)
	}
	return it, c, err
}

// sentAt is the revision that was last laid before the checks.
func (t *act) sentAt(it item.Item) (int, error) {
	recs, err := t.FactsOf("item", string(it.ID))
	if err != nil {
		return 0, err
	}
	n, err := lastSubmitted(recs)
	return max(n, it.Signed), err // what a desk entered for the unit was never submitted
}

func (t *act) mayOwnSign(it item.Item) (bool, error) {
	if len(it.Lines) == 0 {
		return false, nil
	}
	l, err := t.Line(it.Lines[0])
	if err != nil {
		return false, err
	}
	r, err := t.Rules(l.Office)
	return r.OwnSignOff, err
}

func (t *act) seesItem(it item.Item) (bool, error) {
	whole, aside, err := t.sight(it)
	return whole || aside != nil, err
}

// sight is how an actor sees an item: wholly, as a partner that was asked, or not
// at all.
func (t *act) sight(it item.Item) (whole bool, aside *item.Partner, err error) {
	if t.actor.System || t.scope.Unit(it.Unit) || t.scope.Desk(it.Office) {
		return true, nil, nil
	}
	fs, err := t.FilingsOf(it.ID)
	if err != nil || slices.ContainsFunc(fs, func(fl filing.Filing) bool { return t.scope.Desk(fl.Office) }) {
		return err == nil, nil, err
	}
	p, ok, err := t.asPartner(it.ID)
	if ok {
		aside = &p
	}
	return false, aside, err
}

// Filed is an item with the filings that were born of it.
type Filed struct {
	Item    item.Item       `json:"item"`
	Filings []filing.Filing `json:"filings"`
}

// File drafts, submits and passes every check in one transaction, for an actor
// who holds all the posts it takes: a system with a token, mostly.
func (f *Flow) File(ctx context.Context, a Actor, in Draft) (Filed, error) {
	if err := a.scoped(org.StageSignOff); err != nil {
		return Filed{}, err
	}
	in.Title, in.Body = cleaned(in.Title), cleaned(in.Body)
	marked := text.MarkingFields(text.Markings(in.Title, in.Body)) // here, not in the one writer's time
	return do(ctx, f, call{a, "File", org.StageSubmit, in}, func(t *act) (Filed, error) {
		if err := t.need("draft", in.Unit, org.Reporter, org.Signer); err != nil {
			return Filed{}, err
		}
		return t.file(in, marked)
	})
}

func (t *act) file(in Draft, marked []fault.Field) (Filed, error) {
	it := item.Item{Unit: in.Unit, Lines: in.Lines}
	if err := t.ownLines(&it); err != nil {
		return Filed{}, err
	}
	in.Lines = it.Lines
	bad, err := t.unready(in.Title, in.Body, in.Genre, in.Form, in.Lines)
	if err != nil {
		return Filed{}, err
	}
	if err := fault.Fields(append(bad, marked...)); err != nil {
		return Filed{}, err
	}
	own, err := t.mayOwnSign(it)
	if err != nil {
		return Filed{}, err
	}
	checks, err := t.chainOf(in.Unit, in.Form, in.Genre)
	if err != nil {
		return Filed{}, err
	}
	for _, c := range checks {
		if err := t.need(string(item.SignOff), in.Unit, c.Role()); err != nil {
			return Filed{}, err
		}
	}
	if !own && !t.actor.System {
		return Filed{}, fault.Deny(fault.Reason{Code: "own_item", Override: string(org.Signer)})
	}
	return t.born(in, "web", checks)
}

// born makes an item that is signed from its first moment, with its filings.
func (t *act) born(in Draft, channel string, checks []org.Check) (Filed, error) {
	created := cmp.Or(in.day, t.Now())
	it := item.Item{ID: ident.Item(t.Mint()), Unit: in.Unit, State: item.Signed, Genre: in.Genre, Form: in.Form, Title: in.Title, Length: text.Runes(in.Body), Revision: 1, Signed: 1,
		Lines: in.Lines, Authors: in.Authors, Contact: in.Contact, Channel: channel, Urgent: in.Urgent, Source: in.Source, Checks: checks, Round: 1,
		ByOffice: channel != "web" && channel != "import", Writer: t.actor.Person, Created: created, Updated: cmp.Or(in.filed, created)}
	if err := t.InsertItem(&it); err != nil {
		return Filed{}, err
	}
	rev, err := t.saveText(item.Revision{Noun: "item", Owner: string(it.ID), Number: 1, Title: in.Title, Body: in.Body})
	if err != nil {
		return Filed{}, err
	}
	if _, err := t.fact("item", string(it.ID), it.Version, "", item.Drafted{Item: it.ID, Unit: it.Unit, Genre: it.Genre, Form: it.Form, Channel: channel, Text: rev.Hash}); err != nil {
		return Filed{}, err
	}
	if !it.ByOffice {
		for _, c := range checks {
			if err := t.InsertPassed(item.Passed{Item: it.ID, Round: 1, Check: c, Revision: 1, Person: t.actor.Person, Post: t.post, At: t.Now()}); err != nil {
				return Filed{}, err
			}
		}
		if _, err := t.fact("item", string(it.ID), it.Version, "", item.SignedOff{Round: 1, Revision: 1, Text: rev.Hash}); err != nil {
			return Filed{}, err
		}
	}
	fs, err := t.layAll(&it, rev, laying{with: item.Together{Authors: it.Authors}})
	return Filed{Item: it, Filings: fs}, err
}

// FileFor is what the desk enters for a unit: by telephone, fax, mail, on paper.
type FileFor struct {
	Office  ident.Unit `json:"office" form:"office"`
	Unit    ident.Unit `json:"unit" form:"unit"`
	Title   string     `json:"title" form:"title"`
	Body    string     `json:"body" form:"body"`
	Genre   string     `json:"genre" form:"genre"`
	Form    string     `json:"form" form:"form"`
	Contact string     `json:"contact,omitempty" form:"contact"`
	Channel string     `json:"channel" form:"channel"`
	Proof   string     `json:"proof,omitempty" form:"proof"`
	At      int64      `json:"at,omitempty" form:"at"` // when it came; 0 = now
	Urgent  bool       `json:"urgent,omitempty" form:"urgent"`
}

// FileFor enters an item for a unit; the unit confirms it later.
func (f *Flow) FileFor(ctx context.Context, a Actor, in FileFor) (Filed, error) {
	return do(ctx, f, call{a, "FileFor", org.StageDesk, in}, func(t *act) (Filed, error) { return t.fileFor(in) })
}

func (t *act) fileFor(in FileFor) (Filed, error) {
	if err := t.need("file_for", in.Office, org.Editor, org.Chief); err != nil {
		return Filed{}, err
	}
	in.Title, in.Body = cleaned(in.Title), cleaned(in.Body)
	lines, err := t.LinesOf(in.Unit, t.day)
	if err != nil {
		return Filed{}, err
	}
	at := slices.IndexFunc(lines, func(l org.Line) bool { return l.Office == in.Office })
	if at < 0 {
		return Filed{}, fault.Bad("unit", "unit_not_ours", "office", string(in.Office))
	}
	if ok, err := t.knows("channel", in.Channel); err != nil || !ok || in.Channel == "web" || in.Channel == "import" {
		if err == nil {
			err = fault.Bad("channel", "choose", "value", in.Channel)
		}
		return Filed{}, err
	}
	bad := org.Text("proof", in.Proof, 0, item.MaxRemark)
	if in.At < 0 || in.At > t.Now() {
		bad = append(bad, fault.Field{Path: "at", Code: "not_in_past"})
	}
	if err := fault.Fields(bad); err != nil {
		return Filed{}, err
	}
	ls := []ident.Line{lines[at].ID}
	if err := t.checkReady(in.Title, in.Body, in.Genre, in.Form, ls); err != nil {
		return Filed{}, err
	}
	contact := strings.TrimSpace(in.Contact + " " + in.Proof)
	return t.born(Draft{Unit: in.Unit, Title: in.Title, Body: in.Body, Genre: in.Genre, Form: in.Form, Contact: contact, Lines: ls, Urgent: in.Urgent, day: in.At}, in.Channel, nil)
}

// ConfirmFiled is the unit saying: yes, this is what we reported.
func (f *Flow) ConfirmFiled(ctx context.Context, a Actor, id ident.Item) (item.Item, error) {
	return do(ctx, f, call{a, "ConfirmFiled", org.StageSignOff, id}, func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		if err := item.Lifecycle.Refuse(item.Confirm, it.State, c.Held, c); err != nil {
			return it, err
		}
		t.as(it.Unit)
		it.Confirmed, it.Updated = true, t.Now()
		if err := t.SaveItem(&it); err != nil {
			return it, err
		}
		fs, err := t.FilingsOf(id)
		if err != nil {
			return it, err
		}
		for _, fl := range fs {
			if fl.Unit == it.Unit {
				if _, err := t.fact("filing", string(fl.ID), fl.Version, fl.Office, filing.Owned{Item: it.ID}); err != nil {
					return it, err
				}
			}
		}
		return it, nil
	})
}
