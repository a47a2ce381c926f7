package main

import (
	"strings"
	"testing"
)

func TestRender(t *testing.T) {
	got := render(medians([]result{
		{Name: "PocketBase v1", Clients: 16, Seconds: 10, Rate: 1000, P50: 4, P99: 9.96},
		{Name: "Xinshu, sqlite", Clients: 16, Seconds: 10, Rate: 1900, P50: 3, P99: 8},
		{Name: "Xinshu, sqlite", Clients: 16, Seconds: 10, Rate: 1500, P50: 3, P99: 8},
		{Name: "Xinshu, sqlite", Clients: 16, Seconds: 10, Rate: 900, P50: 3, P99: 8},
	}), []string{"Xinshu, postgres: did not start"})
	for _, want := range []string{
		"16 clients, 10 s each",
		"| PocketBase v1 | 1000 | 1000–1000 (1) | 4.0 | 10.0 | 1.00 |",
		"| Xinshu, sqlite | 1500 | 900–1900 (3) | 3.0 | 8.0 | 1.50 |",
		"MISSED at 1.50",
		"Not measured: Xinshu, postgres: did not start",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("render = %q, want it to contain %q", got, want)
		}
	}
	met := render([]result{{Name: "PocketBase v1", Rate: 1000}, {Name: "Xinshu, sqlite", Rate: 2000}}, nil)
	if !strings.Contains(met, "met at 2.00") {
		t.Errorf("render = %q, want it to contain %q", met, "met at 2.00")
	}
}

func TestReplaceTouchesOnlyItsSection(t *testing.T) {
	first := replace("# Benchmarks\n", filingMarks, "one\n")
	got := replace(first+"\n## Other\n", filingMarks, "two\n")
	want := "# Benchmarks\n\n" + filingMarks.begin + "\ntwo\n" + filingMarks.end + "\n\n## Other\n"
	if got != want {
		t.Errorf("replace twice = %q, want %q", got, want)
	}
}

func TestRenderPages(t *testing.T) {
	got := renderPages([]page{
		{Server: "sqlite", Page: "inbox", Count: 300, P50: 4, P99: 24.94, Max: 30},
		{Server: "sqlite", Page: "search, 2 characters", Count: 300, P50: 4, P99: 50.06, Max: 60},
	}, []held{{Server: "sqlite", Items: 100000, Grow: 20500, Start: 299, Idle: 60}})
	for _, want := range []string{
		"100000 items",
		"| sqlite | inbox | 4.0 | 24.9 | 30.0 | 25 met |",
		"| sqlite | search, 2 characters | 4.0 | 50.1 | 60.0 | 50 MISSED |",
		"| sqlite | 20 | 299 (budget 300, met) | 60 (budget 60, MISSED) |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("renderPages = %q, want it to contain %q", got, want)
		}
	}
}
