package web

import (
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"xinshu/internal/flow"
	"xinshu/internal/org"
)

// Scribe words the letters that leave the house, with the pages' own sentences.
// A letter names titles and links and never has a text in it.
type Scribe struct {
	catalogs map[string]*catalog
	terms    atomic.Pointer[[]org.Term]
	base     string
	clock    func() time.Time
	where    *time.Location
}

// NewScribe reads the catalogues. base is the address of the pages as people
// reach them; without it letters have no links.
func NewScribe(base string, clock func() time.Time, where *time.Location) (*Scribe, error) {
	s := &Scribe{base: base, clock: clock, where: where}
	var err error
	if s.catalogs, err = loadCatalogs(messageFiles); err != nil {
		return nil, err
	}
	terms := org.Terms
	s.terms.Store(&terms)
	return s, nil
}

func (s *Scribe) tongue(lang string) tongue {
	c, ok := s.catalogs[lang]
	if !ok {
		c = s.catalogs[languages[0]]
	}
	return tongue{catalog: c, now: s.clock, where: s.where, terms: &s.terms}
}

// Code is the letter that proves an address.
func (s *Scribe) Code(lang, code string) (subject, body string) {
	w := s.tongue(lang)
	return w.say("letter.code_subject", "code", code), w.say("letter.code", "code", code) + "\n\n" + w.say("letter.code_not_you") + "\n"
}

// Letter is one notification, or several as one.
func (s *Scribe) Letter(lang string, ns []flow.Notification, names flow.Names) (subject, body string) {
	w := s.tongue(lang)
	var b strings.Builder
	for i, n := range ns {
		if i > 0 {
			b.WriteString("\n")
		}
		line := w.notice(n, names)
		b.WriteString(line + "\n")
		if more := w.noticeMore(n, names); more != "" {
			b.WriteString(more + "\n")
		}
		if s.base != "" {
			b.WriteString(s.base + "/notifications/" + strconv.FormatInt(n.Position, 10) + "\n")
		}
		subject = line
	}
	if len(ns) > 1 {
		subject = w.say("letter.several", "n", len(ns))
	}
	b.WriteString("\n-- \n" + w.say("letter.foot") + "\n")
	if s.base != "" {
		b.WriteString(s.base + "/notifications/settings\n")
	}
	return subject, b.String()
}
