package text_test

import (
	"reflect"
	"testing"

	"xinshu/internal/text"
)

func TestFollow(t *testing.T) {
	old := []string{
		"青禾镇晚熟柑橘种植面积约1.2万亩，预计产量2.8万吨。",
		"柳渡乡收购价每斤1.0—1.2元，全县到产地客商约60家。",
		"双桅镇果农自建土窖贮果，抽查12户，平均损耗8%。",
	}
	for _, c := range []struct {
		name  string
		after []string
		want  [][]int
	}{
		{"as it was", old, [][]int{{0}, {1}, {2}}},
		{"rewritten", []string{"青禾镇今年晚熟柑橘预计产量2.8万吨，比去年多。", old[1], old[2]}, [][]int{{0}, {1}, {2}}},
		{"moved", []string{old[2], old[0], old[1]}, [][]int{{2}, {0}, {1}}},
		{"two drawn into one", []string{old[0] + old[1], old[2]}, [][]int{{0, 1}, {2}}},
		{"one cut in two", []string{old[0], "柳渡乡收购价每斤1.0—1.2元。", "全县到产地客商约60家。", old[2]}, [][]int{{0}, {1}, {1}, {2}}},
		{"a new one", []string{old[0], "另据县供销社，现有空置冷库三座。", old[1], old[2]}, [][]int{{0}, nil, {1}, {2}}},
		{"one struck out", []string{old[0], old[2]}, [][]int{{0}, {2}}},
	} {
		if got := text.Follow(old, c.after); !reflect.DeepEqual(got, c.want) {
			t.Errorf("Follow: %s = %v, want %v", c.name, got, c.want)
		}
	}
}

func TestStretches(t *testing.T) {
	for _, c := range []struct {
		source, s string
		want      int
	}{
		{"预计产量2.8万吨，已售4000吨。", "预计产量2.8万吨", 9},
		{"预计产量2.8万吨，已售4000吨。", "全县预计产量 2.8 万吨左右", 9},
		{"预计产量2.8万吨", "已售产量", 0},
		{"", "已售产量", 0},
		{"产量", "产量", 0}, // too short to say whose words they are
	} {
		if got := text.StretchesOf(c.source).In(c.s); got != c.want {
			t.Errorf("characters of %q in %q = %d, want %d", c.source, c.s, got, c.want)
		}
	}
}

func TestNearSame(t *testing.T) {
	a := "梧津镇把渡工、渔民、护林员编成3个值守组，夜间渡运由谁值班都写在牌子上。"
	got := text.NearSame([]string{a, "县医保局把慢病复审窗口开到卫生院，群众不用再跑县城。", a[:len(a)-9] + "告示上。"}, 0.5)
	if len(got) != 1 || got[0].I != 2 || got[0].K != 0 || got[0].Like < 0.8 {
		t.Errorf("NearSame = %v, want the third like the first", got)
	}
}
