package flow

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/text"
)

// Check is something to look at before an issue is printed. Checks warn; only
// rules block.
type Check struct {
	Code      string            `json:"code"`
	Params    map[string]string `json:"params,omitempty"`
	Placement ident.Placement   `json:"placement,omitempty"` // empty: the issue as a whole, or one of its columns
	Filing    ident.Filing      `json:"filing,omitempty"`
	Issue     ident.Issue       `json:"issue,omitempty"` // the earlier one, for a text that was printed before
}

// CheckCodes are the checks, in the order in which they are reported.
var CheckCodes = []string{"still_edited", "unsigned", "printed_before", "near_same", "over_long", "no_source", "unsourced", "figures", "restricted", "empty_column"}

// nearSame is how much alike two texts of one issue are that say the same.
const nearSame = 0.55

// checks looks an issue over before it is printed.
func (t *act) checks(v *IssueView) ([]Check, error) {
	if v.Issue.State == issue.Published {
		return nil, nil
	}
	var out []Check
	bodies := make([]string, len(v.Placed))
	for i, p := range v.Placed {
		bodies[i] = p.Title + "\n" + p.Body
		some, err := t.checkText(v, p)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	for _, a := range text.NearSame(bodies, nearSame) {
		p := v.Placed[a.I]
		out = append(out, p.check("near_same", "other", v.Placed[a.K].Title, "percent", strconv.Itoa(int(a.Like*100))))
	}
	for _, c := range v.Publication.Columns {
		if !slices.ContainsFunc(v.Placed, func(p Placed) bool { return p.Placement.Column == c }) {
			out = append(out, ofColumn(c, "empty_column"))
		}
	}
	slices.SortStableFunc(out, func(a, b Check) int {
		return cmp.Compare(slices.Index(CheckCodes, a.Code), slices.Index(CheckCodes, b.Code))
	})
	return out, nil
}

func ofColumn(column, code string) Check {
	return Check{Code: code, Params: fault.Pairs("column", column)}
}

func (p Placed) check(code string, pairs ...string) Check {
	return Check{Code: code, Params: fault.Pairs(append(pairs, "title", p.Title)...), Placement: p.Placement.ID, Filing: p.Filing.ID}
}

// checkText looks at one text by itself.
func (t *act) checkText(v *IssueView, p Placed) (out []Check, err error) {
	warn := func(code string, pairs ...string) { out = append(out, p.check(code, pairs...)) }
	if !p.Placement.State.WasPrinted() && p.Filing.State != filing.Ready {
		warn("still_edited", "state", string(p.Filing.State))
	}
	if most, have := v.Publication.MaxBody, text.Runes(p.Body); most > 0 && have > most {
		warn("over_long", "max", strconv.Itoa(most), "have", strconv.Itoa(have), "over", strconv.Itoa(have-most))
	}
	if p.From == "" {
		warn("no_source")
	}
	if p.Restricted {
		warn("restricted")
	}
	from, err := t.madeOf(p.Filing)
	if err != nil {
		return nil, err
	}
	for _, fl := range from {
		it, err := t.Item(fl.Item)
		if err != nil {
			return nil, err
		}
		if it.ByOffice && !it.Confirmed {
			warn("unsigned", "unit", string(fl.Unit))
		}
	}
	before, err := t.printedBefore(p)
	if err != nil {
		return nil, err
	}
	if before.ID != "" {
		c := p.check("printed_before", "issue_no", before.Label())
		c.Issue = before.ID
		out = append(out, c)
	}
	if p.Filing.Composite {
		of, _, err := t.sourcing(p.Filing)
		if err != nil {
			return nil, err
		}
		var bare []string
		for i, s := range of {
			if len(s) == 0 {
				bare = append(bare, strconv.Itoa(i+1))
			}
		}
		if len(bare) > 0 {
			warn("unsourced", "paragraphs", strings.Join(bare, " "))
		}
		open, err := t.checkFigures(p.Filing, p.Body, from)
		if err != nil {
			return nil, err
		}
		if open != "" {
			warn("figures", "n", open)
		}
	}
	return out, nil
}

// madeOf are the filings of units that a filing is made of: itself, or the
// sources of a composite.
func (t *act) madeOf(fl filing.Filing) ([]filing.Filing, error) {
	if !fl.Composite {
		return []filing.Filing{fl}, nil
	}
	edges, err := t.ParentsOf(fl.ID)
	if err != nil {
		return nil, err
	}
	out := make([]filing.Filing, len(edges))
	for i, e := range edges {
		if out[i], err = t.Filing(e.Parent); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// printedBefore finds the latest other issue of the office that printed the same
// item.
func (t *act) printedBefore(p Placed) (last issue.Issue, err error) {
	fs, err := t.FilingsOf(p.Filing.Item)
	if err != nil {
		return last, err
	}
	for _, fl := range fs {
		if fl.Office != p.Filing.Office {
			continue
		}
		ps, err := t.PlacementsOf(fl.ID)
		if err != nil {
			return last, err
		}
		for _, q := range ps {
			if q.Issue == "" || q.Issue == p.Placement.Issue || q.State != issue.Printed && q.State != issue.Corrected {
				continue
			}
			is, err := t.Tx.Issue(q.Issue)
			if err != nil {
				return last, err
			}
			if is.PublishedAt > last.PublishedAt {
				last = is
			}
		}
	}
	return last, nil
}
