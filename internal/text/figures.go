package text

import (
	"math/big"
	"slices"
	"strings"
	"unicode"
)

// Bound is how firmly a figure is stated.
type Bound string

// The ways to state a figure.
const (
	Firm  Bound = ""
	About Bound = "about" // 约, 左右
	Near  Bound = "near"  // 近: a little less
	Over  Bound = "over"  // 余, 超过: a little more
	Under Bound = "under" // 不足, 以下
)

// Figure is a quantity that a text states: how many of what. Its value is exact.
type Figure struct {
	Para    int    `json:"para"`    // its paragraph, 1 the first
	Written string `json:"written"` // as it stands there: 约1.2万亩
	Value   string `json:"value"`   // in the unit it is written in, without 万 and 亿: 12000, 1.1—1.3, 100/3
	Unit    string `json:"unit"`
	Subject string `json:"subject"`         // what is counted, in the words around it
	Bound   Bound  `json:"bound,omitempty"` // about, near, over, under
	Part    bool   `json:"part,omitempty"`  // stated behind 其中
	Place   string `json:"place,omitempty"` // the place it is said of, where the sentence names one

	at, end  int // runes of the paragraph
	low      *big.Rat
	high     *big.Rat
	step     *big.Rat // one more in the last place that is written
	rounded  bool     // 3.2万: what was rounded to it agrees with it
	base     string   // what its unit is a multiple of
	words    []string // what tells one subject from another, sorted
	common   []string // 群众, 面积: words that alone tell little
	sentence int
}

// Span is where a figure stands in its paragraph, in runes.
func (f Figure) Span() (at, end int) { return f.at, f.end }

// Figures finds what a text states in numbers, paragraph by paragraph. Dates,
// hours, ordinals, telephone numbers, roads (G5) and sayings (三个意识) are none.
// It reads every character a bounded number of times.
func Figures(s string) []Figure {
	var out []Figure
	for i, p := range Paragraphs(s) {
		out = append(out, figuresOf(p, i+1)...)
	}
	return out
}

// reader goes through one paragraph.
type reader struct {
	rs       []rune
	para     int
	out      []Figure
	sentence int
	clause   int // where the clause begins
	head     int // where the sentence begins
	part     bool
	place    string
	placed   int    // where the name of that place ends
	home     string // the place with which the paragraph begins: it is about it
}

func figuresOf(p string, para int) []Figure {
	r := &reader{rs: folded(p), para: para}
	for i := 0; i < len(r.rs); {
		i = r.step(i)
	}
	return r.out
}

// folded makes full-width digits and signs half-width, rune for rune.
func folded(s string) []rune {
	rs := []rune(s)
	for i, c := range rs {
		switch {
		case c >= '０' && c <= '９':
			rs[i] = '0' + c - '０'
		case c == '％' || c == '．' || c == '／':
			rs[i] = c - 0xfee0
		}
	}
	return rs
}

// homeWithin is how near the beginning a place stands that a whole paragraph is
// about.
const homeWithin = 8

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

func latin(r rune) bool { return r < 128 && unicode.IsLetter(r) }

// step reads what stands at a place and says where to go on.
func (r *reader) step(i int) int {
	c := r.rs[i]
	switch {
	case strings.ContainsRune("。；！？!?;\n", c):
		r.sentence++
		r.clause, r.head, r.part, r.place = i+1, i+1, false, r.home
		return i + 1
	case strings.ContainsRune("，、：,:（）()“”《》〈〉【】[]", c):
		r.clause = i + 1
		return i + 1
	case c == '其' && i+1 < len(r.rs) && r.rs[i+1] == '中':
		r.part, r.clause = true, i+2
		return i + 2
	}
	if place := r.placeAt(i); place != "" {
		if r.place, r.placed = place, i+1; i < homeWithin && len(r.out) == 0 {
			r.home = place
		}
		return i + 1
	}
	if !digit(c) && digitOf(c) < 0 && c != '十' && c != '百' && c != '千' && c != '万' && c != '亿' {
		return i + 1
	}
	return r.number(i)
}

// number reads what begins like a number. What is none is passed over whole, so
// that no piece of a longer code is taken for one.
func (r *reader) number(i int) int {
	f, end, ok := r.figureAt(i)
	if !ok {
		return max(end, i+1)
	}
	f.Para, f.sentence, f.Part, f.Place = r.para, r.sentence, r.part, r.place
	r.about(&f)
	f.Written = strings.TrimSpace(string(r.rs[f.at:f.end]))
	r.out = append(r.out, f)
	return f.end
}

