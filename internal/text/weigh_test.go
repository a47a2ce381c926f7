package text

import (
	"fmt"
	"strings"
	"testing"
)

// TestWeigh lays texts beside what townships said of one event.
func TestWeigh(t *testing.T) {
	told := func(bodies ...string) []Told {
		var out []Told
		for _, b := range bodies {
			name, body, _ := strings.Cut(b, "|")
			out = append(out, Told{Name: name, Body: body})
		}
		return out
	}
	for _, c := range []struct {
		why  string
		text string
		told []Told
		want string
	}{
		{"two say the same, in other words", "已转移群众320人。", told("青禾镇|共转移320名群众。", "青禾镇|已安全转移群众三百二十人。"), ""},
		{"the same township twice", "已转移群众320人。", told("青禾镇|已转移群众320人。", "青禾镇|已转移群众230人。"), "320人: 1 320人, 2 230人"},
		{"one flood, two townships, neither added", "洪水来得急，共转移群众320人。", told("青禾镇|转移群众320人。", "柳渡乡|转移群众180人。"), "320人: 1 320人, 2 180人"},
		{"two townships added", "2个乡镇共转移群众500人。", told("青禾镇|转移群众320人。", "柳渡乡|转移群众180人。"), "= 320 + 180 = 500"},
		{"each with its place", "青禾镇转移群众320人，柳渡乡转移群众180人。", told("青禾镇|转移群众320人。", "柳渡乡|转移群众180人。"), ""},
		{"a slip of the fingers", "青禾镇转移群众230人。", told("青禾镇|转移群众320人。", "柳渡乡|转移群众180人。"), "230人: 1 320人"},
		{"another unit, the same", "受灾面积1.2万亩。", told("青禾镇|受灾面积800公顷。"), ""},
		{"another unit, another value", "受灾面积1.5万亩。", told("青禾镇|受灾面积800公顷。"), "1.5万亩: 1 800公顷"},
		{"rounded", "种植柑橘3.2万亩。", told("青禾镇|种植柑橘31987亩。"), ""},
		{"rounded, but to another", "种植柑橘3.2万亩。", told("青禾镇|种植柑橘3.3万亩。"), "3.2万亩: 1 3.3万亩"},
		{"more than, and the number", "转移群众320余人。", told("青禾镇|转移群众323人。"), ""},
		{"more than, and far more", "转移群众320余人。", told("青禾镇|转移群众430人。"), "320余人: 1 430人"},
		{"a range within none", "收购价每斤1.1—1.3元。", told("青禾镇|收购价每斤1.1—1.3元。", "柳渡乡|收购价每斤1.0—1.2元。"), "1.1—1.3元: 1 1.1—1.3元, 2 1.0—1.2元"},
		{"the range of all", "收购价每斤1.0—1.3元。", told("青禾镇|收购价每斤1.1—1.3元。", "柳渡乡|收购价每斤1.0—1.2元。"), "= 1.0—1.3元"},
		{"other subjects", "倒塌房屋12间，转移群众320人。", told("青禾镇|受损房屋35间，安置群众120人。"), ""},
		{"the whole county beside a township", "全县客商约60家。", told("青禾镇|全县客商不足40家。", "柳渡乡|客商17家。"), "约60家: 1 不足40家, 2 17家"},
		{"a part is no whole", "受灾320户。", told("青禾镇|受灾320户，其中受灾低保户12户。"), ""},
		{"rise and fall", "产量同比增长3.5%。", told("青禾镇|产量同比下降3.5%。"), "3.5%: 1 3.5%"},
		{"parts that are the whole", "共转移320人，其中青禾镇120人、柳渡乡200人。", nil, "= 120 + 200 = 320"},
		{"parts that are not", "共转移 320 人，其中甲 120、乙 180。", nil, "320 人: 120 + 180 = 300"},
		{"some of the whole", "共倒损房屋320间，其中倒塌12间、严重损坏30间。", nil, ""},
		{"more than the whole", "共倒损房屋40间，其中倒塌12间、严重损坏30间。", nil, "40间: 12 + 30 = 42"},
		{"the whole behind its parts", "青禾镇转移120人、柳渡乡转移180人，合计320人。", nil, "320人: 120 + 180 = 300"},
		{"by thousands", "共投入资金3.2万元，其中县财政局1.2万元、镇财政所2万元。", nil, "= 12000 + 20000 = 32000"},
	} {
		w := Weigh(Paragraphs(c.text), c.told)
		var have []string
		for _, d := range w.Differences {
			line := d.Written + ":"
			for i, s := range d.Says {
				line += map[bool]string{true: ",", false: ""}[i > 0] + fmt.Sprintf(" %d %s", s.Source, s.Written)
			}
			if d.Sum != "" {
				line += " " + d.Sum
			}
			have = append(have, line)
			at, end := d.Span()
			if got := string([]rune(Paragraphs(c.text)[d.Paras[0]-1])[at:end]); strings.TrimSpace(got) != d.Written {
				t.Errorf("%s: the place of %q has %q", c.why, d.Written, got)
			}
		}
		for _, s := range w.Worked {
			have = append(have, "= "+s.Sum)
		}
		if got := strings.Join(have, "; "); got != c.want {
			t.Errorf("%s: %s weighs %q, want %q", c.why, c.text, got, c.want)
		}
	}
}

