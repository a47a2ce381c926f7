package store

import (
	"slices"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

func scanPublication(r row) (p issue.Publication, err error) {
	err = r.Scan(&p.ID, &p.Office, &p.Code, &p.Name, &p.Level, listOf(&p.Columns), &p.MaxBody, &p.From, &p.Until, &p.ReprintDays, &p.Version)
	return p, err
}

// InsertPublication founds a publication.
func (tx *Tx) InsertPublication(p *issue.Publication) error {
	return tx.insert(&p.Version, "publication_insert", p.ID, p.Office, p.Code, p.Name, p.Level, setOf(p.Columns), p.MaxBody, p.From, p.Until, p.ReprintDays)
}

// SavePublication changes a publication; its office is what it is, and stays.
func (tx *Tx) SavePublication(p *issue.Publication) error {
	return tx.save("publication", string(p.ID), &p.Version, "publication_save", p.ID, p.Version, p.Code, p.Name, p.Level, setOf(p.Columns), p.MaxBody, p.From, p.Until, p.ReprintDays)
}

// Publication reads a publication.
func (tx *Tx) Publication(id ident.Publication) (issue.Publication, error) {
	return get(tx, "publication", string(id), "publication_get", scanPublication)
}

// PublicationByCode reads an office's publication by its code.
func (tx *Tx) PublicationByCode(office ident.Unit, code string) (issue.Publication, error) {
	p, found, err := one(tx, "publication_by_code", scanPublication, office, code)
	if err == nil && !found {
		err = fault.Missing("publication", code)
	}
	return p, err
}

// PublicationsOf lists an office's publications by code.
func (tx *Tx) PublicationsOf(office ident.Unit) ([]issue.Publication, error) {
	return many(tx, "publications_of", scanPublication, office)
}

// AllPublications lists those of the whole installation.
func (tx *Tx) AllPublications() ([]issue.Publication, error) {
	return many(tx, "publications_all", scanPublication)
}

// SetReaders replaces a publication's distribution list.
func (tx *Tx) SetReaders(pub ident.Publication, rs []issue.ReadBy) error {
	if _, err := tx.exec("readers_drop", pub); err != nil {
		return err
	}
	for _, r := range rs {
		if _, err := tx.exec("reader_insert", pub, r.Unit, r.Manner, r.Order); err != nil {
			return err
		}
	}
	return nil
}

// Readers lists them in the order of the imprint.
func (tx *Tx) Readers(pub ident.Publication) ([]issue.ReadBy, error) {
	return many(tx, "readers", func(r row) (b issue.ReadBy, err error) {
		err = r.Scan(&b.Publication, &b.Unit, &b.Manner, &b.Order)
		return b, err
	}, pub)
}

func scanIssue(r row) (i issue.Issue, err error) {
	err = r.Scan(&i.ID, &i.Publication, &i.Office, &i.Year, &i.Number, &i.State, &i.Title, &i.Remark, &i.OpenedBy, &i.Opened,
		&i.ApprovedBy, &i.ApprovedAt, &i.PublishedAt, &i.Updated, &i.Version)
	return i, err
}

// InsertIssue opens an issue.
func (tx *Tx) InsertIssue(i *issue.Issue) error {
	return tx.insert(&i.Version, "issue_insert", i.ID, i.Publication, i.Office, i.Year, i.Number, i.State, i.Title, i.Remark, i.OpenedBy, i.Opened,
		i.ApprovedBy, i.ApprovedAt, i.PublishedAt, i.Updated)
}

// SaveIssue changes an issue; whose it is and since when stays.
func (tx *Tx) SaveIssue(i *issue.Issue) error {
	return tx.save("issue", string(i.ID), &i.Version, "issue_save", i.ID, i.Version, i.Year, i.Number, i.State, i.Title, i.Remark,
		i.ApprovedBy, i.ApprovedAt, i.PublishedAt, i.Updated)
}

// Issue reads an issue.
func (tx *Tx) Issue(id ident.Issue) (issue.Issue, error) {
	return get(tx, "issue", string(id), "issue_get", scanIssue)
}

// NextIssueNumber is the number after the highest of the year. Two desks that
// take the same one meet at the unique index, and one of them is told.
func (tx *Tx) NextIssueNumber(pub ident.Publication, year int) (int, error) {
	n, _, err := one(tx, "issue_next_number", scanInt, pub, year)
	return n, err
}

// IssueQuery narrows a list of issues. The cursor is the last row seen: its
// Opened and ID.
type IssueQuery struct {
	Publication ident.Publication
	Office      ident.Unit
	States      []issue.State // empty: all
	From        int64         // opened at or after; 0: whenever
	Until       int64         // opened before; 0: whenever
	Before      int64
	BeforeID    string
	Oldest      bool // oldest first; the cursor then runs forward
	Limit       int
}

// IssueList lists the issues a person sees, newest opened first: those of the
// person's desks, and published ones that were delivered to the person's units.
func (tx *Tx) IssueList(sc org.Scope, q IssueQuery) ([]issue.Issue, error) {
	if len(q.States) == 0 {
		q.States = issue.States
	}
	q.Limit = bounded(q.Limit)
	var found []issue.Issue
	at, id := keyset(q.Before, q.BeforeID, q.Oldest)
	read := func(name string, places []ident.Unit) error {
		if q.Oldest {
			name += "_oldest"
		}
		for _, place := range places {
			some, err := many(tx, name, scanIssue, setOf(sc.Units), setOf(sc.Desks), place, q.Publication, q.Office, setOf(q.States), at, id, q.Limit, earliest(q.From), newest(q.Until))
			if err != nil {
				return err
			}
			found = append(found, some...)
		}
		return nil
	}
	desks := sc.Desks
	if q.Office != "" {
		desks = slices.DeleteFunc(slices.Clone(desks), func(d ident.Unit) bool { return d != q.Office })
	}
	if err := read("issue_list_office", desks); err != nil {
		return nil, err
	}
	if err := read("issue_list_delivered", sc.Units); err != nil {
		return nil, err
	}
	slices.SortFunc(found, ordered(q.Oldest, func(i issue.Issue) (int64, string) { return i.Opened, string(i.ID) }))
	found = slices.CompactFunc(found, func(a, b issue.Issue) bool { return a.ID == b.ID })
	return found[:min(len(found), q.Limit)], nil
}

func scanPlacement(r row) (p issue.Placement, err error) {
	err = r.Scan(&p.ID, &p.Filing, &p.Office, &p.Publication, &p.Issue, &p.Column, &p.Slot, &p.Form, &p.State, &p.Revision, &p.Title,
		&p.Correction, &p.Remark, &p.By, &p.Made, &p.Updated, &p.Version, &p.Body)
	return p, err
}

// InsertPlacement adopts a filing into a publication.
func (tx *Tx) InsertPlacement(p *issue.Placement) error {
	return tx.insert(&p.Version, "placement_insert", p.ID, p.Filing, p.Office, p.Publication, p.Issue, p.Column, p.Slot, p.Form, p.State, p.Revision, p.Title,
		p.Correction, p.Remark, p.By, p.Made, p.Updated, p.Body)
}

// SavePlacement changes a placement; what was adopted, by whom and into what
// stays.
func (tx *Tx) SavePlacement(p *issue.Placement) error {
	return tx.save("placement", string(p.ID), &p.Version, "placement_save", p.ID, p.Version, p.Issue, p.Column, p.Slot, p.Form, p.State, p.Revision, p.Title,
		p.Correction, p.Remark, p.Updated, p.Body)
}

// Placement reads a placement.
func (tx *Tx) Placement(id ident.Placement) (issue.Placement, error) {
	return get(tx, "placement", string(id), "placement_get", scanPlacement)
}

// PlacementsOf lists where a filing was adopted, oldest first.
func (tx *Tx) PlacementsOf(id ident.Filing) ([]issue.Placement, error) {
	return many(tx, "placements_of", scanPlacement, id)
}

// PlacementsIn lists an issue's texts by slot.
func (tx *Tx) PlacementsIn(id ident.Issue) ([]issue.Placement, error) {
	return many(tx, "placements_in", scanPlacement, id)
}

// Tray lists what an office has adopted and not yet arranged, oldest first.
func (tx *Tx) Tray(office ident.Unit) ([]issue.Placement, error) {
	return many(tx, "placement_tray", scanPlacement, office)
}

// TrayPage lists a stretch of a tray, oldest first, after a row: its Made and ID.
func (tx *Tx) TrayPage(office ident.Unit, after int64, id string, limit int) ([]issue.Placement, error) {
	after, id = keyset(after, id, true)
	return many(tx, "placement_tray_page", scanPlacement, office, after, id, bounded(limit))
}

// TrayCount is how many lie in the trays of some offices, up to CountsTo.
func (tx *Tx) TrayCount(offices []ident.Unit) (int, error) {
	n, _, err := one(tx, "placement_tray_count", scanInt, setOf(offices), CountsTo)
	return n, err
}
