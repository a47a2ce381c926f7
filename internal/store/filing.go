package store

import (
	"slices"
	"strings"

	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

func scanFiling(r row) (f filing.Filing, err error) {
	err = r.Scan(&f.ID, &f.Item, &f.Office, &f.Unit, &f.Line, &f.State, &f.Title, &f.Genre, &f.Form, &f.Length, &f.Number,
		&f.Raw, &f.Base, &f.Revision, &f.Holder, &f.Since, &f.Urgent, &f.Channel, &f.Composite, &f.MergedIn, &f.MergedFrom,
		&f.Reason, &f.Remark, &f.Due, &f.SentBy, &f.SentProof, &f.Filed, &f.ReceivedAt, &f.Updated, &f.Version)
	return f, err
}

// InsertFiling lays an item before a desk.
func (tx *Tx) InsertFiling(f *filing.Filing) error {
	f.Version = 1
	return tx.bear("filing_insert", f.ID, f.Item, f.Office, f.Unit, f.Line, f.State, f.Title, f.Genre, f.Form, f.Length, f.Number,
		f.Raw, f.Base, f.Revision, f.Holder, f.Since, flag(f.Urgent), f.Channel, flag(f.Composite), f.MergedIn, f.MergedFrom,
		f.Reason, f.Remark, f.Due, f.SentBy, f.SentProof, f.Filed, f.ReceivedAt, f.Updated, f.Version)
}

// SaveFiling changes a filing. Which item it is, from whom, to whom, by which
// line and when is frozen at its birth, and stays.
func (tx *Tx) SaveFiling(f *filing.Filing) error {
	return tx.save("filing", string(f.ID), &f.Version, "filing_save", f.ID, f.Version, f.State, f.Title, f.Genre, f.Form, f.Length, f.Number,
		f.Raw, f.Base, f.Revision, f.Holder, f.Since, flag(f.Urgent), f.Channel, f.MergedIn, f.MergedFrom,
		f.Reason, f.Remark, f.Due, f.SentBy, f.SentProof, f.ReceivedAt, f.Updated)
}

// Filing reads a filing.
func (tx *Tx) Filing(id ident.Filing) (filing.Filing, error) {
	return get(tx, "filing", string(id), "filing_get", scanFiling)
}

// FilingsOf lists where an item was filed, oldest first.
func (tx *Tx) FilingsOf(id ident.Item) ([]filing.Filing, error) {
	return many(tx, "filings_of", scanFiling, id)
}

// FilingQuery narrows a list of filings. The cursor is the last row seen: its
// Since and ID.
type FilingQuery struct {
	Office   ident.Unit
	Unit     ident.Unit
	Holder   ident.Person
	States   []filing.State // empty: all
	Genre    string
	Form     string
	From     int64 // since then or later; 0: whenever
	Until    int64 // since before then; 0: whenever
	MergedIn ident.Filing
	Urgent   bool
	Unused   bool   // of what is ready at a desk, only what is not adopted and did not go up
	Words    string // in the title, or the register number; empty: any
	Before   int64
	BeforeID string
	Oldest   bool // oldest first; the cursor then runs forward
	Limit    int
}

// FilingList lists the filings a person sees, by how long they lie where they
// lie. As with items, every place and state is one range of one index, and the
// ranges are merged here.
func (tx *Tx) FilingList(sc org.Scope, q FilingQuery) ([]filing.Filing, error) {
	if len(q.States) == 0 {
		q.States = filing.States
	}
	q.Limit = bounded(q.Limit)
	l := &filingRanges{tx: tx, sc: sc, q: q}
	switch {
	case q.Unused:
		l.unused()
	case q.MergedIn != "":
		l.read("filing_list_merged", "", "")
	case q.Holder != "":
		l.read("filing_list_holder", "", "")
	case q.Unit != "":
		l.read("filing_list_unit", q.Unit, "")
	case q.Office != "" && sc.Desk(q.Office):
		l.atDesk(q.Office)
	default:
		// Of an office where the person has no desk only the own units' filings
		// are seen, and those are found by unit.
		for _, u := range sc.Units {
			l.read("filing_list_unit", u, "")
		}
		if q.Office == "" {
			for _, d := range sc.Desks {
				l.atDesk(d)
			}
		}
	}
	return l.page()
}

// filingRanges collects the ranges of one list.
type filingRanges struct {
	tx    *Tx
	sc    org.Scope
	q     FilingQuery
	found []filing.Filing
	err   error
}

func (l *filingRanges) atDesk(d ident.Unit) {
	for _, st := range l.q.States {
		l.read("filing_list_office", d, st)
	}
}

// unused reads what waits at the desks: how its desk uses it is no matter of the
// unit's that filed it.
func (l *filingRanges) unused() {
	if !slices.Contains(l.q.States, filing.Ready) {
		return
	}
	for _, d := range l.sc.Desks {
		if l.q.Office == "" || l.q.Office == d {
			l.read("filing_list_unused", d, filing.Ready)
		}
	}
}

func (l *filingRanges) read(name string, place ident.Unit, st filing.State) {
	if l.err != nil {
		return
	}
	q := l.q
	from, id := keyset(q.Before, q.BeforeID, q.Oldest)
	if q.Oldest {
		name += "_oldest"
	}
	args := []any{setOf(l.sc.Units), setOf(l.sc.Desks), place, st, setOf(q.States),
		q.Office, q.Unit, q.Holder, q.Genre, q.MergedIn, from, id, q.Limit, q.Form, earliest(q.From), newest(q.Until), flag(q.Urgent), within(q.Words)}
	if q.Unused {
		args = append(args, UnusedAmong)
	}
	some, err := many(l.tx, name, scanFiling, args...)
	l.found, l.err = append(l.found, some...), err
}

// within is a pattern for a text that has the words somewhere; "" is any.
func within(words string) string {
	if words == "" {
		return ""
	}
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(words) + "%"
}

func (l *filingRanges) page() ([]filing.Filing, error) {
	if l.err != nil {
		return nil, l.err
	}
	slices.SortFunc(l.found, ordered(l.q.Oldest, func(f filing.Filing) (int64, string) { return f.Since, string(f.ID) }))
	l.found = slices.CompactFunc(l.found, func(a, b filing.Filing) bool { return a.ID == b.ID })
	return l.found[:min(len(l.found), l.q.Limit)], nil
}

// CountsTo is where FilingCounts stops: an office with a million filings knows
// that it has "10000 or more" without reading a million rows.
const CountsTo = 10_000

// FilingCounts counts what lies at an office in some states (none named: in all),
// each up to CountsTo; a state without filings is left out.
func (tx *Tx) FilingCounts(office ident.Unit, states ...filing.State) (map[filing.State]int, error) {
	if len(states) == 0 {
		states = filing.States
	}
	m := make(map[filing.State]int, len(states))
	err := tx.each("filing_counts", []any{office, setOf(states), CountsTo}, func(r row) (bool, error) {
		var st filing.State
		var n int
		if err := r.Scan(&st, &n); err != nil {
			return false, err
		}
		if n > 0 {
			m[st] = n
		}
		return true, nil
	})
	return m, err
}

// UnusedAmong is how many of the newest ready filings are looked through for those
// that wait to be adopted or to go up, so that an office that has adopted a hundred
// thousand need not look at each again.
const UnusedAmong = 2_000

// UnusedCount is how many of an office's ready filings are not adopted and did not
// go up: as many as FilingList has rows of them.
func (tx *Tx) UnusedCount(office ident.Unit) (int, error) {
	n, _, err := one(tx, "filing_unused_count", scanInt, office, UnusedAmong)
	return n, err
}

// NextNumber draws the next number of a register: one row per kind, office and
// year, so that numbers have no gaps that a commit did not make.
func (tx *Tx) NextNumber(kind string, office ident.Unit, year int) (int, error) {
	n, _, err := one(tx, "counter_next", scanInt, kind, office, year)
	return n, err
}
