// Package lifecycle writes docs/lifecycle.md from the lifecycle tables of the
// nouns: for each noun a state diagram and a table of its verbs. There is no
// second description of the machine that could be wrong: a test fails when the
// page and the tables differ, and rewrites the page when run with -update:
//
//	go test ./internal/testing/lifecycle -update
//
// It draws; it decides nothing, and no product code imports it.
package lifecycle

import (
	"fmt"
	"slices"
	"strings"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/filing"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

const head = `# Lifecycles

<!-- Generated from the lifecycle tables in internal/{item,filing,issue,delivery,duty}. Do not edit:
     go test ./internal/testing/lifecycle -update -->

One table per noun says which verb starts from which states, where it ends, whose post it takes and what must
hold besides. Buttons on the pages, the actions in the API's answers, the refusals and these diagrams are all read
from the same tables. A row without posts follows another noun and is nobody's button.
`

// Page is the whole of docs/lifecycle.md.
func Page() string {
	var b strings.Builder
	b.WriteString(head)
	write(&b, "Item (信息)", "The unit's side: written, checked, signed.", item.States, item.Lifecycle)
	write(&b, "Filing (报送)", "An item on one office's desk. The same item filed further up is another filing whose parent is this one.", filing.States, filing.Lifecycle)
	write(&b, "Placement (采用)", "A filing in a publication: adopted, arranged, printed.", issue.PlaceStates, issue.PlaceLifecycle)
	write(&b, "Issue (期)", "One number of a publication.", issue.States, issue.Lifecycle)
	write(&b, "Delivery (分发)", "One copy of an issue to one unit.", delivery.States, delivery.Lifecycle)
	write(&b, "Duty (批示办理)", "What was asked of a unit; today a leader's instruction.", duty.States, duty.Lifecycle)
	return b.String()
}

func write[S ~string, C any](b *strings.Builder, title, about string, states []S, t org.Table[S, C]) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n", title, about)
	draw(b, states, t)
	b.WriteString("\n| verb | stage | from | to | posts | conditions | note |\n|---|---|---|---|---|---|---|\n")
	for _, s := range t {
		var guards []string
		for _, g := range s.Guards {
			guards = append(guards, g.Name)
		}
		to := string(s.To)
		if to == "" {
			to = "unchanged"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", s.Verb, s.Stage, or(words(s.From), "nothing"), to, or(words(s.Roles), "follows another noun"), or(strings.Join(guards, "; "), "–"), or(s.Note, "–"))
	}
}

func draw[S ~string, C any](b *strings.Builder, states []S, t org.Table[S, C]) {
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	left := map[S]bool{}
	for _, s := range t {
		if len(s.From) == 0 {
			fmt.Fprintf(b, "    [*] --> %s: %s\n", s.To, s.Verb)
		}
	}
	for _, from := range states { // verbs that lead the same way share an arrow
		var to []S
		verbs := map[S][]string{}
		for _, s := range t {
			if s.To == "" || s.To == from || !slices.Contains(s.From, from) {
				continue
			}
			if verbs[s.To] == nil {
				to = append(to, s.To)
			}
			verbs[s.To] = append(verbs[s.To], string(s.Verb))
		}
		for _, x := range to {
			left[from] = true
			fmt.Fprintf(b, "    %s --> %s: %s\n", from, x, strings.Join(verbs[x], ", "))
		}
	}
	for _, s := range states {
		if !left[s] {
			fmt.Fprintf(b, "    %s --> [*]\n", s)
		}
	}
	b.WriteString("```\n")
}

func words[T ~string](ts []T) string { return strings.ReplaceAll(org.Join(ts), "|", ", ") }

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
