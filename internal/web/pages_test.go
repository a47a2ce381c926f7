package web

import (
	"bytes"
	"io/fs"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
)

// everyPage has one struct of each page; a template without one fails the test.
var everyPage = []func() page{
	func() page { return &errorPage{} },
	func() page { return &signInPage{} },
	func() page { return &keptPage{Kept: &keptForm{}} },
	func() page { return &galleryPage{} },
	func() page { return &workbenchPage{} },
	func() page { return &itemsPage{} },
	func() page { return &writePage{} },
	func() page { return &itemPage{} },
	func() page { return &revisionPage{} },
	func() page { return &wherePage{} },
	func() page { return &signOffsPage{} },
	func() page { return &signOffPage{} },
	func() page { return &inboxPage{} },
	func() page {
		return &inboxPage{Ask: "hold", Came: &filing.Lot{Verb: "receive", Done: 1, Refused: 1, Results: []filing.LotRow{{Done: true}, {}}}, Undo: true, Manage: true}
	},
	func() page { return &comparePage{} },
	func() page { return &lettersPage{} },
	func() page {
		return &letterPage{Letter: filing.Letter{Address: "a@b", Remark: "x.exe", Files: []filing.LetterFile{{Media: "image/png"}, {Media: "application/pdf"}}}}
	},
	func() page { return &filingPage{} },
	func() page { return &decisionPage{} },
	func() page { return &fileForPage{} },
	func() page { return &editPage{} },
	func() page { return &versionsPage{} },
	func() page { return &mergePage{} },
	func() page { return &forwardPage{} },
	func() page { return &outsidePage{} },
	func() page { return &outcomesPage{} },
	func() page { return &instructPage{} },
	func() page { return &issuesPage{} },
	func() page { return &trayPage{} },
	func() page { return &issuePage{} },
	func() page { return &issuePage{Approving: true} },
	func() page { return &printedPage{} },
	func() page { return &readingsPage{} },
	func() page { return &readPage{} },
	func() page { return &dutiesPage{} },
	func() page { return &dutyPage{} },
	func() page { return &rankingPage{} },
	func() page { return &standingPage{} },
	func() page { return &ledgerPage{} },
	func() page { return &noticePage{} },
	func() page { return &calendarPage{} },
	func() page { return &phrasesPage{} },
	func() page { return &rulebookPage{} },
	func() page { return &searchPage{} },
	func() page { return &newsPage{} },
	func() page { return &recordPage{} },
	func() page { return &recordPage{Printed: true} },
	func() page { return &factPage{} },
	func() page { return &itemRecordPage{} },
	func() page { return &unitPage{} },
	func() page { return &publicationsPage{} },
	func() page { return &tokensPage{} },
	func() page { return &notificationsPage{} },
	func() page { return &notifySettingsPage{} },
	func() page { return &webhooksPage{} },
	func() page { return &webhookPage{} },
	func() page { return &mailboxPage{} },
	func() page { return &changePage{} },
	func() page { return &linesPage{} },
	func() page { return &peoplePage{} },
	func() page { return &personPage{} },
	func() page { return &sheetPage{} },
	func() page { return &publicationPage{} },
	func() page { return &classesPage{} },
}

