package flow_test

import (
	"strings"
	"testing"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/testing/sample"
	"xinshu/internal/testing/storetest"
)

// The examples are of a year before the rulebook begins, as those of one that an
// office took over are. A rulebook whose own example does not come out is not put in force; mended, it
// is, and a base of the period stands in the ledger beside what facts brought.
func TestARulebookMustPassItsOwnExamples(t *testing.T) {
	w := open(t, storetest.SQLite(t))
	body := sample.Rulebook + `total: {clause: "第五条", base: 3}
examples:
  - name: 两条
    period: "2007-11"
    units: |
      code,name,class
      a,甲,乡镇
    events: |
      event,item,kind,date,unit,level
      e1,i1,adopted,2007-11-02,a,city
      e2,i2,adopted,2007-11-03,a,county
    expect: {a: "10"}
`
	_, err := w.Flow.Activate(w.Ctx(), w.As("assessor.K1"), flow.Activate{Office: w.ID("K1"), Body: body})
	bad, _ := fault.BadFields(err)
	if len(bad) != 1 || bad[0].Code != "example" || bad[0].Params["got"] != "9" || bad[0].Params["want"] != "10" {
		t.Fatalf("Activate = %v, want the example that gives 9 and not 10", err)
	}
	ok[flow.RulebookView](t)(w.Flow.Activate(w.Ctx(), w.As("assessor.K1"), flow.Activate{Office: w.ID("K1"), Body: strings.Replace(body, `{a: "10"}`, `{a: "9"}`, 1)}))
	v := ok[flow.LedgerView](t)(w.Flow.Ledger(w.Ctx(), w.As("assessor.K1"), w.ID("K1"), w.ID("T1"), "2026-11"))
	if v.Total.String() != "3" || len(v.Entries) != 1 || v.Entries[0].Clause != "第五条" || v.Entries[0].Fact != "" {
		t.Errorf("ledger = %+v, want the base of 3 as an entry without a fact", v)
	}
}
