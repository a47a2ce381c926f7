package score

import (
	"fmt"
	"math/big"
	"math/bits"
	"strings"
)

// Points is an exact number: a fraction of integers. Nothing is rounded before
// the place where the rulebook rounds, and nothing is ever a float. Nearly every
// number of a rulebook fits two machine words; what does not goes on in r.
type Points struct {
	n, d int64 // n/d where r is nil; d 0 stands for 1, so that the zero value is nought
	r    *big.Rat
}

// ParsePoints reads "3", "-0.5", "2.25", "1/3" or "30%"; nothing else (no
// exponents, no separators), so that a rate in a rulebook means what it says.
func ParsePoints(s string) (Points, error) {
	t := strings.TrimSpace(s)
	body, percent := strings.CutSuffix(t, "%")
	if len(body) == 0 || len(t) > 40 || strings.Trim(body, "+-0123456789./") != "" || strings.Count(body, "/")+strings.Count(body, ".") > 1 {
		return Points{}, fmt.Errorf("%q is not a number; write 3, 0.5 or 1/3", s)
	}
	r, ok := new(big.Rat).SetString(body)
	if !ok {
		return Points{}, fmt.Errorf("%q is not a number; write 3, 0.5 or 1/3", s)
	}
	if percent {
		r.Quo(r, big.NewRat(100, 1))
	}
	return ofRat(r), nil
}

// Rat makes points of a fraction.
func Rat(num, den int64) Points { return ofRat(big.NewRat(num, den)) }

// Whole makes points of an integer.
func Whole(n int64) Points { return Points{n: n, d: 1} }

func ofRat(r *big.Rat) Points {
	if r.Num().IsInt64() && r.Denom().IsInt64() {
		return Points{n: r.Num().Int64(), d: r.Denom().Int64()}
	}
	return Points{r: r}
}

func (p Points) den() int64 {
	if p.d == 0 {
		return 1
	}
	return p.d
}

func (p Points) rat() *big.Rat {
	if p.r != nil {
		return p.r
	}
	return big.NewRat(p.n, p.den())
}

// mul is a×b where it fits.
func mul(a, b int64) (int64, bool) {
	ua, ub := uint64(a), uint64(b)
	if a < 0 {
		ua = -ua
	}
	if b < 0 {
		ub = -ub
	}
	hi, lo := bits.Mul64(ua, ub)
	if hi != 0 || lo > 1<<62 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

const small = 1 << 62 // two numbers below it add up without a carry

func fits(n int64) bool { return -small < n && n < small }

// lowest is n/d in lowest terms; d is positive.
func lowest(n, d int64) Points {
	a, b := n, d
	if a < 0 {
		a = -a
	}
	for b != 0 {
		a, b = b, a%b
	}
	if a > 1 {
		n, d = n/a, d/a
	}
	return Points{n: n, d: d}
}

// Plus is exact.
func (p Points) Plus(q Points) Points {
	if p.r == nil && q.r == nil && fits(p.n) && fits(q.n) {
		pd, qd := p.den(), q.den()
		if pd == qd {
			if pd == 1 {
				return Points{n: p.n + q.n, d: 1}
			}
			return lowest(p.n+q.n, pd)
		}
		a, ok := mul(p.n, qd)
		b, ok2 := mul(q.n, pd)
		d, ok3 := mul(pd, qd)
		if ok && ok2 && ok3 && fits(a) && fits(b) {
			return lowest(a+b, d)
		}
	}
	return ofRat(new(big.Rat).Add(p.rat(), q.rat()))
}

// Minus is exact.
func (p Points) Minus(q Points) Points { return p.Plus(q.Neg()) }

// Neg turns the sign.
func (p Points) Neg() Points {
	if p.r == nil && fits(p.n) {
		return Points{n: -p.n, d: p.d}
	}
	return ofRat(new(big.Rat).Neg(p.rat()))
}

// Times is exact.
func (p Points) Times(q Points) Points {
	if p.r == nil && q.r == nil {
		n, ok := mul(p.n, q.n)
		d, ok2 := mul(p.den(), q.den())
		if ok && ok2 {
			if d == 1 {
				return Points{n: n, d: 1}
			}
			return lowest(n, d)
		}
	}
	return ofRat(new(big.Rat).Mul(p.rat(), q.rat()))
}

// Over is exact; nothing is divided by nought.
func (p Points) Over(q Points) (Points, bool) {
	if q.Zero() {
		return Points{}, false
	}
	return ofRat(new(big.Rat).Quo(p.rat(), q.rat())), true
}

// Cmp orders points.
func (p Points) Cmp(q Points) int {
	if p.r == nil && q.r == nil && p.den() == q.den() {
		switch {
		case p.n < q.n:
			return -1
		case p.n > q.n:
			return 1
		}
		return 0
	}
	return p.rat().Cmp(q.rat())
}

// Sign is -1, 0 or 1.
func (p Points) Sign() int { return p.Cmp(Points{d: p.d}) }

// Zero reports whether they are nothing.
func (p Points) Zero() bool {
	if p.r == nil {
		return p.n == 0
	}
	return p.r.Sign() == 0
}

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

// How a rulebook rounds.
const (
	HalfUp   = "half-up"   // away from zero, as published tables do
	HalfEven = "half-even" // to the even neighbour (GB/T 8170)
	Down     = "down"      // what is beyond the last digit is cut off
	Up       = "up"        // away from zero whatever is beyond
)

// exact is for decimals: nothing is rounded.
const exact = -1

// Round rounds half away from zero to the given decimals, as an exact value.
func (p Points) Round(decimals int) Points { return p.RoundBy(decimals, HalfUp) }

// RoundBy rounds to the given decimals in one of the four ways.
func (p Points) RoundBy(decimals int, how string) Points {
	if decimals == exact || p.r == nil && p.den() == 1 {
		return p
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	r := p.rat()
	num := new(big.Int).Mul(r.Num(), scale)
	sign := num.Sign()
	q, rest := new(big.Int).QuoRem(num.Abs(num), r.Denom(), new(big.Int))
	half := rest.Lsh(rest, 1).Cmp(r.Denom()) // twice the rest against the whole
	switch {
	case how == Down, rest.Sign() == 0, how != Up && half < 0, how == HalfEven && half == 0 && q.Bit(0) == 0:
	default:
		q.Add(q, big.NewInt(1))
	}
	if sign < 0 {
		q.Neg(q)
	}
	return ofRat(new(big.Rat).SetFrac(q, scale))
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

// Fraction is the numerator and the denominator, where both fit.
func (p Points) Fraction() (num, den int64, ok bool) { return p.n, p.den(), p.r == nil }
