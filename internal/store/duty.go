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
// Given and ID.
type DutyQuery struct {
	States []duty.State // empty: all
	Office ident.Unit
	Unit   ident.Unit

	From     int64 // given at or after; 0: whenever
	Until    int64 // given before; 0: whenever
	Before   int64
	BeforeID string
	Oldest   bool // oldest first; the cursor then runs forward
	Limit    int
}

// DutyList lists the duties a person sees, newest given first or last.
func (tx *Tx) DutyList(sc org.Scope, q DutyQuery) ([]duty.Duty, error) {
	if len(q.States) == 0 {
		q.States = duty.States
	}
	q.Limit = bounded(q.Limit)
	var found []duty.Duty
	at, id := keyset(q.Before, q.BeforeID, q.Oldest)
	read := func(name string, places []ident.Unit) error {
		if q.Oldest {
			name += "_oldest"
		}
		for _, place := range places {
			for _, st := range q.States {
				some, err := many(tx, name, scanDuty, setOf(sc.Units), setOf(sc.Desks), place, st, q.Office, q.Unit, at, id, q.Limit, earliest(q.From), newest(q.Until))
				if err != nil {
					return err
				}
				found = append(found, some...)
			}
		}
		return nil
	}
	if err := read("duty_list_office", sc.Desks); err != nil {
		return nil, err
	}
	if err := read("duty_list_unit", sc.Units); err != nil {
		return nil, err
	}
	slices.SortFunc(found, ordered(q.Oldest, func(d duty.Duty) (int64, string) { return d.Given, string(d.ID) }))
	found = slices.CompactFunc(found, func(a, b duty.Duty) bool { return a.ID == b.ID })
	return found[:min(len(found), q.Limit)], nil
}
