package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// showTracked writes pieces as kept text, [-struck by 2-] and {+put in by 1+}.
func showTracked(rows []Tracked) string {
	var lines []string
	for _, r := range rows {
		var b strings.Builder
		for _, p := range r.Pieces {
			switch p.Op {
			case Same:
				b.WriteString(p.Text)
			case Deleted:
				fmt.Fprintf(&b, "[-%d:%s-]", p.By, p.Text)
			case Inserted:
				fmt.Fprintf(&b, "{+%d:%s+}", p.By, p.Text)
			}
		}
		lines = append(lines, b.String())
	}
	return strings.Join(lines, "\n")
}

func TestTrack(t *testing.T) {
	const raw = "一是价格低。\n二是客商少，只来了17家。\n三是请支持。"
	for _, c := range []struct {
		name, settled string
		versions      []string
		want          string
	}{
		{"nobody edited", raw, []string{raw}, raw},
		{"one editor", raw, []string{raw, "一是价格低。\n二是客商少，只来了15家。\n三是请支持。"},
			"一是价格低。\n二是客商少，只来了[-1:17-]{+1:15+}家。\n三是请支持。"},
		{"two editors, each his own", raw, []string{raw, "一是价格低。\n二是客商少，只来了15家。\n三是请支持。", "一是价格很低。\n二是客商少，只来了15家。"},
			"一是价格{+2:很+}低。\n二是客商少，只来了[-1:17-]{+1:15+}家。\n[-2:三是请支持。-]"},
		{"two in one phrase", raw, []string{raw, "一是价格低，每斤1.1元。\n二是客商少，只来了17家。\n三是请支持。", "一是价格低，每斤1.1元，低于成本。\n二是客商少，只来了17家。\n三是请支持。"},
			"一是价格低{+1:，每斤1.1元+}{+2:，低于成本+}。\n二是客商少，只来了17家。\n三是请支持。"},
		{"put in, struck and put in again", raw, []string{raw, raw + "\n另报。", raw, raw + "\n另报。"}, raw + "\n{+3:另报。+}"},
		{"settled is past the raw text", "一是价格很低。\n二是客商少，只来了17家。\n三是请支持。",
			[]string{raw, "一是价格很低。\n二是客商少，只来了17家。\n三是请支持。", "一是价格低。\n二是客商少，只来了17家。\n三是请支持。"},
			"一是价格[-2:很-]低。\n二是客商少，只来了17家。\n三是请支持。"},
	} {
		if got := showTracked(Track(c.settled, c.versions)); got != c.want {
			t.Errorf("%s: Track =\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	if got, want := showTracked(TrackLine("关于雨情的报告", []string{"关于雨情的报告", "三座山塘渗水"})), "[-1:关于雨情的报告-]{+1:三座山塘渗水+}"; got != want {
		t.Errorf("TrackLine = %s, want %s", got, want)
	}
}

// Of a text too long to be asked phrase by phrase it is said who last touched
// the paragraph.
func TestTrackOfALongText(t *testing.T) {
	raw := "开头。\n" + strings.Repeat("护岸塌方，已拉警戒线，四人值守。\n", 2000) + "结尾。"
	one := strings.Replace(raw, "开头", "开头话", 1)
	rows := Track(raw, []string{raw, one, strings.Replace(one, "结尾", "结尾话", 1)})
	cs := Changes(rows)
	if len(cs) != 2 || cs[0].Put != "话" || !slices.Equal(cs[0].By, []int{1}) || !slices.Equal(cs[1].By, []int{2}) {
		t.Errorf("changes of a long text = %+v, want one of each version", cs)
	}
}

// history draws a raw text, versions made of it one by one, and a settled text
// on the way: some changes of some version taken.
func history(t *rapid.T) (settled string, versions []string) {
	alphabet := rapid.SampledFrom([]rune("安全生产防汛1,.5%，。\n\n ab𬭛"))
	versions = []string{Clean(rapid.StringOfN(alphabet, 0, 80, -1).Draw(t, "raw"))}
	settled = versions[0]
	for range rapid.IntRange(0, 4).Draw(t, "versions") {
		last := versions[len(versions)-1]
		versions = append(versions, Clean(rapid.OneOf(rapid.StringOfN(alphabet, 0, 80, -1), rapid.Just(mutate(t, last)), rapid.Just(last)).Draw(t, "next")))
		if rapid.Bool().Draw(t, "settles") {
			settled = Take(Track(settled, versions), choose(t))
		}
	}
	return settled, versions
}

func choose(t *rapid.T) func(Change) bool {
	return func(Change) bool { return rapid.Bool().Draw(t, "chosen") }
}

// The pieces put together are exactly the settled and the newest text, and each
// is somebody's.
func TestTrackLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		settled, versions := history(t)
		newest := versions[len(versions)-1]
		rows := Track(settled, versions)
		var raws, editeds []string
		for _, r := range rows {
			var was, is strings.Builder
			for _, p := range r.Pieces {
				if p.Text == "" || (p.Op == Same) != (p.By == 0) || p.By >= len(versions) {
					t.Fatalf("Track(%q, %q) has the piece %+v", settled, versions, p)
				}
				if p.Op != Inserted {
					was.WriteString(p.Text)
				}
				if p.Op != Deleted {
					is.WriteString(p.Text)
				}
			}
			if was.String() != r.Raw || is.String() != r.Edited {
				t.Fatalf("Track(%q, %q): pieces %v give %q and %q, want %q and %q", settled, versions, r.Pieces, was.String(), is.String(), r.Raw, r.Edited)
			}
			if r.Raw != "" {
				raws = append(raws, r.Raw)
			}
			if r.Edited != "" {
				editeds = append(editeds, r.Edited)
			}
		}
		if !slices.Equal(raws, paragraphs(settled)) || !slices.Equal(editeds, paragraphs(newest)) {
			t.Fatalf("Track(%q, %q) has the paragraphs %q and %q", settled, versions, raws, editeds)
		}
	})
}

