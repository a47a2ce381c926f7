package flow

import (
	"slices"

	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/org"
)

// taken takes away what people were told of an instruction that was taken back:
// there is nothing to open any more. At its own desk the fact names the duty; to
// those below the news names what it takes back by its moment.
func (n *noting) taken() error {
	recs, err := n.upTo(n.r.Subject.Noun, n.r.Subject.ID)
	if err != nil {
		return err
	}
	var back filing.Told
	if n.r.Kind == fact.NewsTold {
		if back, err = fact.Decode[filing.Told](n.r); err != nil {
			return err
		}
	}
	for _, r := range recs {
		switch r.Kind {
		case fact.InstructionGiven:
		case fact.NewsTold:
			was, err := fact.Decode[filing.Told](r)
			if err != nil {
				return err
			}
			if was.News.Kind != string(NoteOrdered) || was.News.Office != back.News.Office || was.News.Occurred != back.News.Occurred {
				continue
			}
		default:
			continue
		}
		if err := n.untell(r); err != nil {
			return err
		}
	}
	return nil
}

// untell takes away what people were told of an earlier fact: who was told then,
// whoever has the item today.
func (n *noting) untell(r fact.Record) error {
	told := *n
	told.r, told.out, told.gone = r, nil, nil
	err := told.note()
	n.gone = append(n.gone, told.out...)
	return err
}

// undone takes away what people were told of a deed at the desk that was taken
// back: the unit of a hold or a decline, the editor of what was put into his
// hands.
func (n *noting) undone() error {
	p, err := fact.Decode[filing.Undone](n.r)
	if err != nil {
		return err
	}
	kind, known := map[org.Verb]fact.Kind{filing.Hold: fact.FilingHeld, filing.Decline: fact.FilingDeclined, filing.Assign: fact.FilingAssigned}[org.Verb(p.Verb)]
	if !known {
		return nil
	}
	recs, err := n.upTo(n.r.Subject.Noun, n.r.Subject.ID)
	if err != nil {
		return err
	}
	for _, r := range slices.Backward(recs) {
		if r.Kind == kind {
			return n.untell(r)
		}
	}
	return nil
}
