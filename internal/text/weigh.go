package text

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Told is one of the texts that tell of an event: whose it is, and what it says.
type Told struct {
	Name string // the unit: 青禾镇. What it says without a place it says of itself
	Body string
}

// Said is what one of them says a figure is.
type Said struct {
	Source  int    `json:"source"` // its place among them, 1 the first
	Para    int    `json:"para"`
	Written string `json:"written"`
	Value   string `json:"value"`
	Unit    string `json:"unit"`
}

// Difference is a figure of a text about which its sources, or its own parts,
// do not agree.
type Difference struct {
	Key     string `json:"key"`  // of what is said by whom: the same as long as nobody says otherwise
	Kind    string `json:"kind"` // said: the sources differ; sum: its parts are not the whole
	Paras   []int  `json:"paragraphs"`
	Subject string `json:"subject"`
	Written string `json:"written"` // in the text
	Value   string `json:"value"`
	Unit    string `json:"unit"`
	Says    []Said `json:"says,omitempty"`
	Sum     string `json:"sum,omitempty"` // worked out: 120 + 180 = 300

	at, end int // in the first of its paragraphs, in runes
}

// Span is where its figure stands in the first of its paragraphs, in runes.
func (d Difference) Span() (at, end int) { return d.at, d.end }

// Worked is a figure of a text that comes out of those of its sources, or of its
// own parts.
type Worked struct {
	Para int    `json:"para"`
	Sum  string `json:"sum"`            // 120 + 200 = 320
	From []int  `json:"from,omitempty"` // the sources of the summands, in their order
}

// Weighed is what comes of laying a text beside its sources.
type Weighed struct {
	Differences []Difference `json:"differences,omitempty"`
	Worked      []Worked     `json:"worked,omitempty"`
}

// Bounds of the work: of one word so many sources are laid beside a figure, and
// so many differences are named. More nobody settles.
const (
	mostBeside      = 64
	mostValues      = 6
	mostDifferences = 100
)

// claim is all that one source says of one subject at one place.
type claim struct {
	Figure
	source int
	own    bool // said of the source's unit itself
	values []Figure
}

// Weigh lays the paragraphs of a text beside its sources and finds the figures
// on which they do not agree, and those that come out as a sum.
//
// Two figures are about the same when they count the same in most of their
// telling words and in the same place: what a source says without a place it
// says of its own unit. They agree when both can be true: 320余 and 323 do, 3.2万
// and 31987 do. A figure that is the sum of what the sources say of themselves
// is worked out, not different.
func Weigh(paragraphs []string, told []Told) Weighed {
	var w Weighed
	claims, index := claimsOf(told)
	at := map[string]int{}
	for i, p := range paragraphs {
		fs := figuresOf(p, i+1)
		for _, f := range fs {
			if len(w.Differences) < mostDifferences {
				w.said(f, claimsBeside(f, claims, index, told), told, at)
			}
		}
		w.sums(p, fs, at)
	}
	return w
}

func claimsOf(told []Told) ([]claim, map[string][]int) {
	var claims []claim
	index, byKey := map[string][]int{}, map[string]int{}
	for n, t := range told {
		for _, f := range Figures(t.Body) {
			key := strconv.Itoa(n) + "|" + f.about()
			k, known := byKey[key]
			if !known {
				k = len(claims)
				byKey[key] = k
				claims = append(claims, claim{Figure: f, source: n, own: ownPlace(f.Place, t.Name)})
				for _, w := range f.keys() {
					if len(index[w]) < mostBeside {
						index[w] = append(index[w], k)
					}
				}
			}
			c := &claims[k]
			if len(c.values) < mostValues && !slices.ContainsFunc(c.values, func(v Figure) bool { return v.same(f) }) {
				c.values = append(c.values, f)
			}
		}
	}
	return claims, index
}

