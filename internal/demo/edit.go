package demo

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// padding is what an editor strikes without thinking.
var padding = []string{"据了解，", "据悉，", "近日，", "进一步", "切实", "扎实", "高度重视", "认真", "积极", "全力", "目前，", "同时，", "此外，", "部分", "逐步"}

// tighten is the desk's edit: padding goes, a text of many paragraphs loses the
// least of them, two short ones are joined. What comes out always differs.
func tighten(title, body string) (string, string) {
	paragraphs := strings.Split(body, "\n")
	if n := len(paragraphs); n > 3 && !strings.Contains(paragraphs[n-1], "建议") {
		paragraphs = dropShortest(paragraphs)
	}
	for i, p := range paragraphs {
		for _, w := range padding {
			p = strings.ReplaceAll(p, w, "")
		}
		paragraphs[i] = p
	}
	if n := len(paragraphs); n > 1 && utf8.RuneCountInString(paragraphs[n-1]) < 60 {
		paragraphs[n-2] += paragraphs[n-1]
		paragraphs = paragraphs[:n-1]
	}
	edited := strings.Join(paragraphs, "\n")
	if edited == body {
		edited = dropLastSentence(paragraphs)
	}
	return shorten(title), edited
}

// dropShortest leaves out the shortest paragraph between the first and the last,
// unless the numbering 一是、二是 would then have a hole.
func dropShortest(paragraphs []string) []string {
	at := -1
	for i := 1; i < len(paragraphs)-1; i++ {
		if numbered(paragraphs[i]) {
			continue
		}
		if at < 0 || utf8.RuneCountInString(paragraphs[i]) < utf8.RuneCountInString(paragraphs[at]) {
			at = i
		}
	}
	if at < 0 {
		return paragraphs
	}
	return append(append([]string{}, paragraphs[:at]...), paragraphs[at+1:]...)
}

func numbered(p string) bool {
	for _, head := range []string{"一是", "二是", "三是", "四是", "五是", "一、", "二、", "三、", "四、"} {
		if strings.HasPrefix(p, head) {
			return true
		}
	}
	return false
}

// dropLastSentence shortens the longest paragraph of several sentences by its
// last one; where there is none, all becomes one paragraph.
func dropLastSentence(paragraphs []string) string {
	at := -1
	for i, p := range paragraphs {
		if strings.Count(p, "。") > 1 && (at < 0 || utf8.RuneCountInString(p) > utf8.RuneCountInString(paragraphs[at])) {
			at = i
		}
	}
	if at < 0 {
		return strings.Join(paragraphs, "")
	}
	sentences := strings.SplitAfter(strings.TrimSuffix(paragraphs[at], "。"), "。")
	paragraphs[at] = strings.Join(sentences[:len(sentences)-1], "")
	return strings.Join(paragraphs, "\n")
}

// shorten keeps the fact of a title: of two halves the first when it can stand
// alone, and no 关于…的 around a proposal.
func shorten(title string) string {
	if rest, ok := strings.CutPrefix(title, "关于"); ok && strings.HasSuffix(rest, "的建议") {
		return "建议" + strings.TrimSuffix(rest, "的建议")
	}
	first, _, ok := strings.Cut(title, " ")
	if ok && utf8.RuneCountInString(first) >= 12 {
		return first
	}
	return title
}

// upward is the title as the next office up needs it: with the place in front.
func upward(county, title string) string {
	if strings.Contains(title, county) || utf8.RuneCountInString(county+title) > 36 {
		return title
	}
	for _, head := range []string{"关于", "建议", "警惕"} {
		if strings.HasPrefix(title, head) {
			return title
		}
	}
	return county + title
}

var figured = regexp.MustCompile(`([1-9][0-9]{1,3})(户|人|亩|起|处|个|名|家|公里|万元|吨|台)`)

// misprint finds a figure in a printed text and gives the text with the right
// one, and what readers are told.
func misprint(body string) (fixed, notice string, ok bool) {
	m := figured.FindStringSubmatchIndex(body)
	if m == nil {
		return "", "", false
	}
	n, _ := strconv.Atoi(body[m[2]:m[3]]) // the pattern admits digits only
	right := strconv.Itoa(n + 3)
	unit := body[m[4]:m[5]]
	notice = "正文中“" + body[m[2]:m[3]] + unit + "”应为“" + right + unit + "”，特此更正。"
	return body[:m[2]] + right + body[m[3]:], notice, true
}
