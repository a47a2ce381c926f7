package storetest

import (
	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// births takes every versioned noun through its life.
func births(w *world) {
	ofRegister(w)
	it := w.item(item.Item{})
	lives(w, noun[item.Item]{
		name: "item", made: func() item.Item {
			v := random[item.Item](w)
			v.Unit, v.Signed = w.unit(), min(v.Signed, v.Revision)
			return v
		},
		stays: func(was, is *item.Item) {
			is.ID, is.Unit, is.Office, is.Source, is.Writer, is.Created = was.ID, was.Unit, was.Office, was.Source, was.Writer, was.Created
		},
		insert: (*store.Tx).InsertItem, save: (*store.Tx).SaveItem, version: func(v *item.Item) *int64 { return &v.Version },
		get: func(tx *store.Tx, v item.Item) (item.Item, error) { return tx.Item(v.ID) },
	})
	lives(w, noun[filing.Filing]{
		name: "filing", made: func() filing.Filing {
			v := random[filing.Filing](w)
			v.Item, v.Office, v.Unit = it.ID, w.unit(), w.unit()
			return v
		},
		stays: func(was, is *filing.Filing) {
			is.ID, is.Item, is.Office, is.Unit, is.Line, is.Composite, is.Filed = was.ID, was.Item, was.Office, was.Unit, was.Line, was.Composite, was.Filed
		},
		insert: (*store.Tx).InsertFiling, save: (*store.Tx).SaveFiling, version: func(v *filing.Filing) *int64 { return &v.Version },
		get: func(tx *store.Tx, v filing.Filing) (filing.Filing, error) { return tx.Filing(v.ID) },
	})
	f := w.filing(filing.Filing{Item: it.ID})
	lives(w, noun[filing.Outcome]{
		name: "outcome", made: func() filing.Outcome {
			v := random[filing.Outcome](w)
			v.Filing, v.Kind = f.ID, filing.OutcomeKinds[w.rng.IntN(len(filing.OutcomeKinds))]
			return v
		},
		stays:  func(was, is *filing.Outcome) { is.ID, is.Filing = was.ID, was.Filing },
		insert: (*store.Tx).InsertOutcome, save: (*store.Tx).SaveOutcome, version: func(v *filing.Outcome) *int64 { return &v.Version },
		get: func(tx *store.Tx, v filing.Outcome) (filing.Outcome, error) { return tx.Outcome(v.ID) },
	})
	ofIssue(w, f)
	lives(w, noun[duty.Duty]{
		name: "duty", made: func() duty.Duty {
			v := random[duty.Duty](w)
			v.Office, v.Filing, v.Item = w.unit(), f.ID, it.ID
			return v
		},
		stays: func(was, is *duty.Duty) {
			kept := *was
			kept.Disclosed, kept.State, kept.Unit, kept.Due, kept.Answer, kept.AnswerBy, kept.AnswerAt, kept.Remark, kept.Updated =
				is.Disclosed, is.State, is.Unit, is.Due, is.Answer, is.AnswerBy, is.AnswerAt, is.Remark, is.Updated
			*is = kept
		},
		insert: (*store.Tx).InsertDuty, save: (*store.Tx).SaveDuty, version: func(v *duty.Duty) *int64 { return &v.Version },
		get: func(tx *store.Tx, v duty.Duty) (duty.Duty, error) { return tx.Duty(v.ID) },
	})
}

func ofRegister(w *world) {
	lives(w, noun[org.Unit]{
		name: "unit", made: func() org.Unit { v := random[org.Unit](w); v.Outside = v.Outside && v.Office; return v },
		stays:  func(was, is *org.Unit) { is.ID = was.ID },
		insert: (*store.Tx).InsertUnit, save: (*store.Tx).SaveUnit, version: func(v *org.Unit) *int64 { return &v.Version },
		get: func(tx *store.Tx, v org.Unit) (org.Unit, error) { return tx.Unit(v.ID) },
	})
	lives(w, noun[org.Line]{
		name: "line", made: func() org.Line {
			v := random[org.Line](w)
			v.Unit, v.Office, v.Until = w.unit(), w.unit(), v.From+1
			return v
		},
		stays:  func(was, is *org.Line) { is.ID = was.ID },
		insert: (*store.Tx).InsertLine, save: (*store.Tx).SaveLine, version: func(v *org.Line) *int64 { return &v.Version },
		get: func(tx *store.Tx, v org.Line) (org.Line, error) { return tx.Line(v.ID) },
	})
	lives(w, noun[org.Person]{
		name: "person", made: func() org.Person { return random[org.Person](w) },
		stays:  func(was, is *org.Person) { is.ID = was.ID },
		insert: (*store.Tx).InsertPerson, save: (*store.Tx).SavePerson, version: func(v *org.Person) *int64 { return &v.Version },
		get: func(tx *store.Tx, v org.Person) (org.Person, error) { return tx.Person(v.ID) },
	})
	lives(w, noun[org.Post]{
		name: "post", made: func() org.Post {
			v := random[org.Post](w)
			v.Person, v.Unit, v.Until = w.person(), w.unit(), 0
			return v
		},
		stays:  func(was, is *org.Post) { is.ID = was.ID },
		insert: (*store.Tx).InsertPost, save: (*store.Tx).SavePost, version: func(v *org.Post) *int64 { return &v.Version },
		get: func(tx *store.Tx, v org.Post) (org.Post, error) { return tx.Post(v.ID) },
	})
}

func ofIssue(w *world, f filing.Filing) {
	lives(w, noun[issue.Publication]{
		name: "publication", made: func() issue.Publication { v := random[issue.Publication](w); v.Office = w.unit(); return v },
		stays:  func(was, is *issue.Publication) { is.ID, is.Office = was.ID, was.Office },
		insert: (*store.Tx).InsertPublication, save: (*store.Tx).SavePublication, version: func(v *issue.Publication) *int64 { return &v.Version },
		get: func(tx *store.Tx, v issue.Publication) (issue.Publication, error) { return tx.Publication(v.ID) },
	})
	lives(w, noun[issue.Issue]{
		name: "issue", made: func() issue.Issue {
			v := random[issue.Issue](w)
			v.Publication, v.Office = w.pubs[0], w.units[0]
			return v
		},
		stays: func(was, is *issue.Issue) {
			is.ID, is.Publication, is.Office, is.OpenedBy, is.Opened = was.ID, was.Publication, was.Office, was.OpenedBy, was.Opened
		},
		insert: (*store.Tx).InsertIssue, save: (*store.Tx).SaveIssue, version: func(v *issue.Issue) *int64 { return &v.Version },
		get: func(tx *store.Tx, v issue.Issue) (issue.Issue, error) { return tx.Issue(v.ID) },
	})
	lives(w, noun[issue.Placement]{
		name: "placement", made: func() issue.Placement {
			v := random[issue.Placement](w)
			v.Filing, v.Office, v.Publication = f.ID, w.units[0], w.pubs[0]
			return v
		},
		stays: func(was, is *issue.Placement) {
			is.ID, is.Filing, is.Office, is.Publication, is.By, is.Made = was.ID, was.Filing, was.Office, was.Publication, was.By, was.Made
		},
		insert: (*store.Tx).InsertPlacement, save: (*store.Tx).SavePlacement, version: func(v *issue.Placement) *int64 { return &v.Version },
		get: func(tx *store.Tx, v issue.Placement) (issue.Placement, error) { return tx.Placement(v.ID) },
	})
	lives(w, noun[delivery.Delivery]{
		name: "delivery", made: func() delivery.Delivery {
			v := random[delivery.Delivery](w)
			v.Issue, v.Unit, v.Manner = w.issue(issue.Issue{}).ID, w.unit(), issue.Manners[w.rng.IntN(3)]
			return v
		},
		stays:  func(was, is *delivery.Delivery) { is.ID, is.Issue, is.Unit = was.ID, was.Issue, was.Unit },
		insert: (*store.Tx).InsertDelivery, save: (*store.Tx).SaveDelivery, version: func(v *delivery.Delivery) *int64 { return &v.Version },
		get: func(tx *store.Tx, v delivery.Delivery) (delivery.Delivery, error) { return tx.Delivery(v.ID) },
	})
}

// The builders below make a plain valid noun; the case sets what it is about.

func (w *world) item(v item.Item) item.Item {
	w.t.Helper()
	v.ID = ident.Item(w.id())
	if v.Unit == "" {
		v.Unit = w.unit()
	}
	if v.State == "" {
		v.State = item.Draft
	}
	w.update(func(tx *store.Tx) error { return tx.InsertItem(&v) })
	return v
}

func (w *world) filing(v filing.Filing) filing.Filing {
	w.t.Helper()
	v.ID = ident.Filing(w.id())
	if v.Office == "" {
		v.Office = w.units[0]
	}
	if v.Unit == "" {
		v.Unit = w.unit()
	}
	if v.State == "" {
		v.State = filing.Filed
	}
	w.update(func(tx *store.Tx) error { return tx.InsertFiling(&v) })
	return v
}

func (w *world) issue(v issue.Issue) issue.Issue {
	w.t.Helper()
	v.ID = ident.Issue(w.id())
	if v.Publication == "" {
		v.Publication, v.Office = w.pubs[0], w.units[0]
	}
	if v.State == "" {
		v.State = issue.Open
	}
	w.update(func(tx *store.Tx) error { return tx.InsertIssue(&v) })
	return v
}

func (w *world) placement(v issue.Placement) issue.Placement {
	w.t.Helper()
	v.ID = ident.Placement(w.id())
	if v.Publication == "" {
		v.Publication, v.Office = w.pubs[0], w.units[0]
	}
	if v.State == "" {
		v.State = issue.Tray
	}
	w.update(func(tx *store.Tx) error { return tx.InsertPlacement(&v) })
	return v
}