// about is what two figures must share to be of the very same subject.
func (f Figure) about() string {
	part := ""
	if f.Part {
		part = "其中"
	}
	return strings.Join([]string{f.base, f.Place, part, strings.Join(f.words, " "), strings.Join(f.common, " ")}, "|")
}

// keys are under what a figure is found.
func (f Figure) keys() []string {
	ws := f.words
	if len(ws) == 0 {
		ws = f.common
	}
	out := make([]string, len(ws))
	for i, w := range ws {
		out[i] = f.base + "|" + w
	}
	return out
}

func ownPlace(place, name string) bool {
	all, ok := strings.CutPrefix(place, "全")
	return place == "" || ok && strings.HasSuffix(name, all) || samePlace(place, name)
}

func samePlace(a, b string) bool {
	return a != "" && b != "" && (strings.HasSuffix(a, b) || strings.HasSuffix(b, a) || strings.HasPrefix(b, a))
}

// claimsBeside are the claims about the same as a figure.
func claimsBeside(f Figure, claims []claim, index map[string][]int, told []Told) []claim {
	var out []claim
	var seen []int
	for _, w := range f.keys() {
		for _, k := range index[w] {
			c := claims[k]
			if slices.Contains(seen, k) || c.Part != f.Part || !f.alike(c.Figure) {
				continue
			}
			seen = append(seen, k)
			all := strings.HasPrefix(f.Place, "全")
			switch {
			case f.Place == "" && (c.own || strings.HasPrefix(c.Place, "全")),
				f.Place != "" && c.Place == f.Place, all && c.own,
				f.Place != "" && c.own && samePlace(f.Place, told[c.source].Name):
				out = append(out, c)
			}
		}
		if len(seen) >= 4*mostBeside {
			break
		}
	}
	slices.SortStableFunc(out, func(a, b claim) int { return a.source - b.source })
	return out
}

// alike reports whether two figures count the same: of their telling words most
// are shared; without any, their common words are the same.
func (f Figure) alike(g Figure) bool {
	if f.base != g.base {
		return false
	}
	if len(f.words) == 0 || len(g.words) == 0 {
		return len(f.words) == len(g.words) && len(f.common) > 0 && slices.Equal(f.common, g.common)
	}
	shared := 0
	for _, w := range f.words {
		if _, ok := slices.BinarySearch(g.words, w); ok {
			shared++
		}
	}
	return 20*shared >= 6*(len(f.words)+len(g.words)) // a Dice coefficient of 0.6
}

// same reports whether two figures state the same, in the same way.
func (f Figure) same(g Figure) bool {
	return f.base == g.base && f.Bound == g.Bound && f.low.Cmp(g.low) == 0 && f.high.Cmp(g.high) == 0
}

// span is between what a figure may lie if what is written is true.
func (f Figure) span() (low, high *big.Rat) {
	low, high = new(big.Rat).Set(f.low), new(big.Rat).Set(f.high)
	tenth := new(big.Rat).Mul(new(big.Rat).Abs(f.high), big.NewRat(1, 10))
	switch f.Bound {
	case About:
		tenth.Mul(tenth, big.NewRat(1, 2))
		low.Sub(low, tenth)
		high.Add(high, tenth)
	case Near:
		low.Sub(low, tenth)
	case Over:
		high.Add(high, maxRat(tenth, f.step))
	case Under:
		low.Sub(low, maxRat(tenth, f.step))
	case Firm:
		if f.rounded {
			half := new(big.Rat).Mul(f.step, big.NewRat(1, 2))
			low.Sub(low, half)
			high.Add(high, half)
		}
	}
	return low, high
}

func maxRat(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}

// agrees reports whether two figures can both be true. Two ranges agree only when
// they are the same one.
func (f Figure) agrees(g Figure) bool {
	if f.low.Cmp(f.high) != 0 && g.low.Cmp(g.high) != 0 {
		return f.low.Cmp(g.low) == 0 && f.high.Cmp(g.high) == 0
	}
	// a rounded one agrees with what was rounded to it, not with its neighbour
	if f.step.Cmp(g.step) <= 0 {
		f.rounded = false
	}
	if g.step.Cmp(f.step) <= 0 {
		g.rounded = false
	}
	a, b := f.span()
	c, d := g.span()
	return a.Cmp(d) <= 0 && c.Cmp(b) <= 0
}

