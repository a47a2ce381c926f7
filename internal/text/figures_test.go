package text

import (
	_ "embed"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
)

//go:embed testdata/figures.txt
var figureTable string

// spell writes a figure as the table does.
func spell(f Figure) string {
	return f.Value + f.Unit + map[Bound]string{About: "~", Near: "<", Under: "<", Over: ">"}[f.Bound]
}

// TestFiguresFound goes through sentences as offices write them. The floors are
// what the table reaches; a change of the words must not fall below them.
func TestFiguresFound(t *testing.T) {
	right, found, wanted, sentences := 0, 0, 0, 0
	for line := range strings.Lines(figureTable) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		sentences++
		s, want, _ := strings.Cut(line, " | ")
		var have []string
		for _, f := range Figures(s) {
			if f.Unit == "成" {
				f.Value, f.Unit = Exact(f.low), "%"
			}
			have = append(have, spell(f))
		}
		ws := strings.Fields(want)
		found, wanted = found+len(have), wanted+len(ws)
		left := slices.Clone(ws)
		for _, h := range have {
			if i := slices.Index(left, h); i >= 0 {
				right++
				left = slices.Delete(left, i, i+1)
			}
		}
		if !slices.Equal(ws, have) {
			t.Logf("Figures(%s) = %v, want %v", s, have, ws)
		}
	}
	precision, recall := 1000*right/found, 1000*right/wanted
	t.Logf("%d sentences, %d figures: precision %d.%d %%, recall %d.%d %%", sentences, wanted, precision/10, precision%10, recall/10, recall%10)
	if sentences < 80 || precision < 985 || recall < 985 {
		t.Errorf("%d sentences, precision %d ‰, recall %d ‰, want 80, 985 and 985", sentences, precision, recall)
	}
}

// TestFigureSubjects: what a figure is about, with its place and whether it is a
// part of another.
func TestFigureSubjects(t *testing.T) {
	for _, c := range []struct{ s, want string }{
		{"青禾镇已安全转移群众320人。", "转移群众@青禾镇"},
		{"已转移320名群众。", "转移群众"},
		{"全镇受灾农户三百二十户。", "受灾农户@全镇"},
		{"暴雨致青禾镇受灾，倒塌房屋12间。", "倒塌房屋@青禾镇"},
		{"共转移320人，其中柳渡乡120人。", "转移 转移@柳渡乡:part"},
		{"受灾320户1200人。", "受灾 受灾"},
		{"排查隐患点213处，已整改198处。", "排查隐患点 整改"},
		{"产量2.8万吨，同比下降3.5%。", "产量 变化"},
	} {
		var have []string
		for _, f := range Figures(c.s) {
			w := f.Subject
			if f.Place != "" {
				w += "@" + f.Place
			}
			if f.Part {
				w += ":part"
			}
			have = append(have, w)
		}
		if got := strings.Join(have, " "); got != c.want {
			t.Errorf("subjects of %s = %q, want %q", c.s, got, c.want)
		}
	}
}

// TestExact: a value is written as a decimal where it ends and as a fraction
// where not; it is never rounded.
func TestExact(t *testing.T) {
	for _, c := range [][2]string{{"3200", "3200"}, {"6/5", "1.2"}, {"1/3", "1/3"}, {"100/3", "100/3"}, {"-7/2", "-3.5"}, {"1/1000000000", "0.000000001"}, {"1/1024", "0.0009765625"}} {
		v, _ := new(big.Rat).SetString(c[0])
		if got := Exact(v); got != c[1] {
			t.Errorf("Exact(%s) = %s, want %s", c[0], got, c[1])
		}
	}
}

// FuzzFigures: whatever is read, a figure stands where it says, its value is the
// exact one of what is written, and comparing a text with itself finds nothing.
func FuzzFigures(f *testing.F) {
	for line := range strings.Lines(figureTable) {
		s, _, _ := strings.Cut(line, " | ")
		f.Add(s)
	}
	f.Add("一二三四五六七八九十百千万亿点亿万千百十")
	f.Add("百分之三分之一万亿亿亿亿元9,999,99,9元3..5%1.2.3吨-—~至3人")
	f.Fuzz(func(t *testing.T, s string) {
		ps := Paragraphs(s)
		for _, g := range Figures(s) {
			at, end := g.Span()
			rs := []rune(ps[g.Para-1])
			if at < 0 || end > len(rs) || at >= end {
				t.Fatalf("a figure of %q stands at %d to %d", s, at, end)
			}
			if g.low == nil || g.low.Cmp(g.high) > 0 {
				t.Fatalf("a figure of %q runs from %v to %v", s, g.low, g.high)
			}
			if _, ok := new(big.Rat).SetString(strings.Split(g.Value, "—")[0]); !ok {
				t.Fatalf("the value %q of %q is no number", g.Value, s)
			}
		}
		if moved := FiguresMoved(s, s); len(moved) != 0 {
			t.Fatalf("the figures of %q moved against themselves: %v", s, moved)
		}
		_ = Weigh(ps, []Told{{Name: "青禾镇", Body: s}, {Name: "柳渡乡", Body: s}})
	})
}

// TestFiguresOfLongText: the work grows with the text and no faster. It is
// counted, not timed: twice the text, twice the allocations.
func TestFiguresOfLongText(t *testing.T) {
	make200 := func(n int) []string {
		var ps []string
		for i, runes := 0, 0; runes < n; i++ {
			p := fmt.Sprintf("青禾镇第%d次报告：已转移群众%d人，受灾农户%d户，其中倒塌房屋%d间，直接经济损失约%d.%d万元，%s。", i, i+1, i%977, i%13, i, i%10, strings.Repeat("道路中断", i%5))
			ps = append(ps, p)
			runes += len([]rune(p))
		}
		return ps
	}
	count := func(n int) (float64, int) {
		ps := make200(n)
		body := strings.Join(ps, "\n")
		figures := len(Figures(body))
		return testing.AllocsPerRun(1, func() {
			Weigh(ps, []Told{{Name: "青禾镇", Body: body}, {Name: "青禾镇", Body: strings.ReplaceAll(body, "转移群众1", "转移群众2")}})
			FiguresMoved(body, strings.ReplaceAll(body, "受灾农户1", "受灾农户2"))
		}), figures
	}
	half, few := count(100_000)
	whole, many := count(200_000)
	t.Logf("100,000 characters: %d figures, %.0f allocations; 200,000: %d, %.0f", few, half, many, whole)
	if few < 5000 || whole > 2.6*half {
		t.Errorf("200,000 characters take %.2f times the work of half of them, want twice", whole/half)
	}
}
