package web

import (
	"net/http"
	"slices"
	"strings"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// stand is how an item stands in one place, in words.
type stand struct {
	Said, Since string
}

// Stands says in whose hands an item of the list is and what was decided.
func (p *itemsPage) Stands(r flow.ItemRow) []stand {
	w := p.tongue
	var out []stand
	for _, s := range r.Now {
		said, settled := p.stands(s)
		since := w.say("since", "moment", w.moment(s.Since), "span", w.since(s.Since))
		if settled {
			since = w.moment(s.Since) // nobody waits
		}
		out = append(out, stand{said, since})
	}
	return out
}

// stands is the sentence of one place; settled tells that nothing is waited for there.
func (p *itemsPage) stands(s flow.Whereabouts) (said string, settled bool) {
	w := p.tongue
	place := p.List.Names.UnitOn(s.Office, s.Filed)
	switch s.State {
	case flow.StandFinish, flow.StandCorrect:
		return w.say("items.now."+s.State, "who", w.anyOf(p.List.Names, p.me(), s.People)), false
	case flow.StandCheck:
		return w.waitsFor(p.List.Names, p.me(), s), false
	case flow.StandUndecided:
		return w.say("items.now.undecided", "place", place), false
	case flow.StandAdopted:
		if p.List.Names.Units[s.Office].Outside || s.Name == "" {
			return w.say("items.now.used", "place", place), true
		}
		return w.say("items.now.adopted", "place", place, "name", s.Name), false
	case flow.StandPublished, flow.StandRecalled:
		return w.say("items.now."+s.State, "place", place, "where", w.printedAt(s.Name, s.Issue, "", 0)), true
	case string(filing.Declined):
		reason := ""
		if s.Reason != "" {
			reason = w.say("colon") + w.term("reason", s.Reason)
		}
		return w.say("items.now.declined", "place", place, "reason", reason), true
	case string(filing.Returned):
		return w.say("items.now.returned", "place", place), true
	}
	return w.say("items.now.lies", "place", place, "what", w.word("state", "filing", s.State)), s.State == string(filing.Merged)
}

// me is who looks at the page.
func (f *Frame) me() ident.Person {
	if f.Me == nil {
		return ""
	}
	return f.Me.Person.ID
}

// waitsFor says whom a check waits for, as far as the reader may know.
func (w tongue) waitsFor(names flow.Names, me ident.Person, s flow.Whereabouts) string {
	who, check := names.Unit(s.Office), w.word("check", s.Check)
	switch {
	case s.Vacant:
		return w.say("items.now.vacant", "place", who, "check", check, "role", w.word("role", s.Check.Role()))
	case len(s.People) > 0:
		who = w.anyOf(names, me, s.People)
	case len(s.Units) > 0:
		labels := make([]string, len(s.Units))
		for i, u := range s.Units {
			labels[i] = names.Unit(u)
		}
		who = strings.Join(labels, w.say("list.and"))
	}
	return w.say("items.now.check", "who", who, "check", check)
}

// anyOf names people of whom one is enough: me, one, or the first and how many more.
func (w tongue) anyOf(names flow.Names, me ident.Person, people []ident.Person) string {
	switch {
	case len(people) == 0:
		return w.say("nobody")
	case slices.Contains(people, me):
		return w.say("me")
	case len(people) == 1:
		return names.Person(people[0])
	}
	return w.say("items.now.many", "name", names.Person(people[0]), "n", len(people)-1)
}

// sentTo is the line after an item was laid before the checks: who has it now. It
// is laid there, whether or not that can be said.
func (s *Server) sentTo(r *http.Request, id ident.Item) []string {
	v, err := s.flow.Item(r.Context(), actor(r), id)
	if err != nil || v.Waiting == "" {
		return []string{"item.sent_on"}
	}
	now := flow.Whereabouts{Office: v.Item.Unit, Check: v.Waiting}
	if v.Waiting != org.Countersign && v.Waiting != org.ToFile {
		for _, st := range v.Chain {
			if st.Check == v.Waiting {
				now.People, now.Vacant = st.People, len(st.People) == 0
			}
		}
	}
	return []string{"item.submitted", "who", s.tongue(visitOf(r).lang).waitsFor(v.Names, actor(r).Person, now)}
}
