package text

import (
	"math/big"
	"slices"
	"strings"
)

// measure is a unit of quantity: what it is counted in, and how many of that it
// is.
type measure struct {
	base     string
	num, den int64
	noun     bool // a counting word: what is counted stands behind it
	weak     bool // after one Chinese digit it is more often a word than a count: 三项, 二次
}

// measures are the units official texts count in. What is not here, above all
// years, months, days of a month and hours of a day, is no unit, so that a date
// is never a figure.
var measures = func() map[string]measure {
	out := map[string]measure{
		"人": {base: "人"}, "名": {base: "人", noun: true}, "位": {base: "人", noun: true, weak: true}, "口人": {base: "人"},
		"公里": {base: "米", num: 1000}, "千米": {base: "米", num: 1000}, "km": {base: "米", num: 1000}, "米": {base: "米"}, "m": {base: "米"},
		"厘米": {base: "米", den: 100}, "cm": {base: "米", den: 100}, "毫米": {base: "米", den: 1000}, "mm": {base: "米", den: 1000},
		"亩": {base: "亩"}, "公顷": {base: "亩", num: 15}, "平方公里": {base: "亩", num: 1500}, "平方千米": {base: "亩", num: 1500}, "平方米": {base: "平方米"}, "平米": {base: "平方米"}, "㎡": {base: "平方米"},
		"吨": {base: "公斤", num: 1000}, "公斤": {base: "公斤"}, "千克": {base: "公斤"}, "kg": {base: "公斤"}, "斤": {base: "公斤", den: 2}, "克": {base: "公斤", den: 1000}, "毫克": {base: "公斤", den: 1_000_000},
		"立方米": {base: "立方米"}, "方": {base: "立方米", weak: true}, "m³": {base: "立方米"}, "升": {base: "立方米", den: 1000}, "毫升": {base: "立方米", den: 1_000_000},
		"%": {base: "%"}, "‰": {base: "%", den: 10}, "个百分点": {base: "百分点"}, "百分点": {base: "百分点"}, "倍": {base: "倍"},
		"℃": {base: "℃"}, "摄氏度": {base: "℃"}, "°C": {base: "℃"}, "度": {base: "度", weak: true},
		"千瓦": {base: "千瓦"}, "兆瓦": {base: "千瓦", num: 1000}, "千瓦时": {base: "千瓦时"}, "千伏": {base: "千伏"},
		"分钟": {base: "分钟"}, "小时": {base: "分钟", num: 60}, "个小时": {base: "分钟", num: 60}, "天": {base: "天"}, "个月": {base: "个月"}, "个工作日": {base: "工作日"}, "岁": {base: "岁"}, "周岁": {base: "岁"},
		"万次": {base: "次", num: 10_000}, "级": {base: "级", weak: true},
		"只": {base: "头", noun: true, weak: true}, "头": {base: "头", noun: true, weak: true}, "户": {base: "户"}, "元": {base: "元"}, "块钱": {base: "元"}, "美元": {base: "美元"}, "吨位": {base: "吨位"},
	}
	// Counting words of things stand for themselves.
	for _, w := range strings.Fields("处 座 条 起 家 间 栋 幢 辆 艘 架 台 部 所 棵 株 羽 尾 套 例 宗 眼 口 个 件 项 场 次 批 份 张 支 组 道 门 盏 根 顶 床 箱 袋 桶 车 趟 篇 期 封 枚 孔 艘次 台套 台次 剂次 剂 车次 人次 班次 架次 户次 件次 场次 条次 头次") {
		out[w] = measure{base: w, noun: true, weak: strings.Contains("部 口 个 件 项 场 次 批 份 张 支 组 道 门 根 床 车 条 套 期 封 孔 家 所 只 台", w)}
	}
	for w, m := range out {
		m.num, m.den = max(m.num, 1), max(m.den, 1)
		out[w] = m
	}
	return out
}()

