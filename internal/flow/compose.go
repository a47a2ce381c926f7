package flow

import (
	"context"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/text"
)

// Paragraph is one of a composite, with the places of its sources among the
// parts, 1 being the first. Without any it is the desk's own.
type Paragraph struct {
	Text    string `json:"text"`
	Sources []int  `json:"sources,omitempty"`
}

// Body joins paragraphs. One that holds several lines is as many paragraphs, each
// of the same sources; an empty one falls away.
func Body(ps []Paragraph) (string, filing.Sourcing) {
	var lines []string
	of := filing.Sourcing{}
	for _, p := range ps {
		for _, line := range text.Paragraphs(cleaned(p.Text)) {
			lines = append(lines, line)
			of = append(of, append([]int{}, p.Sources...))
		}
	}
	return strings.Join(lines, "\n"), of
}

// least is how many characters of a source make it one of a paragraph's.
const least = 8

// Sourced finds the sources of each paragraph by their words: those of which it
// has a clause at least, or a quarter of its characters.
func Sourced(paragraphs, sources []string) filing.Sourcing {
	of := make(filing.Sourcing, len(paragraphs))
	for n, s := range sources {
		words := text.StretchesOf(s)
		for i, p := range paragraphs {
			if in := words.In(p); in >= least || in > 0 && in*4 >= text.Runes(p) {
				of[i] = append(of[i], n+1)
			}
		}
	}
	for i := range of {
		if of[i] == nil {
			of[i] = []int{}
		}
	}
	return of
}

// Gave counts the characters that each source gave to the paragraphs that are
// its. What two sources say in the same words counts for both.
func Gave(paragraphs []string, of filing.Sourcing, sources []string) []int {
	out := make([]int, len(sources))
	words := make([]text.Stretches, len(sources))
	for i, p := range paragraphs {
		if i >= len(of) {
			break
		}
		for _, n := range of[i] {
			if n < 1 || n > len(sources) {
				continue
			}
			if words[n-1] == nil {
				words[n-1] = text.StretchesOf(sources[n-1])
			}
			out[n-1] += words[n-1].In(p)
		}
	}
	return out
}

// sourceTexts are the texts of a composite's sources, in their order.
func (t *act) sourceTexts(sources []filing.Filing) ([]string, error) {
	out := make([]string, len(sources))
	for i, fl := range sources {
		rev, err := t.newest(fl)
		if err != nil {
			return nil, err
		}
		out[i] = rev.Body
	}
	return out, nil
}

// sourcing is from which sources each paragraph of a composite's newest text is,
// and that text. What was kept with an earlier text follows the edit by
// alignment; where nothing was kept it is found by the words.
func (t *act) sourcing(fl filing.Filing) (filing.Sourcing, item.Revision, error) {
	rev, err := t.newest(fl)
	if err != nil {
		return nil, rev, err
	}
	now := text.Paragraphs(rev.Body)
	of, _, at, err := t.Tx.Sourcing(fl.ID, fl.Revision)
	if err != nil {
		return nil, rev, err
	}
	if at >= 0 && at < fl.Revision {
		was := fl
		was.Revision = at
		old, err := t.newest(was)
		if err != nil {
			return nil, rev, err
		}
		of = of.Follow(text.Follow(text.Paragraphs(old.Body), now))
	}
	if at >= 0 && len(of) == len(now) {
		return of, rev, nil
	}
	sources, err := t.madeOf(fl)
	if err != nil {
		return nil, rev, err
	}
	bodies, err := t.sourceTexts(sources)
	return Sourced(now, bodies), rev, err
}

// followSources keeps the sources of an edited composite's paragraphs with its
// new text.
func (t *act) followSources(fl filing.Filing) error {
	if !fl.Composite {
		return nil
	}
	of, _, err := t.sourcing(fl)
	if err != nil {
		return err
	}
	settled, err := t.settled(fl)
	if err != nil {
		return err
	}
	return t.PutSourcing(fl.ID, fl.Revision, of, settled)
}

