package flow

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
	"xinshu/internal/score"
)

// mayRegister lets the administrator of a unit, or of one above it, change the
// register there.
func (t *act) mayRegister(unit ident.Unit) error {
	if t.actor.System {
		return nil
	}
	admins := []ident.Unit{}
	for _, p := range t.posts {
		if p.Role == org.Admin {
			admins = append(admins, p.Unit)
		}
	}
	if len(admins) > 0 && unit != "" {
		if slices.Contains(admins, unit) {
			t.as(unit, org.Admin)
			return nil
		}
		above, err := t.Ancestors(unit)
		if err != nil {
			return err
		}
		for _, u := range above {
			if slices.Contains(admins, u.ID) {
				t.as(u.ID, org.Admin)
				return nil
			}
		}
	}
	return fault.Deny(fault.Reason{Code: "needs_post", Params: fault.Pairs("verb", "register", "roles", string(org.Admin)), Override: string(org.Admin)})
}

// since reads a date field; empty is today.
func (t *act) since(path, s string) (org.Date, error) {
	if s == "" {
		return t.day, nil
	}
	d, ok := org.ParseDate(s)
	if !ok {
		return 0, fault.Bad(path, "not_a_date", "value", s)
	}
	return d, nil
}

func optionalDate(path, s string) (org.Date, error) {
	if s == "" {
		return 0, nil
	}
	d, ok := org.ParseDate(s)
	if !ok {
		return 0, fault.Bad(path, "not_a_date", "value", s)
	}
	return d, nil
}

// EnterUnit is a new unit.
type EnterUnit struct {
	Code    string     `json:"code" form:"code"`
	Name    string     `json:"name" form:"name"`
	Short   string     `json:"short,omitempty" form:"short"`
	Level   org.Level  `json:"level" form:"level"`
	Parent  ident.Unit `json:"parent,omitempty" form:"parent"`
	Office  bool       `json:"office,omitempty" form:"office"`
	Outside bool       `json:"outside,omitempty" form:"outside"`
	From    string     `json:"from,omitempty" form:"from"`
}

// EnterUnit enters a unit under its parent.
func (f *Flow) EnterUnit(ctx context.Context, a Actor, in EnterUnit) (org.Unit, error) {
	return do(ctx, f, call{a, "EnterUnit", org.StageRegister, in}, func(t *act) (org.Unit, error) { return t.enterUnit(in) })
}

func (t *act) enterUnit(in EnterUnit) (org.Unit, error) {
	if err := t.mayRegister(in.Parent); err != nil {
		return org.Unit{}, err
	}
	since, err := optionalDate("from", in.From)
	if err != nil {
		return org.Unit{}, err
	}
	u := org.Unit{ID: ident.Unit(t.Mint()), Code: strings.TrimSpace(in.Code), Name: strings.TrimSpace(in.Name), Short: strings.TrimSpace(in.Short), Level: in.Level, Parent: in.Parent, Office: in.Office, Outside: in.Outside, Since: since}
	if err := fault.Fields(u.Check()); err != nil {
		return u, err
	}
	if in.Parent != "" {
		if _, err := t.Tx.Unit(in.Parent); err != nil {
			return u, err
		}
	}
	if err := t.codeFree(u.Code); err != nil {
		return u, err
	}
	if err := t.InsertUnit(&u); err != nil {
		return u, err
	}
	_, err = t.fact("unit", string(u.ID), u.Version, "", org.UnitEntered{Unit: u, Change: "entered"})
	return u, err
}

