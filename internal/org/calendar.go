package org

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
)

// CalendarYear is a year of the working-day calendar: the days that differ from
// the plain week. It is data with its source; a year nobody entered is unknown,
// and there the week alone counts.
type CalendarYear struct {
	Year    int           `json:"year"`
	Source  string        `json:"source"` // the notice it was taken from
	Days    []CalendarDay `json:"days"`
	By      ident.Person  `json:"by,omitempty"`
	At      int64         `json:"at,omitempty"` // 0: it came with the program
	Version int64         `json:"version"`
}

// CalendarDay is one day that is not what its weekday says.
type CalendarDay struct {
	Day  Date   `json:"day"`
	Work bool   `json:"work"` // true: a weekend on which people work; false: a holiday
	Name string `json:"name,omitempty"`
}

// Bounds of a calendar year.
const (
	MaxCalendarDays = 120
	MaxWorkingDays  = 250 // that can be counted on at once
)

// KnownYears came with the program, taken from the State Council's notices.
var KnownYears = []CalendarYear{
	known(2024, "国办发明电〔2023〕7号", "元旦 0101, 春节 0210-0217 -0204 -0218, 清明节 0404-0406 -0407, 劳动节 0501-0505 -0428 -0511, 端午节 0610, 中秋节 0915-0917 -0914, 国庆节 1001-1007 -0929 -1012"),
	known(2025, "国办发明电〔2024〕12号", "元旦 0101, 春节 0128-0204 -0126 -0208, 清明节 0404-0406, 劳动节 0501-0505 -0427, 端午节 0531-0602, 国庆节、中秋节 1001-1008 -0928 -1011"),
	known(2026, "国办发明电〔2025〕7号", "元旦 0101-0103 -0104, 春节 0215-0223 -0214 -0228, 清明节 0404-0406, 劳动节 0501-0505 -0509, 端午节 0619-0621, 中秋节 0925-0927, 国庆节 1001-1007 -0920 -1010"),
}

// known reads a year as it is written above: a holiday's days, then with a minus
// the weekends that are worked for it.
func known(year int, source, days string) CalendarYear {
	y := CalendarYear{Year: year, Source: source}
	for _, part := range strings.Split(days, ", ") {
		words := strings.Fields(part)
		for _, w := range words[1:] {
			from, until, long := strings.Cut(strings.TrimPrefix(w, "-"), "-")
			if !long {
				until = from
			}
			d, end := dayOf(year, from), dayOf(year, until)
			for ; !d.After(end); d = d.AddDate(0, 0, 1) {
				y.Days = append(y.Days, CalendarDay{Day: dateOf(d), Work: strings.HasPrefix(w, "-"), Name: words[0]})
			}
		}
	}
	y.sort()
	return y
}

func dayOf(year int, mmdd string) time.Time {
	n, err := strconv.Atoi(mmdd)
	if err != nil {
		panic("org: a known year has the day " + mmdd)
	}
	return time.Date(year, time.Month(n/100), n%100, 0, 0, 0, 0, time.UTC)
}

func dateOf(t time.Time) Date { return Date(t.Year()*10000 + int(t.Month())*100 + t.Day()) }

func (d Date) at() time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.UTC)
}

func (y *CalendarYear) sort() {
	slices.SortFunc(y.Days, func(a, b CalendarDay) int { return int(a.Day) - int(b.Day) })
}

// Check says what is wrong with a year: a day that is not in it or is there
// twice, a worked day in the middle of the week, a holiday nobody would notice.
func (y *CalendarYear) Check() []fault.Field {
	y.sort()
	bad := Text("source", y.Source, 1, MaxName)
	if y.Year < 2000 || y.Year > 2200 {
		bad = append(bad, fault.Field{Path: "year", Code: "out_of_range", Params: fault.Pairs("min", "2000", "max", "2200")})
	}
	if len(y.Days) > MaxCalendarDays {
		bad = append(bad, fault.Field{Path: "days", Code: "too_many", Params: fault.Pairs("max", strconv.Itoa(MaxCalendarDays))})
	}
	for i, d := range y.Days {
		at := "days[" + strconv.Itoa(i) + "]"
		weekend := d.Day.at().Weekday() == time.Saturday || d.Day.at().Weekday() == time.Sunday
		switch {
		case d.Day.Year() != y.Year:
			bad = append(bad, fault.Field{Path: at, Code: "out_of_range", Params: fault.Pairs("min", strconv.Itoa(y.Year)+"-01-01", "max", strconv.Itoa(y.Year)+"-12-31")})
		case i > 0 && y.Days[i-1].Day == d.Day:
			bad = append(bad, fault.Field{Path: at, Code: "twice", Params: fault.Pairs("value", d.Day.String())})
		case d.Work && !weekend:
			bad = append(bad, fault.Field{Path: at, Code: "works_anyway", Params: fault.Pairs("value", d.Day.String())})
		}
		bad = append(bad, Text(at, d.Name, 0, MaxShort)...)
	}
	return bad
}

