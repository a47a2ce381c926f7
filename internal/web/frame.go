package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// Frame is what every page has around it. Templates reach its fields directly.
type Frame struct {
	Head    string // the page's own title
	Lang    string
	Theme   string
	Size    string
	Path    string // of this page, with its query: where a switch comes back to
	Token   string // goes into every form
	Me      *flow.Me
	Nav     []navItem
	Done    string   // what has just been done
	Problem *Problem // what went wrong with the form
	Demo    bool
	Version string
	Node    string
	Plain   bool     // without masthead: sign in, and the phone's own pages
	Unread  int      // notifications
	Scripts []string // files of static/ that this page needs besides xinshu.js
	Part    bool     // only the part that a script asked for, not the whole page
	Shell   bool     // the page that is kept for when there is no network: nobody is in it

	tongue tongue
	names  flow.Names
	typed  url.Values // what was in the form that is shown again
}

func (f *Frame) frame() *Frame { return f }

// named pages lend their names to the sentences of a refusal.
type named interface{ names() flow.Names }

// navItem is one entry of the main navigation.
type navItem struct {
	Path string
	Key  string // nav.KEY
	Here bool
}

// emptyFrame serves before anybody is known.
func (s *Server) emptyFrame(lang string) Frame {
	return Frame{Lang: lang, Demo: s.cfg.Demo, Version: s.cfg.Version, Node: s.cfg.Node, tongue: s.tongue(lang)}
}

// frame is the frame of a request. headKey, when not empty, is the sentence that
// is the page's title.
func (s *Server) frame(r *http.Request, headKey string, pairs ...any) Frame {
	v := visitOf(r)
	f := s.emptyFrame(v.lang)
	f.Path = r.URL.RequestURI()
	if headKey != "" {
		f.Head = f.tongue.say(headKey, pairs...)
	}
	if v.problem != nil {
		f.Problem = problemOf(v.problem)
		f.typed = r.PostForm
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		f.Path = "/"
	}
	if !v.signedIn {
		return f
	}
	f.Token, f.Theme, f.Size = v.formToken(), v.session.Theme, v.session.Size
	me, err := s.flow.Me(r.Context(), actor(r))
	if err != nil {
		s.log.WarnContext(r.Context(), "the frame has no person", "ref", v.reference, "err", err)
		return f
	}
	f.Me = &me
	f.Nav = navigation(me, r.URL.Path)
	if f.Unread, err = s.flow.Unread(r.Context(), actor(r)); err != nil {
		s.log.WarnContext(r.Context(), "the frame has no count of notifications", "ref", v.reference, "err", err)
	}
	f.Scripts = []string{"htmx.min.js"} // the count in the masthead asks for itself
	return f
}

// Keys reports whether the person's menu leads to his tokens.
func (f *Frame) Keys() bool {
	return f.Me != nil && slices.ContainsFunc([]org.Role{org.Security, org.Admin, org.Editor, org.Chief, org.Reporter}, f.Me.Has)
}

