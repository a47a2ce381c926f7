package flow_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// reading is one verb that hands out an item or words of it; gone is whether it
// refuses whoever may not know of the item, and does not hand out an empty list.
type reading struct {
	name string
	gone bool
	read func(a flow.Actor) (any, error)
}

// readings are all the verbs by which somebody outside the unit can ask for an
// item, its texts and its files.
func (w *world) readings(id ident.Item, files map[string]ident.Attachment) []reading {
	f, ctx := w.Flow, w.Ctx()
	out := []reading{
		{"Item", true, func(a flow.Actor) (any, error) { return f.Item(ctx, a, id) }},
		{"Journey", true, func(a flow.Actor) (any, error) { return f.Journey(ctx, a, id) }},
		{"ItemRecord", true, func(a flow.Actor) (any, error) { return f.ItemRecord(ctx, a, id) }},
		{"Items", false, func(a flow.Actor) (any, error) { return f.Items(ctx, a, flow.ItemsQuery{}) }},
		{"Items of the lead", false, func(a flow.Actor) (any, error) { return f.Items(ctx, a, flow.ItemsQuery{Unit: w.ID("T1")}) }},
		{"Workbench", false, func(a flow.Actor) (any, error) { return f.Workbench(ctx, a) }},
		{"Notifications", false, func(a flow.Actor) (any, error) { return f.Notifications(ctx, a, flow.NotesQuery{}) }},
		{"News", false, func(a flow.Actor) (any, error) { return f.News(ctx, a, "") }},
		{"Search", false, func(a flow.Actor) (any, error) { return f.Search(ctx, a, "送签", "") }},
		{"Search for the newer text", false, func(a flow.Actor) (any, error) { return f.Search(ctx, a, "改稿", "") }},
		{"Export", false, func(a flow.Actor) (any, error) {
			rows, err := f.Export(ctx, a, flow.ExportQuery{})
			if err != nil {
				return nil, err
			}
			var all []item.Entry
			for e, err := range rows {
				if err != nil {
					return nil, err
				}
				all = append(all, e)
			}
			return all, nil
		}},
	}
	for n := range 3 {
		out = append(out, reading{"ItemText " + item.Number(n+1), true, func(a flow.Actor) (any, error) { return f.ItemText(ctx, a, id, n+1) }})
	}
	for name, at := range files {
		out = append(out, reading{"OpenAttachment " + name, true, func(a flow.Actor) (any, error) {
			got, body, err := f.OpenAttachment(ctx, a, at)
			if err != nil {
				return nil, err
			}
			defer body.Close()
			b, err := io.ReadAll(body)
			return []any{got, string(b)}, err
		}})
	}
	return out
}