// said adds what the sources say of a figure, if they do not agree with it.
func (w *Weighed) said(f Figure, cs []claim, told []Told, at map[string]int) {
	all := strings.HasPrefix(f.Place, "全")
	against, key := false, []string{"said", f.base}
	var says []Said
	agreed := map[int]bool{}
	for _, c := range cs {
		for _, v := range c.values {
			agreed[c.source] = agreed[c.source] || f.agrees(v)
		}
	}
	for _, c := range cs {
		against = against || !agreed[c.source] && (!all || c.Place == f.Place)
		for _, v := range c.values {
			says = append(says, Said{Source: c.source + 1, Para: v.Para, Written: v.Written, Value: v.Value, Unit: v.Unit})
			key = append(key, strconv.Itoa(c.source)+v.place(), v.low.RatString(), v.high.RatString(), string(v.Bound))
		}
	}
	if worked, ok := sumOf(f, cs, told); ok {
		w.Worked = append(w.Worked, worked)
		return
	}
	if against {
		w.add(Difference{Key: keyOf(key), Kind: "said", Subject: f.named(), Says: says}, f, at)
	}
}

func (f Figure) place() string { return "@" + f.Place }

// named is a figure's subject as it is shown, with its place.
func (f Figure) named() string {
	if f.Place != "" && !strings.HasPrefix(f.Subject, f.Place) {
		return f.Place + f.Subject
	}
	return f.Subject
}

func keyOf(parts []string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(h[:8])
}

// add names a difference once, with all paragraphs in which it stands.
func (w *Weighed) add(d Difference, f Figure, at map[string]int) {
	d.Written, d.Value, d.Unit, d.at, d.end = f.Written, f.Value, f.Unit, f.at, f.end
	id := d.Key + "|" + f.Written
	if k, known := at[id]; known {
		if ps := &w.Differences[k].Paras; !slices.Contains(*ps, f.Para) {
			*ps = append(*ps, f.Para)
		}
		return
	}
	d.Paras = []int{f.Para}
	at[id] = len(w.Differences)
	w.Differences = append(w.Differences, d)
}

// sumOf reports whether a figure is the sum of what different units say of
// themselves, or the range that covers theirs.
func sumOf(f Figure, cs []claim, told []Told) (Worked, bool) {
	sum, n := new(big.Rat), 0
	var parts []string
	var from []int
	var low, high *big.Rat
	names := map[string]bool{}
	for _, c := range cs {
		if !c.own || names[told[c.source].Name] || len(c.values) != 1 {
			continue
		}
		names[told[c.source].Name] = true
		v := c.values[0]
		if low == nil || v.low.Cmp(low) < 0 {
			low = v.low
		}
		if high == nil || v.high.Cmp(high) > 0 {
			high = v.high
		}
		sum.Add(sum, v.low)
		parts, from, n = append(parts, f.inUnit(v.low)), append(from, c.source+1), n+1
		if v.low.Cmp(v.high) != 0 {
			sum.SetInt64(0) // ranges are covered, not added
		}
	}
	if n < 2 {
		return Worked{}, false
	}
	if f.low.Cmp(f.high) != 0 {
		return Worked{Para: f.Para, Sum: f.Written, From: from}, f.low.Cmp(low) == 0 && f.high.Cmp(high) == 0
	}
	a, b := f.span()
	if sum.Sign() == 0 || sum.Cmp(a) < 0 || sum.Cmp(b) > 0 {
		return Worked{}, false
	}
	return Worked{Para: f.Para, Sum: strings.Join(parts, " + ") + " = " + f.inUnit(sum), From: from}, true
}

