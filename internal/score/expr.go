package score

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"xinshu/internal/fault"
)

// Expressions say what a table cannot: "points * 2", "length >= 1000 && route ==
// 'direct'". They are CEL with one kind of number, our exact one, and without its
// loops, so that every expression ends. What is written as a number in the text
// is read from the text and never goes through a float.

// numberType is the type of every number in an expression.
var numberType = cel.ObjectType("number", traits.AdderType, traits.SubtractorType, traits.MultiplierType, traits.DividerType, traits.NegatorType, traits.ComparerType)

// number is Points as the expression engine sees it.
type number struct{ Points }

func (n number) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("a number is not a %s", t)
}

func (n number) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return numberType
	}
	return types.NewErr("a number is not a %s", t)
}

func (n number) Equal(o ref.Val) ref.Val {
	m, ok := o.(number)
	return types.Bool(ok && n.Cmp(m.Points) == 0)
}

func (n number) Type() ref.Type { return numberType }
func (n number) Value() any     { return n.Points }

// with applies an operation to two numbers.
func (n number) with(o ref.Val, f func(a, b Points) Points) ref.Val {
	m, ok := o.(number)
	if !ok {
		return types.MaybeNoSuchOverloadErr(o)
	}
	return number{f(n.Points, m.Points)}
}

func (n number) Add(o ref.Val) ref.Val      { return n.with(o, Points.Plus) }
func (n number) Subtract(o ref.Val) ref.Val { return n.with(o, Points.Minus) }
func (n number) Multiply(o ref.Val) ref.Val { return n.with(o, Points.Times) }
func (n number) Negate() ref.Val            { return number{n.Neg()} }

func (n number) Divide(o ref.Val) ref.Val {
	m, ok := o.(number)
	if !ok {
		return types.MaybeNoSuchOverloadErr(o)
	}
	q, ok := n.Over(m.Points)
	if !ok {
		return types.NewErr("division by nought")
	}
	return number{q}
}

func (n number) Compare(o ref.Val) ref.Val {
	m, ok := o.(number)
	if !ok {
		return types.MaybeNoSuchOverloadErr(o)
	}
	return types.Int(n.Cmp(m.Points))
}

// vocabulary is what an expression can name.
type vocabulary struct {
	texts, numbers []string
	env            func() (*cel.Env, error)
}

func newVocabulary(texts, numbers []string) *vocabulary {
	v := &vocabulary{texts: texts, numbers: numbers}
	v.env = sync.OnceValues(func() (*cel.Env, error) {
		opts := []cel.EnvOption{cel.ClearMacros()}
		for _, t := range texts {
			opts = append(opts, cel.Variable(t, cel.StringType))
		}
		for _, n := range numbers {
			opts = append(opts, cel.Variable(n, numberType))
		}
		two := []*cel.Type{numberType, numberType}
		for op, id := range map[string]string{operators.Add: "add", operators.Subtract: "subtract", operators.Multiply: "multiply", operators.Divide: "divide"} {
			opts = append(opts, cel.Function(op, cel.Overload(id+"_number", two, numberType)))
		}
		opts = append(opts, cel.Function(operators.Negate, cel.Overload("negate_number", two[:1], numberType)))
		for op, id := range map[string]string{operators.Less: "less", operators.LessEquals: "less_equals", operators.Greater: "greater", operators.GreaterEquals: "greater_equals"} {
			opts = append(opts, cel.Function(op, cel.Overload(id+"_number", two, cel.BoolType)))
		}
		for name, pick := range map[string]int{"min": -1, "max": 1} {
			opts = append(opts, cel.Function(name, cel.Overload(name+"_number", two, numberType, cel.BinaryBinding(func(a, b ref.Val) ref.Val {
				if a.(number).Cmp(b.(number).Points) == pick {
					return a
				}
				return b
			}))))
		}
		return cel.NewCustomEnv(append([]cel.EnvOption{cel.StdLib()}, opts...)...)
	})
	return v
}

// eventWords are what the expression of a rate or a condition can name, and
// periodWords what one of a period rule can.
var (
	eventWords  = newVocabulary([]string{"event", "publication", "level", "group", "form", "genre", "prominence", "attachments", "route", "leader_level", "leader_rank", "disposition", "class", "unit"}, []string{"points", "length", "contributors", "authors", "age", "month", "day"})
	periodWords = newVocabulary([]string{"class", "unit"}, []string{"done", "target", "missing", "over", "headcount"})
)

// maxCost bounds one evaluation; the longest sensible rule costs some dozens.
const maxCost = 1000

// expression is a compiled text.
type expression struct {
	src     string
	program cel.Program
	fixed   map[string]any // the numbers that stand in the text, by stand-in
	names   []string       // of the vocabulary, that the text reads
}