// A partner reads an item from the moment it is asked, by no verb a text or a file
// that it was not asked about or a word that was written for the lead, and nothing
// after it was taken off.
func TestWhatAPartnerReads(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.chain("T1", org.Review, org.SignOffOK)
		lead, ctx, files := w.As("reporter.T1"), w.Ctx(), map[string]ident.Attachment{}
		attach := func(id ident.Item, name string) {
			files[name] = ok[item.Attachment](t)(w.Flow.Attach(ctx, lead, id, upload(name+".txt", name+"的内容"))).ID
		}
		words := []string{"初稿", "送签", "改稿", "前附", "后附", "内部话", "批语", "打着的字", "邻镇的话"}
		// sees compares what every verb hands out with the words that it may hand out,
		// by the verb's name; "" is for any other.
		sees := func(when string, id ident.Item, want map[string]string) {
			t.Helper()
			w.drain()
			for _, who := range []string{"reporter.T2", "signer.T2"} {
				for _, r := range w.readings(id, files) {
					got, err := r.read(w.As(who))
					may, known := want[r.name]
					if !known {
						may = want[""]
					}
					if err != nil && (may != "" || !r.gone || !fault.Is(err, fault.NotFound)) || err == nil && r.gone && may == "" {
						t.Errorf("%s: %s for %s = %v, %v; want %q", when, r.name, who, got, err, may)
						continue
					}
					b, err := json.Marshal(got)
					if err != nil {
						t.Fatal(err)
					}
					for _, word := range words {
						if is := strings.Contains(string(b), word); is && !strings.Contains(may, word) {
							t.Errorf("%s: %s for %s hands out %s: %s", when, r.name, who, word, b)
						} else if !is && known && strings.Contains(may, word) {
							t.Errorf("%s: %s for %s does not hand out %s: %s", when, r.name, who, word, b)
						}
					}
				}
			}
		}

		it := w.joint("界河清淤初稿")
		attach(it.ID, "前附")
		ok[item.Item](t)(w.Flow.Submit(ctx, lead, it.ID, flow.Submit{Seen: 1}))
		ok[item.Item](t)(w.Flow.SendBack(ctx, w.As("reviewer.T1"), it.ID, flow.SendBack{Reason: "no_figures", Remark: "内部话"}))
		ok[item.Item](t)(w.Flow.Revise(ctx, lead, it.ID, flow.Revise{Title: "界河清淤送签", Body: body + "\n送签。", Seen: 1}))
		ok[item.Item](t)(w.Flow.Resubmit(ctx, lead, it.ID, flow.Submit{Seen: 2}))
		ok[item.Item](t)(w.Flow.SignOff(ctx, w.As("reviewer.T1"), it.ID, flow.SignOff{Seen: 2, Remark: "内部话"}))
		sees("before it is asked", it.ID, nil)

		w.passes("signer.T1", it.ID)
		asked := map[string]string{
			"": "送签", "Item": "送签 前附", "Export": "送签 前附", "Journey": "送签", "ItemRecord": "送签", "Items": "送签", "Workbench": "送签",
			"ItemText 1": "", "ItemText 2": "送签", "ItemText 3": "", "OpenAttachment 前附": "前附", "OpenAttachment 后附": "",
		}
		sees("when it is asked", it.ID, asked)

		ok[item.Item](t)(w.Flow.SendBack(ctx, w.As("signer.T3"), it.ID, flow.SendBack{Reason: "no_figures", Remark: "邻镇的话"}))
		asked["Item"], asked["Journey"], asked["Workbench"] = "送签 前附 邻镇的话", "送签 邻镇的话", ""
		for _, list := range []string{"Items", "Items of the lead", "ItemRecord"} {
			asked[list] = "送签 邻镇的话"
		}
		sees("when another partner sent it back", it.ID, asked)

		ok[item.Item](t)(w.Flow.Revise(ctx, lead, it.ID, flow.Revise{Title: "界河清淤改稿", Body: body + "\n改稿。", Seen: 2}))
		attach(it.ID, "后附")
		if err := w.Flow.Autosave(ctx, lead, "item", string(it.ID), flow.Typed{Title: "打着的字", Body: "打着的字", Base: 3}); err != nil {
			t.Fatal(err)
		}
		ok[item.Item](t)(w.Flow.Resubmit(ctx, lead, it.ID, flow.Submit{Seen: 3}))
		asked["Item"], asked["Workbench"] = "送签 前附", "送签"
		for _, list := range []string{"Items", "Items of the lead", "ItemRecord"} {
			asked[list] = "送签"
		}
		sees("after a newer text", it.ID, asked)
		ok[item.Item](t)(w.Flow.SendBack(ctx, w.As("reviewer.T1"), it.ID, flow.SendBack{Reason: "no_figures", Remark: "批语"}))
		asked["Workbench"] = ""
		sees("after the lead's own checker sent the newer text back", it.ID, asked)

		ok[item.Item](t)(w.Flow.TakeOffPartner(ctx, lead, it.ID, flow.TakeOff{Unit: w.ID("T2"), Reason: "不涉及"}))
		sees("after it was taken off", it.ID, map[string]string{"Notifications": "送签"})
		w.sound()
	})
}

// What the desk makes of a joint item is the desk's, until it releases it: a
// partner that signed reads the text it signed, by every verb.
func TestAPartnerDoesNotReadTheDesksDraft(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it := w.asked("界河清淤送签")
		w.passes("signer.T2", it.ID)
		w.passes("signer.T3", it.ID)
		ok[item.Item](t)(w.Flow.FileJoint(w.Ctx(), w.As("reporter.T1"), it.ID, flow.SignOff{Seen: 1}))
		fl := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID)).Filings[0]
		w.revised("K1", fl.ID, "县里的草拟", body+"\n县里的草拟。")
		w.drain()
		for _, who := range []string{"reporter.T2", "signer.T2"} {
			for _, r := range w.readings(it.ID, nil) {
				got, err := r.read(w.As(who))
				if err != nil && !fault.Is(err, fault.NotFound) {
					t.Errorf("%s for %s = %v", r.name, who, err)
				}
				b, err := json.Marshal(got)
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(string(b), "草拟") {
					t.Errorf("%s for %s hands out what the desk tries: %s", r.name, who, b)
				}
			}
		}
		w.sound()
	})
}