// inUnit writes a compared value in the unit of a figure.
func (f Figure) inUnit(v *big.Rat) string {
	m := measures[f.Unit]
	if name, _, rate := strings.Cut(f.Unit, "/"); rate {
		m = measures[name]
	}
	if m.num == 0 || m.num == m.den {
		return Exact(v)
	}
	return Exact(new(big.Rat).Mul(v, big.NewRat(m.den, m.num)))
}

// sums adds up the parts that a paragraph gives for a whole.
func (w *Weighed) sums(p string, fs []Figure, at map[string]int) {
	rs := folded(p)
	for i, f := range fs {
		if f.Part || f.Bound != Firm || f.low.Cmp(f.high) != 0 {
			continue
		}
		parts, places := partsBehind(rs, f)
		if len(parts) < 2 {
			parts, places = partsBefore(rs, fs[:i], f)
		}
		if len(parts) < 2 {
			continue
		}
		sum := new(big.Rat)
		var said []string
		for _, v := range parts {
			sum.Add(sum, v)
			said = append(said, f.inUnit(v))
		}
		line := strings.Join(said, " + ") + " = " + f.inUnit(sum)
		switch sum.Cmp(f.low) {
		case 0:
			w.Worked = append(w.Worked, Worked{Para: f.Para, Sum: line})
		case -1:
			if !places {
				continue // 其中 names some of it, not all
			}
			fallthrough
		default:
			if len(w.Differences) < mostDifferences {
				w.add(Difference{Key: keyOf(append([]string{"sum", f.base, f.low.RatString()}, said...)), Kind: "sum", Subject: f.named(), Sum: line}, f, at)
			}
		}
	}
}

const partLabel = 14 // most runes before a part

// partsBehind reads the parts of a whole behind 其中: 甲 120、乙 180, with or
// without their unit; and whether each is a place's or a person's.
func partsBehind(rs []rune, f Figure) (parts []*big.Rat, places bool) {
	i := f.end
	for ; i < len(rs) && i-f.end < 4 && strings.ContainsRune("，,（( ：:", rs[i]); i++ {
	}
	if i+1 >= len(rs) || rs[i] != '其' || rs[i+1] != '中' {
		return nil, false
	}
	places = true
	for i += 2; i < len(rs); i++ {
		start := i
		for i < len(rs) && i-start < partLabel && (han(rs[i]) && digitOf(rs[i]) < 0 && rs[i] != '十' || strings.ContainsRune("：: ", rs[i]) || latin(rs[i])) {
			i++
		}
		label := strings.Trim(string(rs[start:i]), "：: 为是有约共转移")
		if i == len(rs) || label == "" || !digit(rs[i]) && digitOf(rs[i]) < 0 && rs[i] != '十' {
			return parts, places
		}
		a, j, ok := amountAt(rs, i)
		if !ok {
			return parts, places
		}
		for j < len(rs) && rs[j] == ' ' {
			j++
		}
		_, m, n := unitAt(rs, j)
		if n > 0 && m.base != f.base {
			return parts, places
		}
		v := new(big.Rat).Set(a.v)
		if n > 0 {
			v.Mul(v, big.NewRat(m.num, m.den))
		} else if fm := measures[f.Unit]; fm.num > 0 {
			v.Mul(v, big.NewRat(fm.num, fm.den))
		}
		if i = j + n; i < len(rs) && !strings.ContainsRune("、，,；;。）) ", rs[i]) {
			return parts, places
		}
		parts, places = append(parts, v), places && placeLike(label)
		if i < len(rs) && strings.ContainsRune("；;。）)", rs[i]) {
			return parts, places
		}
	}
	return parts, places
}

// placeLike reports whether a label names one of several that together are the
// whole: a place, a unit, 甲, 男.
func placeLike(label string) bool {
	rs := []rune(label)
	return len(rs) == 1 || strings.ContainsRune("省市县区镇乡村道社组局委办队户厂校园院", rs[len(rs)-1])
}

