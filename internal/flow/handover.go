package flow

import (
	"context"
	"slices"
	"strconv"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// Somebody leaves: a post, or altogether. What is open in their hands goes to a
// named person, or back to the desk and the unit, in one transaction.

// Leave is who leaves what.
type Leave struct {
	Post   ident.Post   `json:"post,omitempty" form:"post"` // the one post; empty: all of them, and the person is switched off
	To     ident.Person `json:"to,omitempty" form:"to"`     // who takes the open work; empty: the desk and the unit
	Posts  bool         `json:"posts,omitempty" form:"posts"`
	Until  string       `json:"until,omitempty" form:"until"` // first day on which it no longer holds; empty is today
	Digest string       `json:"digest,omitempty" form:"digest"`
}

// HandOver is everything that leaving does.
type HandOver struct {
	Person   org.Person      `json:"person"`
	Day      org.Date        `json:"day"`
	Off      bool            `json:"off"` // the person may no longer sign in
	Posts    []PostEffect    `json:"posts,omitempty"`
	Items    []ItemEffect    `json:"items,omitempty"`   // drafts and what was sent back
	Filings  []FilingEffect  `json:"filings,omitempty"` // in the person's hands at a desk
	Waiting  int             `json:"waiting,omitempty"` // checks that nobody else can give
	Duties   int             `json:"duties,omitempty"`  // of the units where nobody else can answer
	Warnings []fault.Reason  `json:"warnings,omitempty"`
	Takers   []ident.Person  `json:"takers,omitempty"` // who could take the work: colleagues in the same posts
	Digest   string          `json:"digest"`
	Names    Names           `json:"names"`
	left     map[string]bool // roles by unit that were looked at
}

// FilingEffect is one filing and who holds it afterwards; "" is the desk.
type FilingEffect struct {
	ID     ident.Filing `json:"id"`
	Title  string       `json:"title"`
	State  filing.State `json:"state"`
	Office ident.Unit   `json:"office"`
	To     ident.Person `json:"to,omitempty"`
}

// PreviewLeave says what leaving would do, without doing it.
func (f *Flow) PreviewLeave(ctx context.Context, a Actor, who ident.Person, in Leave) (HandOver, error) {
	return read(ctx, f, a, "PreviewLeave", func(t *act) (HandOver, error) {
		h, err := t.leaving(who, in)
		if err != nil {
			return HandOver{}, err
		}
		h.Names, err = h.naming().names(t)
		return *h, err
	})
}

func (h *HandOver) naming() *naming {
	var ids naming
	ids.person(h.Person.ID)
	ids.person(h.Takers...)
	for _, p := range h.Posts {
		ids.unit(p.Post.Unit)
	}
	for _, x := range h.Filings {
		ids.unit(x.Office)
		ids.person(x.To)
	}
	for _, r := range h.Warnings {
		ids.unit(ident.Unit(r.Params["unit"]))
	}
	return &ids
}

// Leave ends a post or switches a person off, with the hand-over of what is open.
func (f *Flow) Leave(ctx context.Context, a Actor, who ident.Person, in Leave) (HandOver, error) {
	return do(ctx, f, call{a, "Leave", org.StageRegister, []any{who, in}}, func(t *act) (HandOver, error) {
		h, err := t.leaving(who, in)
		if err != nil {
			return HandOver{}, err
		}
		if in.Digest != "" && in.Digest != h.Digest {
			return HandOver{}, fault.Clash(fault.Why("preview_stale"))
		}
		for _, part := range []func(*HandOver, Leave) error{t.leaveItems, t.leaveFilings, t.leavePosts, t.leaveOff} {
			if err := part(h, in); err != nil {
				return HandOver{}, err
			}
		}
		h.Names, err = h.naming().names(t)
		return *h, err
	})
}

// mayPerson lets an administrator of one of the person's units, or of one above,
// change the person; somebody without a post is any administrator's.
func (t *act) mayPerson(id ident.Person) error {
	posts, err := t.PostsOf(id, 0)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if err := t.mayRegister(p.Unit); err == nil {
			return nil
		}
	}
	if len(posts) == 0 && slices.ContainsFunc(t.posts, func(p org.Post) bool { return p.Role == org.Admin }) {
		return nil
	}
	return t.mayRegister("")
}

