package store

import (
	"encoding/json"
	"slices"
	"strconv"

	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// CalendarYears lists the years of the working-day calendar, oldest first: those
// somebody entered, and those that came with the program.
func (tx *Tx) CalendarYears() (org.Calendar, error) {
	ys, err := many(tx, "calendar_years", func(r row) (y org.CalendarYear, err error) {
		var days string
		if err := r.Scan(&y.Year, &y.Source, &days, &y.By, &y.At, &y.Version); err != nil {
			return y, err
		}
		return y, json.Unmarshal([]byte(days), &y.Days)
	})
	if err != nil {
		return nil, err
	}
	for _, k := range org.KnownYears {
		if !slices.ContainsFunc(ys, func(y org.CalendarYear) bool { return y.Year == k.Year }) {
			ys = append(ys, k)
		}
	}
	slices.SortFunc(ys, func(a, b org.CalendarYear) int { return a.Year - b.Year })
	return ys, nil
}

// SaveCalendarYear keeps a year: compare-and-set, where version 0 expects that
// nobody has entered it.
func (tx *Tx) SaveCalendarYear(y *org.CalendarYear) error {
	days, err := json.Marshal(y.Days)
	if err != nil {
		return err
	}
	name := "calendar_save"
	if y.Version == 0 {
		name = "calendar_insert"
	}
	return tx.save("calendar", strconv.Itoa(y.Year), &y.Version, name, y.Year, y.Version, y.Source, string(days), y.By, y.At)
}

// Phrases are what an office keeps for its leaders' instructions; found is false
// where it has none of its own.
func (tx *Tx) Phrases(office ident.Unit) (p org.Phrases, found bool, err error) {
	return one(tx, "phrases_get", func(r row) (org.Phrases, error) {
		p := org.Phrases{Office: office}
		var list string
		if err := r.Scan(&list, &p.Version); err != nil {
			return p, err
		}
		return p, json.Unmarshal([]byte(list), &p.Phrases)
	}, office)
}

// SavePhrases keeps an office's phrases, as SaveCalendarYear keeps a year.
func (tx *Tx) SavePhrases(p *org.Phrases) error {
	list, err := json.Marshal(p.Phrases)
	if err != nil {
		return err
	}
	name := "phrases_save"
	if p.Version == 0 {
		name = "phrases_insert"
	}
	return tx.save("office", string(p.Office), &p.Version, name, p.Office, p.Version, string(list))
}
