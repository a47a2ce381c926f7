package story

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
)

const password = "correct horse battery"

func TestStoriesInPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) driver {
		return &inPages{w: w, memory: memory{issue: map[string]string{}}, browsers: map[string]*browser{}}
	})
}

// inPages acts as people do: each in a browser of their own, signed in at the
// door with a password. It knows of a matter what somebody has seen on a page.
type inPages struct {
	w *world
	memory
	browsers map[string]*browser
}

// as is somebody's browser; the first time they sign in.
func (d *inPages) as(who string) (*browser, error) {
	if b := d.browsers[who]; b != nil {
		return b, nil
	}
	if err := d.w.app.Auth.SetPassword(d.w.Ctx(), d.w.As(who).Person, password); err != nil {
		return nil, err
	}
	b, err := newBrowser(d.w.app.URL(), who)
	if err != nil {
		return nil, err
	}
	door, err := b.get("/sign-in")
	if err != nil {
		return nil, err
	}
	f, err := door.form("^/sign-in$")
	if err != nil {
		return nil, err
	}
	if err := f.fields("login", who, "password", password); err != nil {
		return nil, err
	}
	if _, err := f.press("", ""); err != nil {
		return nil, err
	}
	d.browsers[who] = b
	return b, nil
}

func (d *inPages) open(who, path string) (*page, error) {
	b, err := d.as(who)
	if err != nil {
		return nil, err
	}
	return b.get(path)
}

// sendForm fills in the form that goes to an address and sends it.
func sendForm(p *page, err error, to string, pairs ...string) (*page, error) {
	if err != nil {
		return p, err
	}
	f, err := p.form(to)
	if err != nil {
		return p, err
	}
	if err := f.fields(pairs...); err != nil {
		return p, err
	}
	return f.press("", "")
}

// act does one sentence.
func (d *inPages) act(st Step) error {
	switch st.Verb {
	case "draft":
		return d.draft(st)
	case "file_for":
		return d.fileFor(st)
	case "merge":
		return d.merge(st)
	case "open_issue", "propose", "approve", "publish":
		return d.press(st)
	}
	m, err := d.find(st.Args["it"])
	if err != nil {
		return err
	}
	switch st.Verb {
	case "partners", "file", "take_off":
		return d.jointly(st, m)
	case "revise", "open", "submit", "sign", "unsign", "send_back", "withdraw", "confirm":
		return d.atUnit(st, m)
	case "place", "correct", "recall", "instruct":
		return d.inPrint(st, m)
	}
	return d.atDesk(st, m)
}

func (d *inPages) draft(st Step) error {
	p, err := d.open(st.Who, "/items/new")
	if err != nil {
		return err
	}
	f, err := p.form("^/items$")
	if err != nil {
		return err
	}
	if err := f.fields("title", st.Args["title"], "body", body, "genre", st.Args["genre"]); err != nil {
		return err
	}
	// The page suggests a form by the length; the story says which it is.
	if err := f.set("form", cmp.Or(st.Args["form"], "single")); err != nil {
		return err
	}
	saved, err := f.press("do", "save")
	if err != nil {
		return err
	}
	d.begin(st.Args["title"], st.Who).item = strings.TrimSuffix(saved.at.Path, "/edit")
	return nil
}

func (d *inPages) fileFor(st Step) error {
	p, err := d.open(st.Who, "/inbox")
	if err != nil {
		return err
	}
	p, err = p.follow(p.linkTo("^/filings/new$"))
	unit := string(d.w.ID(st.Args["unit"]))
	done, err := sendForm(p, err, "^/filings$", "unit", unit, "channel", st.Args["channel"], "proof", st.Args["text"], "title", st.Args["title"], "body", body, "genre", "problem")
	if err != nil {
		return err
	}
	m := d.begin(st.Args["title"], st.Who)
	m.at[office(st.Who)] = done.at.Path
	return nil
}

// item is the matter's page for somebody of the unit, found in the unit's list once.
func (d *inPages) item(who string, m *matter) (*page, error) {
	if m.item == "" {
		list, err := d.open(who, "/items")
		if err != nil {
			return nil, err
		}
		if m.item, err = list.link(m.first); err != nil {
			return nil, err
		}
	}
	return d.open(who, m.item)
}

