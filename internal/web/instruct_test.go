package web

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestWorkingDaysIntoAnUnknownYear: the box for an instruction says when its
// working days run into a year whose holidays nobody has entered, and only then.
func TestWorkingDaysIntoAnUnknownYear(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		says bool
	}{{time.Date(2026, 12, 30, 1, 0, 0, 0, time.UTC), true}, {time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC), false}} {
		w := newWorldAt(t, c.at)
		w.filed(t, title)
		editor := w.as("heyz")
		filing := regexp.MustCompile(`/filings/[0-9a-z]{26}`).FindString(editor.get("/inbox").body)
		editor.send(filing, filing+"/receive", nil).reads(t, "receive", "已签收")
		page := w.as("jiangya").get(filing+"/instruct").reads(t, "the box", "3 个工作日")
		if says := strings.Contains(page.text(), "2027 年的放假安排还没有录入"); says != c.says {
			t.Errorf("on %s the box says that 2027 is not known = %t, want %t\n%s", c.at.Format(time.DateOnly), says, c.says, page.text())
		}
	}
}

// TestADayOfOnesOwn: an answer can be wanted by any day, not only by those that are
// a tap away; a day that is over is named, and taking back gives the day back too.
func TestADayOfOnesOwn(t *testing.T) {
	w := newWorld(t) // 24 November 2026
	w.filed(t, title)
	filing := regexp.MustCompile(`/filings/[0-9a-z]{26}`).FindString(w.as("heyz").get("/inbox").body)
	w.as("heyz").send(filing, filing+"/receive", nil).reads(t, "receive", "已签收")
	leader := w.as("jiangya")
	put := func(tapped, day string) answer {
		return leader.send(filing+"/instruct", filing+"/instruct", url.Values{"text": {"请核实。"}, "disclosed": {"1"}, "due_on": {tapped}, "due_day": {day}, "do": {"instruct"}})
	}
	over := put("", "2026-11-02")
	if over.status != 422 || !strings.Contains(over.body, `href="#f-due"`) || !strings.Contains(over.body, `value="2026-11-02"`) || !strings.Contains(over.body, "请核实。") {
		t.Errorf("a day that is over = %d, want 422 that leads to the day and keeps it\n%s", over.status, over.text())
	}
	given := put("2026-12-01", "2026-12-15").reads(t, "given", "12 月 15 日 18:00")
	for day, own := range map[string]bool{"2026-12-15": true, "2026-12-01": false} {
		back := leader.send(given.path, given.path+"/take-back", nil).reads(t, "taken back", "批示收回了", "请核实。")
		tapped := strings.Contains(back.body, `value="`+day+`" checked`)
		written := strings.Contains(back.body, `name="due_day" type="date" value="`+day+`"`)
		if tapped == own || written != own || !strings.Contains(back.body, `name="disclosed" value="1" checked`) {
			t.Errorf("taken back with %s: tapped %v, written %v, want the one it was, and who may read it as it was", day, tapped, written)
		}
		given = put("2026-12-01", "").reads(t, "given", "12 月 1 日 18:00")
	}
}

// TestPassingOnAsksToWhom: where the leader named nobody, the unit is chosen and
// not the first of the list taken.
func TestPassingOnAsksToWhom(t *testing.T) {
	w := newWorld(t)
	w.filed(t, title)
	filing := regexp.MustCompile(`/filings/[0-9a-z]{26}`).FindString(w.as("heyz").get("/inbox").body)
	w.as("heyz").send(filing, filing+"/receive", nil).reads(t, "receive", "已签收")
	duty := w.as("jiangya").send(filing+"/instruct", filing+"/instruct", url.Values{"text": {"请核实。"}, "do": {"instruct"}}).reads(t, "given", "请核实。").path
	chief := w.as("shenrg")
	if got := chief.send(duty, duty+"/pass-on", url.Values{"unit": {""}}); got.status != 422 || !strings.Contains(got.body, `href="#f-unit"`) {
		t.Errorf("passed on to nobody = %d, want 422 that leads to the unit\n%s", got.status, got.text())
	}
	chief.send(duty, duty+"/pass-on", url.Values{"unit": {string(w.other)}}).reads(t, "passed on", "柳渡乡")
}
