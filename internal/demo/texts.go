package demo

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

//go:embed texts/*.txt city.tsv people.tsv
var stock embed.FS

// Unit is one row of the invented city.
type Unit struct{ Code, Parent, Name, Short, Level, Class string }

// Files says whether the unit writes items of its own; the others run a desk.
func (u Unit) Files() bool { return u.Level == "township" || u.Level == "department" }

// Person is one post; somebody with two posts has two rows.
type Person struct{ Name, Unit, Role, Title string }

// Text is one text of the stock with its placeholders still in it.
//
// A text with a Bureau fits only units whose name ends in it. Months, when not
// empty, are the months in which the text is in season. Texts of one Group tell
// the same matter from different places; those of one Series are one unit's
// reports on one matter, in order of slug, and are written in no other way.
type Text struct {
	Slug, Genre, Form, Level, Group, Bureau, Series, Title string
	Months                                                 []time.Month
	Paragraphs                                             []string
	figures                                                []figure
}

// figure is the declaration of one number: a range with a step, or a sum of
// terms over the figures before it. Values are whole multiples of 10^-places.
type figure struct {
	name      string
	low, high int64
	step      int64
	places    int
	terms     []term
}

// term is factor × (the figure at index, or 1 when index is negative).
type term struct {
	index  int
	factor int64
}

// Values are what a text is filled with. County is empty for the city's own
// departments.
type Values struct {
	Unit, County, City string
	Day                time.Time
}

// villages is the fixed list the village placeholders are drawn from.
var villages = []string{
	"大湾村", "老龙潭村", "枫树湾村", "上屋场村", "下洲头村", "石鼓寨村", "青竹垄村", "双桥铺村",
	"乌桕坪村", "油榨冲村", "白泥塘村", "观音岩村", "鸬鹚滩村", "水碾坝村", "柏木坡村", "茶亭坳村",
	"金盆架村", "杨梅冲村", "梨树坳村", "响水洞村", "龙井湾村", "桐子坪村", "牛栏溪村", "麻石岭村",
	"荷叶塘村", "枣子园村", "黄泥畈村", "铜锣坝村", "马蹄湾村", "芦荻洲村", "柿子垭村", "钟鼓楼村",
}