// partsBefore reads the parts that stand before their whole: 甲镇120人、乙乡180人，
// 共300人.
func partsBefore(rs []rune, before []Figure, f Figure) (parts []*big.Rat, places bool) {
	if f.at < 1 || !slices.ContainsFunc([]string{"共", "共计", "合计", "总计", "合计为"}, func(w string) bool {
		return strings.HasSuffix(strings.TrimRight(string(rs[max(0, f.at-4):f.at]), " "), w)
	}) {
		return nil, false
	}
	for i := len(before) - 1; i >= 0; i-- {
		g := before[i]
		if g.base != f.base || g.sentence != f.sentence || g.Bound != Firm || g.low.Cmp(g.high) != 0 || g.Place == "" || strings.HasPrefix(g.Place, "全") {
			break
		}
		parts = append(parts, g.low)
	}
	slices.Reverse(parts)
	return parts, true
}

// Move is a figure that an editor changed, dropped or added.
type Move struct {
	Kind   string  `json:"kind"` // changed, dropped, added
	Raw    *Figure `json:"raw,omitempty"`
	Edited *Figure `json:"edited,omitempty"`
}

// FiguresMoved lays the figures of a raw text beside those of the edited one. What states
// the same stands, wherever it stands and however it is written; of what is left
// those about the same were changed, the rest was dropped or added.
func FiguresMoved(raw, edited string) []Move {
	a, b := Figures(raw), Figures(edited)
	pairOf := make([]int, len(a))
	taken := make([]bool, len(b))
	for i := range pairOf {
		pairOf[i] = -1
	}
	// each pass pairs what shares a key, in order
	pass := func(key func(Figure) string) {
		have := map[string][]int{}
		for k, g := range b {
			if s := key(g); !taken[k] && s != "" {
				have[s] = append(have[s], k)
			}
		}
		for i, f := range a {
			s := key(f)
			if pairOf[i] >= 0 || s == "" || len(have[s]) == 0 {
				continue
			}
			pairOf[i], taken[have[s][0]] = have[s][0], true
			have[s] = have[s][1:]
		}
	}
	states := func(f Figure) string {
		return strings.Join([]string{f.base, f.low.RatString(), f.high.RatString(), string(f.Bound)}, "|")
	}
	pass(func(f Figure) string { return states(f) + "|" + strings.Join(f.words, " ") })
	stood := slices.Clone(pairOf)
	// two numbers that changed places are two changes: the subject goes before
	// the number
	pass(func(f Figure) string {
		if len(f.words) == 0 {
			return ""
		}
		return f.about()
	})
	changed := slices.Clone(pairOf)
	pass(states)
	stand := slices.Clone(pairOf)
	for i := range stand {
		if stood[i] < 0 && changed[i] >= 0 && states(a[i]) != states(b[changed[i]]) {
			stand[i] = -1
		}
	}
	pass(func(f Figure) string { // 近2000万元 that became 2000万元
		return f.base + "|" + f.low.RatString() + "|" + f.high.RatString()
	})
	pass(func(f Figure) string {
		if len(f.words) == 0 && len(f.common) == 0 {
			return ""
		}
		return f.about()
	})
	for _, w := range []int{0, 1, 2} { // about much the same: by each of the first words
		pass(func(f Figure) string {
			if w >= len(f.words) {
				return ""
			}
			return f.base + "|" + f.words[w]
		})
	}
	var out []Move
	for i := range a {
		switch {
		case stand[i] >= 0:
		case pairOf[i] >= 0:
			out = append(out, Move{Kind: "changed", Raw: &a[i], Edited: &b[pairOf[i]]})
		default:
			out = append(out, Move{Kind: "dropped", Raw: &a[i]})
		}
	}
	for k := range b {
		if !taken[k] {
			out = append(out, Move{Kind: "added", Edited: &b[k]})
		}
	}
	return out
}