// bare is a server without anything behind it: enough to render.
func bare(t *testing.T) *Server {
	t.Helper()
	clock := func() time.Time { return time.Date(2026, 11, 24, 2, 42, 0, 0, time.UTC) }
	s, err := New(flow.New(nil, flow.Config{}), nil, Config{Demo: true, Clock: clock, Version: "1", Node: "Wangling"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestEveryTemplateWithItsStruct executes every page empty and with every field
// filled, in both languages: a field that is not there is found here and not by
// a reader.
func TestEveryTemplateWithItsStruct(t *testing.T) {
	s := bare(t)
	seen := map[string]bool{}
	for _, make := range everyPage {
		seen[make().template()] = true
		for _, lang := range languages {
			for _, full := range []bool{false, true} {
				p := make()
				if full {
					sample(reflect.ValueOf(p).Elem(), 0)
				}
				f := p.frame()
				keep := *f
				*f = s.emptyFrame(lang)
				if full {
					f.Me, f.Nav, f.Token, f.Done, f.Problem = keep.Me, keep.Nav, "token", "done", keep.Problem
				}
				var b bytes.Buffer
				if err := s.render(&b, lang, p); err != nil {
					t.Errorf("%s in %s, filled %v: %v", p.template(), lang, full, err)
					continue
				}
				looksWell(t, p.template()+" in "+lang, b.String())
				if lang == "en" && p.template() != "gallery/gallery" { // whose texts are the demo city's
					speaksEnglish(t, p.template(), b.String())
				}
			}
		}
	}
	names, err := fs.Glob(templateFiles, "templates/*/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		name = strings.TrimSuffix(strings.TrimPrefix(name, "templates/"), ".html")
		if !strings.HasPrefix(name, "parts/") && !seen[name] {
			t.Errorf("templates/%s.html has no struct in everyPage", name)
		}
	}
}

// inChinese are the words of an English page that are Chinese on purpose: the
// switch to the other language, and the marks of sources, 甲 to 癸.
var inChinese = strings.NewReplacer("中文", "", "甲", "", "乙", "", "丙", "", "丁", "", "戊", "", "己", "", "庚", "", "辛", "", "壬", "", "癸", "")

// speaksEnglish fails on Han characters in a page whose data has none: a word
// that stands in a template or in Go instead of the catalogue.
func speaksEnglish(t *testing.T, what, page string) {
	t.Helper()
	for line := range strings.Lines(inChinese.Replace(page)) {
		if at := strings.IndexFunc(line, func(r rune) bool { return unicode.Is(unicode.Han, r) }); at >= 0 {
			t.Errorf("%s in English has Chinese in it: …%s…", what, line[max(0, at-60):min(len(line), at+60)])
		}
	}
}

// looksWell checks what every page owes its readers.
func looksWell(t *testing.T, what, page string) {
	t.Helper()
	for _, want := range []string{`<html lang="`, `<main id="main"`, `class="x-skip" href="#main"`, "<h1", "</html>"} {
		if !strings.Contains(page, want) {
			t.Errorf("%s has no %s", what, want)
		}
	}
	if n := strings.Count(page, "<h1"); n != 1 {
		t.Errorf("%s has %d first headings, want 1", what, n)
	}
	for _, bad := range []string{" style=", "<style", "onclick=", "javascript:", "ZgotmplZ"} {
		if strings.Contains(page, bad) {
			t.Errorf("%s has %q, which the policy forbids", what, bad)
		}
	}
	for _, form := range strings.Split(page, "<form ")[1:] {
		head, rest, _ := strings.Cut(form, ">")
		if !strings.Contains(head, `method="post"`) || strings.Contains(head, "/sign-in") {
			continue
		}
		if body, _, _ := strings.Cut(rest, "</form>"); !strings.Contains(body, `name="form_token"`) {
			t.Errorf("%s has a form without its token: <form %s>", what, head)
		}
	}
}

// sample fills a value: every text a word, every list one member, every number
// and flag set, to a depth that the pages reach.
func sample(v reflect.Value, depth int) {
	if depth > 7 || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int64:
		v.SetInt(time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC).UnixMicro())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32:
		v.SetInt(20261124)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		sample(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		sample(v.Index(0), depth+1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				sample(v.Field(i), depth+1)
			}
		}
	}
}

// TestRoutes: every pattern is taken by the mux, no two of them clash, and what
// changes something is a POST with a session.
func TestRoutes(t *testing.T) {
	mux := http.NewServeMux()
	door := map[string]bool{"POST /sign-in": true, "POST /demo/sign-in": true}
	for _, r := range bare(t).routes() {
		mux.Handle(r.pattern, http.NotFoundHandler()) // panics on a clash
		if strings.HasPrefix(r.pattern, "POST ") && r.access != signedIn && !door[r.pattern] {
			t.Errorf("%s changes something and is open to anybody", r.pattern)
		}
	}
}
