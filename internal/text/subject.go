package text

import (
	"math/big"
	"slices"
	"strings"
)

// Words around a figure that say nothing of what is counted.
var emptyWords = wordsOf(`截至目前 截至 截止 目前 当前 现已 已经 已 共计 总计 合计 累计 共有 总共 共 全部 安全 紧急 及时 有序 妥善 先后 其中 分别 预计 初步统计 据初步统计 据统计 统计 测算 据 约 近 达到 达 高达 多达 为 是 有 了 的 等 仅 只 就 还 又 另 另有 以及 及 和 与 并 在 于 对 将 把 向 从 由 被 因 均 各 每 该 我 本 今年 去年 上年 同期 当日 当天 昨日 今日 今天 昨天 截止到 新增 组织 实施 开展 进行 涉及 造成 导致 致 出现 发生 共同 超过 超 不足 不到 逾 至 到 也 时 日 月 年 许 同比 环比 比`)

// Words that many subjects share: alone they still name one, beside others they
// tell nothing.
var commonWords = wordsOf(`群众 村民 居民 人员 人口 农户 百姓 职工 面积 数量 总数 人数 户数 总量 总额 金额 资金 农作物 作物 农田 耕地 庄稼 企业 项目 单位 家庭 工作 情况 问题 措施 部门 城乡 地区 区域 乡镇 本次 此次`)

// sameWords are other names of one thing; the first is what they are compared by.
var sameWords = func() map[string]string {
	out := map[string]string{}
	for _, line := range []string{
		"转移 转移安置 撤离 疏散 转移避险 避险转移 避险", "死亡 遇难 身亡", "失联 失踪", "倒塌 垮塌 坍塌 倒房", "受损 损毁 毁坏 损坏", "受淹 被淹 淹没 过水", "降雨 降水 降雨量 降水量 雨量", "绝收", "安置",
		"经济损失 直接经济损失", "出动 投入 派出", "排查 摸排 排查出", "整改 整治 完成整改", "受伤 负伤", "种植 栽种", "产量 总产量 总产 产值量", "已售 售出 销售 卖出", "房屋 住房 民房 农房 房", "客商 果商 收购商", "收购价 开价",
	} {
		ws := strings.Fields(line)
		for _, w := range ws {
			out[w] = ws[0]
		}
	}
	return out
}()

