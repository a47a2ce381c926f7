package storetest

import (
	"fmt"
	"reflect"
	"testing"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// issues is publications, their readers, placements, copies and duties.
func issues(t *testing.T, w *world) {
	readers := []issue.ReadBy{
		{Publication: w.pubs[0], Unit: w.units[5], Manner: "report", Order: 2},
		{Publication: w.pubs[0], Unit: w.units[3], Manner: "send", Order: 1},
		{Publication: w.pubs[0], Unit: w.units[4], Manner: "issue", Order: 1},
	}
	w.update(func(tx *store.Tx) error {
		if err := tx.SetReaders(w.pubs[0], []issue.ReadBy{{Unit: w.units[6], Manner: "send"}}); err != nil {
			return err
		}
		return tx.SetReaders(w.pubs[0], []issue.ReadBy{readers[2], readers[0], readers[1]})
	})
	w.view(func(tx *store.Tx) error {
		got, err := tx.Readers(w.pubs[0])
		equal(t, "Readers()", got, readers)
		if err != nil {
			return err
		}
		of, err := tx.PublicationsOf(w.units[1])
		if err != nil || len(of) != 1 || of[0].ID != w.pubs[1] {
			t.Errorf("PublicationsOf() = %+v, %v, want one", of, err)
		}
		all, err := tx.AllPublications()
		if err != nil || len(all) != desks {
			t.Errorf("AllPublications() = %+v, %v, want %d", all, err, desks)
		}
		p, err := tx.PublicationByCode(w.units[2], "daily")
		if err != nil || p.ID != w.pubs[2] {
			t.Errorf("PublicationByCode() = %+v, %v, want the third", p, err)
		}
		if _, err := tx.PublicationByCode(w.units[2], "none"); !fault.Is(err, fault.NotFound) {
			t.Errorf("PublicationByCode(none) = %v, want not_found", err)
		}
		return nil
	})
	placements(t, w)
	deliveries(t, w)
}

func placements(t *testing.T, w *world) {
	f := w.filing(filing.Filing{Item: w.item(item.Item{}).ID})
	is := w.issue(issue.Issue{})
	second := w.placement(issue.Placement{Filing: f.ID, Issue: is.ID, State: issue.Arranged, Slot: 2})
	first := w.placement(issue.Placement{Filing: f.ID, Issue: is.ID, State: issue.Arranged, Slot: 1, Column: "要情"})
	late := w.placement(issue.Placement{Filing: f.ID, Made: 20})
	early := w.placement(issue.Placement{Filing: f.ID, Made: 10})
	w.placement(issue.Placement{Filing: f.ID, State: issue.Gone})
	w.view(func(tx *store.Tx) error {
		got, err := tx.PlacementsIn(is.ID)
		equal(t, "PlacementsIn()", got, []issue.Placement{first, second})
		if err != nil {
			return err
		}
		got, err = tx.Tray(w.units[0])
		equal(t, "Tray()", got, []issue.Placement{early, late})
		if err != nil {
			return err
		}
		for _, c := range []struct {
			after issue.Placement
			want  []issue.Placement
		}{{issue.Placement{}, []issue.Placement{early}}, {early, []issue.Placement{late}}, {late, nil}} {
			got, err = tx.TrayPage(w.units[0], c.after.Made, string(c.after.ID), 1)
			equal(t, "TrayPage()", got, c.want)
			if err != nil {
				return err
			}
		}
		if n, err := tx.TrayCount(w.units[:1]); n != 2 || err != nil {
			t.Errorf("TrayCount() = %d, %v, want 2", n, err)
		}
		got, err = tx.PlacementsOf(f.ID)
		if len(got) != 5 {
			t.Errorf("PlacementsOf() = %+v, want five", got)
		}
		return err
	})
}

func deliveries(t *testing.T, w *world) {
	var ds []delivery.Delivery
	for n := range 4 {
		is := w.issue(issue.Issue{Year: 2026, Number: n + 1})
		d := delivery.Delivery{ID: ident.Delivery(fmt.Sprintf("copy%d", n)), Issue: is.ID, Unit: w.units[3+n%2], Manner: "send", State: delivery.Sent, Sent: int64(n)}
		w.update(func(tx *store.Tx) error { return tx.InsertDelivery(&d) })
		ds = append(ds, d)
	}
	w.view(func(tx *store.Tx) error {
		q := store.DeliveryQuery{Units: []ident.Unit{w.units[3], w.units[4]}, Before: 3, Limit: 2}
		got, err := tx.Deliveries(q)
		equal(t, "Deliveries() before 3, two", got, []delivery.Delivery{ds[2], ds[1]})
		if err != nil {
			return err
		}
		q.Before, q.BeforeID, q.State = 2, string(ds[2].ID), delivery.Sent
		got, err = tx.Deliveries(q)
		equal(t, "Deliveries() sent, after the third", got, []delivery.Delivery{ds[1], ds[0]})
		if err != nil {
			return err
		}
		for state, want := range map[delivery.State]int{delivery.Sent: 4, delivery.Confirmed: 0} {
			if n, err := tx.DeliveryCount(q.Units, state); n != want || err != nil {
				t.Errorf("DeliveryCount(%s) = %d, %v, want %d", state, n, err, want)
			}
		}
		got, err = tx.DeliveriesOf(ds[3].Issue)
		equal(t, "DeliveriesOf()", got, ds[3:])
		return err
	})
	w.refused("two copies of one issue to one unit", fault.Conflict, func(tx *store.Tx) error {
		again := ds[0]
		again.ID = "another"
		return tx.InsertDelivery(&again)
	})
	f := w.filing(filing.Filing{Item: w.item(item.Item{}).ID})
	d := duty.Duty{ID: "duty1", Kind: duty.Instruction, Office: w.units[0], Filing: f.ID, Item: f.Item, State: duty.Recorded}
	w.update(func(tx *store.Tx) error { return tx.InsertDuty(&d) })
	w.view(func(tx *store.Tx) error {
		got, err := tx.DutiesOf(f.ID)
		equal(t, "DutiesOf()", got, []duty.Duty{d})
		return err
	})
}

// doors is passwords, sessions and tokens.
func doors(t *testing.T, w *world) {
	p := w.who[0]
	w.update(func(tx *store.Tx) error {
		if _, err := tx.PasswordOf(p); !fault.Is(err, fault.NotFound) {
			t.Errorf("PasswordOf() without one = %v, want not_found", err)
		}
		if err := tx.SetPassword(p, "first"); err != nil {
			return err
		}
		return tx.SetPassword(p, "second")
	})
	s, other := random[store.Session](w), random[store.Session](w)
	s.Person, other.Person = p, p
	w.update(func(tx *store.Tx) error {
		if err := tx.InsertSession(s); err != nil {
			return err
		}
		if err := tx.InsertSession(other); err != nil {
			return err
		}
		return tx.TouchSession(s.ID, 77)
	})
	s.Seen = 77
	w.view(func(tx *store.Tx) error {
		if hash, err := tx.PasswordOf(p); err != nil || hash != "second" {
			t.Errorf("PasswordOf() = %q, %v, want second", hash, err)
		}
		got, err := tx.Session(s.ID)
		if got != s {
			t.Errorf("Session() = %+v, want %+v", got, s)
		}
		return err
	})
	s.Post, s.Theme, s.Size, s.Locale, s.Expires, s.Form = "post9", "dark", "large", "en", 88, "token"
	w.update(func(tx *store.Tx) error { return tx.SaveSession(s) })
	w.view(func(tx *store.Tx) error {
		got, err := tx.Session(s.ID)
		if got != s {
			t.Errorf("Session() after SaveSession() = %+v, want %+v", got, s)
		}
		return err
	})
	w.update(func(tx *store.Tx) error { return tx.DropSession(other.ID) })
	w.refused("Session() that was dropped", fault.NotFound, func(tx *store.Tx) error { _, err := tx.Session(other.ID); return err })
	w.refused("SaveSession() that was dropped", fault.NotFound, func(tx *store.Tx) error { return tx.SaveSession(other) })
	w.update(func(tx *store.Tx) error { return tx.DropSessionsOf(p) })
	w.refused("Session() of a person thrown out", fault.NotFound, func(tx *store.Tx) error { _, err := tx.Session(s.ID); return err })
	tokens(t, w, p)
}

func tokens(t *testing.T, w *world, p ident.Person) {
	k := random[store.Token](w)
	k.Person, k.Revoked, k.Scopes = p, 0, []org.Stage{org.ScopeRead, org.StageSubmit}
	w.update(func(tx *store.Tx) error { return tx.InsertToken(k) })
	w.update(func(tx *store.Tx) error { return tx.RevokeToken(k.ID, 5) })
	w.update(func(tx *store.Tx) error { return tx.RevokeToken(k.ID, 6) })
	w.refused("RevokeToken() of none", fault.NotFound, func(tx *store.Tx) error { return tx.RevokeToken("none", 5) })
	w.refused("TokenByHash() of none", fault.NotFound, func(tx *store.Tx) error { _, err := tx.TokenByHash("none"); return err })
	k.Revoked = 5
	w.view(func(tx *store.Tx) error {
		got, err := tx.TokenByHash(k.Hash)
		if !reflect.DeepEqual(got, k) {
			t.Errorf("TokenByHash() = %+v, want %+v", got, k)
		}
		if err != nil {
			return err
		}
		if got, err = tx.Token(k.ID); !reflect.DeepEqual(got, k) {
			t.Errorf("Token() = %+v, want %+v", got, k)
		}
		if err != nil {
			return err
		}
		all, err := tx.TokensOf(p)
		equal(t, "TokensOf()", all, []store.Token{k})
		return err
	})
}
