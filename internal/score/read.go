package score

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// EventColumns are the columns of an events file, CSV or JSONL; only event, kind,
// date and unit must be there.
var EventColumns = []string{"event", "item", "kind", "date", "unit", "publication", "level", "form", "genre", "length", "prominence", "attachments", "route", "leader_level", "leader_rank", "disposition", "contributors", "authors", "points", "note", "age", "arrived"}

// UnitColumns are those of a units file; only code must be there.
var UnitColumns = []string{"code", "name", "class", "parent", "headcount", "from", "to"}

// LineError is a line of a file that cannot be read.
type LineError struct {
	Line   int
	Column string
	Value  string
	Why    string
}

func (e *LineError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("line %d: %s", e.Line, e.Why)
	}
	return fmt.Sprintf("line %d, column %s: %q %s", e.Line, e.Column, e.Value, e.Why)
}

// ReadEvents reads an events file: JSONL where the first byte is a brace, else CSV
// with a heading. It calls each for every event, in the file's order.
func ReadEvents(r io.Reader, each func(*Event) error) error {
	in := bufio.NewReaderSize(r, 1<<16)
	skipMark(in)
	if first, err := in.Peek(1); err == nil && first[0] == '{' {
		return readJSONL(in, each)
	}
	return readCSV(in, EventColumns, EventColumns[:5:5], func(line int, get func(int) string) error {
		e, err := eventOf(line, get)
		if err != nil {
			return err
		}
		return each(e)
	})
}

// skipMark drops a byte order mark.
func skipMark(in *bufio.Reader) {
	if b, err := in.Peek(3); err == nil && string(b) == "\ufeff" {
		_, _ = in.Discard(3)
	}
}

// readCSV gives the fields of each line by the number of their column in known.
func readCSV(in io.Reader, known, need []string, each func(line int, get func(int) string) error) error {
	c := csv.NewReader(in)
	c.ReuseRecord = true
	head, err := c.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return &LineError{Line: 1, Why: "the file is empty; the first line names the columns: " + strings.Join(known, ",")}
		}
		return csvError(err)
	}
	at := make([]int, len(known))
	for i := range at {
		at[i] = -1
	}
	for j, name := range head {
		i := slices.Index(known, strings.TrimSpace(name))
		if i < 0 {
			why := "is not a column; there are " + strings.Join(known, ", ")
			if near := fault.Near(name, known); near != "" {
				why = "is not a column; do you mean " + strconv.Quote(near) + "?"
			}
			return &LineError{Line: 1, Column: strconv.Itoa(j + 1), Value: name, Why: why}
		}
		if at[i] >= 0 {
			return &LineError{Line: 1, Column: strconv.Itoa(j + 1), Value: name, Why: "stands twice"}
		}
		at[i] = j
	}
	for _, n := range need {
		if n != "item" && at[slices.Index(known, n)] < 0 {
			return &LineError{Line: 1, Why: "there is no column " + n}
		}
	}
	for {
		rec, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return csvError(err)
		}
		line, _ := c.FieldPos(0)
		if err := each(line, func(i int) string {
			if at[i] < 0 {
				return ""
			}
			return rec[at[i]]
		}); err != nil {
			return err
		}
	}
}

func csvError(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return &LineError{Line: p.Line, Why: p.Err.Error()}
	}
	return err
}

// eventOf reads one line.
func eventOf(line int, get func(int) string) (*Event, error) {
	bad := func(column int, why string) (*Event, error) {
		return nil, &LineError{Line: line, Column: EventColumns[column], Value: get(column), Why: why}
	}
	clone := func(i int) string { return strings.Clone(strings.TrimSpace(get(i))) }
	e := &Event{Line: line, Fact: ident.Fact(clone(0)), Item: ident.Item(clone(1)), Kind: EventKind(clone(2)), Unit: ident.Unit(clone(4)), Outlet: clone(5), Level: clone(6), Form: clone(7), Genre: clone(8),
		Prominence: clone(10), Attachments: clone(11), Route: clone(12), LeaderLevel: clone(13), LeaderRank: clone(14), Disposition: clone(15), Note: clone(19)}
	if e.Fact == "" {
		return bad(0, "is empty; every event has a name of its own")
	}
	if e.Kind == TakenBack {
		if e.Undoes = ident.Fact(e.Note); e.Undoes == "" {
			return bad(19, "is empty; the note of what is taken back names the event")
		}
	} else if !e.Kind.valid() {
		why := "is not a kind; there are " + strings.Join(texts(EventKinds), ", ")
		if near := fault.Near(string(e.Kind), texts(EventKinds)); near != "" {
			why = "is not a kind; do you mean " + strconv.Quote(near) + "?"
		}
		return bad(2, why)
	}
	var ok bool
	if e.Day, ok = org.ParseDate(get(3)); !ok {
		return bad(3, "is not a date; write 2023-04-30")
	}
	if e.Level != "" && !org.Level(e.Level).Valid() {
		return bad(6, "is not a level; there are "+strings.Join(texts(org.Levels), ", "))
	}
	if s := strings.TrimSpace(get(9)); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return bad(9, "is not a number of characters")
		}
		e.Length = n
	}
	var err error
	if e.Contributors, err = sharesOf(get(16)); err != nil {
		return bad(16, err.Error())
	}
	if s := get(17); strings.TrimSpace(s) != "" {
		for name := range strings.SplitSeq(s, "|") {
			e.Authors = append(e.Authors, strings.Clone(strings.TrimSpace(name)))
		}
	}
	if s := strings.TrimSpace(get(18)); s != "" {
		if e.Given, err = ParsePoints(s); err != nil {
			return bad(18, "is not a number; write 3, 0.5 or 1/3")
		}
	}
	if s := strings.TrimSpace(get(20)); s != "" {
		if e.Age, err = strconv.Atoi(s); err != nil || e.Age < 0 {
			return bad(20, "is not a number of days")
		}
	}
	if s := get(21); strings.TrimSpace(s) != "" {
		if e.Arrived, ok = org.ParseDate(s); !ok {
			return bad(21, "is not a date; write 2023-04-30")
		}
	}
	if e.Unit == "" && len(e.Contributors) > 0 {
		e.Unit = e.Contributors[0].Unit
	}
	if e.Unit == "" {
		return bad(4, "is empty; whose points are they?")
	}
	return e, nil
}

