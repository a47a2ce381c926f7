package story

import (
	"fmt"
	"path"
	"strings"

	"golang.org/x/net/html"
)

// toDecide is the inbox with what has been received.
const toDecide = "/inbox?state=received&state=editing&state=ready"

// merge ticks the rows in the inbox and fills in the page they lead to.
func (d *inPages) merge(st Step) error {
	inbox, err := d.open(st.Who, toDecide)
	if err != nil {
		return err
	}
	f, err := inbox.form("^/inbox/do$")
	if err != nil {
		return err
	}
	share := map[string]string{}
	for i, title := range st.Titles {
		m, err := d.find(title)
		if err != nil {
			return err
		}
		id := path.Base(m.at[office(st.Who)])
		share[id] = st.Shares[i]
		if err := f.set("filing", id); err != nil {
			return err
		}
	}
	p, err := f.press("do", "merge")
	if err != nil {
		return err
	}
	if f, err = p.form("^/merge$"); err != nil {
		return err
	}
	if err := f.fields("title", st.Args["title"], "p", body, "shares", "own"); err != nil {
		return err
	}
	for i, id := range f.values["filing"] { // the page has its own order
		if share[id] != "" {
			f.values["share"][i] = share[id]
		}
	}
	made, err := f.press("do", "merge")
	if err != nil {
		return err
	}
	d.begin(st.Args["title"], st.Who).at[office(st.Who)] = made.at.Path
	return nil
}

// outside is about the filing at an office that is not on the site, reached from
// the filing at the desk that sent it there.
func (d *inPages) outside(p *page, st Step) error {
	p, err := p.follow(p.link(d.w.Units[st.Args["office"]].Short))
	if err != nil {
		return err
	}
	switch st.Verb {
	case "send":
		p, err = p.follow(p.linkTo("/send$"))
		_, err = sendForm(p, err, "/send$", "channel", st.Args["channel"], "proof", st.Args["text"])
		return err
	case "enter_outcome":
		p, err = p.follow(p.linkTo("/outcome$"))
		now := d.w.Clock.Now().In(d.w.Flow.Location()).Format("2006-01-02T15:04")
		_, err = sendForm(p, err, "/outcome$", "kind", "adopted", "outlet", "px", "name", st.Args["name"], "issue", st.Args["number"], "proof", st.Args["text"], "occurred_on", now)
		return err
	case "confirm_outcome":
		if p, err = p.follow(p.linkTo("^/outcomes/")); err != nil {
			return err
		}
		f, err := p.form("^/outcomes/")
		if err != nil {
			return err
		}
		_, err = f.press("confirm", "1")
		return err
	}
	return fmt.Errorf("the pages' driver does not know %q yet", st.Verb)
}

// press is about the issue that was opened last at the person's office.
func (d *inPages) press(st Step) error {
	here := office(st.Who)
	if st.Verb == "open_issue" {
		p, err := d.open(st.Who, "/issues")
		p, err = sendForm(p, err, "^/issues$", "publication", string(d.w.Pubs[st.Args["pub"]].ID))
		if err != nil {
			return err
		}
		d.issue[here] = p.at.Path
		return nil
	}
	at := d.issue[here]
	if st.Verb == "approve" { // read as printed, on a page of its own
		at += "/approve"
	}
	p, err := d.open(st.Who, at)
	_, err = sendForm(p, err, d.issue[here]+"/"+st.Verb+"$")
	return err
}

// within is the part of a page that speaks of something: the first element of a
// kind in which a link or a heading says the words.
func (p *page) within(kind, words string) (*page, error) {
	for _, n := range all(p.doc, func(n *html.Node) bool { return n.Data == kind }) {
		for range all(n, func(n *html.Node) bool { return (n.Data == "a" || n.Data == "h2") && said(n) == words }) {
			part := *p
			part.doc = n
			return &part, nil
		}
	}
	return nil, p.cannot("no %s speaks of %q", kind, words)
}

