package web

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"xinshu/internal/duty"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// box is what the box for an instruction offers besides the words: whom it can
// go to, and by when an answer is wanted.
type box struct {
	To    string // where the form goes
	Whom  flow.Addressees
	Unit  ident.Unit // chosen, or read out of the words
	Found ident.Unit // what was read out of the words the last time
	Dues  []dueChoice

	Sayings []string // a tap away: the office's phrases, or the installation's

	Uncertain []int // years that the working days run into and whose holidays nobody has entered
}

// dueChoice is one date a tap away.
type dueChoice struct{ Key, On string }

// boxOf fills the box for a text. The unit follows the words for as long as
// nobody has chosen another.
func (s *Server) boxOf(r *http.Request, to string, in flow.Instruct) (box, error) {
	in.Text = r.PostForm.Get("text")
	whom, err := s.flow.Addressees(r.Context(), actor(r), in)
	if err != nil {
		return box{}, err
	}
	b := box{To: to, Whom: whom, Unit: ident.Unit(r.PostForm.Get("unit")), Dues: s.duesFrom(s.cfg.Clock()), Sayings: whom.Phrases}
	third, err := s.flow.WorkingDay(r.Context(), actor(r), 0, 3)
	if err != nil {
		return box{}, err
	}
	b.Dues = slices.Insert(b.Dues, 0, dueChoice{"days3", third.Day.String()})
	b.Uncertain = third.Unknown
	w := s.tongue(visitOf(r).lang)
	if len(b.Sayings) == 0 {
		for _, t := range w.list("phrase") {
			b.Sayings = append(b.Sayings, w.term("phrase", t.Code))
		}
	}
	if len(whom.Named) > 0 {
		b.Found = whom.Named[0].ID
	}
	if b.Unit == ident.Unit(r.PostForm.Get("found")) {
		b.Unit = b.Found
	}
	return b, nil
}

// duesFrom are this week's Friday (or the next one's, when the week is over), a
// week and a month from now.
func (s *Server) duesFrom(now time.Time) []dueChoice {
	now = now.In(s.flow.Location())
	friday, key := (int(time.Friday)-int(now.Weekday())+7)%7, "this_friday"
	if now.Weekday() == time.Saturday || now.Weekday() == time.Sunday || friday == 0 && now.Hour() >= int(endOfWork.Hours()) {
		key = "next_friday"
		if friday == 0 {
			friday = 7
		}
	}
	on := func(t time.Time) string { return t.Format(time.DateOnly) }
	return []dueChoice{{key, on(now.AddDate(0, 0, friday))}, {"week", on(now.AddDate(0, 0, 7))}, {"month", on(now.AddDate(0, 1, 0))}}
}

// Others are the units that the words do not speak of.
func (b box) Others() []org.Unit {
	var out []org.Unit
next:
	for _, u := range b.Whom.All {
		for _, n := range b.Whom.Named {
			if n.ID == u.ID {
				continue next
			}
		}
		out = append(out, u)
	}
	return out
}

// boxPage is a page with the box on it.
type boxPage interface {
	page
	inBox() *box
}

