package demo

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func mustTexts(t *testing.T) []Text {
	t.Helper()
	texts, err := Texts()
	if err != nil {
		t.Fatalf("Texts() = %v", err)
	}
	return texts
}

func mustUnits(t *testing.T) []Unit {
	t.Helper()
	units, err := Units()
	if err != nil {
		t.Fatalf("Units() = %v", err)
	}
	return units
}

func TestStockHasEveryKindOfText(t *testing.T) {
	texts := mustTexts(t)
	if len(texts) < 150 {
		t.Errorf("len(Texts()) = %d, want at least 150", len(texts))
	}
	genre, group, titles := map[string]int{}, map[string]int{}, map[string]string{}
	for i, x := range texts {
		genre[x.Genre]++
		if x.Group != "" {
			group[x.Group]++
		}
		if other := titles[x.Title]; other != "" {
			t.Errorf("%s and %s share the title %q", other, x.Slug, x.Title)
		}
		titles[x.Title] = x.Slug
		if i > 0 && texts[i-1].Slug >= x.Slug {
			t.Errorf("Texts() has %s before %s, want them sorted by slug", texts[i-1].Slug, x.Slug)
		}
	}
	for _, g := range genres {
		if genre[g] < 12 {
			t.Errorf("genre %s has %d texts, want at least 12", g, genre[g])
		}
	}
	if bad := genre["problem"] + genre["warning"] + genre["concern"]; bad*3 < len(texts) {
		t.Errorf("problems, warnings and concerns = %d of %d, want at least a third", bad, len(texts))
	}
	for _, want := range []string{"flood", "citrus"} {
		if group[want] == 0 {
			t.Errorf("group %s has no texts, want at least 3", want)
		}
	}
	if group["flood"] < 6 {
		t.Errorf("group flood has %d texts, want 6: as many townships tell of one flood", group["flood"])
	}
	for g, n := range group {
		if n < 3 {
			t.Errorf("group %s has %d texts, want at least 3", g, n)
		}
	}
}

// Every text is filled for every unit it fits with several seeds, so that a
// figure or a name that breaks a limit in one corner is found here.
func TestFilledTextsStayInsideTheirLimits(t *testing.T) {
	units := mustUnits(t)
	used := map[string]int{}
	for _, x := range mustTexts(t) {
		for _, u := range units {
			if !x.Fits(u) {
				continue
			}
			used[x.Slug]++
			used[u.Code]++
			v, err := ValuesOf(units, u.Code, time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC))
			if err != nil {
				t.Fatalf("ValuesOf(%s) = %v", u.Code, err)
			}
			// A county is empty for the city's departments: a text may not need it there.
			if v.County == "" && strings.Contains(x.Title+strings.Join(x.Paragraphs, ""), "{county}") {
				t.Errorf("%s for %s: uses {county}, which the city's departments do not have", x.Slug, u.Short)
			}
			for seed := range uint64(12) {
				title, body := x.Fill(v, rand.New(rand.NewPCG(seed, 7)))
				checkFilled(t, x, u, title, body)
			}
		}
		if used[x.Slug] == 0 {
			t.Errorf("%s fits no unit", x.Slug)
		}
	}
	for _, u := range units {
		if u.Files() && used[u.Code] < 5 {
			t.Errorf("%s has %d texts that fit, want at least 5", u.Name, used[u.Code])
		}
	}
}

// The demo may be grown up to any day of the year: nobody may run dry.
func TestEveryUnitHasTextsInEveryMonth(t *testing.T) {
	texts := mustTexts(t)
	for _, u := range mustUnits(t) {
		for m := time.January; u.Files() && m <= time.December; m++ {
			n := 0
			for _, x := range texts {
				if x.Fits(u) && x.InSeason(m) {
					n++
				}
			}
			if n < 5 {
				t.Errorf("%s has %d texts for %s, want at least 5", u.Name, n, m)
			}
		}
	}
}

func checkFilled(t *testing.T, x Text, u Unit, title, body string) {
	t.Helper()
	if n := utf8.RuneCountInString(title); n < 8 || n > 40 {
		t.Errorf("%s for %s: title %q = %d characters, want 8 to 40", x.Slug, u.Short, title, n)
	}
	low, high := 80, 2000
	if x.Form == "brief" {
		high = 250
	}
	if n := utf8.RuneCountInString(body); n < low || n > high {
		t.Errorf("%s for %s: body = %d characters, want %d to %d", x.Slug, u.Short, n, low, high)
	}
	for _, part := range []string{title, body} {
		if strings.ContainsAny(part, "{}") {
			t.Errorf("%s for %s: %q still has a brace", x.Slug, u.Short, part)
		}
	}
}

