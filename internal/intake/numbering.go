package intake

import (
	"archive/zip"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// numbering makes the numbers that a word processor shows before a paragraph and
// does not keep in it: "一、", "（二）", "3.". To the reader they are text.
type numbering struct {
	lists  map[string]*list     // by w:numId
	styles map[string]styleNums // by w:styleId
}

// list is one numbered list; several may go on with one count.
type list struct {
	levels map[int]level
	count  *[maxLevels]int
	starts map[int]int // where this list begins anew
	begun  bool
}

type level struct {
	start         int
	format, shown string
	style         string
}

type styleNums struct {
	list, base string
	level      int
}

const maxLevels = 9

type valued struct {
	Val string `xml:"val,attr"`
}

type xmlLevel struct {
	Level  int    `xml:"ilvl,attr"`
	Start  valued `xml:"start"`
	Format valued `xml:"numFmt"`
	Text   valued `xml:"lvlText"`
	Style  valued `xml:"pStyle"`
}

type xmlNumbering struct {
	Abstract []struct {
		ID     string     `xml:"abstractNumId,attr"`
		Levels []xmlLevel `xml:"lvl"`
	} `xml:"abstractNum"`
	Nums []struct {
		ID       string `xml:"numId,attr"`
		Abstract valued `xml:"abstractNumId"`
		Override []struct {
			Level int       `xml:"ilvl,attr"`
			Start valued    `xml:"startOverride"`
			Whole *xmlLevel `xml:"lvl"`
		} `xml:"lvlOverride"`
	} `xml:"num"`
}

type xmlStyles struct {
	Styles []struct {
		ID    string `xml:"styleId,attr"`
		Based valued `xml:"basedOn"`
		List  valued `xml:"pPr>numPr>numId"`
		Level valued `xml:"pPr>numPr>ilvl"`
	} `xml:"style"`
}

// readNumbering reads both parts; a document without them, or with broken ones,
// has no numbers that we know.
func readNumbering(files []*zip.File) *numbering {
	n := &numbering{lists: map[string]*list{}, styles: map[string]styleNums{}}
	var lists xmlNumbering
	var styles xmlStyles
	for _, f := range files {
		switch strings.ToLower(f.Name) {
		case "word/numbering.xml":
			decodePart(f, &lists)
		case "word/styles.xml":
			decodePart(f, &styles)
		}
	}
	kinds, counts := map[string]map[int]level{}, map[string]*[maxLevels]int{}
	for _, a := range lists.Abstract {
		kinds[a.ID], counts[a.ID] = map[int]level{}, &[maxLevels]int{}
		for _, l := range a.Levels {
			kinds[a.ID][l.Level] = l.level()
		}
	}
	for _, num := range lists.Nums {
		l := &list{levels: kinds[num.Abstract.Val], count: counts[num.Abstract.Val], starts: map[int]int{}}
		if l.count == nil {
			continue
		}
		for _, o := range num.Override {
			if o.Whole != nil {
				own := map[int]level{o.Level: o.Whole.level()}
				for at, was := range l.levels {
					if at != o.Level {
						own[at] = was
					}
				}
				l.levels = own
			}
			if start, err := strconv.Atoi(o.Start.Val); err == nil {
				l.starts[o.Level] = start
			}
		}
		n.lists[num.ID] = l
	}
	for _, s := range styles.Styles {
		n.styles[s.ID] = styleNums{s.List.Val, s.Based.Val, whole(s.Level.Val, -1)}
	}
	return n
}

func (l xmlLevel) level() level {
	return level{whole(l.Start.Val, 1), l.Format.Val, l.Text.Val, l.Style.Val}
}

func whole(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return otherwise
}

func decodePart(f *zip.File, into any) {
	r, err := f.Open()
	if err != nil {
		return
	}
	defer r.Close()
	limit := min(maxPart, max(1<<20, int64(f.CompressedSize64)*maxTight))
	body, err := io.ReadAll(&bounded{r: r, left: limit, limit: limit})
	if err == nil {
		_ = xml.Unmarshal(body, into) // what is broken has no numbers
	}
}

// before is what stands before a paragraph: "" if nothing, and whether it is
// known. Empty names are those the paragraph does not say itself.
func (n *numbering) before(listID, levelSaid, style string) (string, bool) {
	at := whole(levelSaid, -1)
	for hops := 0; listID == "" && style != "" && hops < maxNesting; hops++ {
		s := n.styles[style]
		if s.list == "" {
			style = s.base
			continue
		}
		listID = s.list
		if at < 0 {
			at = s.level
		}
		for i, l := range n.levelsOf(listID) {
			if at < 0 && l.style == style {
				at = i
			}
		}
	}
	if listID == "" || listID == "0" {
		return "", true
	}
	return n.next(listID, max(at, 0))
}

func (n *numbering) levelsOf(listID string) map[int]level {
	if l := n.lists[listID]; l != nil {
		return l.levels
	}
	return nil
}

// next counts one on and writes the number as the list shows it.
func (n *numbering) next(listID string, at int) (string, bool) {
	l := n.lists[listID]
	if l == nil || at >= maxLevels {
		return "", false
	}
	kind, ok := l.levels[at]
	if !ok {
		return "", false
	}
	if !l.begun {
		l.begun = true
		for i, start := range l.starts {
			if i >= 0 && i < maxLevels {
				l.count[i] = start - 1
			}
		}
		if _, own := l.starts[at]; own && l.starts[at] == 0 {
			l.count[at] = 0
		}
	}
	if l.count[at] == 0 {
		l.count[at] = kind.start - 1
	}
	l.count[at]++
	for i := at + 1; i < maxLevels; i++ {
		l.count[i] = 0
	}
	if kind.format == "bullet" {
		return "• ", true
	}
	out := kind.shown
	for i := range at + 1 {
		hole := "%" + strconv.Itoa(i+1)
		if !strings.Contains(out, hole) {
			continue
		}
		above := l.levels[i]
		number, ok := numeral(above.format, max(l.count[i], min(above.start, 1)))
		if !ok {
			return "", false
		}
		out = strings.ReplaceAll(out, hole, number)
	}
	if last, _ := utf8.DecodeLastRuneInString(out); out != "" && last < 0x2000 {
		out += " " // "1." and "(a)" stand apart, "一、" does not
	}
	return out, true
}

// numeral writes a number in one of the format's ways.
func numeral(format string, n int) (string, bool) {
	from := func(all string) (string, bool) {
		rs := []rune(all)
		if n < 1 || n > len(rs) {
			return "", false
		}
		return string(rs[n-1]), true
	}
	switch format {
	case "", "decimal", "decimalHalfWidth", "decimalFullWidth", "arabic":
		return strconv.Itoa(n), true
	case "decimalZero":
		if n < 10 {
			return "0" + strconv.Itoa(n), true
		}
		return strconv.Itoa(n), true
	case "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand", "ideographDigital":
		return han(n)
	case "chineseLegalSimplified":
		return from("壹贰叁肆伍陆柒捌玖拾")
	case "ideographTraditional":
		return from("甲乙丙丁戊己庚辛壬癸")
	case "ideographZodiac":
		return from("子丑寅卯辰巳午未申酉戌亥")
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		return from("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
	case "decimalEnclosedParen":
		return from("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇")
	case "decimalEnclosedFullstop":
		return from("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛")
	case "upperLetter":
		return from("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	case "lowerLetter":
		return from("abcdefghijklmnopqrstuvwxyz")
	case "upperRoman":
		return roman(n)
	case "lowerRoman":
		s, ok := roman(n)
		return strings.ToLower(s), ok
	case "none":
		return "", true
	}
	return "", false
}

// han counts as texts do: 一, 十, 十二, 二十, 一百零三.
func han(n int) (string, bool) {
	if n < 1 || n > 9999 {
		return "", false
	}
	digits := []rune("零一二三四五六七八九")
	var b strings.Builder
	gap := false
	for _, u := range []struct {
		of   int
		name string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := n / u.of % 10
		if d == 0 {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteRune('零')
			gap = false
		}
		if !(d == 1 && u.of == 10 && b.Len() == 0) {
			b.WriteRune(digits[d])
		}
		b.WriteString(u.name)
	}
	return b.String(), true
}

func roman(n int) (string, bool) {
	if n < 1 || n > 3999 {
		return "", false
	}
	var b strings.Builder
	for _, r := range []struct {
		of   int
		name string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= r.of {
			b.WriteString(r.name)
			n -= r.of
		}
	}
	return b.String(), true
}
