package story

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xinshu/internal/app"
	"xinshu/internal/flow"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
	"xinshu/internal/testing/storetest"
)

// body is what a reporter writes where the story gives no words of its own.
const body = "今年以来，晚熟柑橘收购价走低，果农压货四千吨。\n果商开价每斤1.1元，低于成本。\n建议腾挪冷库，对接外销。"

// driver acts in a story, through one edge of the product.
type driver interface {
	// act does what the step says. What the product refused comes back as refusal.
	act(st Step) error
	// look checks what the step says is to be seen.
	look(st Step) error
}

// refusal is the product's "no", with its reasons as the edge gave them.
type refusal struct {
	said string
	why  func(code string) bool
}

func (r *refusal) Error() string { return "refused: " + r.said }

// world is the sample behind a whole running product.
type world struct {
	*sample.World
	app *app.App
}

// start runs the product on a free port with an empty store of an engine.
func start(t *testing.T, postgres bool) *world {
	t.Helper()
	clock := sample.NewClock()
	c := app.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0", Clock: clock.Now, NoWorker: true}
	if postgres {
		c.Postgres = storetest.Postgres(t).Postgres
	}
	a, err := app.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
	})
	return &world{World: sample.On(t, a.Flow, a.Store, clock), app: a}
}

// arrange does what a story takes as given.
func (w *world) arrange(st Step) error {
	switch st.Verb {
	case "merge_unit":
		_, err := w.Flow.MergeUnits(w.Ctx(), sample.System, w.ID(st.Args["unit"]), flow.MergeUnits{Into: w.ID(st.Args["office"])})
		return err
	case "split_unit":
		_, err := w.Flow.SplitUnit(w.Ctx(), sample.System, w.ID(st.Args["unit"]), flow.SplitUnit{Code: st.Args["unit"] + "N", Name: st.Args["name"]})
		return err
	case "leave":
		_, err := w.Flow.Leave(w.Ctx(), sample.System, w.As(st.Args["leaver"]).Person, flow.Leave{To: w.As(st.Args["taker"]).Person, Posts: true})
		return err
	}
	chain := org.Chain{Unit: w.ID(st.Args["unit"])}
	for check := range strings.SplitSeq(st.Args["checks"], ", ") {
		chain.Checks = append(chain.Checks, org.Check(check))
	}
	_, err := w.Flow.SetChain(w.Ctx(), sample.System, chain)
	return err
}

// catchUp lets the projections read what happened.
func (w *world) catchUp() error { return w.app.Worker.Drain(w.Ctx()) }

// tell lives through a story.
func (w *world) tell(t *testing.T, s Story, d driver) {
	t.Helper()
	for _, st := range s.Steps {
		if err := w.live(st, d); err != nil {
			t.Fatalf("%s:%d: %s\n\t%v", s.File, st.Line, st.Text, err)
		}
	}
	if err := w.catchUp(); err != nil {
		t.Fatalf("%s: in the end: %v", s.File, err)
	}
	if err := w.Store.Verify(w.Ctx(), func(f store.Finding) { t.Errorf("%s: in the end: %+v", s.File, f) }); err != nil {
		t.Fatalf("%s: verify: %v", s.File, err)
	}
}

func (w *world) live(st Step, d driver) error {
	switch st.Mood {
	case Given:
		return w.arrange(st)
	case Does:
		return d.act(st)
	case Then:
		if err := w.catchUp(); err != nil {
			return err
		}
		return d.look(st)
	}
	err := d.act(st)
	var no *refusal
	switch {
	case err == nil:
		return fmt.Errorf("was done; want it refused for %s", st.Code)
	case !errors.As(err, &no):
		return err
	case !no.why(st.Code):
		return fmt.Errorf("%w; want it refused for %s", err, st.Code)
	}
	return nil
}

// stories reads every story file.
func stories(t *testing.T) []Story {
	t.Helper()
	files, err := filepath.Glob("stories/*.story")
	if err != nil || len(files) == 0 {
		t.Fatalf("stories = %v (%v), want some", files, err)
	}
	var out []Story
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Parse(name, f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// office is the unit of a login: reporter.T1 works in T1.
func office(who string) string {
	_, unit, _ := strings.Cut(who, ".")
	return unit
}

// matter is what a story calls "it" or by its first title, and what the driver
// has come to know of it.
type matter struct {
	first string            // title
	now   string            // the title it bears by now
	item  string            // identifier or page
	by    string            // who made it
	at    map[string]string // filing, by office
	last  map[string]string // newest placement, by office
	in    map[string]string // the issue it was placed in, by office
	seen  map[string]any    // what somebody opened and has not acted on, by login
}

// memory is what a driver remembers of a story.
type memory struct {
	matters []*matter
	issue   map[string]string // the last issue opened, by office
}

func (m *memory) begin(title, who string) *matter {
	it := &matter{first: title, now: title, by: who, at: map[string]string{}, last: map[string]string{}, in: map[string]string{}, seen: map[string]any{}}
	m.matters = append(m.matters, it)
	return it
}

// find is the matter a step speaks of; "it" is the newest.
func (m *memory) find(name string) (*matter, error) {
	if name == "it" && len(m.matters) > 0 {
		return m.matters[len(m.matters)-1], nil
	}
	for _, it := range m.matters {
		if it.first == name {
			return it, nil
		}
	}
	return nil, fmt.Errorf("there is no %q in this story so far", name)
}

// partner is a unit that a sentence asks to countersign, and its share, if said.
type partner struct{ unit, share string }

func partnersIn(st Step) (out []partner) {
	for p := range strings.SplitSeq(st.Args["partners"], ", ") {
		unit, share, _ := strings.Cut(p, " ")
		out = append(out, partner{unit, share})
	}
	return out
}

// unseen insists that something is hidden: for who may not see it, it is not there.
func unseen(err error) error {
	var no *refusal
	if !errors.As(err, &no) || !strings.HasPrefix(no.said, "404 ") && !strings.Contains(no.said, " says 404 ") {
		return fmt.Errorf("looking at it = %v, want that it is not there", err)
	}
	return nil
}

// words turns the two signs \n of a story into a new paragraph.
func words(text string) string { return strings.ReplaceAll(text, `\n`, "\n") }

// each tells every story through a driver on both engines.
func each(t *testing.T, drive func(t *testing.T, w *world) driver) {
	for _, s := range stories(t) {
		for _, engine := range []string{"sqlite", "postgres"} {
			name := strings.TrimSuffix(filepath.Base(s.File), ".story")
			t.Run(name+"/"+engine, func(t *testing.T) {
				w := start(t, engine == "postgres")
				w.tell(t, s, drive(t, w))
			})
		}
	}
}

func TestEverySentenceIsTold(t *testing.T) {
	told := map[string]bool{}
	for _, s := range stories(t) {
		for _, st := range s.Steps {
			told[st.Verb] = true
		}
	}
	for _, s := range Sentences {
		if !told[s.Verb] {
			t.Errorf("no story says %q", s.Pattern)
		}
	}
}