// literal is a number where a number can stand: not inside a word or a text.
var literal = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_][A-Za-z_0-9]*|[0-9][0-9A-Za-z_.]*`)

// compile reads an expression that answers a number, or with truth a yes or no.
// A mistake names its column in the text, from 1.
func (v *vocabulary) compile(src string, truth bool) (*expression, error) {
	if len(src) > 500 {
		return nil, &ExprError{Column: 1, Message: "longer than 500 bytes"}
	}
	x := &expression{src: src, fixed: map[string]any{}}
	var text strings.Builder
	type shift struct{ at, src int } // column in the rewritten text, in the source
	shifts := []shift{{}}
	end := 0
	for _, m := range literal.FindAllStringIndex(src, -1) {
		word := src[m[0]:m[1]]
		text.WriteString(src[end:m[0]])
		end = m[1]
		shifts = append(shifts, shift{utf8.RuneCountInString(text.String()), utf8.RuneCountInString(src[:m[0]])})
		switch {
		case word[0] >= '0' && word[0] <= '9':
			p, err := ParsePoints(word)
			if err != nil {
				return nil, &ExprError{Column: utf8.RuneCountInString(src[:m[0]]) + 1, Message: err.Error()}
			}
			name := fmt.Sprintf("number_%d", len(x.fixed))
			x.fixed[name] = number{p}
			text.WriteString(name)
		default:
			if slices.Contains(v.texts, word) || slices.Contains(v.numbers, word) {
				x.names = append(x.names, word)
			}
			text.WriteString(word)
		}
		shifts = append(shifts, shift{utf8.RuneCountInString(text.String()), utf8.RuneCountInString(src[:end])})
	}
	text.WriteString(src[end:])
	env, err := v.env()
	if err != nil {
		return nil, err
	}
	var more []cel.EnvOption
	for name := range x.fixed {
		more = append(more, cel.Variable(name, numberType))
	}
	if env, err = env.Extend(more...); err != nil {
		return nil, err
	}
	ast, issues := env.Compile(text.String())
	if issues.Err() != nil {
		e := issues.Errors()[0]
		at := max(e.Location.Column(), 0)
		for i, line := range strings.SplitAfter(text.String(), "\n") {
			if i+1 < e.Location.Line() {
				at += utf8.RuneCountInString(line)
			}
		}
		for _, s := range slices.Backward(shifts) {
			if at >= s.at {
				at += s.src - s.at
				break
			}
		}
		return nil, &ExprError{Column: min(at, utf8.RuneCountInString(src)) + 1, Message: v.hint(e.Message)}
	}
	want := numberType
	if truth {
		want = cel.BoolType
	}
	if !ast.OutputType().IsExactType(want) {
		return nil, &ExprError{Column: 1, Message: fmt.Sprintf("it gives a %s, want a %s", ast.OutputType(), want)}
	}
	x.program, err = env.Program(ast, cel.CostLimit(maxCost), cel.EvalOptions(cel.OptOptimize))
	return x, err
}

// ExprError is a mistake in an expression and the column it stands at.
type ExprError struct {
	Column  int
	Message string
}

func (e *ExprError) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.Message) }

var undeclared = regexp.MustCompile(`undeclared reference to '([^']+)'`)

// hint names the nearest word one could have meant.
func (v *vocabulary) hint(message string) string {
	m := undeclared.FindStringSubmatch(message)
	if m == nil {
		return message
	}
	known := slices.Concat(v.texts, v.numbers)
	slices.Sort(known)
	if best := fault.Near(m[1], known); best != "" {
		return fmt.Sprintf("there is no %q; do you mean %q?", m[1], best)
	}
	return fmt.Sprintf("there is no %q; one can name %s", m[1], strings.Join(known, ", "))
}

// scope answers the names of an expression.
type scope struct {
	fixed map[string]any
	name  func(string) any
}

func (s scope) ResolveName(name string) (any, bool) {
	if v, ok := s.fixed[name]; ok {
		return v, true
	}
	v := s.name(name)
	return v, v != nil
}

func (s scope) Parent() cel.Activation { return nil }

func (x *expression) eval(name func(string) any) (ref.Val, error) {
	out, _, err := x.program.Eval(scope{x.fixed, name})
	if err != nil {
		return nil, errors.New(strings.TrimSpace(err.Error()))
	}
	return out, nil
}

// points evaluates to a number.
func (x *expression) points(name func(string) any) (Points, error) {
	out, err := x.eval(name)
	if err != nil {
		return Points{}, err
	}
	n, ok := out.(number)
	if !ok {
		return Points{}, fmt.Errorf("%v is not a number", out)
	}
	return n.Points, nil
}

// holds evaluates to a yes or no.
func (x *expression) holds(name func(string) any) (bool, error) {
	out, err := x.eval(name)
	return out == types.True, err
}