// figureAt reads a number with its unit.
func (r *reader) figureAt(i int) (f Figure, end int, ok bool) {
	rs, start := r.rs, i
	times, divided := int64(0), false
	if w := string(rs[i:min(i+3, len(rs))]); w == "百分之" || w == "千分之" || w == "万分之" {
		times, i = scales[rs[i]], i+3
		if i == len(rs) {
			return f, i, false
		}
		if rs[i] == '百' {
			return r.closed(Figure{at: start, end: i + 1, low: big.NewRat(100, 1), high: big.NewRat(100, 1), step: big.NewRat(1, 1), Unit: "%", base: "%"}), i + 1, true
		}
		if !digit(rs[i]) && digitOf(rs[i]) < 0 && rs[i] != '十' {
			return f, i, false
		}
	}
	a, j, ok := amountAt(rs, i)
	if !ok || r.noCount(start) {
		return f, j, false
	}
	if times == 0 && string(rs[j:min(j+2, len(rs))]) == "分之" && j+2 < len(rs) {
		b, k, good := amount{}, j+2, false
		if digit(rs[j+2]) || digitOf(rs[j+2]) >= 0 || rs[j+2] == '十' {
			b, k, good = amountAt(rs, j+2)
		}
		if !good || a.v.Sign() == 0 {
			return f, k, false
		}
		v := new(big.Rat).Quo(new(big.Rat).Mul(b.v, big.NewRat(100, 1)), a.v)
		return r.closed(Figure{at: start, end: k, low: v, high: v, step: big.NewRat(1, 1), Unit: "%", base: "%"}), k, true
	}
	low, high, k := a.v, a.v, j
	unit, m, n := "", measure{}, 0
	if times > 0 {
		unit, m, divided = "%", measures["%"], true
		low = new(big.Rat).Mul(low, big.NewRat(100, times))
		high = low
	} else {
		k = j + r.moreBefore(j)
		if k+1 < len(rs) && rs[k] == ' ' {
			if _, _, n = unitAt(rs, k+1); n > 0 {
				k++ // 320 人
			}
		}
		if unit, m, n = unitAt(rs, k); n == 0 && k > j {
			unit, m, n = unitAt(rs, j)
			k = j
		}
		if n == 0 && rs[min(j, len(rs)-1)] == '成' && j < len(rs) && a.v.Cmp(big.NewRat(10, 1)) <= 0 && (j+1 == len(rs) || !strings.ContainsRune("立功员果效为本都品交", rs[j+1])) {
			unit, m, n = "成", measure{base: "%", num: 10, den: 1}, 1
		}
	}
	if mark := rangeMark(rs, k+n); mark > 0 && k+n+mark < len(rs) && (digit(rs[k+n+mark]) || digitOf(rs[k+n+mark]) >= 0 && n == 0) && !divided {
		b, e, good := amountAt(rs, k+n+mark)
		if !good {
			return f, e, false
		}
		unit2, m2, n2 := unitAt(rs, e)
		if n == 0 && n2 == 0 {
			return f, max(e, j), false // 8—12月, 2025—2026年
		}
		if n2 > 0 && (n == 0 || m2.base == m.base) {
			high = b.v
			if n == 0 && a.times.Cmp(b.times) < 0 && a.mant.Cmp(b.mant) < 0 && a.times.IsInt() && a.times.Cmp(big.NewRat(1, 1)) == 0 {
				low = new(big.Rat).Mul(low, b.times) // 3—5万
			}
			if n > 0 {
				low = new(big.Rat).Mul(low, big.NewRat(m.num*m2.den, m.den*m2.num))
			}
			if low.Cmp(high) > 0 {
				return f, e, false
			}
			unit, m, k, n, a.step = unit2, m2, e, n2, b.step
		}
	}
	if n == 0 && !divided || r.saying(a, unit, m, k+n, start) {
		return f, max(k, j), false
	}
	f = Figure{at: start, end: k + n, low: low, high: high, step: a.step, rounded: a.scaled, Unit: unit, base: m.base}
	if a.more || k > j && n > 0 && (rs[j] == '余' || rs[j] == '多') && low.Cmp(high) == 0 {
		f.Bound = Over
	}
	return r.closed(f), f.end, true
}

// closed finishes a figure: its value as it is read, then what it is in the
// measure that it is compared in.
func (r *reader) closed(f Figure) Figure {
	m := measures[f.Unit]
	if name, _, rate := strings.Cut(f.Unit, "/"); rate {
		m = measures[name]
	}
	if f.Unit == "成" {
		m = measure{num: 10, den: 1}
	}
	f.end += r.boundAfter(&f)
	f.at -= r.boundBefore(&f)
	f.Value = Exact(f.low)
	if f.low.Cmp(f.high) != 0 {
		f.Value += "—" + Exact(f.high)
	}
	times := big.NewRat(m.num, m.den)
	f.low, f.high, f.step = new(big.Rat).Mul(f.low, times), new(big.Rat).Mul(f.high, times), new(big.Rat).Mul(f.step, times)
	return f
}

