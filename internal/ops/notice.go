package ops

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/score"
)

// Notice is a published table (通报) as data: what is printed, cell by cell, and
// in audit what its columns mean. docs/rulebook.md describes the file.
type Notice struct {
	ID      string              `json:"id"`
	Title   string              `json:"title"`
	Period  string              `json:"period"`
	Columns []string            `json:"columns"`
	Rows    [][]json.RawMessage `json:"rows"`
	Totals  map[string]any      `json:"totals_in_text"`
	Audit   *Meaning            `json:"audit"`

	cells   [][]string
	text    map[string]score.Points // totals as numbers
	guessed bool                    // the columns of counts are those whose names say so
}

// Meaning says what the columns of a notice are. What is not said is read from
// their names where those leave no doubt.
type Meaning struct {
	Rank   string           `json:"rank,omitempty"`
	Unit   string           `json:"unit,omitempty"`
	Class  string           `json:"class,omitempty"`
	Score  string           `json:"score,omitempty"`
	Counts map[string]Count `json:"counts,omitempty"` // by column
	Rates  map[string]Rated `json:"rates,omitempty"`  // by column, or by the name of a total in the text
	Sums   []Sum            `json:"sums,omitempty"`
	Order  string           `json:"order,omitempty"` // score (so it is where there is one) or listed
	Top    int              `json:"top,omitempty"`   // only so many places of a class are printed
}

// UnmarshalJSON refuses a key that does not exist: what is misspelt would not be
// looked at.
func (m *Meaning) UnmarshalJSON(b []byte) error {
	type plain Meaning
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode((*plain)(m))
}

// Count is a column that counts events.
type Count struct {
	Event       string `json:"event,omitempty"` // adopted where it is not said
	Publication string `json:"publication,omitempty"`
	Level       string `json:"level,omitempty"`
	Form        string `json:"form,omitempty"`
	Genre       string `json:"genre,omitempty"`
	LeaderLevel string `json:"leader_level,omitempty"`
	LeaderRank  string `json:"leader_rank,omitempty"`
	Points      string `json:"points,omitempty"` // the column that prints what they bring
}

// Rated is a column, or a number of the text, that prints a rate in per cent.
type Rated struct {
	Of       string `json:"of"`
	To       string `json:"to"`
	Decimals int    `json:"decimals"`
	Round    string `json:"round,omitempty"` // half-up where it is not said
	Empty    string `json:"empty,omitempty"` // how nothing of nothing is printed: 0
}

// Sum says that a total of the text is the sum of a column, or of other totals.
type Sum struct {
	Text   string   `json:"text"`
	Column string   `json:"column,omitempty"`
	Rows   string   `json:"rows,omitempty"`  // 1..7; all where it is not said
	Of     []string `json:"of,omitempty"`    // totals of the text; a name that ends in * stands for all that begin so
	Least  bool     `json:"least,omitempty"` // only some rows are printed: the total is no less than their sum
}

// ReadNotices reads one table, or the one that is named of a file of several.
func ReadNotices(path, id string) (list []*Notice, err error) {
	if path == "" {
		return nil, fault.Bad("--notice", "required")
	}
	var body []byte
	err = reading(path, func(r io.Reader) (err error) {
		body, err = io.ReadAll(io.LimitReader(r, score.MaxRulebook<<4))
		return err
	})
	if err != nil {
		return nil, err
	}
	var file struct {
		Notice
		Tables []*Notice `json:"tables"`
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&file); err != nil {
		why := err.Error()
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			why = strings.TrimSpace(wrong.Field + " is the wrong kind of value (" + wrong.Value + ")" + "; see docs/rulebook.md for what it has to be")
		}
		return nil, fault.Bad(path, "bad_notice", "why", why)
	}
	if file.Tables == nil {
		file.Tables = []*Notice{&file.Notice}
	}
	if len(file.Tables) == 0 {
		return nil, fault.Bad(path, "bad_notice", "why", "there is no table in it")
	}
	var known []string
	for _, n := range file.Tables {
		if n == nil {
			return nil, fault.Bad(path, "bad_notice", "why", "one of its tables is null")
		}
		if known = append(known, n.ID); id == "" || n.ID == id {
			list = append(list, n)
		}
	}
	if len(list) == 0 {
		return nil, fault.Bad("--table", "not_one_of", "value", id, "near", fault.Near(id, known), "known", strings.Join(known, ", "))
	}
	for _, n := range list {
		if err := n.read(); err != nil {
			return nil, fault.Bad(path, "bad_notice", "why", cmp.Or(n.ID, "the table")+": "+err.Error())
		}
	}
	return list, nil
}

