package api

import (
	"testing"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
)

// A number that does not add up is shown with the composite, warned of in the
// issue, settled by a note with the name of who wrote it, and open again when the
// text says something else.
func TestFiguresAreSettledOverTheAPI(t *testing.T) {
	w := newWorld(t)
	const v1 = "/api/v1"
	var from []ident.Filing
	for _, said := range []string{"石桥镇连夜组织撤离，没有人受伤。", "石桥镇安置点已经开放，物资够用。"} {
		it := want[item.Item](w, 201, "linxiaohe", "POST", v1+"/items", obj{"unit": w.town, "title": said, "body": said, "genre": "news", "form": "brief"})
		here := v1 + "/items/" + string(it.ID)
		want[item.Item](w, 200, "linxiaohe", "POST", here+"/submit", obj{"seen": 1})
		want[item.Item](w, 200, "zhouguoping", "POST", here+"/sign-off", obj{"seen": 1})
	}
	for _, fl := range want[flow.Page[filing.Filing]](w, 200, "chenjing", "GET", v1+"/filings?state=filed&office="+string(w.county), nil).Rows {
		want[filing.Filing](w, 200, "chenjing", "POST", v1+"/filings/"+string(fl.ID)+"/receive", nil)
		from = append(from, fl.ID)
	}
	para := func(text string) []obj {
		return []obj{{"text": text, "sources": []int{1, 2}}}
	}
	const wrong = "共转移群众320人，其中青禾镇120人、柳渡乡180人。"
	made := want[filing.Filing](w, 201, "chenjing", "POST", v1+"/composites", obj{"office": w.county, "title": "转移群众", "genre": "news", "paragraphs": para(wrong), "parts": []obj{{"filing": from[0], "num": 1, "den": 2}, {"filing": from[1], "num": 1, "den": 2}}})
	comp := v1 + "/composites/" + string(made.ID)
	read := func() flow.Figures { return want[flow.Composite](w, 200, "chenjing", "GET", comp, nil).Figures }
	open := read().Open()
	if len(open) != 1 || open[0].Sum != "120 + 180 = 300" || open[0].Written != "320人" {
		t.Fatalf("what is open = %+v, want the sum that is not", open)
	}

	// in the issue it is warned of
	desk := v1 + "/filings/" + string(made.ID)
	want[filing.Filing](w, 200, "chenjing", "POST", desk+"/mark-ready", obj{"seen": made.Revision})
	placed := want[issue.Placement](w, 201, "chenjing", "POST", desk+"/adopt", obj{"publication": w.publication, "form": "composite", "seen": made.Revision})
	number := want[issue.Issue](w, 201, "chenjing", "POST", v1+"/issues", obj{"publication": w.publication})
	want[issue.Placement](w, 200, "chenjing", "POST", v1+"/placements/"+string(placed.ID)+"/place", obj{"issue": number.ID, "column": "今日要情", "slot": 1})
	warned := func() string {
		for _, c := range want[flow.IssueView](w, 200, "chenjing", "GET", v1+"/issues/"+string(number.ID), nil).Checks {
			if c.Code == "figures" {
				return c.Params["n"]
			}
		}
		return ""
	}
	if n := warned(); n != "1" {
		t.Errorf("the issue warns of %q figures, want 1", n)
	}

	save := func(text string, settled any) {
		t.Helper()
		seen := want[flow.Composite](w, 200, "chenjing", "GET", comp, nil).Filing.Revision
		in := obj{"title": "转移群众", "paragraphs": para(text), "seen": seen}
		if settled != nil {
			in["settled"] = settled
		}
		want[filing.Filing](w, 200, "chenjing", "POST", comp+"/compose", in)
	}
	save(wrong, []obj{{"key": open[0].Key, "as": "320人", "note": "另有20人由县里安置，电话核过"}})
	d := read().Differences
	if len(d) != 1 || d[0].Settled == nil || d[0].Settled.Note != "另有20人由县里安置，电话核过" || d[0].Settled.By == "" || d[0].Settled.At == 0 {
		t.Fatalf("after settling it is %+v, want the note with who wrote it", d)
	}
	if n := warned(); n != "" {
		t.Errorf("after settling the issue warns of %q figures, want none", n)
	}
	save("转移工作结束。\n"+wrong, nil) // not said: as they were
	if left := read().Open(); len(left) != 0 {
		t.Errorf("after another text with the same figure %+v is open, want nothing", left)
	}
	save("共转移群众330人，其中青禾镇120人、柳渡乡180人。", nil)
	if left := read().Open(); len(left) != 1 || left[0].Written != "330人" {
		t.Errorf("after another figure %+v is open, want it alone", left)
	}
}
