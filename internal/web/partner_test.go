package web

import (
	"net/url"
	"strings"
	"testing"

	"xinshu/internal/flow"
	"xinshu/internal/item"
)

// TestPartnersOnThePages: a share is shown as people write it, and who signs is
// told that it cannot be filed only when it waits for the partners, not when it
// waits for himself.
func TestPartnersOnThePages(t *testing.T) {
	w := newWorld(t)
	w.staff()
	ctx, writer := t.Context(), flow.Actor{Person: w.person["linxm"]}
	it, err := w.flow.Draft(ctx, writer, flow.Draft{Unit: w.town, Title: title, Body: body, Genre: "problem", Form: "single"})
	must(t, err)
	_, err = w.flow.SetPartners(ctx, writer, it.ID, flow.SetPartners{Partners: []flow.PartnerOf{{Unit: w.other, Num: 25, Den: 100}}})
	must(t, err)
	path := "/items/" + string(it.ID)
	edit := w.as("linxm").get(path + "/edit")
	edit.reads(t, "the form", "留给本单位的份额：75%")
	if !strings.Contains(edit.body, `value="25%"`) {
		t.Errorf("the share in the form is not 25%%\n%s", edit.text())
	}
	v, err := w.flow.Item(ctx, writer, it.ID)
	must(t, err)
	for share, same := range map[flow.PartnerOf]bool{{Unit: w.other, Num: 1, Den: 4}: true, {Unit: w.other, Num: 1, Den: 3}: false, {Unit: w.other}: false} {
		if got := sameTogether(v, []flow.PartnerOf{share}, nil); got != same {
			t.Errorf("25/100 and %d/%d are the same = %t, want %t", share.Num, share.Den, got, same)
		}
	}
	_, err = w.flow.Submit(ctx, writer, it.ID, flow.Submit{Seen: 1})
	must(t, err)
	passes := func(who string) {
		t.Helper()
		_, err := w.flow.SignOff(ctx, flow.Actor{Person: w.person[who]}, it.ID, flow.SignOff{Seen: 1})
		must(t, err)
	}
	passes("fangxt")
	signer := w.as("luoym")
	if got := signer.get(path).reads(t, "the item for who signs", "25%").text(); strings.Contains(got, "现在不能报出") {
		t.Errorf("who signs is told that it cannot be filed, while it waits for him\n%s", got)
	}
	passes("luoym")
	signer.get(path).reads(t, "the item that waits for a partner", "现在不能报出", "柳渡乡")
	passes("tianqf")
	signer.send(path, path+"/file", url.Values{"seen": {"1"}}).reads(t, "filed", "已报到上级收件台")
	v, err = w.flow.Item(ctx, writer, it.ID)
	must(t, err)
	if v.Item.State != item.Signed {
		t.Errorf("the item is %s, want it signed", v.Item.State)
	}
}

// TestSharesAsPeopleWriteThem: in hundredths where they are whole, else the
// shortest fraction.
func TestSharesAsPeopleWriteThem(t *testing.T) {
	for want, s := range map[string][2]int64{"25%": {25, 100}, "20%": {1, 5}, "1/3": {2, 6}, "2/7": {2, 7}, "100%": {3, 3}} {
		if got := share(s[0], s[1]); got != want {
			t.Errorf("share(%d, %d) = %s, want %s", s[0], s[1], got, want)
		}
	}
}
