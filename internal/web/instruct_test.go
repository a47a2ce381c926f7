package web

import (
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
