package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"
)

// leaseTime is how long a sequencer is not disturbed. Every round renews it.
const leaseTime = 10 * time.Second

func (l *lite) sequence(context.Context) (int, error) { return 0, nil }

// sequence gives positions to every fact that is committed and has none. It
// sees a snapshot: whoever saw version 3 of a subject saw version 2, so a later
// round never brings an earlier version. The lease's row is locked until the
// commit, so even an expired lease never lets two number at once.
func (r *replica) sequence(ctx context.Context) (n int, err error) {
	err = r.again(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead}, func(tx *Tx) error {
		n = 0
		mine, err := tx.exec("lease_take", "sequencer", r.s.lease, tx.now.Add(leaseTime).UnixMicro(), tx.Now())
		if err != nil || mine == 0 {
			return err
		}
		found, err := many(tx, "waiting_list", func(r row) (u unplaced, err error) {
			return u, r.Scan(&u.id, &u.subject, &u.version)
		})
		if err != nil || len(found) == 0 {
			return err
		}
		last, err := tx.LastPosition()
		if err != nil {
			return err
		}
		inVersionOrder(found)
		places, ids := make([]any, 0, 2*len(found)), make([]string, len(found))
		for i, u := range found {
			places = append(places, last+int64(i)+1, u.id)
			ids[i] = u.id
		}
		if _, err := tx.execRows("position_insert", places); err != nil {
			return err
		}
		if _, err := tx.exec("waiting_drop", setOf(ids)); err != nil {
			return err
		}
		n = len(found)
		return nil
	})
	if err == nil && n > 0 {
		r.s.wake()
	}
	return n, err
}

// unplaced is a fact that waits for its position.
type unplaced struct {
	id, subject string
	version     int64
}

// inVersionOrder keeps the order of time, except that one subject's facts come
// in the order of its versions even where two machines' clocks disagree: they
// share out the places they have among themselves.
func inVersionOrder(found []unplaced) {
	places := map[string][]int{}
	for i, u := range found {
		places[u.subject] = append(places[u.subject], i)
	}
	for _, at := range places {
		if len(at) < 2 {
			continue
		}
		mine := make([]unplaced, len(at))
		for k, i := range at {
			mine[k] = found[i]
		}
		slices.SortStableFunc(mine, func(a, b unplaced) int { return cmp.Compare(a.version, b.version) })
		for k, i := range at {
			found[i] = mine[k]
		}
	}
}
