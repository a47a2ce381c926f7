package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"xinshu/internal/ops"
)

// several is a flag that may be said more than once.
type several []string

func (s *several) String() string { return strings.Join(*s, ",") }

func (s *several) Set(v string) error {
	*s = append(*s, v)
	return nil
}

// toScore is one call of score.
type toScore struct {
	books  several
	closed several
	in     ops.Scoring
	out    ops.ScoreOut
	notice string
	table  string
	asJSON bool
	rest   []string
}

// scoring works on files alone: no installation is opened.
func scoring(ctx context.Context, e *env, args []string) error {
	fs := e.flags("score", "run|check|compare|audit|rulebooks [RULEBOOK...]")
	var s toScore
	fs.Var(&s.books, "rulebook", "a rulebook `FILE`, or a shipped one as in R05; compare: say it twice or more, the first is what the others are compared with")
	fs.StringVar(&s.in.Events, "events", "", "run, compare: `FILE` of events, CSV or JSONL")
	fs.StringVar(&s.in.Units, "units", "", "run, compare: `FILE` of the units with their classes, CSV; none: every unit that occurs, in one class")
	fs.StringVar(&s.in.Period, "period", "", "run, compare: 2023, 2023-Q1, 2023-04 or 2023-01-01..2023-06-30")
	fs.StringVar(&s.in.AsOf, "as-of", "", "run, compare: `DAY` after which nothing is looked at")
	fs.Var(&s.closed, "closed", "run, compare: a `PERIOD=DAY` that was closed, as in 2023-01=2023-02-05: what arrived later counts where it arrived; may be said again")
	fs.StringVar(&s.in.Explain, "explain", "", "run: every entry of this `UNIT` or person, or of all")
	fs.StringVar(&s.notice, "notice", "", "audit: `FILE` with a published table, JSON")
	fs.StringVar(&s.table, "table", "", "audit: the table with this `ID`, where the file holds several; empty: all of them")
	fs.StringVar(&s.out.Format, "format", "", "run, compare, audit: "+strings.Join(ops.ScoreFormats, ", ")+"; empty: as the ending of --out says, else a table")
	fs.StringVar(&s.out.File, "out", "", "run, compare, audit: write to this `FILE` instead of standard output")
	fs.BoolVar(&s.asJSON, "json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	words := map[string]func(context.Context, *env) error{"run": s.run, "check": s.check, "compare": s.compare, "audit": s.audit, "rulebooks": s.shipped}
	if len(rest) == 0 || words[rest[0]] == nil {
		fs.Usage()
		return errUsage
	}
	s.rest, s.in.Closed = rest[1:], s.closed
	if s.asJSON {
		s.out.Format = "json"
	} else if s.out.Format == "json" {
		s.asJSON = true
		if err := fs.Set("json", "true"); err != nil { // a refusal is for machines too
			return err
		}
	}
	s.out.Out = e.out
	s.out.JSON = func(w io.Writer, v any) error { return (&env{out: w, fs: fs}).print(true, v) }
	return words[rest[0]](ctx, e)
}

// write writes a result and the warnings that stand beside a table.
func (s *toScore) write(ctx context.Context, e *env, v ops.Sheet, warnings []string) error {
	if err := s.out.Write(ctx, v); err != nil {
		return err
	}
	if !s.asJSON {
		for _, w := range warnings {
			fmt.Fprintln(e.err, "warning: "+w)
		}
	}
	return nil
}

// alone refuses what stands after a word that takes nothing, and more rulebooks
// than it has a use for.
func (s *toScore) alone(e *env, most int) error {
	if len(s.rest) > 0 || len(s.books) > most {
		e.fs.Usage()
		return errUsage
	}
	if len(s.books) == 1 {
		s.in.Rulebook = s.books[0]
	}
	return nil
}

func (s *toScore) run(ctx context.Context, e *env) error {
	if err := s.alone(e, 1); err != nil {
		return err
	}
	if _, err := s.out.Kind(); err != nil {
		return err
	}
	got, err := s.in.Run()
	if err != nil {
		return err
	}
	return s.write(ctx, e, got, got.Said())
}

func (s *toScore) compare(ctx context.Context, e *env) error {
	if err := s.alone(e, 26); err != nil {
		return err
	}
	if _, err := s.out.Kind(); err != nil {
		return err
	}
	got, err := ops.Compare(s.books, s.in)
	if err != nil {
		return err
	}
	return s.write(ctx, e, got, got.Said())
}

// audit works a published table out again.
func (s *toScore) audit(ctx context.Context, e *env) error {
	if err := s.alone(e, 1); err != nil {
		return err
	}
	if _, err := s.out.Kind(); err != nil {
		return err
	}
	got, err := ops.Audit(s.notice, s.table, s.in.Rulebook)
	if err != nil {
		return err
	}
	if err := s.write(ctx, e, got, nil); err != nil {
		return err
	}
	if !got.OK {
		return errFound
	}
	return nil
}

// check reads rulebooks and works out their examples.
func (s *toScore) check(_ context.Context, e *env) error {
	files := append(s.rest, s.books...)
	if len(files) == 0 {
		e.fs.Usage()
		return errUsage
	}
	var all []ops.Checked
	var lines []string
	sound := true
	for _, f := range files {
		c, err := ops.CheckRulebook(f)
		if err != nil {
			c.Mistakes = []ops.Mistake{{Code: "cannot_read", Text: strings.Join(ops.Say(err), "; ")}}
		}
		all, lines, sound = append(all, c), append(lines, c.Lines()...), sound && c.OK
	}
	if err := e.print(s.asJSON, map[string]any{"ok": sound, "rulebooks": all}, lines...); err != nil {
		return err
	}
	if !sound {
		return errFound
	}
	return nil
}

// shipped lists the shipped rulebooks or prints one.
func (s *toScore) shipped(_ context.Context, e *env) error {
	names := append(s.rest, s.books...)
	switch len(names) {
	case 0:
		list, err := ops.ShippedBooks()
		if err != nil {
			return err
		}
		return e.print(s.asJSON, map[string]any{"rulebooks": list}, ops.ShippedLines(list)...)
	case 1:
		text, err := ops.ShippedText(names[0])
		if err != nil {
			return err
		}
		return e.print(s.asJSON, map[string]string{"text": text}, strings.TrimSuffix(text, "\n"))
	}
	e.fs.Usage()
	return errUsage
}
