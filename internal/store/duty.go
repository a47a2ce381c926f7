package store

import (
	"slices"

	"xinshu/internal/duty"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

func scanDuty(r row) (d duty.Duty, err error) {
	err = r.Scan(&d.ID, &d.Kind, &d.Office, &d.Filing, &d.Item, &d.Placement, &d.Issue, &d.Leader, &d.LeaderAs, &d.Text, &d.Disclosed, &d.State,
		&d.Unit, &d.Due, &d.Answer, &d.AnswerBy, &d.AnswerAt, &d.Remark, &d.Given, &d.Updated, &d.Version)
	return d, err
}

// InsertDuty keeps what was asked.
func (tx *Tx) InsertDuty(d *duty.Duty) error {
	return tx.insert(&d.Version, "duty_insert", d.ID, d.Kind, d.Office, d.Filing, d.Item, d.Placement, d.Issue, d.Leader, d.LeaderAs, d.Text, flag(d.Disclosed), d.State,
		d.Unit, d.Due, d.Answer, d.AnswerBy, d.AnswerAt, d.Remark, d.Given, d.Updated)
}

// SaveDuty changes a duty; who asked what about which filing stays.
func (tx *Tx) SaveDuty(d *duty.Duty) error {
	return tx.save("duty", string(d.ID), &d.Version, "duty_save", d.ID, d.Version, flag(d.Disclosed), d.State,
		d.Unit, d.Due, d.Answer, d.AnswerBy, d.AnswerAt, d.Remark, d.Updated)
}

// DropDuty removes a duty that was taken back before anybody acted on it.
func (tx *Tx) DropDuty(d *duty.Duty) error {
	return tx.save("duty", string(d.ID), &d.Version, "duty_delete", d.ID, d.Version)
}

// Duty reads a duty.
func (tx *Tx) Duty(id ident.Duty) (duty.Duty, error) {
	return get(tx, "duty", string(id), "duty_get", scanDuty)
}

// DutiesOf lists what was asked about a filing, oldest first.
func (tx *Tx) DutiesOf(id ident.Filing) ([]duty.Duty, error) {
	return many(tx, "duties_of", scanDuty, id)
}

// DutyQuery narrows a list of duties. The cursor is the last row seen: its
// Given and ID, or by due date what Pressing says of it.
type DutyQuery struct {
	States []duty.State // empty: all
	Office ident.Unit
	Unit   ident.Unit
	Party  []ident.Unit // one of them asks or acts; empty: whoever

	From     int64 // given at or after; 0: whenever
	Until    int64 // given before; 0: whenever
	Due      bool  // what is due first comes first
	Lane     int   // of the cursor, with Due
	Before   int64
	BeforeID string
	Oldest   bool // oldest first; the cursor then runs forward
	Limit    int
}

// Pressing is a duty's place in a list by due date: in the first lane a clock
// runs, and what is overdue stands before what is not yet due; in the second none
// does, because there is no date or the unit has answered, and what was given
// first comes first; in the third it is done, the newest first.
func Pressing(d duty.Duty) (lane int, at int64) {
	switch {
	case d.State == duty.Accepted:
		return 3, d.Given
	case d.State == duty.Answered || d.Due <= 0:
		return 2, d.Given
	}
	return 1, d.Due
}

// DutyList lists the duties a person sees: newest given first or last, or what
// presses most.
func (tx *Tx) DutyList(sc org.Scope, q DutyQuery) ([]duty.Duty, error) {
	if len(q.States) == 0 {
		q.States = duty.States
	}
	q.Limit = bounded(q.Limit)
	l := &dutyRanges{tx: tx, sc: sc, q: q}
	if !q.Due {
		return l.read("", q.Oldest, q.States)
	}
	var out []duty.Duty
	for lane, order := range []string{"_due", "_oldest", ""} {
		if lane+1 < q.Lane || len(out) == q.Limit {
			continue
		}
		if l.q.Before, l.q.BeforeID = 0, ""; lane+1 == q.Lane {
			l.q.Before, l.q.BeforeID = q.Before, q.BeforeID
		}
		l.q.Limit = q.Limit - len(out)
		some, err := l.read(order, lane < 2, lanes[lane])
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// lanes are the states that have rows in each lane of Pressing.
var lanes = [][]duty.State{{duty.Recorded, duty.PassedOn}, {duty.Recorded, duty.PassedOn, duty.Answered}, {duty.Accepted}}

// dutyRanges reads one list: every place and state is one range of one index, and
// the ranges are merged here.
type dutyRanges struct {
	tx *Tx
	sc org.Scope
	q  DutyQuery
}

func (l *dutyRanges) read(order string, forward bool, states []duty.State) ([]duty.Duty, error) {
	q, key := l.q, func(d duty.Duty) (int64, string) { return d.Given, string(d.ID) }
	if order == "_due" {
		key = func(d duty.Duty) (int64, string) { return d.Due, string(d.ID) }
	}
	if forward && order == "" {
		order = "_oldest"
	}
	clockless := q.Due && order == "_oldest"
	at, id := keyset(q.Before, q.BeforeID, forward)
	var found []duty.Duty
	places := func(name string, in []ident.Unit) error {
		for _, place := range in {
			for _, st := range states {
				if !slices.Contains(q.States, st) {
					continue
				}
				some, err := many(l.tx, name+order, scanDuty, setOf(l.sc.Units), setOf(l.sc.Desks), place, st, q.Office, q.Unit, at, id, q.Limit,
					earliest(q.From), newest(q.Until), setOf(q.Party), flag(clockless))
				if err != nil {
					return err
				}
				found = append(found, some...)
			}
		}
		return nil
	}
	if err := places("duty_list_office", l.sc.Desks); err != nil {
		return nil, err
	}
	if err := places("duty_list_unit", l.sc.Units); err != nil {
		return nil, err
	}
	slices.SortFunc(found, ordered(forward, key))
	found = slices.CompactFunc(found, func(a, b duty.Duty) bool { return a.ID == b.ID })
	return found[:min(len(found), q.Limit)], nil
}

// DutyCounts counts the duties of a list by state, each up to CountsTo; a state
// without any is left out.
func (tx *Tx) DutyCounts(sc org.Scope, q DutyQuery) (map[duty.State]int, error) {
	if len(q.States) == 0 {
		q.States = duty.States
	}
	m := make(map[duty.State]int, len(q.States))
	args := []any{setOf(sc.Units), setOf(sc.Desks), setOf(q.States), q.Office, q.Unit, earliest(q.From), newest(q.Until), setOf(q.Party), CountsTo}
	err := tx.each("duty_counts", args, func(r row) (bool, error) {
		var st duty.State
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
