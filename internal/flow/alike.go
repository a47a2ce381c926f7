package flow

import (
	"context"
	"slices"
	"sync"

	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/text"
)

// Beside is a filing that is like another in its title or its text: perhaps the
// same event.
type Beside struct {
	filing.Titled
	Per     int `json:"per"`                // how alike, in hundredths
	ByTitle int `json:"by_title,omitempty"` // how alike the titles are
	ByBody  int `json:"by_body,omitempty"`  // how alike the texts are
}

// What is compared: what came in a month, so many of each state. With it the
// inbox does the same work beside a thousand filings and beside a hundred
// thousand.
const (
	alikeDays  = 30
	alikeState = 120
)

// sketches keeps what was made of bodies, by filing and version. A text is read
// once as long as nothing happens to its filing.
type sketches struct {
	mu   sync.Mutex
	kept map[sketchKey]text.Sketch
}

type sketchKey struct {
	filing  ident.Filing
	version int64
}

// mostSketches is about ten megabytes of them; then it begins anew.
const mostSketches = 16_000

func (s *sketches) get(k sketchKey) (text.Sketch, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.kept[k]
	return x, ok
}

func (s *sketches) put(k sketchKey, x text.Sketch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil || len(s.kept) >= mostSketches {
		s.kept = map[sketchKey]text.Sketch{}
	}
	s.kept[k] = x
}

// sketch is the sketch of a filing's newest text.
func (t *act) sketch(x filing.Titled) (text.Sketch, error) {
	k := sketchKey{x.ID, x.Version}
	if s, ok := t.f.sketches.get(k); ok {
		return s, nil
	}
	fl, err := t.Filing(x.ID)
	if err != nil {
		return nil, err
	}
	rev, err := t.newest(fl)
	if err != nil {
		return nil, err
	}
	s := text.SketchOf(rev.Body)
	t.f.sketches.put(sketchKey{fl.ID, fl.Version}, s)
	return s, nil
}

// compared are the states whose filings are worth laying beside a new one.
var compared = []filing.State{filing.Filed, filing.Received, filing.Editing, filing.Ready, filing.Held, filing.Merged}

// Alike finds for filings of a desk the others there that seem to tell of the
// same event.
func (f *Flow) Alike(ctx context.Context, a Actor, office ident.Unit, rows []filing.Filing) (map[ident.Filing][]Beside, error) {
	return read(ctx, f, a, "Alike", func(t *act) (map[ident.Filing][]Beside, error) {
		if !t.actor.System && !t.scope.Desk(office) {
			return nil, nil // who has no desk there is told of none
		}
		return t.alike(office, rows)
	})
}

func (t *act) alike(office ident.Unit, rows []filing.Filing) (map[ident.Filing][]Beside, error) {
	var all []filing.Titled
	for _, o := range t.places(office) {
		for _, st := range compared {
			some, err := t.FilingTitles(o, st, t.Now()-alikeDays*24*3600*1_000_000, alikeState)
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
	}
	for _, fl := range rows {
		if !slices.ContainsFunc(all, func(x filing.Titled) bool { return x.ID == fl.ID }) {
			all = append(all, filing.Titled{ID: fl.ID, Unit: fl.Unit, State: fl.State, Title: fl.Title, Version: fl.Version})
		}
	}
	titles, bodies := make([]string, len(all)), make([]text.Sketch, len(all))
	for i, x := range all {
		titles[i] = x.Title
		var err error
		if bodies[i], err = t.sketch(x); err != nil {
			return nil, err
		}
	}
	out := map[ident.Filing][]Beside{}
	for i, likes := range text.AlikeTexts(titles, bodies) {
		for _, l := range likes {
			out[all[i].ID] = append(out[all[i].ID], Beside{Titled: all[l.At], Per: l.Per, ByTitle: l.Title, ByBody: l.Body})
		}
	}
	return out, nil
}

// onlyAlike keeps the rows that have something beside them.
func (t *act) onlyAlike(office ident.Unit, rows []filing.Filing) ([]filing.Filing, error) {
	if !t.scope.Desk(office) {
		return nil, nil
	}
	found, err := t.alike(office, rows)
	return slices.DeleteFunc(rows, func(fl filing.Filing) bool { return len(found[fl.ID]) == 0 }), err
}
