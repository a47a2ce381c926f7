package store

import (
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

// DeliveryQuery narrows a list of copies. The cursor is the last row seen: its
// Sent and ID.
type DeliveryQuery struct {
	Units    []ident.Unit
	State    delivery.State // "": any
	Before   int64
	BeforeID string
	Limit    int
}

// Deliveries lists the copies that units were sent, newest first.
func (tx *Tx) Deliveries(q DeliveryQuery) ([]delivery.Delivery, error) {
	limit := bounded(q.Limit)
	var found []delivery.Delivery
	for _, u := range q.Units {
		name, args := "deliveries_to", []any{u, newest(q.Before), q.BeforeID, limit}
		if q.State != "" {
			name, args = "deliveries_in", append(args, q.State)
		}
		some, err := many(tx, name, scanDelivery, args...)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	slices.SortFunc(found, ordered(false, func(d delivery.Delivery) (int64, string) { return d.Sent, string(d.ID) }))
	found = slices.CompactFunc(found, func(a, b delivery.Delivery) bool { return a.ID == b.ID })
	return found[:min(len(found), limit)], nil
}

// DeliveryCount is how many copies units have in a state, up to CountsTo.
func (tx *Tx) DeliveryCount(units []ident.Unit, state delivery.State) (int, error) {
	n, _, err := one(tx, "delivery_count", scanInt, setOf(units), state, CountsTo)
	return n, err
}