// drafted answers a form that is not sent yet: a phrase was tapped, or the words
// changed and the page asks whom they speak of. Then only that part is answered.
func (s *Server) drafted(w http.ResponseWriter, r *http.Request, make func() (boxPage, error)) (bool, error) {
	partly := r.Header.Get("HX-Request") != ""
	phrase := r.PostForm.Get("phrase")
	if !partly && phrase == "" {
		return false, nil
	}
	if phrase != "" {
		r.PostForm.Set("text", strings.TrimSpace(r.PostForm.Get("text")+phrase))
	}
	p, err := make()
	if err != nil {
		return true, err
	}
	f := p.frame()
	f.typed = r.PostForm
	if !partly {
		return true, s.page(w, r, p)
	}
	var b bytes.Buffer
	if err := s.renderPart(&b, visitOf(r).lang, p, "whom"); err != nil {
		return true, err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err = w.Write(b.Bytes())
	return true, err
}

// order reads the form of the box.
func (s *Server) order(r *http.Request) (flow.Instruct, error) {
	var in flow.Instruct
	err := httpio.Form(r, &in)
	if day := r.PostForm.Get("due_day"); day != "" { // a day that was written down says more than one that was tapped
		r.PostForm.Set("due_on", day)
	}
	if err == nil {
		in.Due, err = s.when(r, "due")
	}
	return in, err
}

// instructPage is where an instruction is written on a filing.
type instructPage struct {
	Frame
	flow.FilingView
	Box box
}

func (*instructPage) template() string    { return "followup/instruct" }
func (p *instructPage) names() flow.Names { return p.Names }
func (p *instructPage) inBox() *box       { return &p.Box }

func (s *Server) instructing(r *http.Request, id ident.Filing) (*instructPage, error) {
	v, err := s.flow.Filing(r.Context(), actor(r), id)
	if err != nil {
		return nil, err
	}
	p := &instructPage{Frame: s.frame(r, "instruct.head"), FilingView: v}
	p.Scripts = boxScripts
	p.Box, err = s.boxOf(r, "/filings/"+string(id)+"/instruct", flow.Instruct{Filing: id})
	return p, err
}

// boxScripts ask whom the words speak of, and put a phrase where it was tapped.
var boxScripts = []string{"htmx.min.js", "instruct.js"}

// instruct handles GET /filings/{id}/instruct.
func (s *Server) instruct(w http.ResponseWriter, r *http.Request) error {
	p, err := s.instructing(r, filingID(r))
	if err != nil {
		return err
	}
	return s.page(w, r, p)
}

// instructDo handles POST /filings/{id}/instruct.
func (s *Server) instructDo(w http.ResponseWriter, r *http.Request) error {
	in, err := s.order(r)
	if done, derr := s.drafted(w, r, func() (boxPage, error) { return s.instructing(r, filingID(r)) }); done {
		return derr
	}
	in.Filing, in.Placement = filingID(r), ""
	var d duty.Duty
	if err == nil {
		d, err = s.flow.Instruct(once(r), actor(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.instruct)
	}
	return s.seeOther(w, r, "/duties/"+string(d.ID), "duty.given")
}

// takeBack handles POST /duties/{id}/take-back: the words go back into the box
// they were written in, with whom they were for and by when.
func (s *Server) takeBack(w http.ResponseWriter, r *http.Request) error {
	d, err := s.flow.TakeBack(r.Context(), actor(r), dutyID(r))
	if err != nil {
		return s.again(w, r, err, s.duty)
	}
	r.PostForm = url.Values{"text": {d.Text}, "unit": {string(d.Unit)}}
	var p boxPage
	if d.Placement != "" {
		p, err = s.reading(r, d.Issue, d.Placement)
	} else {
		p, err = s.instructing(r, d.Filing)
	}
	if err != nil {
		return err
	}
	if d.Disclosed {
		r.PostForm.Set("disclosed", "1")
	}
	if d.Due != 0 {
		day := time.UnixMicro(d.Due).In(s.flow.Location()).Format(time.DateOnly)
		r.PostForm.Set("due_on", day)
		if !slices.ContainsFunc(p.inBox().Dues, func(c dueChoice) bool { return c.On == day }) {
			r.PostForm.Set("due_day", day)
		}
	}
	f := p.frame()
	f.typed = r.PostForm
	f.Done = f.tongue.say("done.duty.taken_back")
	return s.page(w, r, p)
}

// regret is an instruction that its giver can still take back.
type regret struct {
	Duty  duty.Duty
	Until int64
	Token string
}

// Regret is nil for everybody else, and when the ten minutes are over.
func (f *Frame) Regret(d duty.Duty) *regret {
	until := d.Given + duty.Regret.Microseconds()
	if f.Me == nil || d.Leader != f.Me.Person.ID || d.State != duty.Recorded || f.tongue.now().UnixMicro() >= until {
		return nil
	}
	return &regret{d, until, f.Token}
}