// codeFree refuses the code of another unit.
func (t *act) codeFree(code string) error {
	_, err := t.UnitByCode(code)
	if err == nil {
		return fault.Bad("code", "taken", "value", code)
	}
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// ChangeUnit renames or moves a unit from a date; empty fields stay.
type ChangeUnit struct {
	Name    string     `json:"name,omitempty" form:"name"`
	Short   string     `json:"short,omitempty" form:"short"`
	Parent  ident.Unit `json:"parent,omitempty" form:"parent"`
	Level   org.Level  `json:"level,omitempty" form:"level"`
	Office  *bool      `json:"office,omitempty" form:"office"`
	Outside *bool      `json:"outside,omitempty" form:"outside"`
	From    string     `json:"from,omitempty" form:"from"`
	Version int64      `json:"version,omitempty" form:"version"` // as it was seen
}

// ChangeUnit changes a unit, from a day that may be to come; its former name and
// place are kept with their dates. Its lines stay as they are.
func (f *Flow) ChangeUnit(ctx context.Context, a Actor, id ident.Unit, in ChangeUnit) (org.Unit, error) {
	return do(ctx, f, call{a, "ChangeUnit", org.StageRegister, []any{id, in}}, func(t *act) (org.Unit, error) {
		e, err := t.changeUnit(id, UnitChange{Act: org.ActChange, Name: in.Name, Short: in.Short, Level: in.Level, Parent: in.Parent, Office: in.Office, Outside: in.Outside, From: in.From, KeepLines: true, Version: in.Version})
		return e.standing(), err
	})
}

// standing is the unit as it is after the verb: unchanged where the day is to
// come.
func (e *UnitEffect) standing() org.Unit {
	switch {
	case e == nil:
		return org.Unit{}
	case e.Later:
		return e.Unit
	case e.New != nil:
		return *e.New
	}
	return e.After
}

// movable refuses a parent that would make a cycle, or one the actor may not
// put anything under.
func (t *act) movable(id, parent ident.Unit) error {
	if err := t.mayRegister(parent); err != nil {
		return err
	}
	above, err := t.Ancestors(parent)
	if err != nil {
		return err
	}
	if parent == id || slices.ContainsFunc(above, func(u org.Unit) bool { return u.ID == id }) {
		return fault.Bad("parent", "cycle")
	}
	return nil
}

// MergeUnits ends a unit in favour of another.
type MergeUnits struct {
	Into ident.Unit `json:"into" form:"into"`
	From string     `json:"from,omitempty" form:"from"`
}

// MergeUnits ends a unit: what is open goes to the other one with its people,
// lines that led to it lead to the other, and its past stays.
func (f *Flow) MergeUnits(ctx context.Context, a Actor, id ident.Unit, in MergeUnits) (org.Unit, error) {
	return do(ctx, f, call{a, "MergeUnits", org.StageRegister, []any{id, in}}, func(t *act) (org.Unit, error) {
		e, err := t.changeUnit(id, UnitChange{Act: org.ActMerge, Into: in.Into, From: in.From})
		return e.standing(), err
	})
}

// SplitUnit makes a second unit out of one.
type SplitUnit struct {
	Code  string `json:"code" form:"code"`
	Name  string `json:"name" form:"name"`
	Short string `json:"short,omitempty" form:"short"`
	From  string `json:"from,omitempty" form:"from"`
}

// SplitUnit enters a new unit beside another: same level and parent, and the
// same reporting lines from that day on.
func (f *Flow) SplitUnit(ctx context.Context, a Actor, id ident.Unit, in SplitUnit) (org.Unit, error) {
	return do(ctx, f, call{a, "SplitUnit", org.StageRegister, []any{id, in}}, func(t *act) (org.Unit, error) {
		e, err := t.changeUnit(id, UnitChange{Act: org.ActSplit, Code: in.Code, Name: in.Name, Short: in.Short, From: in.From})
		return e.standing(), err
	})
}

// DrawLine is a new reporting line.
type DrawLine struct {
	Unit    ident.Unit  `json:"unit" form:"unit"`
	Office  ident.Unit  `json:"office" form:"office"`
	Network org.Network `json:"network" form:"network"`
	Rank    int         `json:"rank,omitempty" form:"rank"`
	Direct  bool        `json:"direct,omitempty" form:"direct"`
	From    string      `json:"from,omitempty" form:"from"`
	Until   string      `json:"until,omitempty" form:"until"`
}

// DrawLine opens a reporting line from a unit to an office.
func (f *Flow) DrawLine(ctx context.Context, a Actor, in DrawLine) (org.Line, error) {
	return do(ctx, f, call{a, "DrawLine", org.StageRegister, in}, func(t *act) (org.Line, error) {
		if err := t.mayRegister(in.Unit); err != nil {
			return org.Line{}, err
		}
		if _, err := t.Tx.Unit(in.Unit); err != nil {
			return org.Line{}, err
		}
		office, err := t.Tx.Unit(in.Office)
		if err != nil {
			return org.Line{}, err
		}
		from, err := optionalDate("from", in.From)
		if err != nil {
			return org.Line{}, err
		}
		until, err := optionalDate("until", in.Until)
		if err != nil {
			return org.Line{}, err
		}
		var bad []fault.Field
		if !office.Office {
			bad = append(bad, fault.Field{Path: "office", Code: "no_desk"})
		}
		if in.Unit == in.Office {
			bad = append(bad, fault.Field{Path: "office", Code: "cycle"})
		}
		if ok, err := t.knows("network", string(in.Network)); err != nil {
			return org.Line{}, err
		} else if !ok {
			bad = append(bad, fault.Field{Path: "network", Code: "choose", Params: fault.Pairs("value", string(in.Network))})
		}
		if until != 0 && until <= from {
			bad = append(bad, fault.Field{Path: "until", Code: "ends_before"})
		}
		if err := fault.Fields(bad); err != nil {
			return org.Line{}, err
		}
		if in.Rank <= 0 {
			have, err := t.LinesOf(in.Unit, t.day)
			if err != nil {
				return org.Line{}, err
			}
			in.Rank = len(have) + 1
		}
		l := org.Line{ID: ident.Line(t.Mint()), Unit: in.Unit, Office: in.Office, Network: in.Network, Rank: in.Rank, Direct: in.Direct, From: from, Until: until}
		return l, t.drawLine(&l)
	})
}

func (t *act) drawLine(l *org.Line) error {
	if err := t.InsertLine(l); err != nil {
		return err
	}
	_, err := t.fact("line", string(l.ID), l.Version, l.Office, org.LineDrawn{Line: *l})
	return err
}

func (t *act) endLine(l *org.Line, until org.Date) error {
	l.Until = until
	if err := t.SaveLine(l); err != nil {
		return err
	}
	_, err := t.fact("line", string(l.ID), l.Version, l.Office, org.LineDrawn{Line: *l})
	return err
}

// EndLine ends a line on a day; what was filed by it stays.
func (f *Flow) EndLine(ctx context.Context, a Actor, id ident.Line, until string) (org.Line, error) {
	return do(ctx, f, call{a, "EndLine", org.StageRegister, []any{id, until}}, func(t *act) (org.Line, error) {
		l, err := t.Line(id)
		if err != nil {
			return l, err
		}
		if err := t.mayRegister(l.Unit); err != nil {
			return l, err
		}
		d, err := t.since("until", until)
		if err != nil {
			return l, err
		}
		if d < l.From {
			return l, fault.Bad("until", "ends_before")
		}
		return l, t.endLine(&l, d)
	})
}

// EnterPublication is a new publication of an office.
type EnterPublication struct {
	Office  ident.Unit     `json:"office" form:"office"`
	Code    string         `json:"code" form:"code"`
	Name    string         `json:"name" form:"name"`
	Columns []string       `json:"columns" form:"columns"`
	MaxBody int            `json:"max_body,omitempty" form:"max_body"`
	Readers []issue.ReadBy `json:"readers,omitempty"`
}

// EnterPublication founds a publication, with its distribution list.
func (f *Flow) EnterPublication(ctx context.Context, a Actor, in EnterPublication) (issue.Publication, error) {
	return do(ctx, f, call{a, "EnterPublication", org.StageRegister, in}, func(t *act) (issue.Publication, error) {
		if err := t.mayPublication(in.Office); err != nil {
			return issue.Publication{}, err
		}
		u, err := t.Tx.Unit(in.Office)
		if err != nil {
			return issue.Publication{}, err
		}
		p := issue.Publication{ID: ident.Publication(t.Mint()), Office: in.Office, Code: strings.TrimSpace(in.Code), Name: strings.TrimSpace(in.Name), Level: u.Level, Columns: in.Columns, MaxBody: in.MaxBody}
		bad := p.Check()
		if !u.Office {
			bad = append(bad, fault.Field{Path: "office", Code: "no_desk"})
		}
		for i := range in.Readers {
			r := &in.Readers[i]
			r.Publication, r.Order = p.ID, i+1
			if _, err := t.Tx.Unit(r.Unit); err != nil {
				return p, err
			}
			if !slices.Contains(issue.Manners, r.Manner) {
				bad = append(bad, fault.Field{Path: "readers[" + strconv.Itoa(i) + "].manner", Code: "choose", Params: fault.Pairs("value", r.Manner)})
			}
		}
		if err := fault.Fields(bad); err != nil {
			return p, err
		}
		if err := t.InsertPublication(&p); err != nil {
			return p, err
		}
		if err := t.SetReaders(p.ID, in.Readers); err != nil {
			return p, err
		}
		_, err = t.fact("publication", string(p.ID), p.Version, p.Office, issue.Founded{Publication: p, Readers: in.Readers})
		return p, err
	})
}

// SetRules are an office's own rules.
func (f *Flow) SetRules(ctx context.Context, a Actor, office ident.Unit, in org.Rules) (org.Rules, error) {
	return do(ctx, f, call{a, "SetRules", org.StageRegister, []any{office, in}}, func(t *act) (org.Rules, error) {
		if err := t.need("rules", office, org.Chief); err != nil {
			if err := t.mayRegister(office); err != nil {
				return in, err
			}
		}
		if _, err := t.Tx.Unit(office); err != nil {
			return in, err
		}
		in.Office = office
		if err := t.SaveRules(&in); err != nil {
			return in, err
		}
		_, err := t.fact("office", string(office), in.Version, office, org.OfficeSet{Rules: &in})
		return in, err
	})
}

// SetChain sets a unit's chain of checks for a form and genre.
func (f *Flow) SetChain(ctx context.Context, a Actor, in org.Chain) (org.Chain, error) {
	return do(ctx, f, call{a, "SetChain", org.StageRegister, in}, func(t *act) (org.Chain, error) {
		if err := t.mayRegister(in.Unit); err != nil {
			return in, err
		}
		if err := fault.Fields(org.CheckChain(in.Checks)); err != nil {
			return in, err
		}
		if _, err := t.Tx.Unit(in.Unit); err != nil {
			return in, err
		}
		if err := t.SaveChain(&in); err != nil {
			return in, err
		}
		_, err := t.fact("unit", string(in.Unit), in.Version, "", org.OfficeSet{Chain: &in})
		return in, err
	})
}

// SetClass sets a unit's assessment class and target at an office for a year.
func (f *Flow) SetClass(ctx context.Context, a Actor, in org.Class) (org.Class, error) {
	return do(ctx, f, call{a, "SetClass", org.StageRegister, in}, func(t *act) (org.Class, error) {
		if err := t.mayClass(in.Office); err != nil {
			return in, err
		}
		if err := fault.Fields(append(org.Text("class", in.Class, 1, org.MaxShort), org.Text("target", in.Target, 0, org.MaxShort)...)); err != nil {
			return in, err
		}
		if in.Target != "" {
			if _, err := score.ParsePoints(in.Target); err != nil {
				return in, fault.Bad("target", "not_a_number", "value", in.Target)
			}
		}
		for _, u := range []ident.Unit{in.Office, in.Unit} {
			if _, err := t.Tx.Unit(u); err != nil {
				return in, err
			}
		}
		if err := t.Tx.SetClass(in); err != nil {
			return in, err
		}
		_, err := t.fact("unit", string(in.Unit), 0, in.Office, org.ClassSet{Class: in})
		return in, err
	})
}
