package storetest

import (
	"slices"
	"strings"
	"testing"

	"xinshu/internal/delivery"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// constraints tries to write what the tables themselves must refuse.
func constraints(t *testing.T, w *world) {
	it := w.item(item.Item{})
	f := w.filing(filing.Filing{Item: it.ID})
	for what, try := range map[string]func(tx *store.Tx) error{
		"a unit of no level": func(tx *store.Tx) error {
			return tx.InsertUnit(&org.Unit{ID: "x", Code: "x", Name: "x", Level: "duchy"})
		},
		"a unit of no name": func(tx *store.Tx) error { return tx.InsertUnit(&org.Unit{ID: "x", Code: "x", Level: org.City}) },
		"a unit under itself": func(tx *store.Tx) error {
			return tx.InsertUnit(&org.Unit{ID: "x", Code: "x", Name: "x", Level: org.City, Parent: "x"})
		},
		"an outside unit without desk": func(tx *store.Tx) error {
			return tx.InsertUnit(&org.Unit{ID: "x", Code: "x", Name: "x", Level: org.City, Outside: true})
		},
		"an item of nobody":   func(tx *store.Tx) error { return tx.InsertItem(&item.Item{ID: "x", Unit: "nobody", State: item.Draft}) },
		"an item in no state": func(tx *store.Tx) error { return tx.InsertItem(&item.Item{ID: "x", Unit: w.units[0], State: "lost"}) },
		"a signature on no revision": func(tx *store.Tx) error {
			return tx.InsertItem(&item.Item{ID: "x", Unit: w.units[0], State: item.Signed, Signed: 2, Revision: 1})
		},
		"a filing of nothing": func(tx *store.Tx) error {
			return tx.InsertFiling(&filing.Filing{ID: "x", Item: "x", Office: w.units[0], Unit: w.units[1], State: filing.Filed})
		},
		"a filing merged into nothing": func(tx *store.Tx) error { v := f; v.State = filing.Merged; return tx.SaveFiling(&v) },
		"a share of nothing": func(tx *store.Tx) error {
			return tx.InsertParent(filing.Parent{Child: f.ID, Parent: f.ID, Kind: filing.ByMerge, Num: 0, Den: 1})
		},
		"a filing that is its own past": func(tx *store.Tx) error {
			return tx.InsertParent(filing.Parent{Child: f.ID, Parent: f.ID, Kind: filing.ByMerge, Num: 1, Den: 1})
		},
		"a published issue of no number": func(tx *store.Tx) error {
			return tx.InsertIssue(&issue.Issue{ID: "x", Publication: w.pubs[0], Office: w.units[0], State: issue.Published, PublishedAt: 1})
		},
		"a printed text of no issue": func(tx *store.Tx) error {
			return tx.InsertPlacement(&issue.Placement{ID: "x", Filing: f.ID, Office: w.units[0], Publication: w.pubs[0], State: issue.Printed})
		},
		"a revision of number 0": func(tx *store.Tx) error {
			return tx.InsertRevision(item.Revision{ID: "x", Noun: "item", Owner: string(it.ID)})
		},
		"a revision of a unit": func(tx *store.Tx) error {
			return tx.InsertRevision(item.Revision{ID: "x", Noun: "unit", Owner: "x", Number: 1})
		},
	} {
		w.refused(what, fault.Internal, try)
	}
	for what, try := range map[string]func(tx *store.Tx) error{
		"an identifier twice": func(tx *store.Tx) error { v := it; return tx.InsertItem(&v) },
		"a unit's code twice": func(tx *store.Tx) error {
			return tx.InsertUnit(&org.Unit{ID: "x", Code: "u01", Name: "x", Level: org.City})
		},
		"a source twice": func(tx *store.Tx) error {
			for _, id := range []ident.Item{"x", "y"} {
				if err := tx.InsertItem(&item.Item{ID: id, Unit: w.units[0], State: item.Draft, Source: "file/1"}); err != nil {
					return err
				}
			}
			return nil
		},
		"a publication's code twice": func(tx *store.Tx) error {
			return tx.InsertPublication(&issue.Publication{ID: "x", Office: w.units[0], Code: "daily", Name: "x", Level: org.City})
		},
	} {
		w.refused(what, fault.Conflict, try)
	}
}

// story is a small sound installation: an item signed and filed, two filings
// merged into a composite that is printed.
type story struct {
	item      item.Item
	filing    filing.Filing // received and alone
	parts     []filing.Filing
	composite filing.Filing
	issue     issue.Issue
	printed   issue.Placement
}

func (w *world) text(noun, owner string, number int) {
	w.t.Helper()
	w.update(func(tx *store.Tx) error {
		return tx.InsertRevision(item.Revision{ID: ident.Revision(w.id()), Noun: noun, Owner: owner, Number: number, Title: "题", Body: "文", Hash: fact.Digest([]byte("题\n文"))})
	})
}

func (w *world) story() *story {
	s := &story{item: w.item(item.Item{State: item.Signed, Revision: 1, Signed: 1})}
	w.text("item", string(s.item.ID), 1)
	s.filing = w.filing(filing.Filing{Item: s.item.ID, State: filing.Received, Raw: 1, Number: "2026-1"})
	made := w.item(item.Item{State: item.Signed, Revision: 1, Signed: 1, Office: w.units[0], Unit: w.units[0]})
	w.text("item", string(made.ID), 1)
	s.composite = w.filing(filing.Filing{Item: made.ID, State: filing.Ready, Composite: true, Unit: w.units[0], Raw: 1})
	for n := range 2 {
		f := w.filing(filing.Filing{Item: s.item.ID, State: filing.Merged, MergedIn: s.composite.ID, MergedFrom: filing.Ready, Raw: 1})
		w.update(func(tx *store.Tx) error {
			return tx.InsertParent(filing.Parent{Child: s.composite.ID, Parent: f.ID, Kind: filing.ByMerge, Num: int64(n + 1), Den: 3})
		})
		s.parts = append(s.parts, f)
	}
	s.issue = w.issue(issue.Issue{State: issue.Published, Year: 2026, Number: 1, PublishedAt: 1})
	s.printed = w.placement(issue.Placement{Filing: s.composite.ID, Issue: s.issue.ID, State: issue.Printed})
	return s
}

// invariants breaks each of them in a world of its own; a sound installation
// breaks none.
func invariants(t *testing.T, open func(t *testing.T) *store.Store) {
	found := func(s *store.Store) (names []string) {
		err := s.Verify(t.Context(), func(f store.Finding) { names = append(names, f.Check) })
		if err != nil {
			t.Fatalf("Verify() = %v, want nil", err)
		}
		return names
	}
	sound := newWorld(t, open(t))
	sound.story()
	if names := found(sound.s); len(names) > 0 {
		t.Fatalf("Verify() of a sound installation finds %v, want nothing", names)
	}
	for _, name := range sound.s.Invariants() {
		try, ok := breaks[name]
		if !ok {
			if !slices.Contains(unbreakable, name) {
				t.Errorf("no test breaks the invariant %s, and it is not on the list of those that cannot be broken", name)
			}
			continue
		}
		w := newWorld(t, open(t))
		s := w.story()
		w.update(func(tx *store.Tx) error { return try(w, tx, s) })
		if names := found(w.s); !slices.Contains(names, strings.TrimPrefix(name, "inv_")) {
			t.Errorf("Verify() after breaking %s finds %v", name, names)
		}
	}
}

// breaks has one way to break each invariant.
var breaks = map[string]func(w *world, tx *store.Tx, s *story) error{
	"inv_declined_and_placed": func(w *world, tx *store.Tx, s *story) error {
		s.composite.State = filing.Declined
		return tx.SaveFiling(&s.composite)
	},
	"inv_merged_nowhere": func(w *world, tx *store.Tx, s *story) error {
		s.composite.State = filing.Withdrawn
		return tx.SaveFiling(&s.composite)
	},
	"inv_merged_without_edge": func(w *world, tx *store.Tx, s *story) error { return tx.DropParents(s.composite.ID, filing.ByMerge) },
	"inv_composite_of_nothing": func(w *world, tx *store.Tx, s *story) error {
		return tx.InsertFiling(&filing.Filing{ID: ident.Filing(w.id()), Item: s.item.ID, Office: w.units[0], Unit: w.units[0], State: filing.Ready, Composite: true})
	},
	"inv_shares_not_one": func(w *world, tx *store.Tx, s *story) error {
		return tx.InsertParent(filing.Parent{Child: s.composite.ID, Parent: s.filing.ID, Kind: filing.ByMerge, Num: 1, Den: 6})
	},
	"inv_printed_in_unpublished": func(w *world, tx *store.Tx, s *story) error {
		s.issue.State = issue.Approved
		return tx.SaveIssue(&s.issue)
	},
	"inv_published_not_printed": func(w *world, tx *store.Tx, s *story) error {
		s.printed.State = issue.Arranged
		return tx.SavePlacement(&s.printed)
	},
	"inv_placed_elsewhere": func(w *world, tx *store.Tx, s *story) error {
		return tx.InsertPlacement(&issue.Placement{ID: ident.Placement(w.id()), Filing: s.filing.ID, Office: w.units[1], Publication: w.pubs[1], State: issue.Tray})
	},
	"inv_signed_without_filing": func(w *world, tx *store.Tx, _ *story) error {
		return tx.InsertItem(&item.Item{ID: ident.Item(w.id()), Unit: w.units[3], State: item.Signed})
	},
	"inv_filed_unsigned": func(w *world, tx *store.Tx, s *story) error { s.item.Signed = 0; return tx.SaveItem(&s.item) },
	"inv_number_twice": func(w *world, tx *store.Tx, s *story) error {
		s.parts[0].Number = s.filing.Number
		return tx.SaveFiling(&s.parts[0])
	},
	"inv_item_revision":   func(w *world, tx *store.Tx, s *story) error { s.item.Revision = 2; return tx.SaveItem(&s.item) },
	"inv_filing_revision": func(w *world, tx *store.Tx, s *story) error { s.filing.Revision = 1; return tx.SaveFiling(&s.filing) },
	"inv_filing_raw":      func(w *world, tx *store.Tx, s *story) error { s.filing.Raw = 2; return tx.SaveFiling(&s.filing) },
	"inv_unit_parent": func(w *world, tx *store.Tx, _ *story) error {
		return tx.InsertUnit(&org.Unit{ID: "orphan", Code: "orphan", Name: "x", Level: org.City, Parent: "nobody"})
	},
	"inv_unit_ring": func(w *world, tx *store.Tx, _ *story) error {
		for _, u := range []org.Unit{{ID: "ring1", Parent: "ring2"}, {ID: "ring2", Parent: "ring1"}} {
			u.Code, u.Name, u.Level = string(u.ID), "x", org.Department
			if err := tx.InsertUnit(&u); err != nil {
				return err
			}
		}
		return nil
	},
	"inv_filed_without_partner": func(w *world, tx *store.Tx, s *story) error {
		s.item.Round = 1
		if err := tx.SaveItem(&s.item); err != nil {
			return err
		}
		return tx.PutPartner(item.Partner{Item: s.item.ID, Unit: w.units[1], Place: 1, Num: 1, Den: 2, Round: 1, Asked: 1, Since: 1, Revision: 1})
	},
	"inv_copy_of_unpublished": func(w *world, tx *store.Tx, s *story) error {
		s.issue.State = issue.Approved
		if err := tx.SaveIssue(&s.issue); err != nil {
			return err
		}
		return tx.InsertDelivery(&delivery.Delivery{ID: ident.Delivery(w.id()), Issue: s.issue.ID, Unit: w.units[1], Manner: "send", State: delivery.Sent})
	},
}

// unbreakable are the invariants that no method of the store can break; they
// watch for statements typed by hand.
var unbreakable = []string{
	"inv_news_unit",
	"inv_fact_without_payload", "inv_fact_without_position", "inv_payload_without_fact", "inv_position_without_fact",
}