// leaving works out who leaves what.
func (t *act) leaving(who ident.Person, in Leave) (*HandOver, error) {
	p, err := t.Person(who)
	if err != nil {
		return nil, err
	}
	if err := t.mayPerson(who); err != nil {
		return nil, err
	}
	if in.To == who {
		return nil, fault.Bad("to", "same_person")
	}
	d, err := t.since("until", in.Until)
	if err != nil {
		return nil, err
	}
	if d > t.day && in.Post == "" {
		return nil, fault.Bad("until", "off_is_today")
	}
	h := &HandOver{Person: p, Day: d, Off: in.Post == "", left: map[string]bool{}}
	posts, err := t.PostsOf(who, 0)
	if err != nil {
		return nil, err
	}
	for _, o := range posts {
		if o.Until != 0 && o.Until <= d || in.Post != "" && o.ID != in.Post {
			continue
		}
		if err := t.mayRegister(o.Unit); err != nil {
			return nil, err
		}
		h.Posts = append(h.Posts, PostEffect{Post: o, Fate: Ends})
	}
	if in.Post != "" && len(h.Posts) == 0 {
		return nil, fault.Missing("post", string(in.Post))
	}
	if in.Post != "" && d < h.Posts[0].Post.From {
		return nil, fault.Bad("until", "ends_before")
	}
	for _, part := range []func(*HandOver, Leave) error{t.leavingTo, t.openOf, t.emptied} {
		if err := part(h, in); err != nil {
			return nil, err
		}
	}
	h.Digest, err = digestOf(h)
	return h, err
}

// leavingTo checks the person who takes over, and says who could.
func (t *act) leavingTo(h *HandOver, in Leave) error {
	if in.To != "" {
		to, err := t.Person(in.To)
		if err != nil {
			return err
		}
		if !to.Active {
			return fault.Bad("to", "inactive")
		}
	}
	for i, pe := range h.Posts {
		there, err := t.PostsIn(pe.Post.Unit, max(h.Day, t.day))
		if err != nil {
			return err
		}
		has := false
		for _, x := range there {
			if x.Person == h.Person.ID {
				continue
			}
			if !slices.Contains(h.Takers, x.Person) {
				h.Takers = append(h.Takers, x.Person)
			}
			has = has || x.Person == in.To && x.Role == pe.Post.Role
		}
		if in.Posts && in.To != "" && !has {
			h.Posts[i].Fate, h.Posts[i].To = Moves, pe.Post.Unit
		}
	}
	return nil
}

// openOf finds the open work of the posts that end.
func (t *act) openOf(h *HandOver, in Leave) error {
	stays := map[ident.Unit]bool{} // where the person keeps another post
	kept, err := t.PostsOf(h.Person.ID, max(h.Day, t.day))
	if err != nil {
		return err
	}
	for _, o := range kept {
		if in.Post != "" && o.ID != in.Post {
			stays[o.Unit] = true
		}
	}
	seen := map[ident.Unit]bool{}
	for _, pe := range h.Posts {
		u := pe.Post.Unit
		if seen[u] || stays[u] {
			continue
		}
		seen[u] = true
		its, err := t.OpenItems(u, h.Person.ID, openMost)
		if err != nil {
			return err
		}
		for _, it := range its {
			if it.State == item.Submitted {
				continue // it waits for others
			}
			fate := Stays
			if in.To != "" {
				fate = Moves
			}
			h.Items = append(h.Items, ItemEffect{it.ID, it.Title, it.State, it.Writer, fate})
		}
	}
	held, err := t.HeldFilings(h.Person.ID, openMost)
	if err != nil {
		return err
	}
	for _, fl := range held {
		if !seen[fl.Office] && !h.Off {
			continue
		}
		to, err := t.takes(in.To, fl.Office, in.Posts && slices.ContainsFunc(h.Posts, func(p PostEffect) bool { return p.Post.Unit == fl.Office }))
		if err != nil {
			return err
		}
		h.Filings = append(h.Filings, FilingEffect{fl.ID, fl.Title, fl.State, fl.Office, to})
	}
	return nil
}