func TestFillIsDeterministicAndVaries(t *testing.T) {
	x := mustTexts(t)[0]
	v := Values{Unit: "青禾镇", County: "望岭县", City: "霁川市", Day: time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)}
	fill := func(seed uint64) string {
		title, body := x.Fill(v, rand.New(rand.NewPCG(seed, 1)))
		return title + "\n" + body
	}
	if a, b := fill(1), fill(1); a != b {
		t.Errorf("Fill with one seed = %q and then %q, want the same", a, b)
	}
	if a, b := fill(1), fill(2); a == b {
		t.Errorf("Fill with two seeds = %q twice, want different figures", a)
	}
	if s := fill(1); !strings.Contains(s, "青禾镇") || !strings.Contains(s, "11月3日") {
		t.Errorf("Fill = %q, want the unit and the day in it", s)
	}
}

func TestFiguresKeepTheirRangesStepsAndSums(t *testing.T) {
	x, err := parseText("texts/x.txt", strings.Join([]string{
		"genre: news", "form: brief", "level: any", "n1: 10-20", "n2: n1*3-5", "n3: 0.8-1.6", "n4: 100-300 by 100",
		"---", "题目", "", "{n1}/{n2}/{n3}/{n4}/{n1}",
	}, "\n"))
	if err != nil {
		t.Fatalf("parseText = %v", err)
	}
	seen := map[string]bool{}
	for seed := range uint64(200) {
		_, body := x.Fill(Values{}, rand.New(rand.NewPCG(seed, 1)))
		parts := strings.Split(body, "/")
		if parts[0] != parts[4] {
			t.Fatalf("Fill = %q, want {n1} the same both times", body)
		}
		n1, n2 := number(t, parts[0]), number(t, parts[1])
		if n1 < 10 || n1 > 20 || n2 != n1*3-5 {
			t.Fatalf("Fill = %q, want n1 in 10-20 and n2 = n1*3-5", body)
		}
		if parts[2] < "0.8" || parts[2] > "1.6" || len(parts[2]) != 3 {
			t.Fatalf("Fill = %q, want n3 in 0.8-1.6 with one decimal", body)
		}
		seen[parts[3]] = true
	}
	if len(seen) != 3 || !seen["100"] || !seen["200"] || !seen["300"] {
		t.Errorf("n4 took %v, want exactly 100, 200 and 300", seen)
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' {
			t.Fatalf("%q is not a whole number", s)
		}
		n = n*10 + int(r-'0')
	}
	return n
}

func TestParseTextNamesFileAndLine(t *testing.T) {
	const head = "genre: news\nform: brief\nlevel: any\n"
	cases := []struct{ raw, want string }{
		{"genre: gossip\n---\n题目\n\n正文\n", `texts/x.txt:1: unknown genre "gossip"`},
		{"genre: news\nbroken\n", `texts/x.txt:2: "broken" is not a header`},
		{"genre: news\nform: brief\n---\n题目\n\n正文\n", "texts/x.txt:3: genre, form and level"},
		{head + "n1: 20-10\n---\n题目\n\n正文\n", "texts/x.txt:4: n1"},
		{head + "n1: n2+1\n---\n题目\n\n正文\n", "texts/x.txt:4: n1 uses n2"},
		{head + "months: 11-2\n---\n题目\n\n正文\n", "texts/x.txt:4: months"},
		{head + "---\n题目\n正文\n正文\n", "texts/x.txt:6: the line after the title"},
		{head + "---\n题目\n\n共{n1}户\n", "texts/x.txt:7: placeholder {n1} is not declared"},
		{head + "---\n题目\n\n共{户\n", "texts/x.txt:7: a brace"},
		{head + "---\n题目\n", "texts/x.txt:5: needs"},
		{"genre: \xff\n", "texts/x.txt:1: not UTF-8"},
	}
	for _, c := range cases {
		_, err := parseText("texts/x.txt", c.raw)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("parseText(%q) = %v, want %s…", c.raw, err, c.want)
		}
	}
}

