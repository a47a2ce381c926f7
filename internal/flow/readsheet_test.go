package flow_test

import (
	"strings"
	"testing"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
)

func TestReadSheet(t *testing.T) {
	s, err := flow.ReadSheet("变更表.csv", strings.NewReader("生效日期,事项,单位代码,名称,上级代码,并入,拆分自\n2026-12-01,更名,T1,青禾街道办事处,,,\n,合并,T2,,,T1,\n"))
	if err != nil || len(s.Rows) != 2 || s.Rows[0].Act != "更名" || s.Rows[0].Day != "2026-12-01" || s.Rows[1].Line != 3 || s.Rows[1].Into != "T1" {
		t.Errorf("ReadSheet = %+v, %v, want two rows by their headings", s, err)
	}
	_, err = flow.ReadSheet("变更表.csv", strings.NewReader("单位代码,名称\nT1,x\n"))
	if bad, ok := fault.BadFields(err); !ok || bad[0].Code != "column_missing" || bad[0].Params["column"] != "act" {
		t.Errorf("ReadSheet without the act = %v, want the column named", err)
	}
}
