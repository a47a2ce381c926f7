package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// partnerRow is one line of the write page: a unit by its name, and its share.
type partnerRow struct {
	Name  string
	Share string
}

// fewRows is how many partners fit on the page before one saves to get more.
const fewRows = 2

// PartnerRows are the partners as typed, or as they stand, with room for more.
func (p *writePage) PartnerRows() []partnerRow {
	var out []partnerRow
	if p.typed != nil && p.typed.Has("partner") {
		shares := p.typed["share"]
		for i, name := range p.typed["partner"] {
			row := partnerRow{Name: name}
			if i < len(shares) {
				row.Share = shares[i]
			}
			if row != (partnerRow{}) {
				out = append(out, row)
			}
		}
	} else {
		for _, w := range p.View.Partners {
			if w.State != flow.PartnerIsOff {
				out = append(out, partnerRow{p.unitName(w.Unit), share(w.Num, w.Den)})
			}
		}
	}
	room := max(fewRows, len(out)+1)
	for len(out) < room {
		out = append(out, partnerRow{})
	}
	return out
}

func (p *writePage) unitName(id ident.Unit) string {
	if u, ok := p.View.Names.Units[id]; ok {
		return u.Name
	}
	return string(id)
}

// LeadShare is what is left for the unit itself, "" where it is alone.
func (p *writePage) LeadShare() string {
	if len(p.View.Shares) == 0 {
		return ""
	}
	return share(p.View.Shares[0].Num, p.View.Shares[0].Den)
}

// Together reports whether the item is, or was typed to be, more than one
// unit's or one writer's.
func (p *writePage) Together() bool {
	rows := p.PartnerRows()
	return rows[0] != (partnerRow{}) || len(p.View.Item.Authors) > 0 || p.Bad("partners") != "" || p.Bad("authors") != ""
}

// Wrote reports whether somebody is named as an author.
func (p *writePage) Wrote(who ident.Person) bool {
	return p.Ticked("authors", string(who), slices.Contains(p.View.Item.Authors, who))
}

// near are units that a partner is likely to be: those beside one's own.
func (s *Server) near(r *http.Request, p *writePage) error {
	if p.Needs.Unit.Parent == "" {
		return nil
	}
	kids, err := s.flow.Branch(r.Context(), actor(r), p.Needs.Unit.Parent, "", 200)
	for _, u := range kids.Rows {
		if u.ID != p.Unit && !u.Outside && u.Ended == 0 {
			p.Near = append(p.Near, u.Name)
		}
	}
	return err
}

// togetherIn is the part of the form about partners and authors. Joint is sent
// by every page that shows it: without it nothing is said about either.
type togetherIn struct {
	Joint   bool           `form:"joint"`
	Partner []string       `form:"partner"`
	Share   []string       `form:"share"`
	Authors []ident.Person `form:"authors"`
}

// partners finds the units by what was typed.
func (s *Server) partners(r *http.Request, in togetherIn) ([]flow.PartnerOf, error) {
	var out []flow.PartnerOf
	var bad []fault.Field
	for i, typed := range in.Partner {
		typed = strings.TrimSpace(typed)
		share := ""
		if i < len(in.Share) {
			share = strings.TrimSpace(in.Share[i])
		}
		if typed == "" && share == "" {
			continue
		}
		at := "partners[" + strconv.Itoa(len(out)) + "]."
		p := flow.PartnerOf{}
		var ok bool
		if p.Num, p.Den, ok = fraction(share); !ok {
			bad = append(bad, fault.Field{Path: at + "share", Code: "not_a_share", Params: fault.Pairs("value", share)})
		}
		u, code, err := s.called(r, typed)
		if err != nil {
			return nil, err
		}
		if p.Unit = u.ID; code != "" {
			bad = append(bad, fault.Field{Path: at + "unit", Code: code, Params: fault.Pairs("value", typed)})
		}
		out = append(out, p)
	}
	return out, fault.Fields(bad)
}

