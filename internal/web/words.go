package web

import (
	"fmt"
	"html/template"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// tongue makes the words of one language: times, lights, names of terms. Its
// methods are the functions of the templates.
type tongue struct {
	*catalog
	now   func() time.Time
	where *time.Location
	terms *atomic.Pointer[[]org.Term]
}

func (w tongue) funcs() template.FuncMap {
	return template.FuncMap{
		"t": w.say, "word": w.word, "term": w.term, "terms": w.list,
		"day": w.day, "moment": w.moment, "clock": w.clock, "span": w.span, "since": w.since, "today": w.today,
		"light": w.light, "due": w.due, "icon": icon, "num": num, "size": size, "picture": picture,
		"paras": paras, "spans": spans, "length": length, "share": share,
		"issueNo": w.issueNo, "periodName": w.period, "title": w.title, "static": staticPath, "field": field, "dayInput": w.dayInput,
		"join":  func(sep string, ss []string) string { return strings.Join(ss, sep) },
		"upper": strings.ToUpper,
		"add":   func(a, b int) int { return a + b },
		"pair":  func(page, of any) onPage { return onPage{page, of} },
		"str":   func(v any) string { return fmt.Sprint(v) },
	}
}

// shownPicture is the largest picture that a page shows by itself: a telephone's
// photo, not a scan for the printer.
const shownPicture = 8 << 20

// picture reports whether a file is one that every browser draws.
func picture(a item.Attachment) bool {
	return a.Size <= shownPicture && slices.Contains([]string{"image/jpeg", "image/png", "image/gif", "image/webp"}, a.Media)
}

// word is a sentence whose key ends in a code: word "verb" .Verb.
func (w tongue) word(parts ...any) string {
	keys := make([]string, len(parts))
	for i, p := range parts {
		keys[i] = fmt.Sprint(p)
	}
	if keys[len(keys)-1] == "" {
		return ""
	}
	return w.say(strings.Join(keys, "."))
}

// term is the name of a word that is data: term "genre" .Genre.
func (w tongue) term(list string, code any) string {
	c := fmt.Sprint(code)
	for _, t := range *w.terms.Load() {
		if t.List == list && t.Code == c {
			if w.lang == "en" {
				return t.En
			}
			return t.Zh
		}
	}
	return c
}

// list is the terms to choose from.
func (w tongue) list(list string) []org.Term {
	var out []org.Term
	for _, t := range *w.terms.Load() {
		if t.List == list && !t.Off {
			out = append(out, t)
		}
	}
	return out
}

func (w tongue) at(us int64) time.Time { return time.UnixMicro(us).In(w.where) }

func days(a, b time.Time) int {
	y, m, d := a.Date()
	ay := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	y, m, d = b.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(ay).Hours() / 24)
}

// day writes a date: 11 月 23 日, 23 Nov; with the year when it is another one.
// It takes microseconds or an org.Date.
func (w tongue) day(v any) string {
	var at time.Time
	switch v := v.(type) {
	case org.Date:
		if v == 0 {
			return ""
		}
		at = time.Date(int(v)/10000, time.Month(int(v)/100%100), int(v)%100, 0, 0, 0, 0, w.where)
	case int64:
		if v == 0 {
			return ""
		}
		at = w.at(v)
	case time.Time:
		at = v.In(w.where)
	default:
		return fmt.Sprint(v)
	}
	if at.Year() != w.now().In(w.where).Year() {
		return w.say("time.day_year", "y", at.Year(), "m", int(at.Month()), "d", at.Day(), "mon", at.Format("Jan"))
	}
	return w.say("time.day", "m", int(at.Month()), "d", at.Day(), "mon", at.Format("Jan"))
}

// moment writes a time as people do: 今天 08:50, 昨天 16:05, 11 月 23 日 17:48.
func (w tongue) moment(us int64) string {
	if us == 0 {
		return ""
	}
	at := w.at(us)
	switch days(at, w.now().In(w.where)) {
	case 0:
		return w.say("time.today", "clock", at.Format("15:04"))
	case 1:
		return w.say("time.yesterday", "clock", at.Format("15:04"))
	case -1:
		return w.say("time.tomorrow", "clock", at.Format("15:04"))
	}
	return w.day(us) + " " + at.Format("15:04")
}

func (w tongue) clock(us int64) string { return w.at(us).Format("15:04") }

// dayInput is the value of a date field.
func (w tongue) dayInput(us int64) string {
	if us == 0 {
		return ""
	}
	return w.at(us).Format("2006-01-02T15:04")
}

func (w tongue) today() string {
	at := w.now().In(w.where)
	return w.say("time.full", "y", at.Year(), "m", int(at.Month()), "d", at.Day(), "mon", at.Format("Jan"), "weekday", w.say("time.weekday."+strconv.Itoa(int(at.Weekday()))))
}

// span writes how long something takes or took.
func (w tongue) span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	m := int(d.Minutes())
	switch {
	case m < 1:
		return w.say("time.moment_ago")
	case m < 60:
		return w.say("time.minutes", "n", m)
	case m < 24*60 && m%60 == 0:
		return w.say("time.hours", "n", m/60)
	case m < 24*60:
		return w.say("time.hours_minutes", "h", m/60, "m", m%60)
	}
	return w.say("time.days", "n", m/(24*60))
}

// since writes how long ago a moment was.
func (w tongue) since(us int64) string {
	if us == 0 {
		return ""
	}
	return w.span(w.now().Sub(time.UnixMicro(us)))
}