// Compose is another text of a composite, paragraph by paragraph with its
// sources, and perhaps other shares.
type Compose struct {
	Title      string                `json:"title" form:"title"`
	Paragraphs []Paragraph           `json:"paragraphs"`
	Parts      []filing.Contribution `json:"parts,omitempty"` // empty: the shares stay as they are
	Settled    []filing.Settlement   `json:"settled"`         // figures that do not agree and were seen to; not said: as they were
	Remark     string                `json:"remark,omitempty" form:"remark"`
	Seen       int                   `json:"seen" form:"seen"`
}

func (in Compose) seen() int { return in.Seen }

// Compose saves a composite's text with the sources of every paragraph, and its
// shares. Sources are never lost: which filings it is made of changes only by
// taking it apart.
func (f *Flow) Compose(ctx context.Context, a Actor, id ident.Filing, in Compose) (filing.Filing, error) {
	body, of := Body(in.Paragraphs)
	in.Title = cleaned(in.Title)
	fl, err := f.move(ctx, onFiling{a, "Compose", filing.Revise, id, in}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		if !fl.Composite {
			return nil, fault.Deny(fault.Why("not_composite"))
		}
		edges, err := t.ParentsOf(fl.ID)
		if err != nil {
			return nil, err
		}
		bad := append(item.CheckText(in.Title, body, 0, 0), text.MarkingFields(text.Markings(in.Title, body))...)
		bad = append(bad, item.CheckRemark("remark", in.Remark, false)...)
		bad = append(bad, checkSettled(in.Settled)...)
		if !of.Sound(len(edges)) {
			bad = append(bad, fault.Field{Path: "paragraphs", Code: "not_a_source"})
		}
		if err := fault.Fields(bad); err != nil {
			return nil, err
		}
		if err := t.reshare(*fl, edges, in); err != nil {
			return nil, err
		}
		settled, err := t.settled(*fl)
		if err != nil {
			return nil, err
		}
		if in.Settled != nil {
			settled = filing.Stamp(in.Settled, settled, t.actor.Person, t.Now())
		}
		fl.Revision++
		fl.Title, fl.Length, fl.Holder = in.Title, text.Runes(body), t.actor.Person
		rev, err := t.saveText(item.Revision{Noun: "filing", Owner: string(fl.ID), Number: fl.Revision, Title: in.Title, Body: body})
		if err != nil {
			return nil, err
		}
		if err := t.PutSourcing(fl.ID, fl.Revision, of, settled); err != nil {
			return nil, err
		}
		return filing.Edited{Number: fl.Revision, Text: rev.Hash}, t.DropAutosave("filing", string(fl.ID), t.actor.Person)
	})
	if _, refused := fault.Refused(err); refused {
		again, serr := f.savedAlready(ctx, a, id, "Compose", in.Seen, func(t *act, fl filing.Filing, rev item.Revision) (bool, error) {
			return t.composedAlready(in, body, of, fl, rev)
		})
		if serr != nil || again.ID != "" {
			return again, serr
		}
	}
	return fl, err
}

// composedAlready reports whether a composite's newest text, its sources, what was
// settled and its shares are what was sent.
func (t *act) composedAlready(in Compose, body string, of filing.Sourcing, fl filing.Filing, rev item.Revision) (bool, error) {
	if !fl.Composite || rev.Title != in.Title || rev.Body != body {
		return false, nil
	}
	kept, settled, at, err := t.Tx.Sourcing(fl.ID, fl.Revision)
	if err != nil || at != fl.Revision || !slices.EqualFunc(kept, of, slices.Equal[[]int]) {
		return false, err
	}
	if in.Settled != nil && !slices.Equal(filing.Stamp(in.Settled, settled, t.actor.Person, t.Now()), settled) {
		return false, nil
	}
	edges, err := t.ParentsOf(fl.ID)
	if err != nil || len(in.Parts) == 0 {
		return err == nil, err
	}
	parts, ok := filing.Shares(in.Parts)
	return ok && slices.EqualFunc(parts, edges, func(p filing.Contribution, e filing.Parent) bool {
		return p.Filing == e.Parent && big.NewRat(p.Num, p.Den).Cmp(e.Share()) == 0
	}), nil
}

