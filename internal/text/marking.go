package text

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"xinshu/internal/fault"
)

// Kind says what was found at the door. Its text is the code of the refusal.
type Kind string

// What is looked for.
const (
	SecrecyMark  Kind = "secrecy_mark"  // 绝密, 机密 or 秘密 set as a mark
	IdentityCard Kind = "identity_card" // a number that passes the check of GB 11643
	BankCard     Kind = "bank_card"     // a number that passes Luhn and has an issuer's prefix
)

// Marking is one finding.
type Marking struct {
	Kind    Kind
	Para    int    // 0 is the title, 1 the first paragraph of the body
	Excerpt string // the mark itself, or the number with its middle masked
}

// Markings looks for what must not come in. Ordinary words (商业秘密, 保守秘密,
// 国家秘密) are no marks: a mark stands alone on its line, in brackets at the
// line's beginning or end, behind 密级, or before a star.
func Markings(title, body string) []Marking {
	out := lineMarkings(title, 0)
	n := 0
	for _, line := range paragraphs(body) {
		n++
		out = append(out, lineMarkings(line, n)...)
	}
	return out
}

// MarkingFields turns findings into the fields of a refusal.
func MarkingFields(found []Marking) []fault.Field {
	var out []fault.Field
	for _, m := range found {
		f := fault.Field{Path: "title", Code: string(m.Kind), Params: fault.Pairs("excerpt", m.Excerpt)}
		if m.Para > 0 {
			f.Path = "body"
			f.Params["paragraph"] = strconv.Itoa(m.Para)
		}
		out = append(out, f)
	}
	return out
}

func lineMarkings(line string, para int) []Marking {
	if !worthReading(line) {
		return nil
	}
	line = foldLine(line)
	var out []Marking
	if mark := secrecyMark(line, para == 0); mark != "" {
		out = append(out, Marking{SecrecyMark, para, excerpt(mark)})
	}
	return append(out, numberMarkings(line, para)...)
}

// worthReading is a glance that spares almost every line the patterns: a mark
// has 密 in it, and a personal number fifteen digits with nothing but blanks and
// hyphens between them.
func worthReading(line string) bool {
	run := 0
	for _, r := range line {
		switch {
		case r == '密':
			return true
		case r >= '0' && r <= '9' || r >= '０' && r <= '９':
			if run++; run >= 15 {
				return true
			}
		case ideograph(r):
			run = 0
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r):
		default:
			run = 0
		}
	}
	return false
}

// foldLine makes digits, letters, stars and brackets one form, and drops the
// blanks people put inside 机 密.
func foldLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '☆', '*', '＊', '⭐':
			return '★'
		case '：':
			return ':'
		case '\u3000', '\u00a0', '\t':
			return ' '
		case '－', '–', '—':
			return '-'
		}
		return fold(r)
	}, s)
	return spacedMark.ReplaceAllString(strings.TrimSpace(s), "$1$2")
}

var (
	spacedMark = regexp.MustCompile(`(绝|机|秘) {1,4}(密)`)

	// 机密★5年, 绝密★, anywhere: nobody writes the star otherwise.
	starred = regexp.MustCompile(`(绝密|机密|秘密) ?级? ?★ ?(长期|[0-9一二三四五六七八九十]+ ?[年月天日])?`)
	// 密级:机密, 本件密级为机密; but not the law's 密级为绝密的, …
	declared = regexp.MustCompile(`(?:(?:密级|秘密等级|保密等级|涉密等级) ?(?::|(?:确?定为)?[〔\[(（【"“]) ?|(?:本|此|该)(?:件|文|文件|材料|信息)的?密级(?:确?定)?(?:为|是):?)(绝密|机密|秘密)`)
	// 〔绝密〕 at the beginning or the end of a line.
	bracketFirst = regexp.MustCompile(`^[〔\[(（【『「《<［] ?(绝密|机密|秘密)[级件 ★0-9一二三四五六七八九十年月天日长期特急加]{0,10}[〕\])）】』」》>］]`)
	bracketLast  = regexp.MustCompile(`[〔\[(（【『「［] ?(绝密|机密|秘密)(级|级文件|文件|件)? ?[〕\])）】』」］][。.]?$`)
	// A line of its own, perhaps with a term, an urgency and a copy number.
	alone = regexp.MustCompile(`^(((绝密|机密|秘密)(级文件|级材料|文件|材料|级|件)?|特急|加急|特提|急件|平急|内部|(保密期限:? ?)?(长期|[0-9一二三四五六七八九十]+ ?[年月天日])|(№|No\.?|编号:?|份号:?)? ?[0-9]{1,8}|注意保存|[!！。;、,，/|-])( +|$)?)+$`)
	grade = regexp.MustCompile(`绝密|机密|秘密`)
	// A title opened by a mark and a gap: 机密 关于……的报告.
	titleFirst = regexp.MustCompile(`^(绝密|机密|秘密)级?( +|[:|])\S`)
)

// secrecyMark is the mark in a folded line, or "".
func secrecyMark(line string, title bool) string {
	if !grade.MatchString(line) {
		return ""
	}
	for _, re := range []*regexp.Regexp{starred, declared, bracketFirst, bracketLast} {
		if m := re.FindString(line); m != "" {
			return m
		}
	}
	if alone.MatchString(line) {
		return line
	}
	if title {
		if m := titleFirst.FindString(line); m != "" {
			return m
		}
	}
	return ""
}

func excerpt(s string) string {
	if utf8.RuneCountInString(s) > 20 {
		s = string([]rune(s)[:20]) + "…"
	}
	return strings.TrimFunc(s, unicode.IsSpace)
}
