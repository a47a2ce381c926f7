package flow

import (
	"slices"

	"xinshu/internal/fact"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/text"
)

// What a partner may read of an item that it sees from the side: the texts from
// the one it was asked about first to the one it was asked about last, the files
// that lay beside the last, and no word from before or that was meant for the
// lead. Every verb that hands out an item or a text of it asks here.

// aside is an item as one partner was shown it.
type aside struct {
	item.Partner
	text  item.Revision // the newest that it was asked about
	first int           // the number of the text that it was asked about first
}

// asideOf reads what a partner was shown.
func (t *act) asideOf(p item.Partner) (s aside, err error) {
	s.Partner = p
	if s.text, err = t.Revision("item", string(p.Item), p.Revision); err != nil {
		return s, err
	}
	s.first = p.Revision
	revs, err := t.Revisions("item", string(p.Item))
	for _, r := range revs {
		if r.At <= p.Asked && r.Number <= p.Revision {
			s.first = r.Number // the last that was there when it was asked
		}
	}
	return s, err
}

// shows reports whether a text is one that the partner may read.
func (s aside) shows(number int) bool { return s.first <= number && number <= s.Revision }

// files keeps the attachments that lay beside the text when the partner was asked.
func (s aside) files(all []item.Attachment) []item.Attachment {
	return slices.DeleteFunc(all, func(a item.Attachment) bool { return a.At > s.Since })
}

// item is the item by the text that the partner was shown. Why it came back is
// for its writer, unless it was a partner who said it.
func (s aside) item(t *act, it item.Item) (item.Item, error) {
	it.Title, it.Length, it.Revision = s.text.Title, text.Runes(s.text.Body), s.Revision
	if it.Remark == "" {
		return it, nil
	}
	recs, err := t.FactsOf("item", string(it.ID))
	if err != nil {
		return it, err
	}
	for _, r := range slices.Backward(recs) {
		if r.Kind != fact.ItemSentBack {
			continue
		}
		p, err := fact.Decode[item.SentBackWith](r)
		if err != nil {
			return it, err
		}
		if p.Unit != "" && r.Occurred >= s.Asked {
			return it, nil
		}
		break
	}
	it.Remark = ""
	return it, nil
}

// asSeen is an item as the actor may know of it, in a list or as the answer to a
// verb.
func (t *act) asSeen(it item.Item, p *item.Partner) (item.Item, error) {
	if p == nil {
		return it, nil
	}
	s, err := t.asideOf(*p)
	if err != nil {
		return it, err
	}
	return s.item(t, it)
}

// asides finds which of some items, all in sight, the actor sees as a partner
// only. Most are his own unit's or his desk's, and cost nothing.
func (t *act) asides(its []item.Item) (map[ident.Item]*item.Partner, error) {
	if t.actor.System || len(t.scope.Units) == 0 {
		return nil, nil
	}
	var strange []ident.Item
	for _, it := range its {
		if !t.scope.Unit(it.Unit) && !t.scope.Desk(it.Office) {
			strange = append(strange, it.ID)
		}
	}
	if len(strange) == 0 {
		return nil, nil
	}
	joint, err := t.JointAmong(strange, t.scope.Units)
	if err != nil {
		return nil, err
	}
	out := map[ident.Item]*item.Partner{}
	for _, it := range its {
		if !slices.Contains(joint, it.ID) {
			continue
		}
		if _, out[it.ID], err = t.sight(it); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// asSeenAll is asSeen for a list; it says which of them are seen so.
func (t *act) asSeenAll(its []item.Item) (by map[ident.Item]*item.Partner, err error) {
	by, err = t.asides(its)
	for i := range its {
		if err != nil {
			return by, err
		}
		its[i], err = t.asSeen(its[i], by[its[i].ID])
	}
	return by, err
}

// recordAside is an item's record for a partner: what happened to it since it was
// asked, without what was written in it.
func (t *act) recordAside(it item.Item, p item.Partner) (v ItemRecord, err error) {
	s, err := t.asideOf(p)
	if err != nil {
		return v, err
	}
	if v.Item, err = s.item(t, it); err != nil {
		return v, err
	}
	if v.Unit, err = t.unitOf(it); err != nil {
		return v, err
	}
	if v.Restricted, err = t.restrictedItem(it); err != nil {
		return v, err
	}
	recs, err := t.FactsOf("item", string(it.ID))
	if err != nil {
		return v, err
	}
	recs = slices.DeleteFunc(recs, func(r fact.Record) bool {
		return r.Occurred < s.Asked || r.Kind == fact.ItemRevised || r.Kind == fact.TextOpened || r.Kind == fact.TextRestricted
	})
	for i := range recs {
		recs[i].Payload = nil
	}
	slices.Reverse(recs) // newest first
	var ids naming
	ids.unit(it.Unit)
	if v.Acts, err = t.acts(recs, &ids); err != nil {
		return v, err
	}
	for i := range v.Acts {
		v.Acts[i].Title = s.text.Title
	}
	v.Names, err = ids.names(t)
	return v, err
}

// steps keeps of an item's way what happened since the partner was asked, without
// what the lead's own people wrote to each other.
func (s aside) steps(all []Step, lead ident.Unit) []Step {
	all = slices.DeleteFunc(all, func(st Step) bool { return st.At < s.Asked })
	for i := range all {
		if all[i].Kind == string(fact.ItemSentBack) && all[i].Office == lead {
			all[i].Remark = ""
		}
	}
	return all
}
