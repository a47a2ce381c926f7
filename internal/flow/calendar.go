package flow

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// CalendarView is the working-day calendar as the installation has it.
type CalendarView struct {
	Years   org.Calendar `json:"years"`
	MayEdit bool         `json:"may_edit"`
	Names   Names        `json:"names"`
}

// Calendar reads every year that is known.
func (f *Flow) Calendar(ctx context.Context, a Actor) (CalendarView, error) {
	return read(ctx, f, a, "Calendar", func(t *act) (v CalendarView, err error) {
		if v.Years, err = t.CalendarYears(); err != nil {
			return v, err
		}
		v.MayEdit = t.keepsCalendar() == nil
		var ids naming
		for _, y := range v.Years {
			ids.person(y.By)
		}
		v.Names, err = ids.names(t)
		return v, err
	})
}

// keepsCalendar: it holds for the whole installation, so an administrator of any
// unit keeps it.
func (t *act) keepsCalendar() error {
	if t.actor.System || slices.ContainsFunc(t.posts, func(p org.Post) bool { return p.Role == org.Admin }) {
		return nil
	}
	return fault.Deny(fault.Why("needs_post", "verb", "calendar", "roles", string(org.Admin)))
}

// SetCalendar is a year as it is entered: its days, or a sheet of them.
type SetCalendar struct {
	Source  string            `json:"source" form:"source" doc:"The notice it is taken from"`
	Days    []org.CalendarDay `json:"days,omitempty" doc:"The days that differ from the plain week"`
	CSV     string            `json:"csv,omitempty" form:"csv" doc:"Or a sheet: date, off or work, name"`
	Version int64             `json:"version" form:"version" doc:"Of the year as it was seen; 0: nobody had entered it"`
}

// SetCalendar enters a year, or replaces it.
func (f *Flow) SetCalendar(ctx context.Context, a Actor, year int, in SetCalendar) (org.CalendarYear, error) {
	return do(ctx, f, call{a, "SetCalendar", org.StageRegister, []any{year, in}}, func(t *act) (org.CalendarYear, error) {
		y := org.CalendarYear{Year: year, Source: strings.TrimSpace(in.Source), Days: slices.Clone(in.Days), By: t.actor.Person, At: t.Now(), Version: in.Version}
		if err := t.keepsCalendar(); err != nil {
			return y, err
		}
		var bad []fault.Field
		if in.CSV != "" {
			var days []org.CalendarDay
			days, bad = org.ReadCalendar(strings.NewReader(in.CSV))
			y.Days = append(y.Days, days...)
		}
		if err := fault.Fields(append(bad, y.Check()...)); err != nil {
			return y, err
		}
		if err := t.SaveCalendarYear(&y); err != nil {
			return y, err
		}
		for _, p := range t.posts {
			if p.Role == org.Admin {
				t.as(p.Unit, org.Admin)
				break
			}
		}
		_, err := t.fact("calendar", strconv.Itoa(year), y.Version, "", org.OfficeSet{Calendar: &y})
		return y, err
	})
}

// WorkingDay counts so many working days on from a day; 0 is today.
func (f *Flow) WorkingDay(ctx context.Context, a Actor, from org.Date, days int) (org.Counted, error) {
	return read(ctx, f, a, "WorkingDay", func(t *act) (org.Counted, error) {
		if days < 0 || days > org.MaxWorkingDays {
			return org.Counted{}, fault.Bad("days", "out_of_range", "min", "0", "max", strconv.Itoa(org.MaxWorkingDays))
		}
		if from == 0 {
			from = t.day
		}
		c, err := t.CalendarYears()
		return c.After(from, days), err
	})
}

// Phrases are the words at hand for instructions at an office.
func (f *Flow) Phrases(ctx context.Context, a Actor, office ident.Unit) (PhrasesView, error) {
	return read(ctx, f, a, "Phrases", func(t *act) (v PhrasesView, err error) {
		if v.Office, err = t.Unit(office); err != nil {
			return v, err
		}
		v.MayEdit = t.keepsPhrases(office) == nil
		v.Phrases, err = t.phrases(office)
		return v, err
	})
}

// PhrasesView are an office's phrases.
type PhrasesView struct {
	org.Phrases
	Office  org.Unit `json:"of"`
	MayEdit bool     `json:"may_edit"`
}

func (t *act) keepsPhrases(office ident.Unit) error {
	if err := t.need("phrases", office, org.Leader, org.Chief, org.Followup); err != nil {
		return t.mayRegister(office)
	}
	return nil
}

func (t *act) phrases(office ident.Unit) (org.Phrases, error) {
	p, found, err := t.Tx.Phrases(office)
	p.Office, p.Own = office, found && len(p.Phrases) > 0
	if err != nil || p.Own {
		return p, err
	}
	p.Phrases = []string{}
	terms, err := t.Terms("phrase")
	for _, w := range terms {
		if !w.Off {
			p.Phrases = append(p.Phrases, w.Zh)
		}
	}
	return p, err
}

// phrasesFor are those of the office at which a text is instructed on.
func (t *act) phrasesFor(fl filing.Filing, where ident.Unit) ([]string, error) {
	p, err := t.phrases(where)
	if err == nil && !p.Own && where != fl.Office {
		p, err = t.phrases(fl.Office)
	}
	if !p.Own {
		return nil, err // the installation's, in the reader's language
	}
	return p.Phrases, err
}

// SetPhrases is an office's list; empty is the installation's again.
type SetPhrases struct {
	Phrases []string `json:"phrases" form:"phrases"`
	Version int64    `json:"version" form:"version" doc:"As it was seen; 0: it had none of its own"`
}

// SetPhrases keeps an office's own phrases.
func (f *Flow) SetPhrases(ctx context.Context, a Actor, office ident.Unit, in SetPhrases) (org.Phrases, error) {
	return do(ctx, f, call{a, "SetPhrases", org.StageRegister, []any{office, in}}, func(t *act) (org.Phrases, error) {
		p := org.Phrases{Office: office, Phrases: []string{}, Version: in.Version}
		for _, s := range in.Phrases {
			if s = strings.TrimSpace(s); s != "" {
				p.Phrases = append(p.Phrases, s)
			}
		}
		if _, err := t.Unit(office); err != nil {
			return p, err
		}
		if err := t.keepsPhrases(office); err != nil {
			return p, err
		}
		if err := fault.Fields(p.Check()); err != nil {
			return p, err
		}
		p.Own = len(p.Phrases) > 0
		if err := t.SavePhrases(&p); err != nil {
			return p, err
		}
		_, err := t.fact("office", string(office), p.Version, office, org.OfficeSet{Phrases: &p})
		return p, err
	})
}
