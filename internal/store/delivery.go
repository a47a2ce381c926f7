package store

import (
	"cmp"
	"slices"

	"xinshu/internal/delivery"
	"xinshu/internal/ident"
)

func scanDelivery(r row) (d delivery.Delivery, err error) {
	err = r.Scan(&d.ID, &d.Issue, &d.Unit, &d.Manner, &d.State, &d.Sent, &d.ConfirmedBy, &d.ConfirmedAt, &d.RecalledAt, &d.Remark, &d.Version)
	return d, err
}

// InsertDelivery sends a copy; one per issue and unit.
func (tx *Tx) InsertDelivery(d *delivery.Delivery) error {
	return tx.insert(&d.Version, "delivery_insert", d.ID, d.Issue, d.Unit, d.Manner, d.State, d.Sent, d.ConfirmedBy, d.ConfirmedAt, d.RecalledAt, d.Remark)
}

// SaveDelivery changes a copy; of what and to whom it is stays.
func (tx *Tx) SaveDelivery(d *delivery.Delivery) error {
	return tx.save("delivery", string(d.ID), &d.Version, "delivery_save", d.ID, d.Version, d.Manner, d.State, d.Sent, d.ConfirmedBy, d.ConfirmedAt, d.RecalledAt, d.Remark)
}

// Delivery reads a copy.
func (tx *Tx) Delivery(id ident.Delivery) (delivery.Delivery, error) {
	return get(tx, "delivery", string(id), "delivery_get", scanDelivery)
}

// DeliveriesOf lists an issue's copies by their birth.
func (tx *Tx) DeliveriesOf(issue ident.Issue) ([]delivery.Delivery, error) {
	return many(tx, "deliveries_of", scanDelivery, issue)
}

// DeliveriesTo lists the copies that units were sent, newest first, sent before
// a moment (0: until now).
func (tx *Tx) DeliveriesTo(units []ident.Unit, before int64, limit int) ([]delivery.Delivery, error) {
	limit = bounded(limit)
	var found []delivery.Delivery
	for _, u := range units {
		some, err := many(tx, "deliveries_to", scanDelivery, u, newest(before), limit)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	slices.SortFunc(found, func(a, b delivery.Delivery) int {
		return cmp.Or(cmp.Compare(b.Sent, a.Sent), cmp.Compare(b.ID, a.ID))
	})
	found = slices.CompactFunc(found, func(a, b delivery.Delivery) bool { return a.ID == b.ID })
	return found[:min(len(found), limit)], nil
}
