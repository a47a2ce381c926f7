package score

import (
	"errors"
	"strings"
	"testing"
)

func TestExpressionsAreExact(t *testing.T) {
	name := func(s string) any {
		switch s {
		case "points":
			return number{Rat(1, 3)}
		case "length":
			return number{Whole(1200)}
		case "form":
			return "brief"
		}
		return nil
	}
	for _, c := range []struct{ src, want string }{
		{"0.1 + 0.2", "0.3"},
		{"points * 3", "1"},
		{"2 * points + 0.1", "23/30"},
		{"-points", "-1/3"},
		{"length / 800", "1.5"},
		{"length >= 1000 ? 10 : 5", "10"},
		{`form == "brief" ? 0.5 : 1`, "0.5"},
		{"min(length, 100) - max(1, 2)", "98"},
		{"0.123456789012345678901234567890", "0.12345678901234567890123456789"},
		{`form in ["brief", "v2"] && !(length < 3) ? 1 : 0`, "1"},
	} {
		x, err := eventWords.compile(c.src, false)
		if err != nil {
			t.Errorf("compile(%q) = %v", c.src, err)
			continue
		}
		if got, err := x.points(name); err != nil || got.String() != c.want {
			t.Errorf("%s = %s %v, want %s", c.src, got, err, c.want)
		}
	}
	x, err := eventWords.compile("length / (points - points)", false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.points(name); err == nil || !strings.Contains(err.Error(), "nought") {
		t.Errorf("division by nought = %v, want it to be said", err)
	}
}

// A mistake is named with its column in the text as it was written, though
// numbers before it were replaced; nothing that could run for long compiles.
func TestExpressionMistakes(t *testing.T) {
	for _, c := range []struct {
		src    string
		truth  bool
		column int
		says   string
	}{
		{"0.5 * lenght", false, 7, `do you mean "length"?`},
		{"1 + 22 + 点击", false, 10, "Syntax error"},
		{`points * "a"`, false, 8, "no matching overload"},
		{"points >", false, 9, "Syntax error"},
		{"length > 3", false, 1, "want a number"},
		{"points", true, 1, "want a bool"},
		{"[1, 2, 3].map(x, [1, 2, 3].map(y, x * y))[0][0]", false, 14, "no"},
		{"12 +\n3 * lenght", false, 10, `do you mean "length"?`},
		{"", false, 1, "Syntax error"},
		{"2 + 1e400", false, 5, "is not a number"},
		{strings.Repeat("1 + ", 200) + "1", false, 1, "longer than 500"},
	} {
		_, err := eventWords.compile(c.src, c.truth)
		var bad *ExprError
		if !errors.As(err, &bad) || !strings.Contains(bad.Message, c.says) || bad.Column != c.column {
			t.Errorf("compile(%q) = %v, want column %d and %q", c.src, err, c.column, c.says)
		}
	}
}
