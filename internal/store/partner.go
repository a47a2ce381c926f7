package store

import (
	"xinshu/internal/ident"
	"xinshu/internal/item"
)

func scanPartner(r row) (p item.Partner, err error) {
	err = r.Scan(&p.Item, &p.Unit, &p.Place, &p.Num, &p.Den, &p.Round, listOf(&p.Checks), &p.Asked, &p.Since, &p.Revision, &p.Off, &p.Reason)
	return p, err
}

// PartnersOf lists the units that stand behind an item beside its own, in order,
// with those that were taken off.
func (tx *Tx) PartnersOf(id ident.Item) ([]item.Partner, error) {
	return many(tx, "partners_of", scanPartner, id)
}

// PartnersOfAll is PartnersOf for some items.
func (tx *Tx) PartnersOfAll(ids []ident.Item) ([]item.Partner, error) {
	return many(tx, "partners_of_all", scanPartner, setOf(ids))
}

// JointAmong finds which of some items one of the units sees as a partner.
func (tx *Tx) JointAmong(items []ident.Item, units []ident.Unit) ([]ident.Item, error) {
	return many(tx, "partner_among", func(r row) (id ident.Item, err error) {
		err = r.Scan(&id)
		return id, err
	}, setOf(items), setOf(units))
}

// PutPartner enters a partner, or changes it.
func (tx *Tx) PutPartner(p item.Partner) error {
	_, err := tx.exec("partner_put", p.Item, p.Unit, p.Place, p.Num, p.Den, p.Round, setOf(p.Checks), p.Asked, p.Since, p.Revision, p.Off, p.Reason)
	return err
}

// DropPartner forgets one that was never asked.
func (tx *Tx) DropPartner(p item.Partner) error {
	_, err := tx.exec("partner_drop", p.Item, p.Unit)
	return err
}

// OpenPartners lists where a unit is a partner of what has not left yet.
func (tx *Tx) OpenPartners(unit ident.Unit) ([]item.Partner, error) {
	return many(tx, "partner_open", scanPartner, unit)
}

// InsertCountersign keeps one check that a partner passed.
func (tx *Tx) InsertCountersign(c item.Countersign) error {
	_, err := tx.exec("countersign_insert", c.Item, c.Unit, c.Round, c.Check, c.Revision, c.Person, c.Post, c.At, c.Remark)
	return err
}

// DropCountersign forgets one that was taken back.
func (tx *Tx) DropCountersign(c item.Countersign) error {
	_, err := tx.exec("countersign_drop", c.Item, c.Unit, c.Round, c.Check, c.Revision)
	return err
}

// CountersignsOf lists what an item's partners passed in a round (0: in all), as
// it happened.
func (tx *Tx) CountersignsOf(id ident.Item, round int) ([]item.Countersign, error) {
	return many(tx, "countersigns_of", scanCountersign, id, round)
}

// CountersignsOfAll is CountersignsOf for some items.
func (tx *Tx) CountersignsOfAll(ids []ident.Item) ([]item.Countersign, error) {
	return many(tx, "countersigns_of_all", scanCountersign, setOf(ids))
}

func scanCountersign(r row) (c item.Countersign, err error) {
	err = r.Scan(&c.Item, &c.Unit, &c.Round, &c.Check, &c.Revision, &c.Person, &c.Post, &c.At, &c.Remark)
	return c, err
}
