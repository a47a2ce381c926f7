package text

import (
	"regexp"
	"strconv"
	"strings"
)

// numbers are runs of digits, also in groups as cards are written, with the
// check letter of an identity card.
var numbers = regexp.MustCompile(`[0-9]+(?:[ -][0-9]+)*[Xx]?`)

// numberMarkings looks for personal numbers in a folded line.
func numberMarkings(line string, para int) []Marking {
	var out []Marking
	for _, at := range numbers.FindAllStringIndex(line, -1) {
		if !standsAlone(line, at[0], at[1]) {
			continue
		}
		for _, digits := range candidates(line[at[0]:at[1]]) {
			if kind := personal(digits, line); kind != "" {
				out = append(out, Marking{kind, para, mask(digits)})
			}
		}
	}
	return out
}

// standsAlone reports whether line[from:to] is not a part of a longer code: a
// credit code goes on in letters, a statistic in a decimal point.
func standsAlone(line string, from, to int) bool {
	if from > 0 && (alnum(line[from-1]) || (from > 1 && line[from-1] == '.' && alnum(line[from-2]))) {
		return false
	}
	if to < len(line) && (alnum(line[to]) || (to+1 < len(line) && line[to] == '.' && alnum(line[to+1]))) {
		return false
	}
	return true
}

func alnum(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// candidates are the numbers a grouped run may stand for: each unbroken part
// that is long enough, or else all parts together.
func candidates(run string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(run, func(r rune) bool { return r == ' ' || r == '-' }) {
		if len(part) >= 15 {
			out = append(out, part)
		}
	}
	if out == nil {
		if whole := strings.NewReplacer(" ", "", "-", "").Replace(run); len(whole) >= 15 && len(whole) <= 19 {
			out = append(out, whole)
		}
	}
	return out
}

// personal is the kind of a number, or "". The line is the context: weaker
// numbers count only where the line itself speaks of cards.
func personal(n, line string) Kind {
	switch {
	case len(n) == 18 && identity18(n):
		return IdentityCard
	case len(n) == 15 && identity15(n) && strings.Contains(line, "身份证"):
		return IdentityCard
	case bankCard(n, line):
		return BankCard
	}
	return ""
}

// provinces are the first two digits of identity numbers.
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 "

func identity18(n string) bool {
	if !strings.Contains(provinces, " "+n[:2]+" ") || !plausibleDay(n[6:14]) {
		return false
	}
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		if n[i] < '0' || n[i] > '9' {
			return false
		}
		sum += int(n[i]-'0') * w
	}
	return strings.ToUpper(n[17:]) == "10X98765432"[sum%11:sum%11+1]
}

func identity15(n string) bool {
	return !strings.ContainsAny(n, "Xx") &&
		strings.Contains(provinces, " "+n[:2]+" ") && plausibleDay("19"+n[6:12])
}

// plausibleDay reports whether yyyymmdd is a day somebody living can be born.
func plausibleDay(s string) bool {
	n, err := strconv.Atoi(s)
	if err != nil {
		return false
	}
	y, m, d := n/10000, n/100%100, n%100
	if y < 1900 || y > 2099 || m < 1 || m > 12 || d < 1 {
		return false
	}
	days := [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	return d <= days[m-1] && (m != 2 || d < 29 || y%4 == 0 && (y%100 != 0 || y%400 == 0))
}

func bankCard(n, line string) bool {
	if len(n) < 16 || len(n) > 19 || !luhn(n) {
		return false
	}
	if strings.HasPrefix(n, "62") {
		return true
	}
	spoken := strings.Contains(line, "卡号") || strings.Contains(line, "银行") || strings.Contains(line, "账号") || strings.Contains(line, "帐号")
	return spoken && (n[0] == '4' || n[0] == '5' || strings.HasPrefix(n, "35") || strings.HasPrefix(n, "60") || strings.HasPrefix(n, "9"))
}

func luhn(n string) bool {
	sum := 0
	for i := range len(n) {
		c := n[len(n)-1-i]
		if c < '0' || c > '9' {
			return false
		}
		d := int(c - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// mask keeps enough to find the number in one's own text, and no more.
func mask(n string) string {
	return n[:3] + strings.Repeat("*", len(n)-5) + n[len(n)-2:]
}