func wordsOf(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

// Words that say a figure is a change, and which way.
var rises, falls = strings.Fields("增长 增加 上升 提高 上涨 增幅 涨 增"), strings.Fields("下降 减少 降低 下滑 下跌 缩减 降幅 降 减")

// outcomes are what is said of people and things behind their number: 659人死亡.
var outcomes = strings.Fields("死亡 受伤 失联 失踪 遇难 获救 被困 受灾 转移 绝收 倒塌 受损")

const (
	longestWord   = 6
	subjectBefore = 16 // runes before a figure in which its subject stands
	subjectAfter  = 6
)

// about finds what a figure is about: the words before it in its clause, for a
// counting word also those behind it; else what the figure before it was about.
func (r *reader) about(f *Figure) {
	from := max(r.clause, f.at-subjectBefore)
	if n := len(r.out); n > 0 && r.out[n-1].end > from {
		from = min(r.out[n-1].end, f.at)
	}
	from = min(max(from, r.placed), f.at)
	before := string(r.rs[from:max(f.at, from)])
	before = f.direction(before)
	words, common, show := split(before)
	m := measures[f.Unit]
	if m.noun || len(words) == 0 {
		end := f.end
		for end < len(r.rs) && end-f.end < subjectAfter && han(r.rs[end]) && digitOf(r.rs[end]) < 0 && !strings.ContainsRune("到在于被因并和与及已均得用由至为是有比约近其占", r.rs[end]) {
			end++
		}
		w, c, s := split(string(r.rs[f.end:end]))
		words, common, show = append(words, w...), append(common, c...), show+s
	}
	for _, w := range outcomes {
		if len(words) > 0 && !m.noun && strings.HasPrefix(string(r.rs[f.end:min(f.end+2, len(r.rs))]), w) {
			words, show = append(words, w), show+w
		}
	}
	if n := len(r.out); len(words) == 0 && len(common) == 0 && n > 0 && r.out[n-1].sentence == r.sentence {
		prev := r.out[n-1]
		words, common, show = prev.words, prev.common, prev.Subject
	}
	slices.Sort(words)
	slices.Sort(common)
	f.words, f.common = slices.Compact(slices.Clone(words)), slices.Compact(slices.Clone(common))
	if rs := []rune(show); len(rs) > 12 {
		show = string(rs[len(rs)-12:])
	}
	f.Subject = show
}

// direction takes a word of rising or falling off the end of what stands before
// a figure and gives the figure its sign. 增至 and 降到 state a level, no change.
func (f *Figure) direction(before string) string {
	before = strings.TrimRight(before, " ")
	t := strings.TrimSuffix(before, "了")
	if level := strings.TrimRight(t, "至到为"); level != t {
		for _, w := range slices.Concat(rises, falls) {
			if strings.HasSuffix(level, w) {
				return strings.TrimSuffix(level, w)
			}
		}
		return before
	}
	for _, w := range []string{"零下", "负"} {
		if strings.HasSuffix(t, w) && f.base == "℃" {
			f.negate()
			return strings.TrimSuffix(t, w)
		}
	}
	for _, w := range falls {
		if strings.HasSuffix(t, w) {
			f.negate()
			return strings.TrimSuffix(t, w) + "变化"
		}
	}
	for _, w := range rises {
		if strings.HasSuffix(t, w) {
			return strings.TrimSuffix(t, w) + "变化"
		}
	}
	return before
}

func (f *Figure) negate() {
	f.low, f.high = new(big.Rat).Neg(f.high), new(big.Rat).Neg(f.low)
	f.Value = "-" + f.Value
	if a, b, ok := strings.Cut(f.Value[1:], "—"); ok {
		f.Value = "-" + b + "—-" + a
	}
	switch f.Bound { // a fall of more than 3 is less than -3
	case Over, Near:
		f.Bound = map[Bound]Bound{Over: Near, Near: Over}[f.Bound]
	case Firm, About, Under:
	}
}

// split takes a phrase apart: pairs of characters of its telling words, its
// common words, and the phrase without empty words for reading.
func split(s string) (words, common []string, show string) {
	rs := []rune(s)
	var piece []rune
	var said strings.Builder
	flush := func() {
		said.WriteString(string(piece))
		words = append(words, pairsOf(piece)...)
		piece = nil
	}
	for i := 0; i < len(rs); {
		if !han(rs[i]) && !latin(rs[i]) {
			flush()
			i++
			continue
		}
		n := 0
		for k := min(longestWord, len(rs)-i); k > 0 && n == 0; k-- {
			w := string(rs[i : i+k])
			switch {
			case emptyWords[w]:
				flush()
				n = k
			case commonWords[w]:
				flush()
				common = append(common, w)
				said.WriteString(w)
				n = k
			case sameWords[w] != "":
				flush()
				words = append(words, sameWords[w])
				said.WriteString(w)
				n = k
			}
		}
		if n == 0 {
			piece = append(piece, rs[i])
			n = 1
		}
		i += n
	}
	flush()
	return words, common, said.String()
}

func pairsOf(rs []rune) []string {
	if len(rs) == 1 {
		return []string{string(rs)}
	}
	var out []string
	for i := 0; i+2 <= len(rs); i++ {
		out = append(out, string(rs[i:i+2]))
	}
	return out
}

// noPlaces are what ends like a place and is none.
var noPlaces = wordsOf(`乡镇 城镇 城乡 农村 乡村 山村 地区 灾区 市区 城区 园区 库区 山区 社区 街道 县城 城市 小区 片区 辖区 郊区 景区 校区 厂区 集镇 两镇 各镇 各乡 各村 各县 各市 各区 个村 个镇 个乡 个县 个区 个市 个街道 个社区 沿线村 自然村 行政村 个自然村 个行政村`)

// placeAt is the place whose name ends here: 青禾镇, 全县, 我镇.
func (r *reader) placeAt(i int) string {
	if !strings.ContainsRune("省市县区镇乡村道", r.rs[i]) || i == r.head {
		return ""
	}
	if r.rs[i] == '道' && r.rs[i-1] != '街' || i+1 < len(r.rs) && strings.ContainsRune("民场庄域级容干镇村路农", r.rs[i+1]) {
		return ""
	}
	suffix := 1
	if r.rs[i] == '道' || r.rs[i] == '区' && r.rs[i-1] == '社' {
		suffix = 2
	}
	from := i + 1 - suffix
	if prev := from - 1; prev >= r.head && strings.ContainsRune("全我本该", r.rs[prev]) {
		return "全" + string(r.rs[from:i+1])
	}
	start := from
	for start > r.clause && from-start < 4 && han(r.rs[start-1]) && !strings.ContainsRune("和与及在从由至到致对向据使", r.rs[start-1]) && digitOf(r.rs[start-1]) < 0 {
		start--
	}
	n := from - start
	switch {
	case n == 0 || n == 1 && suffix == 1 && start > r.clause:
		return ""
	case n == 4 && start > r.clause || n > 3:
		start = from - 2 // the name is not all of what stands before it
	}
	name := string(r.rs[start : i+1])
	if noPlaces[name] || noPlaces[string(r.rs[max(start, i-1):i+1])] && suffix == 1 {
		return ""
	}
	return name
}
