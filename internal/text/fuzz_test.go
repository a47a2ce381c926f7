package text

import "testing"

// FuzzQuery: whatever is typed into the search box is taken or refused, and its
// two forms are never empty.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"安全 生产", "3e5年", "\"a' OR 1", "𠮷", " "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Query(s)
		if err == nil && (q.FTS5() == "" || q.TSQuery() == "") {
			t.Errorf("Query(%q) asks nothing: %q, %q", s, q.FTS5(), q.TSQuery())
		}
	})
}

// FuzzMarkings: looking for marks never falls over, and finds places that exist.
func FuzzMarkings(f *testing.F) {
	f.Add("机密★5年", "第一段\n密级：秘密\n11010519491231002X")
	f.Fuzz(func(t *testing.T, title, body string) {
		n := len(paragraphs(body))
		for _, m := range Markings(title, body) {
			if m.Para < 0 || m.Para > n {
				t.Errorf("Markings(%q, %q) names paragraph %d of %d", title, body, m.Para, n)
			}
		}
	})
}
