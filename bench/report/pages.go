package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Budgets of pages, in milliseconds on the server, and of the process.
const (
	pageBudget   = 25.0
	searchBudget = 50.0
	startBudget  = 300
	idleBudget   = 60
)

// page is one address measured on one server.
type page struct {
	Server string  `json:"server"`
	Page   string  `json:"page"`
	Count  int     `json:"count"`
	P50    float64 `json:"p50_ms"`
	P99    float64 `json:"p99_ms"`
	Max    float64 `json:"max_ms"`
}

// held is what was seen of a server around the pages.
type held struct {
	Server string `json:"server"`
	Items  int    `json:"items"`
	Grow   int    `json:"grow_ms"`
	Start  int    `json:"start_ms"`
	Idle   int    `json:"idle_mb"`
}

func decoded[T any](name string) ([]T, error) {
	lines, err := linesOf(name)
	if err != nil {
		return nil, err
	}
	var out []T
	for _, line := range lines {
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, v)
	}
	return out, nil
}

// renderPages is the table of pages, and the lines of the process.
func renderPages(pages []page, servers []held) string {
	var b strings.Builder
	if len(servers) > 0 && len(pages) > 0 {
		fmt.Fprintf(&b, "%d items; one reader, %d requests a page, whole answers as a client sees them.\n\n", servers[0].Items, pages[0].Count)
	}
	b.WriteString("| engine | page | median ms | p99 ms | slowest ms | budget p99 |\n| --- | --- | ---: | ---: | ---: | --- |\n")
	for _, p := range pages {
		budget := pageBudget
		if strings.HasPrefix(p.Page, "search") {
			budget = searchBudget
		}
		fmt.Fprintf(&b, "| %s | %s | %.1f | %.1f | %.1f | %.0f %s |\n", p.Server, p.Page, p.P50, p.P99, p.Max, budget, verdict(p.P99 < budget))
	}
	b.WriteString("\n| engine | filled in s | start to first page ms | idle anonymous memory MB |\n| --- | ---: | ---: | ---: |\n")
	for _, s := range servers {
		fmt.Fprintf(&b, "| %s | %d | %d (budget %d, %s) | %d (budget %d, %s) |\n", s.Server, s.Grow/1000, s.Start, startBudget, verdict(s.Start < startBudget), s.Idle, idleBudget, verdict(s.Idle < idleBudget))
	}
	return b.String()
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "MISSED"
}
