package flow

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// What every office made of an item stands beside the unit's own words, for
// reading only. One rule decides what may be read:
//
//   - to whoever filed it there, an office releases its text by adopting it,
//     printing it or sending it up; what the desk tries out before is the desk's;
//   - to those further down, and where it is a composite that carries others'
//     words too, by printing it;
//   - what was called back, and what stands in a publication or comes from an
//     item whose reading is restricted, is released to nobody from above.
//
// Who works at the desk reads its newest text in any case.

// Shown says whether an office's text may be read, and if not, why.
type Shown string

// The answers.
const (
	ShownText       Shown = "text"       // it is there
	ShownSame       Shown = "same"       // it was used word for word
	ShownNotYet     Shown = "not_yet"    // the office has not released it
	ShownRestricted Shown = "restricted" // its reading is restricted
	ShownRecalled   Shown = "recalled"   // it was called back
	ShownOutside    Shown = "outside"    // the office is not on this installation: only its outcome is known
)

// LevelText is what one office made of an item.
type LevelText struct {
	Office  ident.Unit   `json:"office"`
	Filing  ident.Filing `json:"filing"`
	Filed   int64        `json:"filed"`
	Shown   Shown        `json:"shown" enum:"text,same,not_yet,restricted,recalled,outside"`
	Of      int          `json:"of,omitempty"`    // a composite, of so many
	Share   string       `json:"share,omitempty"` // of this item in it, "1/3"
	Title   string       `json:"title,omitempty"`
	Body    string       `json:"body,omitempty"`
	Printed []PrintedIn  `json:"printed,omitempty"`
	Rows    []LevelRow   `json:"rows,omitempty"` // the unit's text beside this one
	Against ident.Unit   `json:"against,omitempty"`
	Below   []LevelRow   `json:"below,omitempty"` // what this office changed of the text that Against sent up
}

// PrintedIn is where a text was printed.
type PrintedIn struct {
	Placement ident.Placement  `json:"placement"`
	Name      string           `json:"name"`
	Issue     string           `json:"issue"`
	Column    string           `json:"column,omitempty"`
	Slot      int              `json:"slot,omitempty"` // 1 is the first text of the issue
	At        int64            `json:"at"`
	State     issue.PlaceState `json:"state"`
	Notice    string           `json:"notice,omitempty"` // of a correction or a recall
}

// LevelRow is one paragraph of two texts; the first row is the title.
type LevelRow struct {
	Mine   string  `json:"mine,omitempty"`
	Theirs string  `json:"theirs,omitempty"`
	Pieces []Piece `json:"pieces"`
}

// Piece is a stretch of a paragraph and what became of it.
type Piece struct {
	Op   text.Op `json:"op" enum:"same,deleted,inserted"`
	Text string  `json:"text"`
}

// levelRows sets two texts side by side, a paragraph that was struck out beside
// the one that came in its place.
func levelRows(from, to filing.Text) []LevelRow {
	out := []LevelRow{row(text.Diff(from.Title, to.Title)...)}
	for _, p := range text.Diff(from.Body, to.Body) {
		r := row(p)
		if n := len(out) - 1; n > 0 && out[n].Theirs == "" && out[n].Mine != "" && r.Mine == "" {
			out[n].Theirs = r.Theirs
			out[n].Pieces = append(out[n].Pieces, r.Pieces...)
			continue
		}
		out = append(out, r)
	}
	return out
}

func row(ps ...text.Para) LevelRow {
	r := LevelRow{Pieces: []Piece{}}
	for _, p := range ps {
		r.Mine, r.Theirs = r.Mine+p.Raw, r.Theirs+p.Edited
		for _, s := range p.Spans {
			r.Pieces = append(r.Pieces, Piece{s.Op, s.Text})
		}
	}
	return r
}

// climb is one filing on the way up, with what is known below it.
type climb struct {
	filing filing.Filing
	depth  int
	share  *big.Rat
	of     int
	text   filing.Text // the last text below that the reader may see
	office ident.Unit  // … and whose it is; "" is the unit's own
}