func (d *inPages) atUnit(st Step, m *matter) error {
	p, err := d.item(st.Who, m)
	if err != nil {
		return err
	}
	switch st.Verb {
	case "revise":
		p, err = p.follow(p.linkTo(m.item + "/edit$"))
		if err != nil {
			return err
		}
		f, err := p.form(m.item + "/edit$")
		if err != nil {
			return err
		}
		if err := f.set("body", words(st.Args["text"])); err != nil {
			return err
		}
		_, err = f.press("do", "save")
		return err
	case "submit":
		return d.submit(p, m)
	case "withdraw":
		_, err = sendForm(p, nil, m.item+"/withdraw$", "remark", st.Args["text"])
		return err
	case "unsign": // the line stands above the page for as long as it can be pressed
		if _, err := p.form(m.item + "/unsign$"); err != nil {
			return p.cannot("no button to take a check back")
		}
		_, err = sendForm(p, nil, m.item+"/unsign$")
		return err
	case "confirm":
		_, err = sendForm(p, nil, m.item+"/confirm$")
		return err
	}
	return d.check(st, m)
}

// jointly is about the units that stand behind an item together: on the page
// where it is written, and on the item's own.
func (d *inPages) jointly(st Step, m *matter) error {
	p, err := d.item(st.Who, m)
	if err != nil {
		return err
	}
	switch st.Verb {
	case "take_off":
		_, err = sendForm(p, nil, m.item+"/take-off$", "unit", string(d.w.ID(st.Args["unit"])), "reason", st.Args["text"])
		return err
	case "file":
		if _, err := p.form(m.item + "/file$"); err != nil {
			return p.cannot("no button to file")
		}
		_, err = sendForm(p, nil, m.item+"/file$")
		return err
	}
	if p, err = p.follow(p.linkTo(m.item + "/edit$")); err != nil {
		return err
	}
	f, err := p.form(m.item + "/edit$")
	if err != nil {
		return err
	}
	names, shares := []string{}, []string{}
	for _, u := range partnersIn(st) {
		names, shares = append(names, d.w.Units[u.unit].Name), append(shares, u.share)
	}
	if rows := len(f.inputs("partner")); rows < len(names) {
		return fmt.Errorf("the page has room for %d partners, want %d", rows, len(names))
	}
	f.values["partner"], f.values["share"] = names, shares
	_, err = f.press("do", "save")
	return err
}

// submit presses the button on the item's page; where there is none, the one
// below the text on the page where it is written.
func (d *inPages) submit(p *page, m *matter) error {
	if _, err := p.form(m.item + "/submit$"); err == nil {
		_, err = sendForm(p, nil, m.item+"/submit$")
		return err
	}
	p, err := p.follow(p.linkTo(m.item + "/edit$"))
	if err != nil {
		return err
	}
	f, err := p.form(m.item + "/edit$")
	if err != nil {
		return err
	}
	_, err = f.press("do", "submit")
	return err
}

// check is the checker's page: opened, signed or sent back.
func (d *inPages) check(st Step, m *matter) error {
	p, opened := m.seen[st.Who].(*page)
	if !opened {
		var err error
		if p, err = d.toSign(st.Who, m); err != nil {
			return err
		}
	}
	delete(m.seen, st.Who)
	switch st.Verb {
	case "open":
		m.seen[st.Who] = p
		return nil
	case "sign":
		_, err := sendForm(p, nil, m.item+"/sign-off$")
		return err
	}
	f, err := p.form(m.item + "/send-back$")
	if err != nil {
		return err
	}
	if err := f.fields("reason", st.Args["reason"], "remark", st.Args["text"]); err != nil {
		return err
	}
	_, err = f.press("", "")
	return err
}

// toSign comes to the page from the list of what waits for the checker; to what
// does not wait for him he can only go by its address.
func (d *inPages) toSign(who string, m *matter) (*page, error) {
	list, err := d.open(who, "/sign-offs")
	if err != nil {
		return nil, err
	}
	if href, err := list.link(m.first); err == nil {
		return list.follow(href, nil)
	}
	return d.open(who, m.item+"/sign-off")
}

// filing is the matter's page at somebody's desk, found in the inbox once.
func (d *inPages) filing(who string, m *matter) (*page, error) {
	here := office(who)
	if m.at[here] == "" {
		inbox, err := d.open(who, "/inbox")
		if err != nil {
			return nil, err
		}
		if m.at[here], err = inbox.link(m.now); err != nil {
			return nil, err
		}
	}
	return d.open(who, m.at[here])
}

