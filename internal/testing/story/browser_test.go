package story

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// browser is one person's: its own cookies, no script.
type browser struct {
	base   string
	client *http.Client
	who    string
}

func newBrowser(base, who string) (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &browser{base: base, client: &http.Client{Jar: jar}, who: who}, nil
}

// page is what the browser shows.
type page struct {
	b      *browser
	at     *url.URL
	status int
	doc    *html.Node
}

func (b *browser) send(req *http.Request) (*page, error) {
	res, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	doc, err := html.Parse(io.LimitReader(res.Body, 8<<20))
	if err != nil {
		return nil, err
	}
	p := &page{b: b, at: res.Request.URL, status: res.StatusCode, doc: doc}
	if p.status >= 500 || res.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		return p, fmt.Errorf("%s %s as %s = %d: %s", req.Method, req.URL.Path, b.who, p.status, p.text())
	}
	return p, nil
}

// get opens an address. A page that may not be seen is a refusal.
func (b *browser) get(path string) (*page, error) {
	req, err := http.NewRequest(http.MethodGet, b.base+path, nil)
	if err != nil {
		return nil, err
	}
	p, err := b.send(req)
	if err == nil && p.status >= 400 {
		err = p.refused()
	}
	return p, err
}

// all walks the elements of a page in their order.
func all(n *html.Node, want func(*html.Node) bool) (out []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && want(d) {
			out = append(out, d)
		}
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func classed(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(attr(n, "class")), class)
}

