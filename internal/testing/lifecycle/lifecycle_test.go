package lifecycle_test

import (
	"flag"
	"os"
	"slices"
	"testing"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/filing"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/testing/lifecycle"
)

var update = flag.Bool("update", false, "write docs/lifecycle.md")

const page = "../../../docs/lifecycle.md"

func TestThePageIsWhatTheTablesSay(t *testing.T) {
	want := lifecycle.Page()
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/lifecycle.md differs from the lifecycle tables; run: go test ./internal/testing/lifecycle -update")
	}
}

// sound checks that a table is a machine: every state is on the list, can be
// reached, and each verb has one row.
func sound[S ~string, C any](t *testing.T, noun string, states []S, table org.Table[S, C]) {
	t.Helper()
	reached := map[S]bool{}
	verbs := map[org.Verb]bool{}
	for _, s := range table {
		if verbs[s.Verb] {
			t.Errorf("%s: verb %s has two rows; Find sees only the first", noun, s.Verb)
		}
		verbs[s.Verb] = true
		for _, x := range append([]S{s.To}, s.From...) {
			if x != "" && !slices.Contains(states, x) {
				t.Errorf("%s: %s names the state %q, which is not on the list", noun, s.Verb, x)
			}
		}
		for _, r := range s.Roles {
			if !r.Valid() {
				t.Errorf("%s: %s names the post %q, which is not on the list", noun, s.Verb, r)
			}
		}
		if !slices.Contains(org.Stages, s.Stage) {
			t.Errorf("%s: %s is of the stage %q, which no token can have", noun, s.Verb, s.Stage)
		}
		if len(s.From) == 0 && s.To == "" {
			t.Errorf("%s: %s begins nowhere and ends nowhere", noun, s.Verb)
		}
		reached[s.To] = true
	}
	for _, s := range states {
		if !reached[s] && !(noun == "filing" && s == "outside") { // born there: laid before an office outside
			t.Errorf("%s: no verb leads to the state %s", noun, s)
		}
	}
}

func TestTablesAreMachines(t *testing.T) {
	sound(t, "item", item.States, item.Lifecycle)
	sound(t, "filing", filing.States, filing.Lifecycle)
	sound(t, "placement", issue.PlaceStates, issue.PlaceLifecycle)
	sound(t, "issue", issue.States, issue.Lifecycle)
	sound(t, "delivery", delivery.States, delivery.Lifecycle)
	sound(t, "duty", duty.States, duty.Lifecycle)
}
