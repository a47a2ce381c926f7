package score

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds are the files of the shapes: real texts to begin from.
func seeds(f *testing.F, name string) {
	f.Helper()
	files, err := filepath.Glob("testdata/shapes/*/" + name)
	if err != nil || len(files) == 0 {
		f.Fatalf("no %s among the shapes: %v", name, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// someEvents touch every stage.
const someEvents = `event,item,kind,date,unit,publication,level,form,length,attachments,leader_level,contributors,authors,points,note
e1,i1,submitted,2026-01-05,a,,,brief,,,,,,,
e2,i1,adopted,2026-01-06,a,x,county,brief,900,photo|film,,a:1/3|b:2/3,张三|李四,2,
e3,i1,adopted,2026-02-06,a,y,city,full,700,,,,张三,3,
e4,i1,instructed,2026-02-07,a,y,city,,,,city,,,,
e5,i1,late,2026-02-08,a,,,,,,,,,,
e6,,commission-missed,2026-02-09,b,,,,,,,,,,
e7,,negative,2026-03-09,b,,,,,,,,,,
e8,i2,false,2026-03-10,b,,,,,,,,,,
e9,i1,taken-back,2026-03-11,a,,,,,,,,,,e4
`

// FuzzParse: no text of a rulebook makes the reader fall over, and one that is
// accepted scores without falling over. What it cannot score it says.
func FuzzParse(f *testing.F) {
	seeds(f, "rulebook.yaml")
	events, err := readAll(someEvents)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		b, err := Parse(src)
		if err != nil {
			return
		}
		b.RunExamples()
		for _, closed := range [][]Close{nil, winter} {
			in := Input{Register: NewRegister(register), Period: Period{From: 20260101, Until: 20260401, Label: "2026-Q1"}, Closed: closed, Explain: func(Entry) {}}
			_, err := b.Score(in, events)
			var event *EventError
			if err != nil && !errors.As(err, &event) && !strings.Contains(err.Error(), "clause") {
				t.Errorf("a rulebook that was accepted cannot score: %v", err)
			}
		}
	})
}

func readAll(file string) (list []Event, err error) {
	err = ReadEvents(strings.NewReader(file), func(e *Event) error {
		list = append(list, *e)
		return nil
	})
	return list, err
}

// FuzzExpression: every text compiles or is refused at a place inside it, and what
// compiles ends with a number or an error.
func FuzzExpression(f *testing.F) {
	for _, s := range []string{"points * 2", "length >= 1000 && route == 'direct'", "min(length, 100) / (points - points)", "form in ['brief', \"v2\"] ? 0.5 : 1", "-1/3 + contributors", "1e400", "'", "字 + 1", "[1,2][0]", "length > 3 ? 'a' : 1"} {
		f.Add(s, false)
		f.Add(s, true)
	}
	h := &happening{Event: &Event{Kind: Adopted, Length: 1200, Given: Rat(1, 3)}, day: 20260105}
	f.Fuzz(func(t *testing.T, src string, truth bool) {
		x, err := eventWords.compile(src, truth)
		if err != nil {
			var bad *ExprError
			if errors.As(err, &bad) && (bad.Column < 1 || bad.Column > utf8.RuneCountInString(src)+1) {
				t.Errorf("compile(%q) points at column %d", src, bad.Column)
			}
			return
		}
		if truth {
			_, err = x.holds(h.name)
		} else {
			_, err = x.points(h.name)
		}
		_ = err // saying that it cannot be worked out is an answer
	})
}

// FuzzEvents: no file makes the reader fall over, a refusal names a line, and what
// was read can be scored or is refused by its event.
func FuzzEvents(f *testing.F) {
	seeds(f, "events.csv")
	f.Add([]byte(`{"event":"e1","kind":"adopted","date":"2026-01-05","unit":"a","points":0.5,"contributors":"a:1/2|b:1/2"}`))
	f.Add([]byte("\ufeffevent,kind,date,unit\n"))
	b, err := Parse([]byte(alwaysThere))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		var list []Event
		err := ReadEvents(bytes.NewReader(file), func(e *Event) error {
			list = append(list, *e)
			return nil
		})
		var line *LineError
		if errors.As(err, &line) && line.Line < 1 {
			t.Errorf("a mistake on line %d: %v", line.Line, err)
		}
		_, err = b.Score(Input{Register: NewRegister(register), Period: Period{From: 20260101, Until: 20270101, Label: "2026"}, Closed: winter, Explain: func(Entry) {}}, list)
		var event *EventError
		if err != nil && !errors.As(err, &event) {
			t.Errorf("events that were read cannot be scored: %v", err)
		}
	})
}

// FuzzUnits: no file of units makes the reader fall over, and no two rows of a unit
// are about the same day.
func FuzzUnits(f *testing.F) {
	seeds(f, "units.csv")
	f.Fuzz(func(t *testing.T, file []byte) {
		list, err := ReadUnits(bytes.NewReader(file))
		if err != nil {
			return
		}
		for i, u := range list {
			for _, o := range list[:i] {
				if o.Code == u.Code && (o.Until == 0 || u.From < o.Until) && (u.Until == 0 || o.From < u.Until) {
					t.Errorf("%s stands twice for one day", u.Code)
				}
			}
		}
	})
}