func (d *inPages) atDesk(st Step, m *matter) error {
	p, err := d.filing(st.Who, m)
	if err != nil {
		return err
	}
	here := m.at[office(st.Who)]
	switch st.Verb {
	case "receive":
		_, err = sendForm(p, nil, here+"/receive$")
		return err
	case "edit":
		return d.edit(p, here, st, m)
	case "finish":
		_, err = sendForm(p, nil, here+"/ready$")
		return err
	case "return", "hold", "decline":
		p, err = p.follow(p.linkTo(here + "/" + st.Verb + "$"))
		_, err = sendForm(p, err, here+"/"+st.Verb+"$", "reason", st.Args["reason"], "remark", st.Args["text"])
		return err
	case "take_over":
		_, err = sendForm(p, nil, here+"/take-over$")
		return err
	case "adopt":
		p, err = p.follow(p.linkTo(here + "/adopt$"))
		_, err = sendForm(p, err, here+"/adopt$", "publication", string(d.w.Pubs[st.Args["pub"]].ID))
		return err
	case "unmerge", "resume":
		_, err = sendForm(p, nil, here+"/"+st.Verb+"$")
		return err
	case "forward":
		p, err = p.follow(p.linkTo(here + "/forward$"))
		_, err = sendForm(p, err, here+"/forward$", "office", string(d.w.ID(st.Args["office"])))
		return err
	}
	return d.outside(p, st)
}

func (d *inPages) edit(p *page, here string, st Step, m *matter) error {
	p, err := p.follow(p.linkTo(here + "/edit$"))
	if err != nil {
		return err
	}
	f, err := p.form(here + "/edit$")
	if err != nil {
		return err
	}
	if err := f.fields("title", st.Args["title"], "body", f.values.Get("body")+"\n编者按。"); err != nil {
		return err
	}
	if _, err := f.press("do", "save"); err != nil {
		return err
	}
	m.now = st.Args["title"]
	return nil
}

// look checks one sentence.
func (d *inPages) look(st Step) error {
	switch st.Verb {
	case "points":
		return d.lookPoints(st)
	case "copy":
		return d.lookCopy(st)
	}
	m, err := d.find(st.Args["it"])
	if err != nil {
		return err
	}
	switch st.Verb {
	case "unseen":
		_, err := d.open(st.Who, m.item)
		return unseen(err)
	case "state":
		return d.lookState(st, m)
	case "printed":
		return d.lookPrinted(st, m)
	}
	return d.lookWay(st, m)
}

func (d *inPages) lookState(st Step, m *matter) error {
	if strings.HasPrefix(st.Who, "editor") || strings.HasPrefix(st.Who, "chief") {
		p, err := d.filing(st.Who, m)
		if err != nil {
			return err
		}
		return same("the filing's page", p.state("x-deskhead__state"), sentences["state.filing."+st.Args["state"]])
	}
	p, err := d.item(st.Who, m)
	if err != nil {
		return err
	}
	return same("the item's page", p.state("x-deskhead__state"), sentences["state.item."+st.Args["state"]])
}

// lookWay reads the page "where is my item".
func (d *inPages) lookWay(st Step, m *matter) error {
	p, err := d.item(st.Who, m)
	if err != nil {
		return err
	}
	if p, err = p.follow(p.linkTo(m.item + "/where$")); err != nil {
		return err
	}
	switch st.Verb {
	case "reach":
		for code := range strings.SplitSeq(st.Args["offices"], ", ") {
			if !strings.Contains(lanes(p), d.w.Units[code].Short) {
				return fmt.Errorf("the way shows %s, want %s among them", lanes(p), d.w.Units[code].Short)
			}
		}
		return nil
	case "edited":
		if !strings.Contains(kept(p.doc), st.Args["title"]) {
			return fmt.Errorf("the page does not show %q: %s", st.Args["title"], p.text())
		}
		return nil
	}
	return lookHeard(p, st)
}

// lanes are the heads of the columns of the way.
func lanes(p *page) string {
	var out []string
	for _, n := range all(p.doc, classOf("x-lanes__h")) {
		out = append(out, said(n))
	}
	return strings.Join(out, " | ")
}

// lookHeard finds the event on the way: what happened, and in which publication.
func lookHeard(p *page, st Step) error {
	var events []string
	for _, n := range all(p.doc, classOf("x-ev")) {
		events = append(events, said(n))
		keys, in := []string{"fact.placement." + st.Args["kind"], "news." + st.Args["kind"]}, st.Args["name"]
		if st.Verb == "order" {
			keys, in = []string{"fact.instruction.given", "news.instructed"}, st.Args["text"]
		}
		for _, key := range keys {
			if what := sentences[key]; what != "" && strings.Contains(said(n), what) && strings.Contains(said(n), in) {
				return nil
			}
		}
	}
	return fmt.Errorf("the way tells [%s], want %s %s%s", strings.Join(events, "; "), st.Args["kind"], st.Args["name"], st.Args["text"])
}