// levelTexts walks from the unit's own filings to everything made of them.
func (t *act) levelTexts(j *Journey) error {
	mine := filing.Text{Title: j.Mine.Title, Body: j.Mine.Body}
	var todo []climb
	for _, fl := range j.Filings {
		if fl.Base == "" && fl.State != filing.Withdrawn {
			todo = append(todo, climb{filing: fl, share: big.NewRat(1, 1), text: mine})
		}
	}
	seen := map[ident.Filing]bool{}
	for len(todo) > 0 {
		c := todo[0]
		todo = todo[1:]
		if seen[c.filing.ID] || c.depth > maxHistory {
			continue
		}
		seen[c.filing.ID] = true
		b, err := t.levelText(c)
		if err != nil {
			return err
		}
		if b.Shown == ShownText || b.Shown == ShownSame {
			theirs := filing.Text{Title: b.Title, Body: b.Body}
			b.Rows = levelRows(mine, theirs)
			if c.office != "" && c.text != mine {
				b.Against, b.Below = c.office, levelRows(c.text, theirs)
			}
			c.text, c.office = theirs, c.filing.Office
		}
		j.Texts = append(j.Texts, b)
		next, err := t.climbs(c)
		if err != nil {
			return err
		}
		todo = append(todo, next...)
	}
	return nil
}

// climbs are the filings made of one: forwarded, or merged.
func (t *act) climbs(c climb) ([]climb, error) {
	kids, err := t.ChildrenOf(c.filing.ID)
	if err != nil {
		return nil, err
	}
	var out []climb
	for _, k := range kids {
		child, err := t.Filing(k.Child)
		if err != nil {
			return nil, err
		}
		if child.State == filing.Withdrawn {
			continue
		}
		n := climb{filing: child, depth: c.depth + 1, share: new(big.Rat).Mul(c.share, k.Share()), of: c.of, text: c.text, office: c.office}
		if k.Kind == filing.ByMerge {
			parents, err := t.ParentsOf(child.ID)
			if err != nil {
				return nil, err
			}
			n.of = len(parents)
		}
		out = append(out, n)
	}
	return out, nil
}

// levelText decides what of one office's text may be read.
func (t *act) levelText(c climb) (LevelText, error) {
	fl := c.filing
	b := LevelText{Office: fl.Office, Filing: fl.ID, Filed: fl.Filed, Of: c.of, Shown: ShownNotYet}
	if c.share.Cmp(big.NewRat(1, 1)) != 0 {
		b.Share = c.share.RatString()
	}
	if fl.State == filing.Outside {
		b.Shown = ShownOutside
		return b, nil
	}
	printed, restricted, recalled, err := t.printedIn(fl, &b)
	if err != nil {
		return b, err
	}
	desk := t.actor.System || t.scope.Desk(fl.Office)
	if !desk && c.depth > 0 && !t.scope.Unit(fl.Unit) {
		hidden, err := t.restrictedFiling(fl, 0)
		if err != nil {
			return b, err
		}
		switch {
		case printed != nil && !restricted && !hidden:
			b.Shown, b.Title, b.Body = ShownText, printed.Title, printed.Body
		case printed != nil:
			b.Shown = ShownRestricted
		case recalled:
			b.Shown = ShownRecalled
		}
		return b, nil
	}
	p, err := t.placedOf(fl)
	if err != nil {
		return b, err
	}
	if !desk && (!p.live && !p.forwarded) {
		if recalled {
			b.Shown = ShownRecalled
		}
		return b, nil
	}
	rev, err := t.newest(fl)
	if err != nil {
		return b, err
	}
	if _, err := t.opensFiling(fl, rev.Number); err != nil {
		return b, err
	}
	b.Shown, b.Title, b.Body = ShownText, rev.Title, rev.Body
	if printed != nil && !desk {
		b.Title, b.Body = printed.Title, printed.Body
	}
	if b.Title == c.text.Title && b.Body == c.text.Body {
		b.Shown = ShownSame
	}
	return b, nil
}