// sharesOf reads "a:1/2|b:1/2", or "a|b" where the rulebook divides.
func sharesOf(s string) (list []Share, err error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, nil
	}
	for word := range strings.SplitSeq(s, "|") {
		unit, part, said := strings.Cut(strings.TrimSpace(word), ":")
		sh := Share{Unit: ident.Unit(strings.Clone(unit)), Said: said}
		if unit == "" {
			return nil, errors.New("has an empty name; write unit:1/2|unit:1/2")
		}
		if said {
			if sh.Part, err = ParsePoints(part); err != nil || sh.Part.Sign() < 0 {
				return nil, errors.New("has a share that is not a part of one; write unit:1/2|unit:1/2")
			}
		}
		if slices.ContainsFunc(list, func(o Share) bool { return o.Unit == sh.Unit }) {
			return nil, errors.New("names a unit twice")
		}
		list = append(list, sh)
	}
	return list, nil
}

// readJSONL reads an object a line, with the columns as keys.
func readJSONL(in *bufio.Reader, each func(*Event) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		text := lines.Bytes()
		if len(strings.TrimSpace(string(text))) == 0 {
			continue
		}
		var row map[string]any
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.UseNumber()
		if err := d.Decode(&row); err != nil {
			return &LineError{Line: n, Why: err.Error()}
		}
		for k := range row {
			if !slices.Contains(EventColumns, k) {
				return &LineError{Line: n, Column: k, Why: "is not a column; there are " + strings.Join(EventColumns, ", ")}
			}
		}
		e, err := eventOf(n, func(i int) string {
			switch v := row[EventColumns[i]].(type) {
			case nil:
				return ""
			case string:
				return v
			default:
				return fmt.Sprint(v)
			}
		})
		if err != nil {
			return err
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return lines.Err()
}

// ReadUnits reads a units file. Two rows of one unit may not be about the same day.
func ReadUnits(r io.Reader) ([]Unit, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	skipMark(in)
	var list []Unit
	rows := map[ident.Unit][]Unit{}
	err := readCSV(in, UnitColumns, UnitColumns[:1], func(line int, get func(int) string) error {
		bad := func(column int, why string) error {
			return &LineError{Line: line, Column: UnitColumns[column], Value: get(column), Why: why}
		}
		clone := func(i int) string { return strings.Clone(strings.TrimSpace(get(i))) }
		u := Unit{Code: ident.Unit(clone(0)), Name: clone(1), Class: clone(2), Parent: ident.Unit(clone(3))}
		if u.Code == "" {
			return bad(0, "is empty")
		}
		if s := clone(4); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil || n < 0 {
				return bad(4, "is not a head-count")
			}
			u.Headcount = n
		}
		for i, d := range map[int]*org.Date{5: &u.From, 6: &u.Until} {
			var ok bool
			if s := clone(i); s != "" {
				if *d, ok = org.ParseDate(s); !ok {
					return bad(i, "is not a date; write 2023-04-30")
				}
			}
		}
		if u.Until != 0 {
			u.Until = next(u.Until) // a file names the last day
		}
		if u.Until != 0 && u.From >= u.Until {
			return bad(6, "is before it began")
		}
		for _, o := range rows[u.Code] {
			if (o.Until == 0 || u.From < o.Until) && (u.Until == 0 || o.From < u.Until) {
				return bad(5, "is a day on which another row of "+string(u.Code)+" holds")
			}
		}
		rows[u.Code] = append(rows[u.Code], u)
		list = append(list, u)
		return nil
	})
	return list, err
}
