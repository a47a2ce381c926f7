package fault

import "testing"

func TestNear(t *testing.T) {
	known := []string{"state", "genre", "form", "unit", "office", "from", "until", "limit", "cursor", "sort"}
	for word, want := range map[string]string{"stat": "state", "State": "state", "offcie": "office", "lim": "limit", "srot": "sort", "gener": "genre", "": "form"} {
		if got := Near(word, known); got != want {
			t.Errorf("Near(%q) = %q, want %q", word, got, want)
		}
	}
	if got := Near("x", nil); got != "" {
		t.Errorf("Near in no list = %q, want nothing", got)
	}
	f := Unknown("query.stat", "stat", "state", "sort")
	if f.Code != "not_one_of" || f.Params["near"] != "state" || f.Params["known"] != "state, sort" {
		t.Errorf("Unknown = %+v, want not_one_of near state", f)
	}
}
