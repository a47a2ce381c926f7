package store

import (
	"context"
	"slices"

	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// What an office sets for itself and the units under it: classes, rules,
// chains of checks; and the words that are data.

// SetClass sets a unit's class and target at an office for a year.
func (tx *Tx) SetClass(c org.Class) error {
	_, err := tx.exec("class_set", c.Office, c.Year, c.Unit, c.Class, c.Target)
	return err
}

// Classes lists an office's classes of a year, by unit.
func (tx *Tx) Classes(office ident.Unit, year int) ([]org.Class, error) {
	return many(tx, "classes", func(r row) (c org.Class, err error) {
		err = r.Scan(&c.Office, &c.Year, &c.Unit, &c.Class, &c.Target)
		return c, err
	}, office, year)
}

// Rules reads an office's rules; where it has set none, the defaults, whose
// version is 0.
func (tx *Tx) Rules(office ident.Unit) (org.Rules, error) {
	r, found, err := one(tx, "rules_get", func(r row) (o org.Rules, err error) {
		err = r.Scan(&o.Office, &o.OwnSignOff, &o.LinesOrdered, &o.ForwardSigned, &o.MaxTitle, &o.MaxBody, &o.EqualShares, &o.Version)
		return o, err
	}, office)
	if err == nil && !found {
		r = org.DefaultRules(office)
	}
	return r, err
}

// SaveRules sets an office's rules: compare-and-set, where version 0 expects
// that it has none yet.
func (tx *Tx) SaveRules(o *org.Rules) error {
	name := "rules_save"
	if o.Version == 0 {
		name = "rules_insert"
	}
	return tx.save("rules", string(o.Office), &o.Version, name, o.Office, o.Version, flag(o.OwnSignOff), flag(o.LinesOrdered), flag(o.ForwardSigned), o.MaxTitle, o.MaxBody, flag(o.EqualShares))
}

// ChainsOf lists a unit's own chains.
func (tx *Tx) ChainsOf(unit ident.Unit) ([]org.Chain, error) {
	return many(tx, "chains_of", func(r row) (c org.Chain, err error) {
		err = r.Scan(&c.Unit, &c.Form, &c.Genre, listOf(&c.Checks), &c.Version)
		return c, err
	}, unit)
}

// SaveChain sets the chain of (unit, form, genre). Version 0 replaces whatever
// is there; any other version is compared.
func (tx *Tx) SaveChain(c *org.Chain) error {
	v, found, err := one(tx, "chain_save", func(r row) (v int64, err error) {
		err = r.Scan(&v)
		return v, err
	}, c.Unit, c.Form, c.Genre, setOf(c.Checks), c.Version)
	if err != nil {
		return err
	}
	if !found {
		return changedMeanwhile("chain", string(c.Unit))
	}
	c.Version = v
	return nil
}

// Terms lists a list's words in order; list "" lists all.
func (tx *Tx) Terms(list string) ([]org.Term, error) {
	return many(tx, "terms", func(r row) (t org.Term, err error) {
		err = r.Scan(&t.List, &t.Code, &t.Zh, &t.En, &t.Order, &t.Off)
		return t, err
	}, list)
}

// SaveTerm sets a word.
func (tx *Tx) SaveTerm(t org.Term) error {
	_, err := tx.exec("term_save", t.List, t.Code, t.Zh, t.En, t.Order, flag(t.Off))
	return err
}

// seedTerms inserts the words that are missing, so that a release can bring new
// ones and never touches what an installation has renamed or switched off.
func (s *Store) seedTerms(ctx context.Context) error {
	var have []org.Term
	err := s.View(ctx, func(tx *Tx) (err error) {
		have, err = tx.Terms("")
		return err
	})
	if err != nil {
		return err
	}
	missing := slices.DeleteFunc(slices.Clone(org.Terms), func(t org.Term) bool {
		return slices.ContainsFunc(have, func(h org.Term) bool { return h.List == t.List && h.Code == t.Code })
	})
	if len(missing) == 0 {
		return nil // the usual start writes nothing
	}
	return s.Update(ctx, func(tx *Tx) error {
		for _, t := range missing {
			if _, err := tx.exec("term_seed", t.List, t.Code, t.Zh, t.En, t.Order, flag(t.Off)); err != nil {
				return err
			}
		}
		return nil
	})
}