// takes is who holds a filing afterwards: the named person where he works the
// desk, else nobody, and the desk deals it out again.
func (t *act) takes(to ident.Person, office ident.Unit, willHold bool) (ident.Person, error) {
	if to == "" || willHold {
		return to, nil
	}
	posts, err := t.PostsOf(to, t.day)
	if err == nil && !slices.ContainsFunc(posts, func(p org.Post) bool {
		return p.Unit == office && (p.Role == org.Editor || p.Role == org.Chief)
	}) {
		to = ""
	}
	return to, err
}

// emptied warns of every post that nobody holds any more.
func (t *act) emptied(h *HandOver, in Leave) error {
	for _, pe := range h.Posts {
		u, role := pe.Post.Unit, pe.Post.Role
		key := string(u) + string(role)
		if pe.Fate == Moves || h.left[key] {
			continue
		}
		h.left[key] = true
		there, err := t.PostsIn(u, max(h.Day, t.day))
		if err != nil {
			return err
		}
		if slices.ContainsFunc(there, func(o org.Post) bool {
			return o.Role == role && !slices.ContainsFunc(h.Posts, func(x PostEffect) bool { return x.Post.ID == o.ID })
		}) {
			continue
		}
		h.Warnings = append(h.Warnings, fault.Why("role_empty", "unit", string(u), "role", string(role)))
		its, err := t.OpenItems(u, "", openMost)
		if err != nil {
			return err
		}
		for _, it := range its {
			if it.State == item.Submitted && slices.ContainsFunc(it.Checks, func(c org.Check) bool { return c.Role() == role }) {
				h.Waiting++
			}
		}
		if role == org.Reporter || role == org.Signer {
			n, err := t.OpenDuties(u)
			if err != nil {
				return err
			}
			h.Duties += n
		}
	}
	if h.Waiting > 0 {
		h.Warnings = append(h.Warnings, fault.Why("checks_wait", "count", strconv.Itoa(h.Waiting)))
	}
	return nil
}

func (t *act) leaveItems(h *HandOver, in Leave) error {
	for _, ie := range h.Items {
		if ie.Fate != Moves {
			continue
		}
		it, err := t.Item(ie.ID)
		if err != nil {
			return err
		}
		was := itemPlace{it.Unit, it.Writer, it.Lines}
		it.Writer = in.To
		if err := t.moveItem(&it, was); err != nil {
			return err
		}
	}
	return nil
}

func (t *act) leaveFilings(h *HandOver, _ Leave) error {
	for _, fe := range h.Filings {
		fl, err := t.Filing(fe.ID)
		if err != nil {
			return err
		}
		fl.Holder, fl.Since, fl.Updated = fe.To, t.Now(), t.Now()
		if err := t.SaveFiling(&fl); err != nil {
			return err
		}
		if _, err := t.fact("filing", string(fl.ID), fl.Version, fl.Office, filing.Assigned{To: fe.To}); err != nil {
			return err
		}
	}
	return nil
}

func (t *act) leavePosts(h *HandOver, in Leave) error {
	for _, pe := range h.Posts {
		o := pe.Post
		until := max(h.Day, o.From)
		if err := t.endPost(&o, until); err != nil {
			return err
		}
		if pe.Fate != Moves {
			continue
		}
		if _, err := t.holdPost(HoldPost{Person: in.To, Unit: o.Unit, Role: o.Role, Title: o.Title, From: until.String()}); err != nil {
			return err
		}
	}
	return nil
}

// leaveOff switches the person off: sessions and tokens end with it.
func (t *act) leaveOff(h *HandOver, _ Leave) error {
	if !h.Off {
		return nil
	}
	p := h.Person
	p.Active = false
	if err := t.savePerson(&p, "off"); err != nil {
		return err
	}
	if err := t.DropSessionsOf(p.ID); err != nil {
		return err
	}
	ks, err := t.TokensOf(p.ID)
	if err != nil {
		return err
	}
	for _, k := range ks {
		if k.Revoked != 0 {
			continue
		}
		if err := t.Tx.RevokeToken(k.ID, t.Now()); err != nil {
			return err
		}
		if _, err := t.fact("token", string(k.ID), 2, "", org.TokenRevoked{Token: k.ID, Person: p.ID}); err != nil {
			return err
		}
	}
	h.Person = p
	return nil
}