// All taken is the newest text, none taken the settled one; all undone is the
// settled text, none undone the newest with its empty lines. What was taken one
// by one is what was taken together.
func TestTakeAndUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		settled, versions := history(t)
		newest := versions[len(versions)-1]
		rows := Track(settled, versions)
		all, none := func(Change) bool { return true }, func(Change) bool { return false }
		same := func(what, got, want string) {
			if !slices.Equal(paragraphs(got), paragraphs(want)) {
				t.Fatalf("%s of %q → %q = %q, want the paragraphs of %q", what, settled, newest, got, want)
			}
		}
		same("Take all", Take(rows, all), newest)
		same("Take none", Take(rows, none), settled)
		same("Undo all", Undo(rows, newest, all), settled)
		if got := Undo(rows, newest, none); got != newest {
			t.Fatalf("Undo none of %q = %q", newest, got)
		}
		seen := map[string]bool{}
		for _, c := range Changes(rows) {
			if c.Struck == "" && c.Put == "" || len(c.By) == 0 {
				t.Fatalf("a change of nothing: %+v", c)
			}
			seen[c.ID] = true
		}
		now := settled
		for range len(Changes(rows)) * 4 { // one by one, as long as there is one
			left := Track(now, versions)
			cs := Changes(left)
			if len(cs) == 0 {
				break
			}
			now = Take(left, func(c Change) bool { return c.ID == cs[0].ID })
		}
		same("Take one by one", now, newest)
	})
}

// Every raw paragraph and every tracked row stands on the page once, in order.
func TestBeside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		settled, versions := history(t)
		newest := versions[len(versions)-1]
		rows := Track(settled, versions)
		var raws []string
		at, number := 0, 0
		for _, r := range Beside(versions[0], newest, rows) {
			if r.Raw != "" {
				raws = append(raws, r.Raw)
			}
			if r.At >= 0 {
				if r.At != at {
					t.Fatalf("row %d stands where %d should", r.At, at)
				}
				if (rows[at].Edited != "") != (r.Number > 0) || r.Number > 0 && r.Number != number+1 {
					t.Fatalf("row %d is number %d after %d", at, r.Number, number)
				}
				number = max(number, r.Number)
				at++
			}
		}
		if at != len(rows) || !slices.Equal(raws, paragraphs(versions[0])) {
			t.Fatalf("Beside shows %d of %d rows and %q of %q", at, len(rows), raws, versions[0])
		}
	})
}