// called is the one unit of a name, a short name or a code.
func (s *Server) called(r *http.Request, name string) (org.Unit, string, error) {
	found, err := s.flow.UnitsNamed(r.Context(), actor(r), name)
	if err != nil {
		return org.Unit{}, "", err
	}
	found = slices.DeleteFunc(found, func(u org.Unit) bool { return u.Name != name && u.Short != name && u.Code != name })
	whole := slices.DeleteFunc(slices.Clone(found), func(u org.Unit) bool { return u.Short == name && u.Name != name })
	switch {
	case len(found) == 0:
		return org.Unit{}, "no_unit_called", nil
	case len(whole) == 1:
		return whole[0], "", nil
	case len(found) == 1:
		return found[0], "", nil
	}
	return org.Unit{}, "several_units", nil
}

// join keeps who stands behind an item, when the form says something new.
func (s *Server) join(r *http.Request, it item.Item, in togetherIn) (item.Item, error) {
	if !in.Joint || it.State != item.Draft && it.State != item.SentBack {
		return it, nil
	}
	ps, err := s.partners(r, in)
	if err != nil {
		return it, err
	}
	v, err := s.flow.Item(r.Context(), actor(r), it.ID)
	if err != nil || sameTogether(v, ps, in.Authors) {
		return it, err
	}
	return s.flow.SetPartners(r.Context(), actor(r), it.ID, flow.SetPartners{Partners: ps, Authors: in.Authors})
}

// sameTogether compares shares by what they are: 25% is 1/4.
func sameTogether(v flow.ItemView, ps []flow.PartnerOf, authors []ident.Person) bool {
	var now []flow.PartnerOf
	for _, w := range v.Partners {
		if w.State != flow.PartnerIsOff {
			now = append(now, flow.PartnerOf{Unit: w.Unit, Num: w.Num, Den: w.Den})
		}
	}
	same := func(a, b flow.PartnerOf) bool {
		return a.Unit == b.Unit && a.Num*b.Den == b.Num*a.Den && (a.Den == 0) == (b.Den == 0)
	}
	return slices.EqualFunc(now, ps, same) && slices.Equal(v.Item.Authors, authors)
}

// partnersOf are the units whose people may be named as authors, beside one's own.
func partnersOf(v flow.ItemView) (out []ident.Unit) {
	for _, w := range v.Partners {
		if w.State != flow.PartnerIsOff {
			out = append(out, w.Unit)
		}
	}
	return out
}

// countersigned is how many partners have signed, and of how many.
func countersigned(v flow.ItemView) (n, of int) {
	for _, w := range v.Partners {
		if w.State == flow.PartnerIsOff || w.Round != v.Item.Round {
			continue
		}
		if of++; w.State == flow.PartnerSigned {
			n++
		}
	}
	return n, of
}

// jointSteps are the two stations that a joint item has before the office: all
// partners at once, and the lead's filing.
func jointSteps(v flow.ItemView) []chainStep {
	n, of := countersigned(v)
	if of == 0 && len(partnersOf(v)) == 0 && v.Waiting != org.ToFile {
		return nil
	}
	both := []chainStep{{Key: "countersign", Signed: n, Of: max(of, len(partnersOf(v)))}, {Key: "file"}}
	switch {
	case v.Item.State == item.Signed:
		both[0].State, both[1].State = "done", "done"
	case v.Waiting == org.Countersign:
		both[0].State, both[0].Since = "now", v.Item.Updated
	case v.Waiting == org.ToFile:
		both[0].State, both[1].State, both[1].Since = "done", "now", v.Item.Updated
	}
	return both
}

// fileJoint handles POST /items/{id}/file.
func (s *Server) fileJoint(w http.ResponseWriter, r *http.Request) error {
	return toItem(s, w, r, s.flow.FileJoint, "item.filed")
}

// takeOff handles POST /items/{id}/take-off.
func (s *Server) takeOff(w http.ResponseWriter, r *http.Request) error {
	return toItem(s, w, r, s.flow.TakeOffPartner, "item.partner_off")
}