// otherWords are the characters behind a unit that make another word of both:
// 三部门, 5条件, 两位数.
var otherWords = map[string]string{
	"部": "门署", "家": "庭园长里", "位": "数于置", "名": "单录", "场": "所镇", "条": "件例", "头": "部", "元": "旦素", "组": "织", "口": "岸", "台": "风",
	"次": "要产", "天": "然气下", "项": "目", "级": "别", "方": "面向案", "度": "假过", "道": "路", "门": "户", "份": "额", "期": "间", "车": "间道辆", "所": "有", "人": "大", "件": "套",
	"个": "别人体", "支": "部持付", "批": "次", "根": "本据", "张": "贴", "台套": "", "期望": "", "米": "粉", "克": "服", "升": "级", "m": "abcdefghijklmnopqrstuvwxyz", "起": "来到",
}

// countedOnes are what 个 counts even after a single Chinese digit: 三个乡镇 is a
// count, 三个意识 is a saying.
var countedOnes = strings.Fields("乡 镇 村 县 市 区 街道 社区 单位 部门 企业 项目 工作组 督导组 小组 安置点 点位 自然村 行政村 集体 合作社 家庭 学校 班组 小时 月 百分点 隐患 泵站 水库 基地")

// longestUnit is the most characters of a unit.
const longestUnit = 5

// unitAt reads the unit that begins at a place: its length in runes, 0 if none.
func unitAt(rs []rune, i int) (string, measure, int) {
	for n := min(longestUnit, len(rs)-i); n > 0; n-- {
		w := string(rs[i : i+n])
		m, ok := measures[w]
		if !ok {
			continue
		}
		if i+n < len(rs) && strings.ContainsRune(otherWords[w], rs[i+n]) {
			return "", measure{}, 0
		}
		if per, k := perAt(rs, i+n); k > 0 {
			return w + "/" + per, measure{base: m.base + "/" + per, num: m.num, den: m.den}, n + k
		}
		return w, m, n
	}
	return "", measure{}, 0
}

// perAt reads what a rate is per: 立方米/秒, 元每斤.
func perAt(rs []rune, i int) (string, int) {
	if i >= len(rs) || rs[i] != '/' && rs[i] != '每' {
		return "", 0
	}
	for _, w := range []string{"小时", "公斤", "平方米", "立方米", "分钟", "秒", "时", "天", "日", "月", "年", "斤", "吨", "亩", "人", "户", "度", "升"} {
		if strings.HasPrefix(string(rs[i+1:min(i+4, len(rs))]), w) {
			return w, 1 + len([]rune(w))
		}
	}
	return "", 0
}

// amount is a number as it was read.
type amount struct {
	v       *big.Rat
	step    *big.Rat // what one more in its last place would be
	scaled  bool     // written with a decimal point before 万 or 亿: a rounded one
	mant    *big.Rat // before its 万 or 亿
	times   *big.Rat // its 万 or 亿, 1 without
	more    bool     // 余 or 多 stands inside: 20多万
	chinese int      // how many Chinese characters it has, 0 for digits
}

var scales = map[rune]int64{'十': 10, '百': 100, '千': 1000, '万': 10_000, '亿': 100_000_000}

const chineseDigits = "零一二三四五六七八九"