var (
	genres      = []string{"news", "practice", "problem", "proposal", "concern", "warning"}
	forms       = []string{"brief", "single", "special", "research"}
	textLevels  = []string{"township", "department", "any"}
	placeholder = regexp.MustCompile(`\{([a-z]+[0-9]?)\}`)
	rangeForm   = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)-([0-9]+(?:\.[0-9]+)?)(?: by ([0-9]+))?$`)
	termForm    = regexp.MustCompile(`^(?:(n[1-9])(?:\*([0-9]+))?|([0-9]+))$`)
	figureName  = regexp.MustCompile(`^n[1-9]$`)
	villageName = regexp.MustCompile(`^v[1-9]$`)
)

// Texts returns the stock sorted by slug.
func Texts() ([]Text, error) {
	entries, err := stock.ReadDir("texts")
	if err != nil {
		return nil, err
	}
	texts := make([]Text, 0, len(entries))
	for _, e := range entries {
		name := path.Join("texts", e.Name())
		raw, err := stock.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t, err := parseText(name, string(raw))
		if err != nil {
			return nil, err
		}
		texts = append(texts, t)
	}
	slices.SortFunc(texts, func(a, b Text) int { return strings.Compare(a.Slug, b.Slug) })
	return texts, nil
}

// parseText reads one file: header lines, a line of three hyphens, the title,
// an empty line, and a paragraph a line (empty lines between them are ignored).
func parseText(name, raw string) (Text, error) {
	t := Text{Slug: strings.TrimSuffix(path.Base(name), ".txt")}
	fail := func(i int, format string, args ...any) (Text, error) {
		return Text{}, fmt.Errorf("%s:%d: %s", name, i+1, fmt.Sprintf(format, args...))
	}
	if !utf8.ValidString(raw) {
		return fail(0, "not UTF-8; save the file as UTF-8")
	}
	lines := strings.Split(strings.TrimRight(raw, "\n"), "\n")
	i := 0
	for ; i < len(lines) && lines[i] != "---"; i++ {
		key, value, ok := strings.Cut(lines[i], ": ")
		if !ok {
			return fail(i, "%q is not a header; write key: value, or --- before the title", lines[i])
		}
		if err := t.header(key, value); err != nil {
			return fail(i, "%v", err)
		}
	}
	if i+3 >= len(lines) {
		return fail(len(lines)-1, "needs ---, a title, an empty line and at least one paragraph")
	}
	if t.Genre == "" || t.Form == "" || t.Level == "" {
		return fail(i, "genre, form and level must be declared above this line")
	}
	t.Title = lines[i+1]
	if lines[i+2] != "" {
		return fail(i+2, "the line after the title must be empty")
	}
	for j, line := range lines[i+1:] {
		if err := t.checkPlaceholders(line); err != nil {
			return fail(i+1+j, "%v", err)
		}
		if j >= 2 && line != "" {
			t.Paragraphs = append(t.Paragraphs, line)
		}
	}
	if t.Title == "" || len(t.Paragraphs) == 0 {
		return fail(i+1, "title or body is missing")
	}
	return t, nil
}

// header takes one declared property.
func (t *Text) header(key, value string) error {
	choose := func(into *string, from []string) error {
		if !slices.Contains(from, value) {
			return fmt.Errorf("unknown %s %q; use one of %s", key, value, strings.Join(from, ", "))
		}
		*into = value
		return nil
	}
	switch {
	case key == "genre":
		return choose(&t.Genre, genres)
	case key == "form":
		return choose(&t.Form, forms)
	case key == "level":
		return choose(&t.Level, textLevels)
	case key == "group":
		t.Group = value
	case key == "bureau":
		t.Bureau = value
	case key == "series":
		t.Series = value
	case key == "months":
		return t.months(value)
	case figureName.MatchString(key):
		f, err := t.figure(key, value)
		if err != nil {
			return err
		}
		t.figures = append(t.figures, f)
	default:
		return fmt.Errorf("unknown header %q", key)
	}
	return nil
}

// months reads a season such as 1-3,10-12.
func (t *Text) months(value string) error {
	for _, part := range strings.Split(value, ",") {
		from, to, ok := strings.Cut(part, "-")
		if !ok {
			to = from
		}
		a, errA := strconv.Atoi(from)
		b, errB := strconv.Atoi(to)
		if errA != nil || errB != nil || a < 1 || b > 12 || a > b {
			return fmt.Errorf("months %q: write such as 1-3,10-12", value)
		}
		for m := a; m <= b; m++ {
			t.Months = append(t.Months, time.Month(m))
		}
	}
	return nil
}

// figure reads 120-480, 1.1-1.9, 1200-3600 by 100, or a sum such as n2*3+8.
func (t *Text) figure(key, value string) (figure, error) {
	if t.figureIndex(key) >= 0 {
		return figure{}, fmt.Errorf("%s is declared twice", key)
	}
	m := rangeForm.FindStringSubmatch(value)
	if m == nil {
		return t.sum(key, value)
	}
	f := figure{name: key, step: 1}
	if _, decimals, ok := strings.Cut(m[1], "."); ok {
		f.places = len(decimals)
	}
	if _, decimals, _ := strings.Cut(m[2], "."); len(decimals) != f.places {
		return figure{}, fmt.Errorf("%s %q: both ends need the same number of decimals", key, value)
	}
	// The patterns above admit digits only, so these fail on overlong numbers alone.
	var err error
	if f.low, err = strconv.ParseInt(strings.ReplaceAll(m[1], ".", ""), 10, 32); err == nil {
		f.high, err = strconv.ParseInt(strings.ReplaceAll(m[2], ".", ""), 10, 32)
	}
	if err == nil && m[3] != "" {
		f.step, err = strconv.ParseInt(m[3], 10, 32)
	}
	if err != nil || f.step < 1 || f.low >= f.high {
		return figure{}, fmt.Errorf("%s %q: the range must rise and the step be at least 1", key, value)
	}
	return f, nil
}

// sum reads a figure that follows from whole-number figures declared before it.
func (t *Text) sum(key, value string) (figure, error) {
	f := figure{name: key}
	signed := strings.ReplaceAll(value, "-", "+-")
	for _, part := range strings.Split(signed, "+") {
		bare, negative := strings.CutPrefix(part, "-")
		m := termForm.FindStringSubmatch(bare)
		if m == nil {
			return figure{}, fmt.Errorf("%s %q: write a range such as 120-480 or a sum such as n2*3+8", key, value)
		}
		one := term{index: -1, factor: 1}
		number := m[3]
		if m[1] != "" {
			one.index = t.figureIndex(m[1])
			if one.index < 0 || t.figures[one.index].places != 0 {
				return figure{}, fmt.Errorf("%s uses %s, which is not a whole number declared above it", key, m[1])
			}
			number = m[2]
		}
		if number != "" {
			n, err := strconv.ParseInt(number, 10, 32)
			if err != nil {
				return figure{}, fmt.Errorf("%s %q: %s is too large", key, value, number)
			}
			one.factor = n
		}
		if negative {
			one.factor = -one.factor
		}
		f.terms = append(f.terms, one)
	}
	return f, nil
}

func (t *Text) figureIndex(name string) int {
	return slices.IndexFunc(t.figures, func(f figure) bool { return f.name == name })
}

func (t *Text) checkPlaceholders(line string) error {
	rest := placeholder.ReplaceAllString(line, "")
	if strings.ContainsAny(rest, "{}") {
		return fmt.Errorf("a brace that belongs to no placeholder")
	}
	for _, m := range placeholder.FindAllStringSubmatch(line, -1) {
		switch name := m[1]; {
		case slices.Contains([]string{"unit", "county", "city", "date", "ago"}, name):
		case villageName.MatchString(name):
		case t.figureIndex(name) >= 0:
		default:
			return fmt.Errorf("placeholder {%s} is not declared in the header", name)
		}
	}
	return nil
}

// Fits says whether the text could have been written by the unit.
func (t Text) Fits(u Unit) bool {
	if !u.Files() || (t.Level != "any" && t.Level != u.Level) {
		return false
	}
	return t.Bureau == "" || strings.HasSuffix(u.Name, t.Bureau)
}

// InSeason says whether the text may be dated in the month.
func (t Text) InSeason(m time.Month) bool {
	return len(t.Months) == 0 || slices.Contains(t.Months, m)
}

// Fill draws the figures, villages and the earlier date and puts them in. Equal
// values and an equally seeded generator give equal text.
func (t Text) Fill(v Values, rng *rand.Rand) (title, body string) {
	words := map[string]string{
		"unit": v.Unit, "county": v.County, "city": v.City,
		"date": chineseDay(v.Day),
		"ago":  chineseDay(v.Day.AddDate(0, 0, -3-rng.IntN(7))),
	}
	drawn := make([]int64, len(t.figures))
	for i, f := range t.figures {
		drawn[i] = f.draw(drawn, rng)
		words[f.name] = f.format(drawn[i])
	}
	for i, k := range rng.Perm(len(villages))[:9] {
		words["v"+strconv.Itoa(i+1)] = villages[k]
	}
	put := func(s string) string {
		return placeholder.ReplaceAllStringFunc(s, func(m string) string { return words[m[1:len(m)-1]] })
	}
	return put(t.Title), put(strings.Join(t.Paragraphs, "\n"))
}

func (f figure) draw(before []int64, rng *rand.Rand) int64 {
	if f.terms == nil {
		return f.low + f.step*rng.Int64N((f.high-f.low)/f.step+1)
	}
	var total int64
	for _, one := range f.terms {
		n := one.factor
		if one.index >= 0 {
			n *= before[one.index]
		}
		total += n
	}
	return total
}

func (f figure) format(n int64) string {
	if f.places == 0 {
		return strconv.FormatInt(n, 10)
	}
	digits := fmt.Sprintf("%0*d", f.places+1, n)
	cut := len(digits) - f.places
	return digits[:cut] + "." + digits[cut:]
}

func chineseDay(d time.Time) string {
	return fmt.Sprintf("%d月%d日", int(d.Month()), d.Day())
}

// Units returns the city's units in file order, parents before children.
func Units() ([]Unit, error) {
	var units []Unit
	seen := map[string]bool{}
	err := readTable("city.tsv", "code\tparent\tname\tshort\tlevel\tclass", func(c []string) error {
		u := Unit{Code: c[0], Parent: c[1], Name: c[2], Short: c[3], Level: c[4], Class: c[5]}
		switch {
		case u.Code == "" || u.Name == "" || u.Short == "":
			return fmt.Errorf("code, name and short must be filled in")
		case seen[u.Code]:
			return fmt.Errorf("code %s is used twice", u.Code)
		case u.Parent != "" && !seen[u.Parent]:
			return fmt.Errorf("parent %s of %s does not stand above it", u.Parent, u.Code)
		case !slices.Contains([]string{"province", "city", "county", "township", "department"}, u.Level):
			return fmt.Errorf("unknown level %q", u.Level)
		case !slices.Contains([]string{"", "city", "county", "township", "department"}, u.Class):
			return fmt.Errorf("unknown class %q", u.Class)
		}
		seen[u.Code] = true
		units = append(units, u)
		return nil
	})
	return units, err
}

// People returns the posts in file order.
func People() ([]Person, error) {
	units, err := Units()
	if err != nil {
		return nil, err
	}
	roles := []string{"reporter", "reviewer", "secrecy", "signer", "editor", "chief", "leader",
		"followup", "assessor", "admin", "security", "auditor"}
	var people []Person
	err = readTable("people.tsv", "name\tunit\trole\ttitle", func(c []string) error {
		p := Person{Name: c[0], Unit: c[1], Role: c[2], Title: c[3]}
		switch {
		case p.Name == "" || p.Title == "":
			return fmt.Errorf("name and title must be filled in")
		case !slices.ContainsFunc(units, func(u Unit) bool { return u.Code == p.Unit }):
			return fmt.Errorf("unit %q is not in city.tsv", p.Unit)
		case !slices.Contains(roles, p.Role):
			return fmt.Errorf("unknown role %q", p.Role)
		}
		people = append(people, p)
		return nil
	})
	return people, err
}

// ValuesOf gives what a text of the unit is filled with on that day.
func ValuesOf(units []Unit, code string, day time.Time) (Values, error) {
	v := Values{Day: day}
	for at := code; at != ""; {
		i := slices.IndexFunc(units, func(u Unit) bool { return u.Code == at })
		if i < 0 {
			return Values{}, fmt.Errorf("unit %q is not in city.tsv", at)
		}
		u := units[i]
		if at == code {
			v.Unit = u.Short
		}
		switch u.Level {
		case "county":
			v.County = u.Short
		case "city":
			v.City = u.Short
		}
		at = u.Parent
	}
	return v, nil
}

// readTable hands each row under the head to take; errors name the line.
func readTable(name, head string, take func(cells []string) error) error {
	raw, err := stock.ReadFile(name)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimRight(string(raw), "\n"), "\n")
	if lines[0] != head {
		return fmt.Errorf("%s:1: the head must be %q", name, head)
	}
	width := strings.Count(head, "\t") + 1
	for i, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != width {
			return fmt.Errorf("%s:%d: %d columns, want %d", name, i+2, len(cells), width)
		}
		if err := take(cells); err != nil {
			return fmt.Errorf("%s:%d: %w", name, i+2, err)
		}
	}
	return nil
}
