// Command seed makes the smallest installation that can take a filing: one
// office, one unit, one person whose token may submit and sign. It prints the
// token and writes the body of one filing, in which {n} is the running number.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"

	"xinshu/internal/app"
	"xinshu/internal/flow"
	"xinshu/internal/org"
)

func main() {
	dir := flag.String("data", "", "data folder")
	postgres := flag.String("postgres", "", "PostgreSQL URL")
	body := flag.String("body", "", "file to write the filing's body to")
	flag.Parse()
	token, err := seed(context.Background(), *dir, *postgres, *body)
	if err != nil {
		fmt.Fprintln(os.Stderr, "seed:", err)
		os.Exit(1)
	}
	fmt.Println(token)
}

var system = flow.Actor{System: true}

func seed(ctx context.Context, dir, postgres, body string) (string, error) {
	a, err := app.Open(ctx, app.Config{Dir: dir, Postgres: postgres})
	if err != nil {
		return "", err
	}
	defer a.Close()
	f := a.Flow
	office, err := f.EnterUnit(ctx, system, flow.EnterUnit{Code: "K", Name: "望岭县人民政府办公室", Level: org.County, Office: true})
	if err != nil {
		return "", err
	}
	unit, err := f.EnterUnit(ctx, system, flow.EnterUnit{Code: "T", Name: "青禾镇人民政府", Level: org.Township, Parent: office.ID})
	if err != nil {
		return "", err
	}
	if _, err := f.DrawLine(ctx, system, flow.DrawLine{Unit: unit.ID, Office: office.ID, Network: org.Government}); err != nil {
		return "", err
	}
	rules := org.DefaultRules(office.ID)
	rules.OwnSignOff = true
	if _, err := f.SetRules(ctx, system, office.ID, rules); err != nil {
		return "", err
	}
	p, err := f.EnterPerson(ctx, system, flow.EnterPerson{Name: "林小满", Login: "bench", Unit: unit.ID, Role: org.Reporter})
	if err != nil {
		return "", err
	}
	if _, err := f.HoldPost(ctx, system, flow.HoldPost{Person: p.ID, Unit: unit.ID, Role: org.Signer}); err != nil {
		return "", err
	}
	secret, _, err := f.IssueToken(ctx, flow.Actor{Person: p.ID}, flow.IssueToken{Name: "bench", Days: 2, Scopes: []org.Stage{org.ScopeRead, org.StageSubmit, org.StageSignOff}})
	if err != nil {
		return "", err
	}
	paragraph := "今年以来，全镇晚熟柑橘种植面积1.2万亩，预计产量2.8万吨，截至目前已售4000吨，占14.3%，比去年同期低11.1个百分点。果商开价每斤1.1—1.3元，接近成本，多数种植户在观望。"
	text, err := json.Marshal(flow.Draft{Unit: unit.ID, Title: "青禾镇晚熟柑橘收购价走低（第{n}期）", Body: strings.Repeat(paragraph+"\n", 4), Genre: "problem", Form: "single"})
	if err != nil {
		return "", err
	}
	return secret, os.WriteFile(body, text, 0o600)
}