// navigation is the main menu of a post: what its holder works with, in the
// order of the flow.
func navigation(me flow.Me, path string) []navItem {
	has := func(roles ...org.Role) bool {
		return slices.ContainsFunc(roles, me.Has)
	}
	all := []struct {
		path, key string
		shown     bool
	}{
		{"/", "workbench", true},
		{"/items/new", "write", has(org.Reporter, org.Reviewer, org.Signer)},
		{"/items", "items", has(org.Reporter, org.Reviewer, org.Secrecy, org.Signer)},
		{"/sign-offs", "signoffs", has(org.Reviewer, org.Secrecy, org.Signer)},
		{"/inbox", "inbox", has(org.Editor, org.Chief)},
		{"/issues", "issues", has(org.Editor, org.Chief, org.Leader)},
		{"/readings", "readings", has(org.Leader, org.Reporter, org.Signer, org.Followup, org.Editor, org.Chief)},
		{"/duties", "duties", has(org.Followup, org.Leader, org.Editor, org.Chief, org.Reporter, org.Signer)},
		{"/ranking", "ranking", has(org.Assessor, org.Chief, org.Editor, org.Leader, org.Reporter, org.Signer)},
		{"/people", "people", has(org.Admin, org.Security)},
		{"/units", "units", true},
		{"/record", "record", has(org.Auditor)},
		{"/search", "search", has(org.Reporter, org.Reviewer, org.Secrecy, org.Signer, org.Editor, org.Chief, org.Leader, org.Followup, org.Assessor)},
	}
	var out []navItem
	best := -1
	for _, n := range all {
		if !n.shown {
			continue
		}
		here := path == n.path || n.path != "/" && strings.HasPrefix(path, n.path+"/")
		out = append(out, navItem{Path: n.path, Key: n.key})
		if here && (best < 0 || len(n.path) > len(out[best].Path)) {
			best = len(out) - 1
		}
	}
	if strings.HasPrefix(path, "/items/") && strings.HasSuffix(path, "/sign-off") {
		if i := slices.IndexFunc(out, func(n navItem) bool { return n.Key == "signoffs" }); i >= 0 {
			best = i
		}
	}
	if strings.HasPrefix(path, "/issues/") && strings.HasSuffix(path, "/read") {
		if i := slices.IndexFunc(out, func(n navItem) bool { return n.Key == "readings" }); i >= 0 {
			best = i
		}
	}
	for prefix, key := range elsewhere {
		if best < 0 && strings.HasPrefix(path, prefix) {
			best = slices.IndexFunc(out, func(n navItem) bool { return n.Key == key })
		}
	}
	if best >= 0 {
		out[best].Here = true
	}
	return out
}

// elsewhere are addresses that belong to a menu entry with another address.
var elsewhere = map[string]string{"/filings/": "inbox", "/merge": "inbox", "/letters": "inbox", "/placements/": "issues", "/tray": "issues", "/offices/": "ranking", "/publications": "units", "/calendar": "units", "/webhooks/": "units", "/registers/": "units"}

// Or is what was typed in a field of the form that is shown again, or else the
// value it has.
func (f *Frame) Or(name, value string) string {
	if f.typed == nil {
		return value
	}
	if _, ok := f.typed[name]; !ok {
		return value
	}
	return f.typed.Get(name)
}

// Val is what was typed.
func (f *Frame) Val(name string) string { return f.Or(name, "") }

// Is reports whether a choice is the one made: typed, or else the value it has.
func (f *Frame) Is(name, choice, value string) bool { return f.Or(name, value) == choice }

// Ticked reports whether one of many boxes is ticked.
func (f *Frame) Ticked(name, choice string, was bool) bool {
	if f.typed == nil {
		return was
	}
	return slices.Contains(f.typed[name], choice)
}

// Bad is the sentence above a field that must change; "" when it is well.
func (f *Frame) Bad(path string) string {
	if f.Problem == nil {
		return ""
	}
	for _, b := range f.Problem.Fields {
		if b.Path == path || strings.HasPrefix(b.Path, path+"[") {
			return b.Text
		}
	}
	return ""
}

// Once is a new identity for a creating form.
func (f *Frame) Once() string {
	return ident.NewMinter(f.tongue.now, rand.Reader).New()
}

// Zh reports whether the page is in Chinese.
func (f *Frame) Zh() bool { return f.Lang != "en" }

// Problem is a refusal or bad input as a page shows it.
type Problem struct {
	Kind    fault.Kind
	Head    string
	Fields  []BadField
	Reasons []string

	err *fault.Error
}

// BadField is one part of the form that must change.
type BadField struct{ Path, Text string }

func problemOf(err error) *Problem {
	p := &Problem{Kind: fault.KindOf(err)}
	if fe, ok := errors.AsType[*fault.Error](err); ok {
		p.err = fe
	}
	return p
}

