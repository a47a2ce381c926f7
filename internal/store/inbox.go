package store

import (
	"encoding/json"

	"xinshu/internal/filing"
	"xinshu/internal/ident"
)

// The inbox: what can be undone, what came of many verbs at once, views.

// PutDeed keeps the newest deed at a filing that can be taken back.
func (tx *Tx) PutDeed(id ident.Filing, d filing.Deed) error {
	before, err := filing.Packed(d.Before)
	if err != nil {
		return err
	}
	_, err = tx.exec("deed_put", id, d.Person, d.Verb, d.Version, d.At, before)
	return err
}

// DeedAt reads it; false when there never was one.
func (tx *Tx) DeedAt(id ident.Filing) (filing.Deed, bool, error) {
	return one(tx, "deed_get", func(r row) (d filing.Deed, err error) {
		var before string
		if err := r.Scan(&d.Person, &d.Verb, &d.Version, &d.At, &before); err != nil {
			return d, err
		}
		return d, json.Unmarshal([]byte(before), &d.Before)
	}, id)
}

// PutTogether keeps what came of one verb on many filings, and drops what is
// older than a moment.
func (tx *Tx) PutTogether(t filing.Lot, before int64) error {
	b, err := json.Marshal(t.Results)
	if err != nil {
		return err
	}
	if _, err := tx.exec("together_drop", before); err != nil {
		return err
	}
	_, err = tx.exec("together_put", t.ID, t.Person, t.Verb, t.At, string(b))
	return err
}

// Together reads it.
func (tx *Tx) Together(id string) (filing.Lot, error) {
	return get(tx, "together", id, "together_get", func(r row) (t filing.Lot, err error) {
		var results string
		if err := r.Scan(&t.Person, &t.Verb, &t.At, &results); err != nil {
			return t, err
		}
		t.ID = id
		if err := json.Unmarshal([]byte(results), &t.Results); err != nil {
			return t, err
		}
		t.Done = len(t.Went())
		t.Refused = len(t.Results) - t.Done
		return t, nil
	})
}

// FilingTitles lists the titles that lie at a desk in one state since a moment,
// the newest first.
func (tx *Tx) FilingTitles(office ident.Unit, state filing.State, since int64, limit int) ([]filing.Titled, error) {
	return many(tx, "filing_titles", func(r row) (t filing.Titled, err error) {
		return t, r.Scan(&t.ID, &t.Unit, &t.State, &t.Title, &t.Version)
	}, office, state, since, limit)
}

func scanView(r row) (v filing.View, err error) {
	return v, r.Scan(&v.ID, &v.Office, &v.Person, &v.Name, &v.Query, &v.By, &v.At)
}

// InsertView keeps a view.
func (tx *Tx) InsertView(v filing.View) error {
	_, err := tx.exec("view_insert", v.ID, v.Office, v.Person, v.Name, v.Query, v.By, v.At)
	return err
}

// RenameView gives it another name.
func (tx *Tx) RenameView(id, name string) error {
	_, err := tx.exec("view_rename", id, name)
	return err
}

// DropView forgets it.
func (tx *Tx) DropView(id string) error {
	_, err := tx.exec("view_drop", id)
	return err
}

// View reads one.
func (tx *Tx) View(id string) (filing.View, error) { return get(tx, "view", id, "view_get", scanView) }

// ViewsOf lists a person's views at an office, the office's own first.
func (tx *Tx) ViewsOf(office ident.Unit, person ident.Person) ([]filing.View, error) {
	return many(tx, "views_of", scanView, office, person)
}

// PutFirstView says which view a person's inbox opens with; "" is none.
func (tx *Tx) PutFirstView(person ident.Person, office ident.Unit, view string) error {
	_, err := tx.exec("first_view_put", person, office, view)
	return err
}

// FirstView is the one it opens with, or "".
func (tx *Tx) FirstView(person ident.Person, office ident.Unit) (string, error) {
	v, _, err := one(tx, "first_view_get", scanString, person, office)
	return v, err
}