// lights give every state its shape; the word comes from the catalogue.
var lights = map[string]string{
	"item.draft": "todo", "item.submitted": "due", "item.sent_back": "back", "item.signed": "done", "item.withdrawn": "off",
	"filing.filed": "todo", "filing.received": "due", "filing.editing": "due", "filing.ready": "done", "filing.held": "held", "filing.declined": "off",
	"filing.returned": "back", "filing.merged": "done", "filing.withdrawn": "off", "filing.outside": "due",
	"issue.open": "due", "issue.proposed": "due", "issue.approved": "done", "issue.published": "done",
	"placement.tray": "todo", "placement.arranged": "due", "placement.published": "done", "placement.corrected": "done", "placement.recalled": "back", "placement.gone": "off",
	"delivery.sent": "todo", "delivery.confirmed": "done", "delivery.recalled": "back",
	"duty.recorded": "todo", "duty.passed_on": "due", "duty.answered": "due", "duty.accepted": "done",
	"outcome.entered": "todo", "outcome.confirmed": "done", "outcome.rejected": "off",
}

// light is a state: a shape, a word, then a colour.
func (w tongue) light(noun string, state any) template.HTML {
	code := fmt.Sprint(state)
	shape := lights[noun+"."+code]
	if shape == "" {
		shape = "todo"
	}
	return lamp(shape, w.say("state."+noun+"."+code))
}

// soon is how close to a limit the light changes.
const soon = 4 * time.Hour

// due is the light of a limit.
func (w tongue) due(us int64) template.HTML {
	if us == 0 {
		return lamp("todo", w.say("due.none"))
	}
	left := time.UnixMicro(us).Sub(w.now())
	switch {
	case left < 0:
		return lamp("late", w.say("due.late", "span", w.span(left)))
	case left < soon:
		return lamp("soon", w.say("due.soon", "span", w.span(left)))
	}
	return lamp("due", w.moment(us))
}

func lamp(shape, words string) template.HTML {
	return template.HTML(`<span class="x-light x-light--` + shape + `"><svg class="x-ico" aria-hidden="true"><use href="#i-` + shape + `"/></svg>` + template.HTMLEscapeString(words) + `</span>`)
}

func icon(name string) template.HTML {
	return template.HTML(`<svg class="x-ico" aria-hidden="true"><use href="#i-` + template.HTMLEscapeString(name) + `"/></svg>`)
}

// num groups a number's digits: 2,600.
func num(n any) string {
	s := fmt.Sprint(n)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	whole, part, point := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		whole += "." + part
	}
	if neg {
		return "−" + whole
	}
	return whole
}

// size of a file.
func size(n int64) string {
	switch {
	case n < 1<<10:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1<<20:
		return strconv.FormatInt((n+512)>>10, 10) + " KB"
	}
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
}

// length counts a text as the desk does: runes without white space.
func length(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// share writes 1/3, or 60 % where it comes out even.
func share(num, den int64) string {
	if den == 0 || num == den {
		return "100%"
	}
	if num*100%den == 0 {
		return strconv.FormatInt(num*100/den, 10) + "%"
	}
	return big.NewRat(num, den).RatString()
}

// title brackets a text's title the way the language does.
func (w tongue) title(s string) string { return w.say("title.quoted", "title", s) }

// issueNo writes an issue's stable label, 2026-49, as people say it; what an
// outside notice calls it stays as it was typed.
func (w tongue) issueNo(label string) string {
	year, n, ok := strings.Cut(label, "-")
	if _, err := strconv.Atoi(year); !ok || err != nil || len(year) != 4 {
		return label
	}
	if _, err := strconv.Atoi(n); err != nil {
		return label
	}
	return w.say("issue.number", "year", year, "n", n)
}

// period names an assessment period: 2026, 2026-Q4, 2026-11.
func (w tongue) period(label string) string {
	year, part, ok := strings.Cut(label, "-")
	switch {
	case !ok:
		return w.say("period.year", "year", year)
	case strings.HasPrefix(part, "Q"):
		return w.say("period.quarter", "year", year, "n", part[1:])
	}
	n, err := strconv.Atoi(part)
	if err != nil {
		return label
	}
	return w.say("period.month", "year", year, "n", strconv.Itoa(n))
}

// paras sets a text in paragraphs.
func paras(body string) template.HTML {
	var b strings.Builder
	for line := range strings.Lines(body) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString("<p>" + template.HTMLEscapeString(line) + "</p>\n")
		}
	}
	return template.HTML(b.String())
}

// spans sets one paragraph with what was struck out and put in.
func spans(ss []text.Span) template.HTML {
	var b strings.Builder
	for _, s := range ss {
		words := template.HTMLEscapeString(s.Text)
		switch s.Op {
		case text.Deleted:
			b.WriteString(`<del class="x-del">` + words + `</del>`)
		case text.Inserted:
			b.WriteString(`<ins class="x-ins">` + words + `</ins>`)
		default:
			b.WriteString(words)
		}
	}
	return template.HTML(b.String())
}

// onPage hands a part of a template the page it stands on, and what it is of.
type onPage struct{ Page, Of any }

// field makes the identity of an input from its name, for labels and the list
// of errors: contributions[2].num → f-contributions-2-num.
func field(name string) string {
	return "f-" + strings.Trim(strings.NewReplacer("[", "-", "]", "", ".", "-", " ", "-", ":", "-").Replace(name), "-")
}
