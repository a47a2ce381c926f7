// Command grow makes an installation with as many items as asked: a county
// office with two hundred townships, their texts filed over two years, one
// published issue, and an editor who may see it all. It prints the addresses of
// pages worth measuring, one a line: a name, a tab, a path; and first the login
// and the password.
//
// The texts are put together from a few hundred phrases, so that words of every
// frequency can be searched for. The same number gives the same texts.
//
// SQLite is filled without waiting for the disk and synced at the end.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"xinshu/internal/app"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

const (
	login     = "bench"
	password  = "bench-only-password-1"
	townships = 200
	chunk     = 20_000
)

func main() {
	dir := flag.String("data", "", "data folder")
	postgres := flag.String("postgres", "", "PostgreSQL URL")
	items := flag.Int("items", 100_000, "how many")
	flag.Parse()
	if err := grow(context.Background(), *dir, *postgres, *items); err != nil {
		fmt.Fprintln(os.Stderr, "grow:", err)
		os.Exit(1)
	}
}

var system = flow.Actor{System: true}

func grow(ctx context.Context, dir, postgres string, items int) error {
	a, err := app.Open(ctx, app.Config{Dir: dir, Postgres: postgres, NoSync: true})
	if err != nil {
		return err
	}
	defer a.Close()
	office, who, units, err := register(ctx, a)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(2026, 11))
	last := app.Today()
	for from := 0; from < items; from += chunk {
		n := min(chunk, items-from)
		rows := make([]flow.ImportRow, n)
		for i := range rows {
			rows[i] = item(r, from+i, units[r.IntN(len(units))])
			day := last.AddDate(0, 0, -(items-from-i)*730/(items+1))
			rows[i].Day, _ = org.ParseDate(day.Format(time.DateOnly))
		}
		if _, err := a.Flow.ImportItems(ctx, system, fmt.Sprintf("grown-%d", from), fmt.Sprintf("grown-%d", from), rows, true); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "\r%d items", from+n)
	}
	fmt.Fprint(os.Stderr, "\nindexing\n")
	if err := a.Worker.Drain(ctx); err != nil {
		return err
	}
	if err := publish(ctx, a, office, who); err != nil {
		return err
	}
	if err := a.Worker.Drain(ctx); err != nil {
		return err
	}
	return a.Store.Sync(ctx)
}

// register makes the units and the people.
func register(ctx context.Context, a *app.App) (office org.Unit, who flow.Actor, codes []string, err error) {
	f := a.Flow
	if office, err = f.EnterUnit(ctx, system, flow.EnterUnit{Code: "K", Name: "望岭县人民政府办公室", Level: org.County, Office: true}); err != nil {
		return office, who, nil, err
	}
	for i := range townships {
		u, err := f.EnterUnit(ctx, system, flow.EnterUnit{Code: fmt.Sprintf("K%03d", i), Name: place(i) + "镇人民政府", Level: org.Township, Parent: office.ID})
		if err != nil {
			return office, who, nil, err
		}
		if _, err := f.DrawLine(ctx, system, flow.DrawLine{Unit: u.ID, Office: office.ID, Network: org.Government}); err != nil {
			return office, who, nil, err
		}
		codes = append(codes, u.Code)
	}
	rules := org.DefaultRules(office.ID)
	rules.OwnSignOff = true
	if _, err := f.SetRules(ctx, system, office.ID, rules); err != nil {
		return office, who, nil, err
	}
	p, err := f.EnterPerson(ctx, system, flow.EnterPerson{Name: "林小满", Login: login, Unit: office.ID, Role: org.Editor})
	if err != nil {
		return office, who, nil, err
	}
	for _, role := range []org.Role{org.Chief, org.Reporter, org.Signer} {
		if _, err := f.HoldPost(ctx, system, flow.HoldPost{Person: p.ID, Unit: office.ID, Role: role}); err != nil {
			return office, who, nil, err
		}
	}
	return office, flow.Actor{Person: p.ID}, codes, a.Auth.SetPassword(ctx, p.ID, password)
}

