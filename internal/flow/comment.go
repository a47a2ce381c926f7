package flow

import (
	"context"
	"slices"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// maxQuote bounds the phrase a comment is about; what is longer is the paragraph.
const maxQuote = 200

// WriteComment is what one of the desk says to the others.
type WriteComment struct {
	Para   int    `json:"para" form:"para"`               // of the text that was seen; 0 is the title
	Quote  string `json:"quote,omitempty" form:"quote"`   // a phrase of it
	Thread string `json:"thread,omitempty" form:"thread"` // the comment it answers
	Text   string `json:"text" form:"text"`
	Seen   int    `json:"seen" form:"seen"`
}

// Comment writes one. Whoever is named in it as @name and works at the desk is
// mentioned: the fact says so, and nothing of the text.
func (f *Flow) Comment(ctx context.Context, a Actor, id ident.Filing, in WriteComment) (filing.Comment, error) {
	in.Text, in.Quote = cleaned(in.Text), strings.TrimSpace(in.Quote)
	return desk(ctx, f, onFiling{a, "Comment", filing.AddComment, id, in}, func(t *act, fl *filing.Filing) (c filing.Comment, err error) {
		if err := fault.Fields(append(item.CheckRemark("text", in.Text, true), text.MarkingFields(text.Markings("", in.Text))...)); err != nil {
			return c, err
		}
		c = filing.Comment{ID: t.Mint(), Filing: fl.ID, Revision: in.Seen, Para: in.Para, Quote: in.Quote, Text: in.Text, By: t.actor.Person, At: t.Now()}
		c.Thread = c.ID
		if in.Thread != "" {
			first, err := t.commentOf(*fl, in.Thread)
			if err != nil {
				return c, err
			}
			c.Thread, c.Revision, c.Para, c.Quote = first.Thread, first.Revision, first.Para, first.Quote
		} else if err := t.anchor(*fl, &c); err != nil {
			return c, err
		}
		if err := t.InsertComment(c); err != nil {
			return c, err
		}
		who, err := t.mentioned(fl.Office, c.Text)
		if err != nil {
			return c, err
		}
		_, err = t.fact("filing", string(fl.ID), fl.Version, fl.Office, filing.Commented{Comment: c.ID, Act: "written", Mentioned: who})
		return c, err
	})
}

// anchor checks that the paragraph and the phrase were there in the text that was
// seen; an older text will do, because the place is found again from it.
func (t *act) anchor(fl filing.Filing, c *filing.Comment) error {
	rev, err := t.textAt(fl, c.Revision)
	if err != nil {
		return err
	}
	paras := append([]string{rev.Title}, text.Paragraphs(rev.Body)...)
	if c.Para < 0 || c.Para >= len(paras) {
		return fault.Bad("para", "out_of_range", "min", "0", "max", item.Number(len(paras)-1))
	}
	if text.Runes(c.Quote) > maxQuote || !strings.Contains(paras[c.Para], c.Quote) {
		c.Quote = ""
	}
	return nil
}

func (t *act) commentOf(fl filing.Filing, id string) (filing.Comment, error) {
	c, err := t.Tx.Comment(id)
	if err == nil && c.Filing != fl.ID {
		err = fault.Missing("comment", id)
	}
	return c, err
}

// mentioned are the desk's people who are named in a text after an @; the longest
// name that fits is meant.
func (t *act) mentioned(office ident.Unit, said string) ([]ident.Person, error) {
	if !strings.ContainsAny(said, "@＠") {
		return nil, nil
	}
	rows, err := t.deskPeople(office)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b org.Person) int { return len(b.Name) - len(a.Name) })
	var out []ident.Person
	for i, r := range said {
		if r != '@' && r != '＠' {
			continue
		}
		after := said[i+len(string(r)):]
		for _, p := range rows {
			if strings.HasPrefix(after, p.Name) {
				if !slices.Contains(out, p.ID) {
					out = append(out, p.ID)
				}
				break
			}
		}
	}
	return out, nil
}

// deskPeople are the editors and chiefs of an office.
func (t *act) deskPeople(office ident.Unit) ([]org.Person, error) {
	rows, err := t.peopleIn(office)
	if err != nil {
		return nil, err
	}
	var out []org.Person
	for _, r := range rows {
		if slices.ContainsFunc(r.Posts, func(p PostView) bool { return p.Role == org.Editor || p.Role == org.Chief }) {
			out = append(out, r.Person)
		}
	}
	return out, nil
}

// Resolve settles a comment with its answers, or opens it again.
type Resolve struct {
	Comment string `json:"comment" form:"comment"`
	Open    bool   `json:"open,omitempty" form:"open"`
}

// ResolveComment settles a comment, or opens it again. Doing it twice is doing it
// once.
func (f *Flow) ResolveComment(ctx context.Context, a Actor, id ident.Filing, in Resolve) (filing.Comment, error) {
	return desk(ctx, f, onFiling{a, "ResolveComment", filing.AddComment, id, in}, func(t *act, fl *filing.Filing) (filing.Comment, error) {
		c, err := t.commentOf(*fl, in.Comment)
		if err == nil && c.Thread != c.ID {
			c, err = t.commentOf(*fl, c.Thread)
		}
		if err != nil || (c.ResolvedAt == 0) == in.Open {
			return c, err
		}
		did := "reopened"
		c.ResolvedBy, c.ResolvedAt = "", 0
		if !in.Open {
			did, c.ResolvedBy, c.ResolvedAt = "resolved", t.actor.Person, t.Now()
		}
		if err := t.Tx.ResolveComment(c.ID, c.ResolvedBy, c.ResolvedAt); err != nil {
			return c, err
		}
		_, err = t.fact("filing", string(fl.ID), fl.Version, fl.Office, filing.Commented{Comment: c.ID, Act: did})
		return c, err
	})
}

// Thread is a comment with its answers, and where it stands in the newest text.
type Thread struct {
	filing.Comment
	Answers []filing.Comment `json:"answers,omitempty"`
	Now     int              `json:"now"`  // its paragraph in the newest text; 0 is the title, -1 when it is gone
	Gone    bool             `json:"gone"` // the phrase, or the paragraph, is not there any more
}

// threads are a filing's comments, each found again in the newest text.
func (t *act) threads(fl filing.Filing, newest item.Revision) ([]Thread, error) {
	all, err := t.CommentsOf(fl.ID)
	if err != nil {
		return nil, err
	}
	seen := map[int][]text.Para{}
	var out []Thread
	for _, c := range all {
		if c.Thread != c.ID {
			for i := range out {
				if out[i].ID == c.Thread {
					out[i].Answers = append(out[i].Answers, c)
				}
			}
			continue
		}
		moved, ok := seen[c.Revision]
		if !ok {
			old, err := t.textAt(fl, c.Revision)
			if err != nil {
				return nil, err
			}
			moved = text.Diff(old.Body, newest.Body)
			seen[c.Revision] = moved
		}
		now := newest.Title
		th := Thread{Comment: c}
		if c.Para > 0 {
			th.Now, now = text.Moved(moved, c.Para)
		}
		th.Gone = th.Now < 0 || !strings.Contains(now, c.Quote)
		out = append(out, th)
	}
	return out, nil
}
