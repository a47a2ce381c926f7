package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// show writes a comparison as kept text, [-struck-] and {+added+}.
func show(ps []Para) string {
	var lines []string
	for _, p := range ps {
		var b strings.Builder
		for _, s := range p.Spans {
			switch s.Op {
			case Same:
				b.WriteString(s.Text)
			case Deleted:
				fmt.Fprintf(&b, "[-%s-]", s.Text)
			case Inserted:
				fmt.Fprintf(&b, "{+%s+}", s.Text)
			}
		}
		lines = append(lines, b.String())
	}
	return strings.Join(lines, "\n")
}

func TestDiff(t *testing.T) {
	for _, c := range []struct{ name, raw, edited, want string }{
		{"nothing changed", "云河镇开展演练。", "云河镇开展演练。", "云河镇开展演练。"},
		{"a number is one thing", "共投入1,200万元。", "共投入1,350万元。", "共投入[-1,200-]{+1,350+}万元。"},
		{"a percentage too", "增长3.5%，好于预期。", "增长4.5%，好于预期。", "增长[-3.5%-]{+4.5%+}，好于预期。"},
		{"a rewritten clause is one change",
			"全镇上下积极行动，组织干部下沉一线，取得成效。",
			"全镇上下积极行动，抽调骨干分赴一村，取得成效。",
			"全镇上下积极行动，[-组织干部下沉一线-]{+抽调骨干分赴一村+}，取得成效。"},
		{"a paragraph struck out", "第一段讲天气情况。\n第二段讲道路抢修。", "第二段讲道路抢修。", "[-第一段讲天气情况。-]\n第二段讲道路抢修。"},
		{"a paragraph put in", "第一段讲天气情况。", "第一段讲天气情况。\n\n另有三处塌方。", "第一段讲天气情况。\n{+另有三处塌方。+}"},
		{"nothing struck out where words were only added", "共转移群众86人。", "共转移群众86人，无人员伤亡。", "共转移群众86人{+，无人员伤亡+}。"},
		{"a sentence added", "连日降雨致河水上涨。", "连日降雨致河水上涨。已转移群众32人。", "连日降雨致河水上涨。{+已转移群众32人。+}"},
	} {
		if got := show(Diff(c.raw, c.edited)); got != c.want {
			t.Errorf("%s: Diff =\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// What was kept and struck out is the raw text; what was kept and added is the
// edited one.
func TestDiffLosesNothing(t *testing.T) {
	alphabet := rapid.SampledFrom([]rune("安全生产防汛1,.5%，。\n\n ab𬭛"))
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.StringOfN(alphabet, 0, 80, -1).Draw(t, "raw")
		edited := rapid.OneOf(rapid.StringOfN(alphabet, 0, 80, -1), rapid.Just(mutate(t, raw))).Draw(t, "edited")
		var raws, editeds []string
		for _, p := range Diff(raw, edited) {
			var was, is strings.Builder
			for i, s := range p.Spans {
				if s.Text == "" || i > 0 && p.Spans[i-1].Op == s.Op {
					t.Fatalf("Diff(%q, %q) has an empty or doubled span: %v", raw, edited, p.Spans)
				}
				if s.Op != Inserted {
					was.WriteString(s.Text)
				}
				if s.Op != Deleted {
					is.WriteString(s.Text)
				}
			}
			if was.String() != p.Raw || is.String() != p.Edited {
				t.Fatalf("spans %v give %q and %q, want %q and %q", p.Spans, was.String(), is.String(), p.Raw, p.Edited)
			}
			if p.Raw != "" {
				raws = append(raws, p.Raw)
			}
			if p.Edited != "" {
				editeds = append(editeds, p.Edited)
			}
		}
		if want := paragraphs(raw); !slices.Equal(raws, want) {
			t.Fatalf("Diff(%q, %q) has raw paragraphs %q, want %q", raw, edited, raws, want)
		}
		if want := paragraphs(edited); !slices.Equal(editeds, want) {
			t.Fatalf("Diff(%q, %q) has edited paragraphs %q, want %q", raw, edited, editeds, want)
		}
	})
}

func mutate(t *rapid.T, s string) string {
	rs := []rune(s)
	if len(rs) == 0 {
		return s
	}
	from := rapid.IntRange(0, len(rs)-1).Draw(t, "from")
	to := rapid.IntRange(from, len(rs)).Draw(t, "to")
	return string(rs[:from]) + "改" + string(rs[to:])
}

func BenchmarkDiff(b *testing.B) {
	var raw, edited strings.Builder
	for i := range 60 {
		fmt.Fprintf(&raw, "第%d段，全镇组织干部下沉一线，排查隐患%d处，转移群众%d人，取得阶段性成效。\n", i, i*3, i*7)
		fmt.Fprintf(&edited, "第%d段，抽调骨干分赴各村，排查隐患%d处，转移群众%d人。\n", i, i*3, i*7+1)
	}
	for b.Loop() {
		Diff(raw.String(), edited.String())
	}
}