// digitOf is the value of a Chinese digit, -1 for another character.
func digitOf(r rune) int64 {
	switch r {
	case '〇':
		return 0
	case '两', '俩':
		return 2
	}
	if i := strings.IndexRune(chineseDigits, r); i >= 0 {
		return int64(i / len("零"))
	}
	return -1
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// mostDigits bounds a number: a longer one is a telephone number or a code.
const mostDigits = 15

// amountAt reads a number that begins at a place, and where it ends.
func amountAt(rs []rune, i int) (amount, int, bool) {
	if digit(rs[i]) {
		return arabicAt(rs, i)
	}
	return chineseAt(rs, i)
}

// arabicAt reads 3200, 1,200.5, 3.2万, 20多万, 3万5千.
func arabicAt(rs []rune, i int) (a amount, end int, ok bool) {
	j, n, places := i, 0, 0
	var b strings.Builder
	for ; j < len(rs); j++ {
		switch {
		case digit(rs[j]):
			b.WriteRune(rs[j])
			n++
			continue
		case rs[j] == ',' && (j-i <= 3 || b.Len() < j-i) && groupAt(rs, j):
			continue
		}
		break
	}
	if j+1 < len(rs) && rs[j] == '.' && digit(rs[j+1]) {
		b.WriteByte('.')
		for j++; j < len(rs) && digit(rs[j]); j++ {
			b.WriteRune(rs[j])
			n, places = n+1, places+1
		}
		if j+1 < len(rs) && rs[j] == '.' && digit(rs[j+1]) { // 1.2.3 is a number of a chapter
			for ; j < len(rs) && (digit(rs[j]) || rs[j] == '.'); j++ {
			}
			return a, j, false
		}
	}
	if n > mostDigits {
		return a, j, false
	}
	a.mant, _ = new(big.Rat).SetString(b.String())
	a.step = new(big.Rat).SetFrac(big.NewInt(1), tenTo(places))
	if places == 0 {
		a.step.SetInt(tenTo(zeros(b.String())))
	}
	a.times = big.NewRat(1, 1)
	j = a.scale(rs, j)
	a.v = new(big.Rat).Mul(a.mant, a.times)
	a.scaled = places > 0 && a.times.Cmp(big.NewRat(10_000, 1)) >= 0
	// 3万5千, 1亿2000万: what follows is a smaller part of the same number
	for places == 0 && j < len(rs) && digit(rs[j]) && a.times.Cmp(big.NewRat(10_000, 1)) >= 0 {
		rest, k, good := arabicAt(rs, j)
		if !good || rest.v.Cmp(a.times) >= 0 {
			break
		}
		a.v.Add(a.v, rest.v)
		a.mant, a.step, a.more = new(big.Rat).Quo(a.v, a.times), rest.step, rest.more
		return a, k, true
	}
	a.step.Mul(a.step, a.times)
	return a, j, true
}

// groupAt reports whether exactly three digits follow a comma.
func groupAt(rs []rune, i int) bool {
	return i+3 < len(rs) && digit(rs[i+1]) && digit(rs[i+2]) && digit(rs[i+3]) && (i+4 == len(rs) || !digit(rs[i+4]))
}

// scale reads 百, 万, 千万, 亿 behind digits, perhaps after 余 or 多, and keeps off
// the units that begin with one: 千瓦.
func (a *amount) scale(rs []rune, j int) int {
	for k := 0; k < 3 && j < len(rs); k++ {
		if _, _, n := unitAt(rs, j); n > 0 {
			break
		}
		at := j
		if (rs[j] == '多' || rs[j] == '余') && j+1 < len(rs) && scales[rs[j+1]] > 10 {
			at++
		}
		s := scales[rs[at]]
		if s <= 10 {
			break
		}
		a.more = a.more || at > j
		a.times.Mul(a.times, big.NewRat(s, 1))
		j = at + 1
	}
	return j
}

// chineseAt reads 三千二百, 两万五, 十二点五.
func chineseAt(rs []rune, i int) (a amount, end int, ok bool) {
	j := i
	for ; j < len(rs) && (digitOf(rs[j]) >= 0 || scales[rs[j]] > 0 || rs[j] == '点' && j > i); j++ {
		if j-i > 2*mostDigits {
			return a, j, false
		}
	}
	if j > i && rs[j-1] == '点' {
		j--
	}
	if j-i >= 2 && j < len(rs) && rs[j-1] == '千' && (scales[rs[j-2]] > 0) && strings.ContainsRune("瓦米克伏", rs[j]) {
		j-- // 五百千瓦
	}
	whole, part, point := strings.Cut(string(rs[i:j]), "点")
	v, step, good := spelled([]rune(whole))
	if !good {
		return a, max(j, i+1), false
	}
	a.v = new(big.Rat).SetInt64(v)
	a.step = new(big.Rat).SetInt64(step)
	if point {
		places, scale := int64(1), int64(1)
		for _, r := range part {
			d := digitOf(r)
			switch {
			case d >= 0 && scale == 1 && places < 1_000_000_000:
				places *= 10
				a.v.Add(a.v, big.NewRat(d, places))
			case scales[r] >= 10_000:
				scale *= scales[r]
				if scale > 1_000_000_000_000 {
					return a, j, false
				}
			default:
				return a, j, false
			}
		}
		if places == 1 {
			return a, j, false
		}
		a.scaled = scale > 1
		a.v.Mul(a.v, big.NewRat(scale, 1))
		a.step = big.NewRat(scale, places)
	}
	a.mant, a.times, a.chinese = a.v, big.NewRat(1, 1), j-i
	return a, j, true
}

// spelled is the value of a whole number in Chinese characters. Digits side by
// side (三四百, 二〇二六) are a guess or a year, a lone 百 or 万 is many: neither is
// a number here.
func spelled(rs []rune) (v, step int64, ok bool) {
	var all, section, last int64
	lastScale, lastBig, seen, zero := int64(0), int64(0), false, false
	last = -1
	step = 1
	for k, r := range rs {
		if d := digitOf(r); d >= 0 {
			if last > 0 || last == 0 && d == 0 && k > 1 {
				return 0, 0, false
			}
			zero = zero || d == 0
			if d == 0 && len(rs) > 1 {
				if k == 0 {
					return 0, 0, false
				}
				last = -1
				continue
			}
			last, seen = d, true
			continue
		}
		s := scales[r]
		if last < 0 && (r != '十' || section%100 != 0) && s < 10_000 {
			return 0, 0, false
		}
		switch {
		case s < 10_000:
			if last < 0 {
				last = 1 // 十二
			}
			section += last * s
		default:
			section += max(last, 0)
			if section+all == 0 || all > 1_000_000_000_000_000/s {
				return 0, 0, false
			}
			if s > lastBig && all > 0 {
				all = (all + section) * s
			} else {
				all += section * s
			}
			section, lastBig = 0, s
		}
		last, lastScale, seen, zero, step = -1, s, true, false, s
	}
	if last >= 0 {
		if lastScale > 10 && !zero {
			last, step = last*lastScale/10, lastScale/10 // 两万五
		} else {
			step = 1
		}
	}
	return all + section + max(last, 0), step, seen
}

func tenTo(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// zeros counts the zeros at the end of a whole number.
func zeros(s string) int {
	n := len(s) - len(strings.TrimRight(s, "0"))
	if n == len(s) {
		return 0
	}
	return n
}

// Exact writes a rational as people do: a decimal where it ends, else a fraction.
func Exact(v *big.Rat) string {
	if v.IsInt() {
		return v.Num().String()
	}
	d := new(big.Int).Set(v.Denom())
	places, left := 0, new(big.Int)
	for _, p := range []int64{2, 5} {
		n, q := 0, big.NewInt(p)
		for left.Mod(d, q).Sign() == 0 {
			d.Quo(d, q)
			n++
		}
		places = max(places, n)
	}
	if d.Cmp(big.NewInt(1)) != 0 {
		return v.RatString()
	}
	return v.FloatString(places)
}

// rangeMark is the length of what joins the two ends of a range, 0 if none.
func rangeMark(rs []rune, i int) int {
	n := 0
	for i+n < len(rs) && n < 2 && slices.Contains([]rune("—–―-~～－─"), rs[i+n]) {
		n++
	}
	if n == 0 && i < len(rs) && (rs[i] == '至' || rs[i] == '到') {
		n = 1
	}
	return n
}
