package flow

import (
	"xinshu/internal/fact"
	"xinshu/internal/filing"
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
		told := *n // who was told then, whoever has the item today
		told.r, told.out, told.gone = r, nil, nil
		if err := told.note(); err != nil {
			return err
		}
		n.gone = append(n.gone, told.out...)
	}
	return nil
}