// said is the text of an element, white space made one.
func said(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "script" && d.Parent.Data != "style" {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// kept is the text of an element without what is struck out and without spaces.
func kept(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		struck := false
		for a := range d.Ancestors() {
			struck = struck || a.Data == "del"
		}
		if d.Type == html.TextNode && !struck {
			b.WriteString(strings.Join(strings.Fields(d.Data), ""))
		}
	}
	return b.String()
}

// text is what the page says in its main part.
func (p *page) text() string {
	for _, m := range all(p.doc, func(n *html.Node) bool { return n.Data == "main" }) {
		return said(m)
	}
	return said(p.doc)
}

// state is the first light in an element with the class: what it says a thing is.
func (p *page) state(class string) string {
	for _, box := range all(p.doc, func(n *html.Node) bool { return classed(n, class) }) {
		for _, l := range all(box, func(n *html.Node) bool { return classed(n, "x-light") }) {
			return said(l)
		}
	}
	return ""
}

// link is the address of the first link that says the words.
func (p *page) link(words string) (string, error) {
	var seen []string
	for _, a := range all(p.doc, func(n *html.Node) bool { return n.Data == "a" && has(n, "href") }) {
		if said(a) == words {
			return attr(a, "href"), nil
		}
		seen = append(seen, said(a))
	}
	return "", p.cannot("no link says %q; there are: %s", words, strings.Join(seen, " | "))
}

// linkTo is the first link to an address that fits.
func (p *page) linkTo(fits string) (string, error) {
	re := regexp.MustCompile(fits)
	for _, a := range all(p.doc, func(n *html.Node) bool { return n.Data == "a" }) {
		if re.MatchString(attr(a, "href")) {
			return attr(a, "href"), nil
		}
	}
	return "", p.cannot("no link leads to %s", fits)
}

// follow opens the link.
func (p *page) follow(href string, err error) (*page, error) {
	if err != nil {
		return nil, err
	}
	to, err := p.at.Parse(href)
	if err != nil {
		return nil, err
	}
	return p.b.get(to.RequestURI())
}

// form is one of the page's, as filled in so far.
type form struct {
	page   *page
	node   *html.Node
	action *url.URL
	values url.Values
	multi  bool
}

// form finds the form whose action fits, with everything the page put in it.
func (p *page) form(fits string) (*form, error) {
	re := regexp.MustCompile(fits)
	var seen []string
	for _, n := range all(p.doc, func(n *html.Node) bool { return n.Data == "form" }) {
		to, err := p.at.Parse(attr(n, "action"))
		if err != nil {
			return nil, err
		}
		if re.MatchString(to.Path) && strings.EqualFold(attr(n, "method"), "post") {
			f := &form{page: p, node: n, action: to, values: url.Values{}, multi: attr(n, "enctype") == "multipart/form-data"}
			f.fill()
			return f, nil
		}
		seen = append(seen, to.Path)
	}
	return nil, p.cannot("no form goes to %s; there are: %s", fits, strings.Join(seen, " "))
}

// fill takes over what the page has filled in.
func (f *form) fill() {
	for _, n := range f.inputs("") {
		name := attr(n, "name")
		switch {
		case has(n, "disabled"), n.Data == "button", attr(n, "type") == "file":
		case n.Data == "textarea":
			f.values.Add(name, strings.TrimPrefix(rawText(n), "\n"))
		case n.Data == "select":
			if v, ok := chosen(n); ok {
				f.values.Add(name, v)
			}
		case attr(n, "type") == "radio" || attr(n, "type") == "checkbox":
			if has(n, "checked") {
				f.values.Add(name, attr(n, "value"))
			}
		default:
			f.values.Add(name, attr(n, "value"))
		}
	}
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func chosen(n *html.Node) (string, bool) {
	options := all(n, func(n *html.Node) bool { return n.Data == "option" })
	for _, o := range options {
		if has(o, "selected") {
			return attr(o, "value"), true
		}
	}
	if len(options) == 0 {
		return "", false
	}
	return attr(options[0], "value"), true
}

// inputs are the form's controls of a name, all with "".
func (f *form) inputs(name string) []*html.Node {
	return all(f.node, func(n *html.Node) bool {
		switch n.Data {
		case "input", "textarea", "select", "button":
			return has(n, "name") && (name == "" || attr(n, "name") == name)
		}
		return false
	})
}

// set fills in a field that a person can see; a choice must be among those offered.
func (f *form) set(name, value string) error {
	var offered []string
	for _, n := range f.inputs(name) {
		switch {
		case attr(n, "type") == "hidden" || n.Data == "button":
			continue
		case n.Data == "select":
			for _, o := range all(n, func(n *html.Node) bool { return n.Data == "option" }) {
				offered = append(offered, attr(o, "value"))
			}
		case attr(n, "type") == "radio" || attr(n, "type") == "checkbox":
			offered = append(offered, attr(n, "value"))
		default:
			f.values.Set(name, value)
			return nil
		}
	}
	if !slices.Contains(offered, value) {
		return fmt.Errorf("the form to %s has no field %s that takes %q; it offers %v", f.action.Path, name, value, offered)
	}
	if box := f.inputs(name); attr(box[len(box)-1], "type") == "checkbox" {
		f.values.Add(name, value) // beside what is ticked already
		return nil
	}
	f.values.Set(name, value)
	return nil
}

// fields fills in several: names and values in pairs.
func (f *form) fields(pairs ...string) error {
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := f.set(pairs[i], pairs[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// press presses a button that has a name and value, or, with "", the form's own.
func (f *form) press(name, value string) (*page, error) {
	if name != "" {
		if !slices.ContainsFunc(f.inputs(name), func(n *html.Node) bool { return n.Data == "button" && attr(n, "value") == value }) {
			return nil, f.page.cannot("the form to %s has no button %s=%s", f.action.Path, name, value)
		}
		f.values.Set(name, value)
	}
	body, kind := f.values.Encode(), "application/x-www-form-urlencoded"
	if f.multi {
		body, kind = f.multipart()
	}
	req, err := http.NewRequest(http.MethodPost, f.action.String(), strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", kind)
	p, err := f.page.b.send(req)
	if err != nil {
		return p, err
	}
	if p.status >= 400 || len(all(p.doc, func(n *html.Node) bool { return attr(n, "id") == "problem" })) > 0 {
		return p, p.refused()
	}
	return p, nil
}

// multipart encodes a form with a file field that was left empty, as browsers do.
func (f *form) multipart() (body, kind string) {
	const edge = "xinshu-story-edge"
	var b strings.Builder
	part := func(head, value string) {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n", edge, head, value)
	}
	for name, values := range f.values {
		for _, v := range values {
			part(`name="`+name+`"`, v)
		}
	}
	for _, n := range f.inputs("") {
		if attr(n, "type") == "file" {
			part(`name="`+attr(n, "name")+`"; filename=""`+"\r\nContent-Type: application/octet-stream", "")
		}
	}
	b.WriteString("--" + edge + "--\r\n")
	return b.String(), "multipart/form-data; boundary=" + edge
}

// refused makes a refusal of a page that says why.
func (p *page) refused() error {
	text := p.text()
	return &refusal{said: fmt.Sprintf("%s says %d %.300s", p.at.Path, p.status, text), why: func(code string) bool { return sentences.says(text, code) }}
}

// leftOut are the reasons for which a page offers no way to a deed and does not
// speak of it: it belongs to another state or to another post.
var leftOut = []string{"wrong_state", "needs_post", "nothing_to_confirm", "already_forwarded", "already_adopted", "no_check_of_yours", "desk_has_it", "partner_went_on", "filed_jointly"}

// cannot makes a refusal of a page that does not offer what was to be done.
func (p *page) cannot(format string, args ...any) error {
	text := p.text()
	return &refusal{said: p.at.Path + ": " + fmt.Sprintf(format, args...), why: func(code string) bool {
		return sentences.says(text, code) || slices.Contains(leftOut, code)
	}}
}

// catalogue is the sentences of the Chinese pages, by key.
type catalogue map[string]string

var sentences = func() catalogue {
	c := catalogue{}
	files, _ := filepath.Glob("../../web/messages/zh-CN/*.txt")
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			panic(err)
		}
		for line := range strings.Lines(string(b)) {
			if key, text, ok := strings.Cut(line, " = "); ok {
				c[strings.TrimSpace(key)] = strings.TrimSpace(text)
			}
		}
	}
	return c
}()

var hole = regexp.MustCompile(`\\\{[^}]*\\\}`)

// says reports whether a text has the sentence of a reason or of a bad field.
func (c catalogue) says(text, code string) bool {
	for _, key := range []string{"reason." + code, "field." + code} {
		sentence, ok := c[key]
		if !ok {
			continue
		}
		loose := strings.ReplaceAll(hole.ReplaceAllString(regexp.QuoteMeta(sentence), `.*?`), " ", `\s*`)
		if regexp.MustCompile(loose).MatchString(text) {
			return true
		}
	}
	return false
}

// classOf selects elements of a class.
func classOf(class string) func(*html.Node) bool {
	return func(n *html.Node) bool { return classed(n, class) }
}
