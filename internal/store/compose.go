package store

import (
	"encoding/json"
	"strings"

	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
)

func scanSchedule(r row) (s issue.Schedule, err error) {
	err = r.Scan(&s.Issue, &s.At, &s.Dispatch, &s.By, &s.Post, &s.Made, &s.FailedAt, &s.Why)
	return s, err
}

// PutSchedule says when an issue comes out, in place of what was said before.
func (tx *Tx) PutSchedule(s issue.Schedule) error {
	_, err := tx.exec("schedule_put", s.Issue, s.At, flag(s.Dispatch), s.By, s.Post, s.Made, s.FailedAt, s.Why)
	return err
}

// DropSchedule takes it away.
func (tx *Tx) DropSchedule(id ident.Issue) error {
	_, err := tx.exec("schedule_drop", id)
	return err
}

// Schedule is when an issue comes out, if that was said.
func (tx *Tx) Schedule(id ident.Issue) (issue.Schedule, bool, error) {
	return one(tx, "schedule_of", scanSchedule, id)
}

// SchedulesDue lists what is to come out by now and was not tried yet.
func (tx *Tx) SchedulesDue(now int64, limit int) ([]issue.Schedule, error) {
	return many(tx, "schedules_due", scanSchedule, now, limit)
}

// sourced is a row of sourcing: with settlements an object, without any the list
// alone, as rows were written before there were any.
type sourced struct {
	Of      filing.Sourcing     `json:"of"`
	Settled []filing.Settlement `json:"settled"`
}

// PutSourcing keeps from which sources each paragraph of a composite's text is,
// and which figures were settled.
func (tx *Tx) PutSourcing(id ident.Filing, revision int, of filing.Sourcing, settled []filing.Settlement) error {
	var kept any = of
	if len(settled) > 0 {
		kept = sourced{Of: of, Settled: settled}
	}
	b, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	_, err = tx.exec("sourcing_put", id, revision, string(b))
	return err
}

// Sourcing is the newest kept up to a revision, and of which revision it is; -1
// when nothing was kept.
func (tx *Tx) Sourcing(id ident.Filing, revision int) (filing.Sourcing, []filing.Settlement, int, error) {
	type kept struct {
		revision int
		body     string
	}
	k, found, err := one(tx, "sourcing_until", func(r row) (k kept, err error) {
		err = r.Scan(&k.revision, &k.body)
		return k, err
	}, id, revision)
	if err != nil || !found {
		return nil, nil, -1, err
	}
	var s sourced
	if strings.HasPrefix(k.body, "{") {
		err = json.Unmarshal([]byte(k.body), &s)
	} else {
		err = json.Unmarshal([]byte(k.body), &s.Of)
	}
	return s.Of, s.Settled, k.revision, err
}

// SetShare changes what one source has in a composite.
func (tx *Tx) SetShare(composite ident.Filing, c filing.Contribution) error {
	_, err := tx.exec("shares_set", composite, c.Filing, c.Num, c.Den)
	return err
}

// PrintedAbove lists news of printings elsewhere that reached an office's desk,
// the latest first.
func (tx *Tx) PrintedAbove(office ident.Unit, since int64, limit int) ([]filing.News, error) {
	return many(tx, "printed_above", scanNews, office, since, limit)
}
