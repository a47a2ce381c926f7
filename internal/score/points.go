package score

import (
	"fmt"
	"math/big"
	"strings"
)

// Points is an exact number: a fraction of integers. Nothing is rounded before
// the place where the rulebook rounds, and nothing is ever a float.
type Points struct{ r *big.Rat }

// ParsePoints reads "3", "-0.5", "2.25" or "1/3"; nothing else (no exponents,
// no separators), so that a rate in a rulebook means what it says.
func ParsePoints(s string) (Points, error) {
	s = strings.TrimSpace(s)
	if len(s) == 0 || len(s) > 40 || strings.Trim(s, "+-0123456789./") != "" || strings.Count(s, "/")+strings.Count(s, ".") > 1 {
		return Points{}, fmt.Errorf("%q is not a number; write 3, 0.5 or 1/3", s)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return Points{}, fmt.Errorf("%q is not a number; write 3, 0.5 or 1/3", s)
	}
	return Points{r}, nil
}

// Rat makes points of a fraction.
func Rat(num, den int64) Points { return Points{big.NewRat(num, den)} }

func (p Points) rat() *big.Rat {
	if p.r == nil {
		return new(big.Rat)
	}
	return p.r
}

// Plus and Times are exact.
func (p Points) Plus(q Points) Points { return Points{new(big.Rat).Add(p.rat(), q.rat())} }

// Times is exact.
func (p Points) Times(q Points) Points { return Points{new(big.Rat).Mul(p.rat(), q.rat())} }

// Cmp orders points.
func (p Points) Cmp(q Points) int { return p.rat().Cmp(q.rat()) }

// Zero reports whether they are nothing.
func (p Points) Zero() bool { return p.rat().Sign() == 0 }

// String is the exact text: a decimal where one exists, else a fraction.
func (p Points) String() string {
	r := p.rat()
	den := new(big.Int).Set(r.Denom())
	digits := 0
	for _, f := range []int64{2, 5} {
		n := 0
		for m, q := new(big.Int), new(big.Int); ; n++ {
			q.QuoRem(den, big.NewInt(f), m)
			if m.Sign() != 0 {
				break
			}
			den.Set(q)
		}
		digits = max(digits, n)
	}
	if den.Cmp(big.NewInt(1)) != 0 {
		return r.RatString()
	}
	return r.FloatString(digits)
}

// Round rounds half away from zero to the given decimals, as an exact value.
func (p Points) Round(decimals int) Points {
	r, _ := new(big.Rat).SetString(p.rat().FloatString(decimals))
	return Points{r}
}

// MarshalText and UnmarshalText keep the exact text in JSON and YAML.
func (p Points) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the exact text.
func (p *Points) UnmarshalText(b []byte) error {
	q, err := ParsePoints(string(b))
	if err == nil {
		*p = q
	}
	return err
}