// Calendar answers which days are worked, from the years it was given.
type Calendar []CalendarYear

// Known reports whether somebody entered the day's year.
func (c Calendar) Known(d Date) bool {
	return slices.ContainsFunc(c, func(y CalendarYear) bool { return y.Year == d.Year() })
}

// Works reports whether a day is worked. In a year nobody entered that is Monday
// to Friday.
func (c Calendar) Works(d Date) bool {
	for _, y := range c {
		if y.Year != d.Year() {
			continue
		}
		if i := slices.IndexFunc(y.Days, func(x CalendarDay) bool { return x.Day == d }); i >= 0 {
			return y.Days[i].Work
		}
	}
	w := d.at().Weekday()
	return w != time.Saturday && w != time.Sunday
}

// Counted is a day so many working days later.
type Counted struct {
	Day     Date  `json:"day"`
	Unknown []int `json:"unknown,omitempty"` // years on the way that nobody entered: only weekends were left out
}

// After counts working days on from a day, which is not counted itself.
func (c Calendar) After(from Date, days int) Counted {
	var out Counted
	t := from.at()
	for d := from; ; {
		if !c.Known(d) && !slices.Contains(out.Unknown, d.Year()) {
			out.Unknown = append(out.Unknown, d.Year())
		}
		if days <= 0 {
			out.Day = d
			return out
		}
		t = t.AddDate(0, 0, 1)
		if d = dateOf(t); c.Works(d) {
			days--
		}
	}
}

// ReadCalendar reads days from a sheet: a date, 休 or 班 (off or work), a name.
// A first line of headings is passed over.
func ReadCalendar(r io.Reader) ([]CalendarDay, []fault.Field) {
	c := csv.NewReader(r)
	c.FieldsPerRecord, c.TrimLeadingSpace = -1, true
	var out []CalendarDay
	var bad []fault.Field
	for n := 1; ; n++ {
		rec, err := c.Read()
		if errors.Is(err, io.EOF) {
			return out, bad
		}
		at := "csv[" + strconv.Itoa(n) + "]"
		if err != nil {
			return out, append(bad, fault.Field{Path: at, Code: "not_a_date", Params: fault.Pairs("value", "")})
		}
		if n > MaxCalendarDays+1 {
			return out, append(bad, fault.Field{Path: "csv", Code: "too_many", Params: fault.Pairs("max", strconv.Itoa(MaxCalendarDays))})
		}
		first := strings.TrimSpace(strings.TrimPrefix(rec[0], "\ufeff"))
		d, ok := ParseDate(first)
		if !ok || d == 0 {
			if n > 1 || strings.ContainsAny(first, "0123456789") {
				bad = append(bad, fault.Field{Path: at, Code: "not_a_date", Params: fault.Pairs("value", first)})
			}
			continue
		}
		day := CalendarDay{Day: d}
		kind := ""
		if len(rec) > 1 {
			kind = strings.ToLower(strings.TrimSpace(rec[1]))
		}
		switch kind {
		case "班", "work":
			day.Work = true
		case "休", "off":
		default:
			bad = append(bad, fault.Field{Path: at, Code: "choose", Params: fault.Pairs("value", kind)})
		}
		if len(rec) > 2 {
			day.Name = strings.TrimSpace(rec[2])
		}
		out = append(out, day)
	}
}

// Phrases are the words an office keeps at hand for its leaders' instructions;
// none of its own are the installation's.
type Phrases struct {
	Office  ident.Unit `json:"office"`
	Own     bool       `json:"own"` // the office's own, not the installation's
	Phrases []string   `json:"phrases"`
	Version int64      `json:"version"`
}

// Bounds of phrases, the length in runes.
const (
	MaxPhrases = 20
	MaxPhrase  = 60
)

// Check says what is wrong with phrases.
func (p Phrases) Check() []fault.Field {
	var bad []fault.Field
	if len(p.Phrases) > MaxPhrases {
		bad = append(bad, fault.Field{Path: "phrases", Code: "too_many", Params: fault.Pairs("max", strconv.Itoa(MaxPhrases))})
	}
	for i, s := range p.Phrases {
		at := "phrases[" + strconv.Itoa(i) + "]"
		bad = append(bad, Text(at, s, 1, MaxPhrase)...)
		if slices.Index(p.Phrases, s) < i {
			bad = append(bad, fault.Field{Path: at, Code: "twice", Params: fault.Pairs("value", s)})
		}
	}
	return bad
}
