package org

import (
	"strings"
	"testing"
)

func TestKnownYearsAreSound(t *testing.T) {
	off := map[int]int{2024: 28, 2025: 28, 2026: 33} // days that the notices give
	for _, y := range KnownYears {
		if bad := y.Check(); len(bad) > 0 {
			t.Errorf("%d: %+v", y.Year, bad)
		}
		n := 0
		for _, d := range y.Days {
			if !d.Work {
				n++
			}
		}
		if n != off[y.Year] {
			t.Errorf("%d has %d holidays, the notice has %d", y.Year, n, off[y.Year])
		}
	}
}

func TestWorkingDaysAreCounted(t *testing.T) {
	c := Calendar(KnownYears)
	for _, x := range []struct {
		what      string
		from, day Date
		days      int
		unknown   int
	}{
		{"a plain week", 20260316, 20260319, 3, 0},
		{"over a weekend", 20260320, 20260323, 1, 0},
		{"over the Spring Festival, with the Saturday that is worked", 20260213, 20260224, 2, 0},
		{"over the National Day", 20260930, 20261009, 2, 0},
		{"a worked Sunday counts", 20260918, 20260920, 1, 0},
		{"none is the day itself", 20261003, 20261003, 0, 0},
		{"into a year nobody entered", 20261231, 20270104, 2, 1},
	} {
		got := c.After(x.from, x.days)
		if got.Day != x.day || len(got.Unknown) != x.unknown {
			t.Errorf("%s: %d working days after %s = %s, unknown %v; want %s and %d", x.what, x.days, x.from, got.Day, got.Unknown, x.day, x.unknown)
		}
	}
}

func TestCalendarSheet(t *testing.T) {
	days, bad := ReadCalendar(strings.NewReader("\ufeff日期,休班,名称\n2027-01-01,休,元旦\n2027-01-03,班\n"))
	y := CalendarYear{Year: 2027, Source: "国办通知", Days: days}
	if bad = append(bad, y.Check()...); len(bad) > 0 || len(days) != 2 || !days[1].Work || days[0].Name != "元旦" {
		t.Errorf("days = %+v, bad = %+v, want a holiday and a worked Sunday", days, bad)
	}
	for sheet, code := range map[string]string{"2027-13-01,休": "not_a_date", "2027-01-01,假": "choose", "2026-01-01,休": "out_of_range", "2027-01-04,班": "works_anyway", "2027-01-01,休\n2027-01-01,休": "twice"} {
		days, bad := ReadCalendar(strings.NewReader(sheet))
		y := CalendarYear{Year: 2027, Source: "国办通知", Days: days}
		if bad = append(bad, y.Check()...); len(bad) == 0 || bad[0].Code != code {
			t.Errorf("%q = %+v, want %s", sheet, bad, code)
		}
	}
}