// moreBefore is the 余, 多 or 来 between a number and its unit.
func (r *reader) moreBefore(j int) int {
	if j < len(r.rs) && strings.ContainsRune("余多来", r.rs[j]) {
		return 1
	}
	return 0
}

// noCount reports what stands before a number that counts nothing: 第3批, G5,
// 〔2026〕, 前3名, a decimal of a longer number.
func (r *reader) noCount(i int) bool {
	if i == 0 {
		return false
	}
	switch c := r.rs[i-1]; {
	case c == '第', c == '〔', c == '数', c == '几', latin(c), c == '#':
		return true
	case c == '.' || c == '-' || c == '—' || c == '/':
		return i > 1 && (digit(r.rs[i-2]) || latin(r.rs[i-2]))
	case c == '初' || c == '零' || c == '〇':
		return true
	case c == '十' && strings.ContainsRune("一二三四五六", r.rs[i]):
		return true
	}
	return false
}

// saying reports Chinese numbers that are no count: 三项制度, 一户一策, 两个维护, 几.
func (r *reader) saying(a amount, unit string, m measure, end, start int) bool {
	if end < len(r.rs) && r.rs[end] == '几' {
		return true
	}
	if a.chinese == 0 {
		return unit == "名" && start > 0 && r.rs[start-1] == '前'
	}
	one := a.v.Cmp(big.NewRat(1, 1)) == 0
	switch {
	case a.chinese > 1 && !m.weak:
		return false
	case a.chinese > 1:
		return unit == "级" || unit == "度"
	case one && unit != "人" && unit != "户" && unit != "米":
		return true
	case one && (end < len(r.rs) && strings.ContainsRune("一多之为名员次", r.rs[end]) || start > 0 && strings.ContainsRune("统同惟唯专", r.rs[start-1])):
		return true
	case unit == "个":
		after := string(r.rs[end:min(end+3, len(r.rs))])
		return !slices.ContainsFunc(countedOnes, func(w string) bool { return strings.HasPrefix(after, w) })
	}
	return m.weak || unit == "天" && end < len(r.rs) && r.rs[end] == '两'
}

var boundsBefore = []struct {
	word  string
	bound Bound
}{
	{"不低于", Over}, {"不少于", Over}, {"不超过", Under}, {"不高于", Under}, {"大约", About}, {"约为", About}, {"约有", About}, {"约达", About}, {"将近", Near}, {"接近", Near}, {"超过", Over}, {"超出", Over}, {"突破", Over},
	{"多达", Firm}, {"高达", Firm}, {"达到", Firm}, {"至少", Over}, {"不足", Under}, {"不到", Under}, {"不满", Under}, {"未满", Under}, {"低于", Under}, {"少于", Under}, {"至多", Under}, {"最多", Under},
	{"约", About}, {"近", Near}, {"超", Over}, {"逾", Over},
}

// boundBefore reads 约, 近, 超过 before a number, and says how long it is.
func (r *reader) boundBefore(f *Figure) int {
	before := string(r.rs[max(r.clause, f.at-3):max(f.at, r.clause)])
	for _, b := range boundsBefore {
		if !strings.HasSuffix(before, b.word) || b.bound == Firm {
			continue
		}
		n := len([]rune(b.word))
		if k := f.at - n - 1; k >= r.clause && (b.word == "近" && strings.ContainsRune("附最临邻靠就新远", r.rs[k]) || b.word == "约" && strings.ContainsRune("节签预大公", r.rs[k]) || b.word == "超" && strings.ContainsRune("高赶反", r.rs[k])) {
			continue
		}
		f.Bound = b.bound
		return n
	}
	return 0
}

var boundsAfter = []struct {
	word  string
	bound Bound
}{{"左右", About}, {"上下", About}, {"以上", Over}, {"以下", Under}, {"以内", Under}, {"之多", Firm}}

// boundAfter reads 左右, 以上 behind the unit, and says how long it is.
func (r *reader) boundAfter(f *Figure) int {
	after := string(r.rs[f.end:min(f.end+2, len(r.rs))])
	for _, b := range boundsAfter {
		if after == b.word {
			f.Bound = b.bound
			return 2
		}
	}
	if len(after) > 0 && strings.HasPrefix(after, "多") && after != "多次" && f.low.Cmp(f.high) == 0 {
		f.Bound = Over
		return 1
	}
	return 0
}