func TestSeasonAndBureauNarrowAText(t *testing.T) {
	x := Text{Level: "department", Bureau: "水利局", Months: []time.Month{11, 12}}
	if x.InSeason(5) || !x.InSeason(11) {
		t.Errorf("InSeason(5), InSeason(11) = %v, %v, want false, true", x.InSeason(5), x.InSeason(11))
	}
	cases := []struct {
		unit Unit
		want bool
	}{
		{Unit{Name: "望岭县水利局", Level: "department"}, true},
		{Unit{Name: "望岭县教育局", Level: "department"}, false},
		{Unit{Name: "水利局", Level: "township"}, false},
		{Unit{Name: "水利局", Level: "county"}, false},
	}
	for _, c := range cases {
		if got := x.Fits(c.unit); got != c.want {
			t.Errorf("Fits(%v) = %v, want %v", c.unit, got, c.want)
		}
	}
}

func TestCityHasItsShape(t *testing.T) {
	units := mustUnits(t)
	level, bureaus, short := map[string]int{}, map[string]int{}, map[string]bool{}
	parent := map[string]string{}
	for _, u := range units {
		level[u.Level]++
		parent[u.Code] = u.Level
		if short[u.Short] {
			t.Errorf("short name %s is used twice", u.Short)
		}
		short[u.Short] = true
		if u.Level == "department" {
			bureaus[parent[u.Parent]]++
		}
		if u.Level == "township" && parent[u.Parent] != "county" {
			t.Errorf("%s stands under a %s, want a county", u.Name, parent[u.Parent])
		}
		if want := map[bool]string{true: u.Level, false: ""}[u.Files() || u.Level == "county" || u.Level == "city"]; u.Class != want {
			t.Errorf("class of %s = %q, want %q", u.Name, u.Class, want)
		}
	}
	for l, want := range map[string]int{"province": 1, "city": 1, "county": 6, "township": 61, "department": 40} {
		if level[l] != want {
			t.Errorf("%s units = %d, want %d", l, level[l], want)
		}
	}
	if bureaus["city"] != 10 || bureaus["county"] != 30 {
		t.Errorf("departments of the city, of the counties = %d, %d, want 10, 30", bureaus["city"], bureaus["county"])
	}
}

func TestEveryUnitIsStaffed(t *testing.T) {
	people, err := People()
	if err != nil {
		t.Fatalf("People() = %v", err)
	}
	holds := map[string]map[string]string{}
	names, roles, rows, homes := map[string]bool{}, map[string]bool{}, map[Person]bool{}, map[string]map[string]bool{}
	for _, p := range people {
		if key := (Person{Name: p.Name, Unit: p.Unit, Role: p.Role}); rows[key] {
			t.Errorf("%s holds %s in %s twice", p.Name, p.Role, p.Unit)
		} else {
			rows[key] = true
		}
		if holds[p.Unit] == nil {
			holds[p.Unit] = map[string]string{}
		}
		if homes[p.Name] == nil {
			homes[p.Name] = map[string]bool{}
		}
		holds[p.Unit][p.Role] = p.Name
		homes[p.Name][p.Unit] = true
		names[p.Name], roles[p.Role] = true, true
	}
	if len(names) != 60 {
		t.Errorf("people = %d, want 60", len(names))
	}
	if len(roles) != 12 {
		t.Errorf("roles in use = %v, want all 12", roles)
	}
	for _, u := range mustUnits(t) {
		need := map[string][]string{"province": {"editor", "chief", "assessor"}, "city": {"editor", "chief", "leader"},
			"county": {"editor", "chief", "leader"}, "township": {"reporter", "signer"}, "department": {"reporter", "signer"}}
		for _, role := range need[u.Level] {
			if holds[u.Code][role] == "" {
				t.Errorf("%s has no %s", u.Name, role)
			}
		}
		if u.Files() && holds[u.Code]["reporter"] == holds[u.Code]["signer"] {
			t.Errorf("%s: %s signs what he reports", u.Name, holds[u.Code]["signer"])
		}
	}
	checkThreeAdministrators(t, people, homes)
}

// The three administrators are three people who hold nothing else.
func checkThreeAdministrators(t *testing.T, people []Person, homes map[string]map[string]bool) {
	t.Helper()
	posts := map[string]int{}
	for _, p := range people {
		posts[p.Name]++
	}
	several := false
	for _, p := range people {
		switch p.Role {
		case "admin", "security", "auditor":
			if posts[p.Name] != 1 {
				t.Errorf("%s is %s and holds %d posts, want 1", p.Name, p.Role, posts[p.Name])
			}
		}
		several = several || len(homes[p.Name]) > 1
	}
	if !several {
		t.Error("nobody holds posts in two units, want at least one")
	}
}
