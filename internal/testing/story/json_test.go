package story

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

func TestStoriesInJSON(t *testing.T) {
	each(t, func(t *testing.T, w *world) driver {
		return &inJSON{w: w, memory: memory{issue: map[string]string{}}, token: map[string]string{}}
	})
}

// inJSON acts by requests to the API with each person's own token.
type inJSON struct {
	w *world
	memory
	token    map[string]string
	outcomes map[string]string // by filing outside
}

type obj = map[string]any

// bearer is a person's token, made by that person.
func (d *inJSON) bearer(who string) (string, error) {
	if d.token[who] == "" {
		secret, _, err := d.w.Flow.IssueToken(d.w.Ctx(), d.w.As(who), flow.IssueToken{Name: "story", Scopes: org.Stages, Days: 7})
		if err != nil {
			return "", err
		}
		d.token[who] = secret
	}
	return d.token[who], nil
}

// ask sends a request and decodes the answer into out, if there is one.
func (d *inJSON) ask(who, method, path string, in, out any) error {
	token, err := d.bearer(who)
	if err != nil {
		return err
	}
	var r io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(d.w.Ctx(), method, d.w.app.URL()+"/api/v1"+path, r)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 400 {
		return refusedJSON(res.StatusCode, b)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(b, out)
}

func (d *inJSON) get(who, path string, out any) error { return d.ask(who, "GET", path, nil, out) }

func (d *inJSON) post(who, path string, in, out any) error { return d.ask(who, "POST", path, in, out) }

// refusedJSON reads a problem: its codes are the product's reasons.
func refusedJSON(status int, body []byte) error {
	var p struct {
		Detail  string
		Reasons []struct{ Code string }
		Errors  []struct{ Code string }
	}
	if err := json.Unmarshal(body, &p); err != nil || status >= 500 {
		return fmt.Errorf("answer %d: %s", status, body)
	}
	return &refusal{said: strconv.Itoa(status) + " " + p.Detail, why: func(code string) bool {
		for _, r := range slices.Concat(p.Reasons, p.Errors) {
			if r.Code == code {
				return true
			}
		}
		return false
	}}
}

// act does one sentence.
func (d *inJSON) act(st Step) error {
	switch st.Verb {
	case "draft", "file_for", "merge":
		return d.create(st)
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

func (d *inJSON) create(st Step) error {
	title, who := st.Args["title"], st.Who
	switch st.Verb {
	case "draft":
		form := st.Args["form"]
		if form == "" {
			form = "single"
		}
		var it item.Item
		if err := d.post(who, "/items", obj{"unit": d.w.ID(office(who)), "title": title, "body": body, "genre": st.Args["genre"], "form": form}, &it); err != nil {
			return err
		}
		d.begin(title, who).item = string(it.ID)
	case "file_for":
		var out flow.Filed
		if err := d.post(who, "/filings/for-unit", obj{"office": d.w.ID(office(who)), "unit": d.w.ID(st.Args["unit"]), "title": title, "body": body, "genre": "problem", "form": "single", "channel": st.Args["channel"], "proof": st.Args["text"]}, &out); err != nil {
			return err
		}
		m := d.begin(title, who)
		m.item, m.at[office(who)] = string(out.Item.ID), string(out.Filings[0].ID)
	case "merge":
		var parts []obj
		for i, title := range st.Titles {
			m, err := d.find(title)
			if err != nil {
				return err
			}
			part := obj{"filing": m.at[office(who)], "num": 0, "den": 0}
			if num, den, ok := strings.Cut(st.Shares[i], "/"); ok {
				part["num"], part["den"] = json.Number(num), json.Number(den)
			}
			parts = append(parts, part)
		}
		var fl filing.Filing
		if err := d.post(who, "/composites", obj{"office": d.w.ID(office(who)), "parts": parts, "title": title, "body": body}, &fl); err != nil {
			return err
		}
		m := d.begin(title, who)
		m.item, m.at[office(who)] = string(fl.Item), string(fl.ID)
	}
	return nil
}

// seen is the revision of the item that the person looks at now, or looked at
// when the story said so.
func (d *inJSON) seen(who string, m *matter) (item.Item, int, error) {
	var v flow.ItemView
	if err := d.get(who, "/items/"+m.item, &v); err != nil {
		return v.Item, 0, err
	}
	if n, ok := m.seen[who].(int); ok {
		delete(m.seen, who)
		return v.Item, n, nil
	}
	return v.Item, v.Item.Revision, nil
}

func (d *inJSON) atUnit(st Step, m *matter) error {
	path := "/items/" + m.item
	if st.Verb == "withdraw" {
		return d.post(st.Who, path+"/withdraw", obj{"remark": st.Args["text"]}, nil)
	}
	if st.Verb == "unsign" {
		return d.post(st.Who, path+"/unsign", nil, nil)
	}
	if st.Verb == "confirm" {
		return d.post(st.Who, path+"/confirm", nil, nil)
	}
	if st.Verb == "revise" { // one looks at it anew to write; what was opened to sign stays open
		var v flow.ItemView
		if err := d.get(st.Who, path, &v); err != nil {
			return err
		}
		return d.post(st.Who, path+"/revise", obj{"title": m.now, "body": words(st.Args["text"]), "seen": v.Item.Revision}, nil)
	}
	it, seen, err := d.seen(st.Who, m)
	if err != nil {
		return err
	}
	switch st.Verb {
	case "open":
		m.seen[st.Who] = seen
	case "submit":
		verb := "/submit"
		if it.State == item.SentBack {
			verb = "/resubmit"
		}
		return d.post(st.Who, path+verb, obj{"seen": seen}, nil)
	case "sign":
		return d.post(st.Who, path+"/sign-off", obj{"seen": seen}, nil)
	case "send_back":
		return d.post(st.Who, path+"/send-back", obj{"reason": st.Args["reason"], "remark": st.Args["text"]}, nil)
	}
	return nil
}

// jointly is about the units that stand behind an item together.
func (d *inJSON) jointly(st Step, m *matter) error {
	path := "/items/" + m.item
	switch st.Verb {
	case "partners":
		var ps []obj
		for _, p := range partnersIn(st) {
			o := obj{"unit": d.w.ID(p.unit)}
			if num, den, ok := strings.Cut(p.share, "/"); ok {
				o["num"], o["den"] = json.Number(num), json.Number(den)
			}
			ps = append(ps, o)
		}
		return d.ask(st.Who, "PUT", path+"/partners", obj{"partners": ps}, nil)
	case "take_off":
		return d.post(st.Who, path+"/take-off-partner", obj{"unit": d.w.ID(st.Args["unit"]), "reason": st.Args["text"]}, nil)
	}
	_, seen, err := d.seen(st.Who, m)
	if err != nil {
		return err
	}
	return d.post(st.Who, path+"/file", obj{"seen": seen}, nil)
}

// filing is the matter's filing at the person's desk, found in the list once.
func (d *inJSON) filing(who string, m *matter) (string, error) {
	if id := m.at[office(who)]; id != "" {
		return id, nil
	}
	var page flow.Page[filing.Filing]
	if err := d.get(who, "/filings?state=filed&office="+string(d.w.ID(office(who))), &page); err != nil {
		return "", err
	}
	for _, fl := range page.Rows {
		if string(fl.Item) == m.item {
			m.at[office(who)] = string(fl.ID)
			return string(fl.ID), nil
		}
	}
	return "", fmt.Errorf("%q does not lie at the desk of %s", m.first, office(who))
}

func (d *inJSON) atDesk(st Step, m *matter) error {
	id, err := d.filing(st.Who, m)
	if err != nil {
		return err
	}
	path := "/filings/" + id
	var v flow.FilingView
	if err := d.get(st.Who, path, &v); err != nil {
		return err
	}
	seen := v.Filing.Revision
	switch st.Verb {
	case "receive":
		return d.post(st.Who, path+"/receive", nil, nil)
	case "edit":
		if err := d.post(st.Who, path+"/revise", obj{"title": st.Args["title"], "body": v.Text.Body + "\n编者按。", "seen": seen}, nil); err != nil {
			return err
		}
		m.now = st.Args["title"]
		return nil
	case "finish":
		return d.post(st.Who, path+"/mark-ready", obj{"seen": seen}, nil)
	case "return", "hold", "decline":
		return d.post(st.Who, path+"/"+st.Verb, obj{"reason": st.Args["reason"], "remark": st.Args["text"]}, nil)
	case "take_over":
		return d.post(st.Who, path+"/take-over", nil, nil)
	case "adopt":
		var p issue.Placement
		if err := d.post(st.Who, path+"/adopt", obj{"publication": d.w.Pubs[st.Args["pub"]].ID, "seen": seen}, &p); err != nil {
			return err
		}
		m.last[office(st.Who)] = string(p.ID)
		return nil
	case "unmerge", "resume":
		return d.post(st.Who, path+"/"+st.Verb, nil, nil)
	case "forward":
		var up filing.Filing
		if err := d.post(st.Who, path+"/forward", obj{"office": d.w.ID(st.Args["office"]), "seen": seen}, &up); err != nil {
			return err
		}
		m.at[st.Args["office"]] = string(up.ID)
		return nil
	}
	return d.outside(st, m)
}

// outside is about a filing at an office that is not on the system, in the
// hands of the office that sent it there.
func (d *inJSON) outside(st Step, m *matter) error {
	path := "/filings/" + m.at[st.Args["office"]]
	switch st.Verb {
	case "send":
		return d.post(st.Who, path+"/send", obj{"channel": st.Args["channel"], "proof": st.Args["text"]}, nil)
	case "enter_outcome":
		return d.post(st.Who, path+"/outcomes", obj{"kind": "adopted", "outlet": "px", "name": st.Args["name"], "issue": st.Args["number"], "proof": st.Args["text"], "occurred": d.w.Clock.Now().UnixMicro()}, nil)
	case "confirm_outcome":
		var v flow.FilingView
		if err := d.get(st.Who, path, &v); err != nil {
			return err
		}
		if len(v.Outcomes) == 0 {
			return fmt.Errorf("no outcome of %q has been entered", m.first)
		}
		return d.post(st.Who, "/outcomes/"+string(v.Outcomes[len(v.Outcomes)-1].ID)+"/decide", obj{"confirm": true}, nil)
	}
	return fmt.Errorf("the JSON driver does not know %q yet", st.Verb)
}

func (d *inJSON) press(st Step) error {
	here := office(st.Who)
	switch st.Verb {
	case "open_issue":
		var is issue.Issue
		if err := d.post(st.Who, "/issues", obj{"publication": d.w.Pubs[st.Args["pub"]].ID}, &is); err != nil {
			return err
		}
		d.issue[here] = string(is.ID)
		return nil
	case "publish":
		return d.post(st.Who, "/issues/"+d.issue[here]+"/publish", obj{"dispatch": true}, nil)
	}
	return d.post(st.Who, "/issues/"+d.issue[here]+"/"+st.Verb, nil, nil)
}

func (d *inJSON) inPrint(st Step, m *matter) error {
	p, text := m.last[office(st.Who)], st.Args["text"]
	switch st.Verb {
	case "place":
		return d.post(st.Who, "/placements/"+p+"/place", obj{"issue": d.issue[office(st.Who)]}, nil)
	case "correct":
		return d.post(st.Who, "/placements/"+p+"/correct", obj{"title": m.now, "body": body + "\n更正。", "notice": text}, nil)
	case "recall":
		return d.post(st.Who, "/placements/"+p+"/recall", obj{"remark": text}, nil)
	}
	return d.post(st.Who, "/instructions", obj{"placement": p, "text": text, "disclosed": true}, nil)
}

// look checks one sentence.
func (d *inJSON) look(st Step) error {
	if st.Verb == "points" {
		here := office(st.Who)
		var v struct{ Total string }
		if err := d.get(st.Who, "/offices/"+string(d.w.ID(st.Args["office"]))+"/ledger?"+url.Values{"unit": {string(d.w.ID(here))}, "period": {"2026-11"}}.Encode(), &v); err != nil {
			return err
		}
		return same("points of "+here, v.Total, st.Args["points"])
	}
	if st.Verb == "copy" {
		var page flow.Page[flow.Reading]
		if err := d.get(st.Who, "/deliveries", &page); err != nil {
			return err
		}
		var states []string
		for _, r := range page.Rows {
			states = append(states, string(r.Delivery.State))
		}
		return among("copies", states, st.Args["state"])
	}
	m, err := d.find(st.Args["it"])
	if err != nil {
		return err
	}
	switch st.Verb {
	case "unseen":
		return unseen(d.get(st.Who, "/items/"+m.item, nil))
	case "state":
		return d.lookState(st, m)
	case "printed":
		return d.lookPrinted(st, m)
	case "hear":
		return d.lookNews(st, m)
	}
	return d.lookJourney(st, m)
}

func (d *inJSON) lookState(st Step, m *matter) error {
	if st.Who[0:2] == "ed" || strings.HasPrefix(st.Who, "chief.") {
		id, err := d.filing(st.Who, m)
		if err != nil {
			return err
		}
		var v flow.FilingView
		if err := d.get(st.Who, "/filings/"+id, &v); err != nil {
			return err
		}
		return same("filing", string(v.Filing.State), st.Args["state"])
	}
	var v flow.ItemView
	if err := d.get(st.Who, "/items/"+m.item, &v); err != nil {
		return err
	}
	return same("item", string(v.Item.State), st.Args["state"])
}

func (d *inJSON) lookPrinted(st Step, m *matter) error {
	var page flow.Page[flow.Reading]
	if err := d.get(st.Who, "/deliveries", &page); err != nil {
		return err
	}
	var states []string
	for _, r := range page.Rows {
		var v flow.IssueView
		if err := d.get(st.Who, "/issues/"+string(r.Issue.ID), &v); err != nil {
			return err
		}
		for _, p := range v.Placed {
			if p.Placement.Title == m.now || p.Title == m.now {
				states = append(states, string(p.Placement.State))
			}
		}
	}
	return among("printed texts called "+m.now, states, st.Args["state"])
}

// lookNews finds what became of the matter on its way; what was told from above
// must also stand in the person's news.
func (d *inJSON) lookNews(st Step, m *matter) error {
	var j flow.Journey
	if err := d.get(st.Who, "/items/"+m.item+"/journey", &j); err != nil {
		return err
	}
	want := st.Args["kind"] + " in " + st.Args["name"]
	var heard []string
	for _, s := range j.Steps {
		source, kind, _ := strings.Cut(s.Kind, ".")
		heard = append(heard, kind+" in "+s.Name)
		if source == "news" && heard[len(heard)-1] == want {
			return d.lookTold(st, m, want)
		}
	}
	return among("what happened", heard, want)
}

func (d *inJSON) lookTold(st Step, m *matter, want string) error {
	var page flow.Page[flow.NewsRow]
	if err := d.get(st.Who, "/news", &page); err != nil {
		return err
	}
	var heard []string
	for _, r := range page.Rows {
		if string(r.Item) == m.item {
			heard = append(heard, r.News.Kind+" in "+r.News.Name)
		}
	}
	return among("news", heard, want)
}

func (d *inJSON) lookJourney(st Step, m *matter) error {
	var j flow.Journey
	if err := d.get(st.Who, "/items/"+m.item+"/journey", &j); err != nil {
		return err
	}
	if st.Verb == "order" {
		var orders []string
		for _, s := range j.Steps {
			if strings.Contains(s.Kind, "instruct") {
				orders = append(orders, s.Text)
			}
		}
		return among("instructions", orders, st.Args["text"])
	}
	if st.Verb == "edited" {
		var titles []string
		for _, made := range j.Texts {
			titles = append(titles, made.Title)
		}
		return among("what offices made of it", titles, st.Args["title"])
	}
	var reached []string
	for _, u := range j.Levels[1:] {
		reached = append(reached, u.Code)
	}
	return same("offices reached", strings.Join(reached, ", "), st.Args["offices"])
}

func same(what, got, want string) error {
	if got != want {
		return fmt.Errorf("%s = %s, want %s", what, got, want)
	}
	return nil
}

func among(what string, got []string, want string) error {
	if !slices.Contains(got, want) {
		return fmt.Errorf("%s = [%s], want one %s", what, strings.Join(got, "; "), want)
	}
	return nil
}