// printedIn fills in where a filing was printed, and finds the text that its
// readers have: the corrected one, where there was a correction.
func (t *act) printedIn(fl filing.Filing, b *LevelText) (found *filing.Text, restricted, recalled bool, err error) {
	ps, err := t.PlacementsOf(fl.ID)
	if err != nil {
		return nil, false, false, err
	}
	slices.SortStableFunc(ps, func(x, y issue.Placement) int { return cmp.Compare(x.Made, y.Made) })
	for _, p := range ps {
		if !p.State.WasPrinted() {
			continue
		}
		pub, err := t.Publication(p.Publication)
		if err != nil {
			return nil, false, false, err
		}
		is, err := t.Tx.Issue(p.Issue)
		if err != nil {
			return nil, false, false, err
		}
		in := PrintedIn{Placement: p.ID, Name: pub.Name, Issue: is.Label(), Column: p.Column, Slot: p.Slot, At: is.PublishedAt, State: p.State}
		if p.State != issue.Printed {
			in.Notice = p.Remark
		}
		b.Printed = append(b.Printed, in)
		if p.State == issue.Recalled {
			recalled = true
			continue
		}
		_, marked, err := t.Restricted("publication", string(p.Publication))
		if err != nil {
			return nil, false, false, err
		}
		if found != nil && !restricted && marked {
			continue // another publication may be read
		}
		found, restricted = &filing.Text{Title: p.Title, Body: p.Body}, marked
		if title, body, ok := strings.Cut(p.Correction, "\n"); p.State == issue.Corrected && ok {
			found.Title, found.Body = title, body
		}
	}
	return found, restricted, recalled, nil
}

// stays says for every level how long the item lay there before the first
// decision, or until now.
func (j *Journey) stays(now int64) {
	for _, u := range j.Levels {
		s := Stay{Office: u.ID, Came: j.came[u.ID]}
		for _, st := range j.Steps {
			if st.Office != u.ID {
				continue
			}
			if s.Came == 0 {
				s.Came = st.At
			}
			if s.Decided == 0 && slices.Contains(decisions, st.Kind) && st.At >= s.Came {
				s.Decided, s.Kind = st.At, st.Kind
			}
		}
		if s.Came == 0 {
			continue
		}
		s.Lay = now - s.Came
		if s.Decided != 0 {
			s.Lay = s.Decided - s.Came
		}
		if s.Decided == 0 && u.Outside {
			s.Lay = 0 // nobody here knows
		}
		j.Stays = append(j.Stays, s)
	}
	last := map[ident.Unit]int64{}
	for i := range j.Steps {
		st := &j.Steps[i]
		from := cmp.Or(last[st.Office], j.came[st.Office])
		if from != 0 && st.At > from && slices.Contains(lain, st.Kind) {
			st.Lay = st.At - from
		}
		last[st.Office] = max(st.At, last[st.Office])
	}
}

// decisions end the waiting at a level: the unit's by sending it out, an
// office's by what it does with it.
var decisions = []string{"item.signed", "filing.declined", "filing.returned", "filing.merged", "filing.forwarded", "filing.withdrawn", "filing.held", "placement.adopted",
	"news.adopted", "news.declined", "news.returned", "news.merged", "news.published", "news.held", "item.withdrawn"}

// lain are the steps before which the item lay and waited for somebody.
var lain = append([]string{"item.checked", "item.sent_back", "item.resubmitted", "filing.received", "filing.resumed", "filing.ready", "filing.sent", "placement.published", "news.forwarded", "news.received"}, decisions...)

// Stay is how long an item lay at one level.
type Stay struct {
	Office  ident.Unit `json:"office"`
	Came    int64      `json:"came"`
	Decided int64      `json:"decided,omitempty"` // the first decision; 0: it lies there still
	Kind    string     `json:"kind,omitempty"`    // … and what it was
	Lay     int64      `json:"lay"`               // microseconds, until then or until now
}

// LevelOf finds how long the item lay at an office.
func (j *Journey) LevelOf(u org.Unit) (Stay, bool) {
	i := slices.IndexFunc(j.Stays, func(s Stay) bool { return s.Office == u.ID })
	if i < 0 {
		return Stay{}, false
	}
	return j.Stays[i], true
}