// TestKeyOfDifference: a difference has one name as long as the sources say the
// same, whatever the text says; and another as soon as one says something else.
func TestKeyOfDifference(t *testing.T) {
	key := func(text, second string) string {
		w := Weigh([]string{text}, []Told{{Name: "青禾镇", Body: "转移群众320人。"}, {Name: "青禾镇", Body: second}})
		if len(w.Differences) != 1 {
			t.Fatalf("%s beside %s: %d differences, want 1", text, second, len(w.Differences))
		}
		return w.Differences[0].Key
	}
	one := key("转移群众320人。", "转移群众230人。")
	if again := key("又转移群众230人，天气转晴。", "转移群众230人。"); again != one {
		t.Error("another text gives the same difference another key")
	}
	if other := key("转移群众320人。", "转移群众231人。"); other == one {
		t.Error("another number gives the same key")
	}
}

// TestFiguresMoved: what an editor changed, dropped or added, and not what he
// only wrote otherwise or elsewhere.
func TestFiguresMoved(t *testing.T) {
	for _, c := range []struct{ raw, edited, want string }{
		{"转移群众320人，受灾12户。", "受灾十二户，已转移320名群众。", ""},
		{"转移群众320人，受灾12户。", "转移群众230人，受灾12户。", "changed 320人>230人"},
		{"转移群众320人，受灾12户。", "转移群众320人。", "dropped 12户"},
		{"转移群众320人。", "转移群众320人，倒塌房屋3间。", "added 3间"},
		{"直接经济损失近2000万元。", "直接经济损失2000万元。", "changed 近2000万元>2000万元"},
		{"种植3.2万亩。", "种植32000亩。", ""},
		{"产量2.8万吨，已售4000吨。", "产量4000吨，已售2.8万吨。", "changed 2.8万吨>4000吨; changed 4000吨>2.8万吨"},
		{"亏损8%。\n产量2.8万吨。", "产量2.8万吨。\n亏损18%。", "changed 8%>18%"},
	} {
		var have []string
		for _, m := range FiguresMoved(c.raw, c.edited) {
			switch m.Kind {
			case "changed":
				have = append(have, "changed "+m.Raw.Written+">"+m.Edited.Written)
			case "dropped":
				have = append(have, "dropped "+m.Raw.Written)
			default:
				have = append(have, "added "+m.Edited.Written)
			}
		}
		if got := strings.Join(have, "; "); got != c.want {
			t.Errorf("%s > %s: %q, want %q", c.raw, c.edited, got, c.want)
		}
	}
}