func (d *inPages) inPrint(st Step, m *matter) error {
	here, text := office(st.Who), st.Args["text"]
	if st.Verb == "instruct" {
		return d.instruct(st, m)
	}
	if st.Verb == "place" {
		m.in[here] = d.issue[here]
	}
	p, err := d.open(st.Who, m.in[here])
	if err != nil {
		return err
	}
	switch st.Verb {
	case "place":
		row, err := p.within("li", m.now)
		if err != nil {
			return err
		}
		f, err := row.form("^/placements/[^/]+/place$")
		if err != nil {
			return err
		}
		m.last[here] = path.Base(path.Dir(f.action.Path))
		_, err = f.press("", "")
		return err
	case "correct":
		p, err = p.follow(p.linkTo(m.last[here] + "/correct$"))
		if err != nil {
			return err
		}
		f, err := p.form("/correct$")
		if err != nil {
			return err
		}
		if err := f.fields("body", f.values.Get("body")+"\n更正。", "notice", text); err != nil {
			return err
		}
		return d.told(f, "/correct$")
	}
	p, err = p.follow(p.linkTo(m.last[here] + "/recall$"))
	if err != nil {
		return err
	}
	f, err := p.form("/recall$")
	if err != nil {
		return err
	}
	if err := f.fields("remark", text); err != nil {
		return err
	}
	return d.told(f, "/recall$")
}

// told sees what readers will be told, and sends it.
func (d *inPages) told(f *form, action string) error {
	p, err := f.press("do", "show")
	if err != nil {
		return err
	}
	if f, err = p.form(action); err != nil {
		return err
	}
	_, err = f.press("do", "send")
	return err
}

// instruct is what a leader writes beside the text he reads in an issue.
func (d *inPages) instruct(st Step, m *matter) error {
	here := office(st.Who)
	p, err := d.open(st.Who, "/readings")
	if err != nil {
		return err
	}
	p, err = p.follow(p.linkTo(m.in[here] + "/read$"))
	if err == nil {
		p, err = p.follow(p.linkTo(`on=` + m.last[here] + `#`))
	}
	_, err = sendForm(p, err, "/instruct$", "text", st.Args["text"], "disclosed", "1")
	return err
}

// lookCopy reads the list of what was distributed to the person's unit.
func (d *inPages) lookCopy(st Step) error {
	p, err := d.open(st.Who, "/readings")
	if err != nil {
		return err
	}
	var states []string
	for _, n := range all(p.doc, classOf("x-light")) {
		states = append(states, said(n))
	}
	return among("copies", states, sentences["state.delivery."+st.Args["state"]])
}

// lookPrinted opens every issue the person's unit has and looks at how the text
// stands in it.
func (d *inPages) lookPrinted(st Step, m *matter) error {
	p, err := d.open(st.Who, "/readings")
	if err != nil {
		return err
	}
	var states []string
	for _, a := range all(p.doc, func(n *html.Node) bool { return n.Data == "a" && strings.HasSuffix(attr(n, "href"), "/read") }) {
		issue, err := p.follow(attr(a, "href"), nil)
		if err != nil {
			return err
		}
		text, err := issue.within("section", m.now)
		if err != nil {
			continue
		}
		state := "published"
		for _, other := range []string{"corrected", "recalled"} {
			if says := sentences["read."+other]; says != "" && strings.Contains(said(text.doc), says) {
				state = other
			}
		}
		states = append(states, state)
	}
	return among("printed texts called "+m.now, states, st.Args["state"])
}

// lookPoints follows the assessment's entry in the menu to the unit's own total.
func (d *inPages) lookPoints(st Step) error {
	p, err := d.open(st.Who, "/")
	if err != nil {
		return err
	}
	if p, err = p.follow(p.linkTo("^/ranking$")); err != nil {
		return err
	}
	here := office(st.Who)
	if err := same("the assessment's page", p.at.Path, "/offices/"+string(d.w.ID(st.Args["office"]))+"/ledger/"+string(d.w.ID(here))); err != nil {
		return err
	}
	total := ""
	for _, n := range all(p.doc, classOf("x-big")) {
		total = said(n)
		break
	}
	return same("points of "+here, total, st.Args["points"])
}
