package web

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/filing"
	"xinshu/internal/issue"
	"xinshu/internal/item"
)

// galleryPage shows every component of the design language in use, filled with
// the demo city's texts: the page to look at in grey, in the dark, in large
// print, on paper and by keyboard. It is there in development and in the demo.
type galleryPage struct {
	Frame
	Lights []template.HTML // todo, in time, soon, late, done, held, back, off
	InTime template.HTML   // two of them, beside rows
	Late   template.HTML
	States []statesOf
	Table  []galleryRow
	Months []string
	Bars   []galleryBar
}

// statesOf are the lights of a noun's states.
type statesOf struct {
	Noun   string
	Lights []template.HTML
}

type galleryRow struct {
	Unit           string
	Filed, Adopted int
	Rate           string
	Monthly        []int
}

type galleryBar struct {
	Unit, Points          string
	Top, Base, Width, End int
	Mine                  bool
}

func (*galleryPage) template() string { return "gallery/gallery" }

func statesFor[S ~string](w tongue, noun string, states []S) statesOf {
	out := statesOf{Noun: w.say("gallery.noun." + noun)}
	for _, s := range states {
		out.Lights = append(out.Lights, w.light(noun, s))
	}
	return out
}

// gallery handles GET /gallery. Its dress is in the address, so that nobody's own
// choice is changed.
func (s *Server) gallery(w http.ResponseWriter, r *http.Request) error {
	if !s.cfg.Demo && s.cfg.DevTemplates == "" {
		return errNoPage
	}
	q := r.URL.Query()
	if lang := q.Get("lang"); slices.Contains(languages, lang) {
		visitOf(r).lang = lang
	}
	p := &galleryPage{Frame: s.frame(r, "gallery.head")}
	p.Theme, p.Size = "", ""
	if q.Get("theme") == "dark" {
		p.Theme = "dark"
	}
	if q.Get("size") == "large" {
		p.Size = "large"
	}
	p.fill()
	return s.page(w, r, p)
}

func (p *galleryPage) fill() {
	t := p.tongue
	now := t.now()
	at := func(d time.Duration) int64 { return now.Add(d).UnixMicro() }
	p.Lights = []template.HTML{t.light("filing", filing.Filed), t.due(at(26 * time.Hour)), t.due(at(48 * time.Minute)), t.due(at(-20 * time.Minute)),
		t.light("duty", duty.Accepted), t.light("filing", filing.Held), t.light("filing", filing.Returned), t.light("filing", filing.Withdrawn)}
	p.InTime, p.Late = p.Lights[1], p.Lights[3]
	p.States = []statesOf{statesFor(t, "item", item.States), statesFor(t, "filing", filing.States), statesFor(t, "placement", issue.PlaceStates),
		statesFor(t, "issue", issue.States), statesFor(t, "delivery", delivery.States), statesFor(t, "duty", duty.States)}
	p.Table = []galleryRow{{"梧津镇", 14, 9, "64.3%", nil}, {"柳渡乡", 11, 6, "54.5%", nil}, {"青禾镇", 9, 5, "55.6%", nil}, {"竹隐乡", 1, 0, "0.0%", nil}}
	for m := 1; m <= 11; m++ {
		p.Months = append(p.Months, strconv.Itoa(m))
		for i := range p.Table {
			p.Table[i].Monthly = append(p.Table[i].Monthly, (p.Table[i].Filed*m*7+m*m*3)%17)
		}
	}
	for i, b := range []struct {
		unit   string
		points string
		width  int
	}{{"梧津镇", "57.00", 228}, {"柳渡乡", "41.50", 166}, {"青禾镇", "38.00", 152}, {"竹隐乡", "9.00", 36}} {
		top := 4 + 20*i
		p.Bars = append(p.Bars, galleryBar{Unit: b.unit, Points: b.points, Top: top, Base: top + 10, Width: b.width, End: 98 + b.width, Mine: b.unit == "青禾镇"})
	}
}