var (
	first  = []string{"青", "石", "白", "云", "清", "望", "临", "安", "长", "古", "新", "柳", "竹", "松", "梅", "荷", "凤", "龙", "鹿", "鹤"}
	second = []string{"禾", "桥", "溪", "岭", "湾", "塘", "坪", "河", "山", "田", "坡", "泉", "滩", "洲", "岗", "坝", "林", "沟", "渡", "店"}
	what   = []string{"水稻", "柑橘", "生猪", "茶叶", "水库", "道路", "学校", "卫生院", "养老院", "企业", "工地", "集市", "大棚", "渔业", "林场", "饮水", "电网", "公交", "旅游", "光伏"}
	how    = []string{"长势偏弱", "价格下跌", "用工紧张", "隐患增多", "资金缺口", "审批偏慢", "销路不畅", "人员外流", "补贴未到", "设备老旧", "干旱持续", "汛情平稳", "进度过半", "群众盼望", "投诉增加", "标准不一", "保险理赔", "技术不足", "物流不便", "秩序良好"}
	doing  = []string{"组织逐户排查", "抽调干部驻村", "联系客商到场", "安排专项资金", "开办培训班", "修订应急预案", "落实包保责任", "建立每日报告", "协调部门会商", "公开办事流程"}
	asking = []string{"建议加大信贷支持", "建议提前安排种子调运", "建议统一检测标准", "建议延长申报期限", "建议开通绿色通道", "建议增派技术人员", "建议尽快拨付尾款", "建议列入明年计划"}
)

func place(i int) string { return first[i/len(second)%len(first)] + second[i%len(second)] }

func pick(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }

// item is one invented text.
func item(r *rand.Rand, n int, unit string) flow.ImportRow {
	at, matter, state := place(r.IntN(400)), pick(r, what), pick(r, how)
	var b strings.Builder
	fmt.Fprintf(&b, "据%s村反映，今年%s%s，涉及%d户、%d亩，比去年同期%s%d.%d%%。", at, matter, state, 10+r.IntN(900), 50+r.IntN(9000), pick(r, []string{"增加", "减少"}), r.IntN(60), r.IntN(10))
	fmt.Fprintf(&b, "镇里%s、%s。\n", pick(r, doing), pick(r, doing))
	fmt.Fprintf(&b, "目前%s%s，%s。%s。编号%d。", place(r.IntN(400)), pick(r, what), pick(r, how), pick(r, asking), n)
	return flow.ImportRow{Line: n + 1, Source: fmt.Sprintf("grown:%d", n), Unit: unit, Title: at + matter + state, Body: b.String(), Genre: pick(r, []string{"news", "problem"}), Form: "single"}
}

// publish takes twenty of the newest filings into one issue, and prints what to
// measure.
func publish(ctx context.Context, a *app.App, office org.Unit, who flow.Actor) error {
	f := a.Flow
	pub, err := f.EnterPublication(ctx, system, flow.EnterPublication{Office: office.ID, Code: "x", Name: "望岭信息", Columns: []string{"要情"}})
	if err != nil {
		return err
	}
	is, err := f.OpenIssue(ctx, who, flow.OpenIssue{Publication: pub.ID})
	if err != nil {
		return err
	}
	hits, err := f.Search(ctx, who, "柑橘", "filing")
	if err != nil {
		return err
	}
	for _, h := range hits.Rows[:min(20, len(hits.Rows))] {
		id := ident.Filing(h.ID)
		for _, step := range []func() error{
			func() error { _, err := f.Receive(ctx, who, id); return err },
			func() error { _, err := f.MarkReady(ctx, who, id, flow.MarkReady{}); return err },
			func() error {
				at, err := f.Adopt(ctx, who, id, flow.Adopt{Publication: pub.ID, Seen: -1})
				if err == nil {
					_, err = f.Place(ctx, who, at.ID, flow.Place{Issue: is.ID})
				}
				return err
			},
		} {
			if err := step(); err != nil {
				return err
			}
		}
	}
	if _, err := f.Propose(ctx, who, is.ID); err != nil {
		return err
	}
	if _, err := f.ApproveIssue(ctx, who, is.ID); err != nil {
		return err
	}
	if _, err := f.PublishIssue(ctx, who, is.ID, flow.Publish{}); err != nil {
		return err
	}
	v, err := f.Filing(ctx, who, ident.Filing(hits.Rows[len(hits.Rows)-1].ID))
	if err != nil {
		return err
	}
	fmt.Println(login + "\t" + password)
	for _, page := range [][2]string{
		{"workbench", "/"}, {"inbox", "/inbox"}, {"item", "/items/" + string(v.Filing.Item)}, {"filing", "/filings/" + string(v.Filing.ID)},
		{"issue", "/issues/" + string(is.ID)},
		{"search, 2 characters", "/search?q=" + "柑橘"}, {"search, 4 characters", "/search?q=" + "价格下跌"}, {"search, 6 characters", "/search?q=" + "石桥水库干旱"},
	} {
		fmt.Println(page[0] + "\t" + page[1])
	}
	return nil
}