// reshare gives the sources of a composite the shares that are asked for. Once
// it was adopted they stay: what was told with them was told.
func (t *act) reshare(fl filing.Filing, edges []filing.Parent, in Compose) error {
	if len(in.Parts) == 0 {
		return nil
	}
	parts, ok := filing.Shares(in.Parts)
	if !ok {
		return fault.Bad("parts", "shares_not_whole")
	}
	if len(parts) != len(edges) {
		return fault.Bad("parts", "other_parts")
	}
	changed := false
	for i, p := range parts {
		if p.Filing != edges[i].Parent {
			return fault.Bad("parts["+strconv.Itoa(i)+"].filing", "other_parts")
		}
		changed = changed || big.NewRat(p.Num, p.Den).Cmp(edges[i].Share()) != 0
	}
	if !changed {
		return nil
	}
	ps, err := t.placedOf(fl)
	if err != nil {
		return err
	}
	if ps.live || ps.forwarded {
		return fault.Deny(fault.Why("shares_told"))
	}
	for _, p := range parts {
		if err := t.SetShare(fl.ID, p); err != nil {
			return err
		}
	}
	_, err = t.fact("filing", string(fl.ID), fl.Version, fl.Office, filing.Reshared{Parts: parts, Remark: in.Remark})
	return err
}

// Composite is a composite as its builder shows it.
type Composite struct {
	FilingView
	Sources    []FilingView    `json:"sources"`
	Edges      []filing.Parent `json:"edges"` // the shares, in the order of the sources
	Paragraphs []Paragraph     `json:"paragraphs"`
	Gave       []int           `json:"gave"`    // characters of each source in the text
	Figures    Figures         `json:"figures"` // which do not agree, and what adds up
	Equal      bool            `json:"equal"`   // the office's rule: equal shares unless somebody says otherwise
}

// Composite reads a composite with its sources and the marks of its paragraphs.
func (f *Flow) Composite(ctx context.Context, a Actor, id ident.Filing) (Composite, error) {
	var v Composite
	var err error
	if v.FilingView, err = f.Filing(ctx, a, id); err != nil {
		return v, err
	}
	v, err = read(ctx, f, a, "Composite", func(t *act) (Composite, error) {
		out := v
		fl := v.Filing
		if !fl.Composite || !t.actor.System && !t.scope.Desk(fl.Office) {
			return out, fault.Missing("composite", string(id))
		}
		var err error
		if out.Edges, err = t.ParentsOf(id); err != nil {
			return out, err
		}
		of, rev, err := t.sourcing(fl)
		if err != nil {
			return out, err
		}
		now := text.Paragraphs(rev.Body)
		for i, p := range now {
			out.Paragraphs = append(out.Paragraphs, Paragraph{Text: p, Sources: of[i]})
		}
		sources, err := t.madeOf(fl)
		if err != nil {
			return out, err
		}
		bodies, err := t.sourceTexts(sources)
		if err != nil {
			return out, err
		}
		out.Gave = Gave(now, of, bodies)
		if out.Figures, err = t.figures(fl, now, sources, bodies); err != nil {
			return out, err
		}
		rules, err := t.Rules(fl.Office)
		out.Equal = rules.EqualShares
		return out, err
	})
	if err != nil {
		return v, err
	}
	for _, e := range v.Edges {
		s, err := f.Filing(ctx, a, e.Parent)
		if err != nil {
			return v, err
		}
		v.Sources = append(v.Sources, s)
	}
	return v, nil
}

// EqualShares is whether an office proposes equal shares for its composites.
func (f *Flow) EqualShares(ctx context.Context, a Actor, office ident.Unit) (bool, error) {
	return read(ctx, f, a, "EqualShares", func(t *act) (bool, error) {
		rules, err := t.Rules(office)
		return rules.EqualShares, err
	})
}