// speak makes the sentences, in the page's language and with its names.
func (p *Problem) speak(f *Frame) {
	if p.err == nil || p.Head != "" {
		return
	}
	w := f.tongue
	for _, b := range p.err.Fields {
		p.Fields = append(p.Fields, BadField{b.Path, w.badField(b)})
	}
	for _, r := range p.err.Reasons {
		p.Reasons = append(p.Reasons, w.reason(r, f.names))
	}
	switch p.Kind {
	case fault.Invalid:
		p.Head = w.say("problem.invalid", "n", len(p.Fields))
	case fault.Conflict:
		p.Head = w.say("problem.conflict")
	default:
		p.Head = w.say("problem.denied")
	}
}

// badField is the sentence of one bad field: what it is called, then what is
// wrong and what to do.
func (w tongue) badField(b fault.Field) string {
	params := map[string]string{"field": w.fieldName(b.Path)}
	for k, v := range b.Params {
		params[k] = w.param(k, v, flow.Names{})
	}
	key := "field." + b.Code
	if !w.has(key) {
		key = "field.other"
		params["code"] = b.Code
	}
	return w.with(key, params)
}

// fieldName is what a page calls an input: its name without the place in a list,
// with the place behind it.
func (w tongue) fieldName(path string) string {
	name, rest, listed := strings.Cut(path, "[")
	if key := "input." + name; w.has(key) {
		name = w.say(key)
	}
	if listed {
		name += " " + strings.NewReplacer("]", "", ".", " ").Replace(rest)
	}
	return name
}

// reason is the sentence of one reason, with until when and who could decide
// otherwise.
func (w tongue) reason(r fault.Reason, names flow.Names) string {
	params := map[string]string{}
	for k, v := range r.Params {
		params[k] = w.param(k, v, names)
	}
	key := "reason." + r.Code
	if !w.has(key) {
		key = "reason.other"
		params["code"] = r.Code
	}
	out := w.with(key, params)
	if r.Until != 0 {
		out += w.say("reason.until", "moment", w.moment(r.Until))
	}
	if r.Override != "" {
		if k := "role." + r.Override; w.has(k) {
			out += w.say("reason.override", "role", w.say(k))
		}
	}
	return out
}

// param turns codes and identifiers in a fault's parameters into words.
func (w tongue) param(name, value string, names flow.Names) string {
	switch name {
	case "verb":
		return w.word("verb", value)
	case "role":
		return w.word("role", value)
	case "roles":
		return w.each("role", value)
	case "check":
		return w.word("check", value)
	case "scope":
		return w.word("scope", value)
	case "state":
		return w.stateWord(value)
	case "from":
		parts := strings.Split(value, "|")
		for i, p := range parts {
			parts[i] = w.stateWord(p)
		}
		return strings.Join(parts, w.say("list.or"))
	case "person":
		if n, ok := names.People[ident.Person(value)]; ok {
			return n
		}
		return w.say("somebody")
	case "units":
		var labels []string
		for id := range strings.FieldsSeq(value) {
			labels = append(labels, w.param("unit", id, names))
		}
		return strings.Join(labels, w.say("list.and"))
	case "office", "unit":
		if u, ok := names.Units[ident.Unit(value)]; ok {
			return u.Label()
		}
		if ident.Valid(value) {
			return w.say("some_unit")
		}
	}
	return value
}

func (w tongue) each(family, value string) string {
	parts := strings.Split(value, "|")
	for i, p := range parts {
		parts[i] = w.word(family, p)
	}
	return strings.Join(parts, w.say("list.or"))
}

// stateWord finds a state's word; the nouns' states share their words where they
// share their codes.
func (w tongue) stateWord(code string) string {
	for _, noun := range []string{"item", "filing", "placement", "issue", "delivery", "duty", "outcome"} {
		if key := "state." + noun + "." + code; w.has(key) {
			return w.say(key)
		}
	}
	return code
}

// maxTitleOf and maxBodyOf are the limits a form shows: the office's, or the
// product's own.
func maxTitleOf(r org.Rules) int { return limit(r.MaxTitle, item.MaxTitle) }
func maxBodyOf(r org.Rules) int  { return limit(r.MaxBody, item.MaxBody) }

func limit(n, most int) int {
	if n <= 0 || n > most {
		return most
	}
	return n
}