// read turns cells into texts, checks that what audit names is there and fills in
// what the names of the columns say.
func (n *Notice) read() error {
	if len(n.Columns) == 0 || len(n.Rows) == 0 {
		return fmt.Errorf("it has no columns or no rows")
	}
	for i, r := range n.Rows {
		if len(r) != len(n.Columns) {
			return fmt.Errorf("row %d has %d cells, the table has %d columns", i+1, len(r), len(n.Columns))
		}
		var cells []string
		for j, c := range r {
			var s string
			switch text := string(c); {
			case text == "null":
			case json.Unmarshal(c, &s) == nil:
			case strings.ContainsAny(text[:1], "-0123456789"):
				s = text
			default:
				return fmt.Errorf("row %d, column %s: %s is neither a text nor a number", i+1, n.Columns[j], text)
			}
			cells = append(cells, strings.TrimSpace(s))
		}
		n.cells = append(n.cells, cells)
	}
	n.text = map[string]score.Points{}
	for name, v := range n.Totals {
		if p, err := score.ParsePoints(strings.ReplaceAll(fmt.Sprint(v), ",", "")); err == nil {
			n.text[name] = p
		}
	}
	n.guess()
	return n.Audit.check(n)
}

// check refuses a column or a total that the table does not have.
func (m *Meaning) check(n *Notice) error {
	var names []string
	names = append(names, m.Rank, m.Unit, m.Class, m.Score)
	for c, k := range m.Counts {
		names = append(names, c, k.Points)
	}
	for _, s := range m.Sums {
		names = append(names, s.Column)
	}
	slices.Sort(names)
	for _, c := range names {
		if c != "" && !slices.Contains(n.Columns, c) {
			return fmt.Errorf("audit speaks of the column %s; the nearest is %s", c, fault.Near(c, n.Columns))
		}
	}
	for _, s := range m.Sums {
		for _, name := range append(slices.Clone(s.Of), s.Text) {
			if _, ok := n.text[name]; !ok && !strings.HasSuffix(name, "*") {
				return fmt.Errorf("audit speaks of the total %s; the nearest is %s", name, fault.Near(name, n.totals()))
			}
		}
		if _, _, ok := n.span(s.Rows); !ok {
			return fmt.Errorf("the rows %s of the sum %s are not rows of the table; write 1..7", s.Rows, s.Text)
		}
	}
	for _, name := range sortedKeys(m.Rates) {
		r := m.Rates[name]
		known, what := n.totals(), "total"
		if slices.Contains(n.Columns, name) {
			known, what = n.Columns, "column"
		}
		for _, c := range []string{r.Of, r.To, name} {
			if !slices.Contains(known, c) && (c != name || n.Totals[c] == nil) {
				return fmt.Errorf("the rate %s speaks of the %s %s; the nearest is %s", name, what, c, fault.Near(c, known))
			}
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (n *Notice) totals() []string { return sortedKeys(n.text) }

// span reads 1..7.
func (n *Notice) span(s string) (from, to int, ok bool) {
	if s == "" {
		return 1, len(n.cells), true
	}
	if k, _ := fmt.Sscanf(s, "%d..%d", &from, &to); k != 2 {
		return 0, 0, false
	}
	return from, to, from >= 1 && from <= to && to <= len(n.cells)
}

// guess reads what is not said from the names of the columns.
func (n *Notice) guess() {
	if n.Audit == nil {
		n.Audit = &Meaning{}
	}
	m := n.Audit
	find := func(field *string, words ...string) {
		for _, w := range words {
			for _, c := range n.Columns {
				if *field == "" && strings.Contains(c, w) {
					*field = c
				}
			}
		}
	}
	find(&m.Rank, "排名", "名次", "位次")
	find(&m.Unit, "单位", "来源", "县区", "姓名")
	find(&m.Class, "类别", "组别")
	find(&m.Score, "总分", "综合得分", "总得分")
	if m.Score == "" {
		for _, c := range slices.Backward(n.Columns) { // the last of several is their sum
			if m.Score == "" && strings.Contains(c, "得分") {
				m.Score = c
			}
		}
	}
	if m.Sums == nil { // more in the rows than in the text is wrong however many rows are printed
		for _, total := range n.totals() {
			for _, c := range n.Columns {
				if strings.HasSuffix(c, total) && !strings.HasSuffix(c, "率") {
					m.Sums = append(m.Sums, Sum{Text: total, Column: c, Least: true})
				}
			}
		}
	}
	if m.Rates == nil {
		of, to := "", ""
		find(&of, "采纳数", "采用数", "采用条数", "采用篇数", "录用数")
		find(&to, "报送信息数", "报送数", "报送条数", "上报数", "报送篇数")
		for _, c := range n.Columns {
			if strings.HasSuffix(c, "率") && of != "" && to != "" {
				m.Rates = map[string]Rated{c: {Of: of, To: to, Decimals: 1, Empty: "0"}}
			}
		}
	}
}

// named finds the columns that count what a publication of the rulebook took, by
// its name: 市级网采用条数 and 市级网采用得分.
func (n *Notice) named(book *score.Rulebook) {
	m := n.Audit
	if m.Counts != nil {
		return
	}
	m.Counts = map[string]Count{}
	if book == nil {
		n.guessed = true
		for _, c := range n.Columns {
			if c != m.Score && c != m.Unit && !strings.Contains(c, "分") && !strings.HasSuffix(c, "率") && (strings.Contains(c, "采用") || strings.Contains(c, "采纳") || strings.Contains(c, "录用")) {
				m.Counts[c] = Count{}
			}
		}
		return
	}
	for _, c := range n.Columns {
		if c == m.Score || c == m.Unit || strings.Contains(c, "得分") || strings.HasSuffix(c, "率") {
			continue
		}
		best := score.Publication{}
		for _, p := range book.Publications {
			if p.Name != "" && p.Code != "" && strings.HasPrefix(c, p.Name) && len(p.Name) > len(best.Name) {
				best = p
			}
		}
		if best.Code == "" {
			continue
		}
		k := Count{Publication: best.Code}
		for _, other := range n.Columns {
			if other != m.Score && strings.Contains(other, "得分") && strings.HasPrefix(other, best.Name) {
				k.Points = other
			}
		}
		m.Counts[c] = k
	}
}

// at is the cell of a row under a column.
func (n *Notice) at(row int, column string) string {
	if i := slices.Index(n.Columns, column); i >= 0 {
		return n.cells[row][i]
	}
	return ""
}

// number is a cell as a number; an empty one is nought.
func (n *Notice) number(row int, column string) (score.Points, bool) {
	s := n.at(row, column)
	if s == "" || s == "-" || s == "—" {
		return score.Points{}, true
	}
	p, err := score.ParsePoints(s)
	return p, err == nil
}

func (n *Notice) unit(row int) string {
	return cmp.Or(n.at(row, n.Audit.Unit), fmt.Sprintf("row %d", row+1))
}
