package story

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Story is one file.
type Story struct {
	File  string
	Title string
	Steps []Step
}

// Step is one line: somebody does something, or sees something, or the world is
// arranged before the story begins.
type Step struct {
	Line   int
	Text   string
	Mood   Mood
	Who    string            // login; empty for a given
	Verb   string            // of Sentences
	Args   map[string]string // the sentence's gaps, quotation marks taken off
	Titles []string          // a list of titles, for a merge
	Shares []string          // … and the share of each, empty where none is said
	Code   string            // of a refusal: why it cannot be
}

// Mood is what kind of line it is.
type Mood int

// The moods.
const (
	Given  Mood = iota // before the story begins
	Does               // must succeed
	Cannot             // must be refused, for Code
	Then               // must be seen
)

// Sentence is one thing that can be said. A gap in angle brackets is filled in
// by the story: quoted words for title, text and name; it, or a quoted title,
// for it; a plain word for the rest.
type Sentence struct {
	Mood    Mood // Does also serves Cannot
	Verb    string
	Pattern string
}

// Sentences is the whole vocabulary, in the order of the flow.
var Sentences = []Sentence{
	{Given, "chain", `<unit> checks by <checks>`},
	{Given, "merge_unit", `<unit> is merged into <office>`},
	{Given, "split_unit", `<unit> is split, and <name> made of it`},
	{Given, "leave", `<leaver> leaves and hands over to <taker>`},

	{Does, "draft", `drafts <title> genre <genre>`},
	{Does, "draft", `drafts <title> genre <genre> form <form>`},
	{Does, "revise", `revises <it>: <text>`},
	{Does, "partners", `asks <partners> to countersign <it>`},
	{Does, "open", `opens <it>`},
	{Does, "submit", `submits <it>`},
	{Does, "submit", `resubmits <it>`},
	{Does, "sign", `signs <it>`},
	{Does, "sign", `passes <it>`},
	{Does, "unsign", `unsigns <it>`},
	{Does, "send_back", `sends <it> back for <reason>: <text>`},
	{Does, "withdraw", `withdraws <it>`},
	{Does, "withdraw", `withdraws <it>: <text>`},
	{Does, "file_for", `files <title> for <unit> by <channel>: <text>`},
	{Does, "confirm", `confirms <it>`},
	{Does, "file", `files <it>`},
	{Does, "take_off", `takes <unit> off <it>: <text>`},

	{Does, "receive", `receives <it>`},
	{Does, "edit", `edits <it> to <title>`},
	{Does, "finish", `finishes <it>`},
	{Does, "return", `returns <it> for <reason>`},
	{Does, "return", `returns <it> for <reason>: <text>`},
	{Does, "take_over", `takes over <it>`},
	{Does, "hold", `holds <it> for <reason>: <text>`},
	{Does, "resume", `resumes <it>`},
	{Does, "decline", `declines <it> for <reason>: <text>`},
	{Does, "adopt", `adopts <it> in <pub>`},
	{Does, "merge", `merges <titles> into <title>`},
	{Does, "unmerge", `takes <it> apart`},
	{Does, "forward", `forwards <it> to <office>`},
	{Does, "send", `hands <it> to <office> by <channel>: <text>`},
	{Does, "enter_outcome", `enters from <office> that <it> was adopted in <name> number <number>: <text>`},
	{Does, "confirm_outcome", `confirms the outcome of <it> at <office>`},

	{Does, "open_issue", `opens an issue of <pub>`},
	{Does, "place", `places <it> in the issue`},
	{Does, "propose", `proposes the issue`},
	{Does, "approve", `approves the issue`},
	{Does, "publish", `publishes the issue`},
	{Does, "correct", `corrects <it>: <text>`},
	{Does, "recall", `recalls <it>: <text>`},
	{Does, "instruct", `instructs on <it>: <text>`},

	{Then, "points", `has <points> points at <office>`},
	{Then, "state", `sees <it> <state>`},
	{Then, "unseen", `does not see <it>`},
	{Then, "reach", `sees <it> reach <offices>`},
	{Then, "edited", `sees that <it> became <title>`},
	{Then, "hear", `hears that <it> was <kind> in <name>`},
	{Then, "order", `hears the instruction <text> on <it>`},
	{Then, "copy", `holds a copy that is <state>`},
	{Then, "printed", `reads <it> marked <state>`},
}

const quoted = `"([^"]+)"`

// gaps says how each gap is filled in.
var gaps = map[string]string{
	"title": quoted, "text": quoted, "name": quoted,
	"it":     `(it|"[^"]+")`,
	"titles": `("[^"]+"(?: \d+/\d+)?(?:, "[^"]+"(?: \d+/\d+)?)+)`,
	"checks": `([a-z]+(?:, [a-z]+)*)`, "offices": `([A-Z][A-Z0-9]*(?:, [A-Z][A-Z0-9]*)*)`,
	"partners": `([A-Z][A-Z0-9]*(?: \d+/\d+)?(?:, [A-Z][A-Z0-9]*(?: \d+/\d+)?)*)`,
	"points":   `([0-9.]+)`, "number": `([0-9-]+)`,
	"leaver": `([a-z0-9]+\.[A-Z][A-Z0-9]*)`, "taker": `([a-z0-9]+\.[A-Z][A-Z0-9]*)`,
	"unit": `([A-Z][A-Z0-9]*)`, "office": `([A-Z][A-Z0-9]*)`,
}

var (
	gap   = regexp.MustCompile(`<([a-z]+)>`)
	login = regexp.MustCompile(`^([a-z0-9]+\.[A-Z][A-Z0-9]*) (.+)$`)
	part  = regexp.MustCompile(`"([^"]+)"(?: (\d+/\d+))?`)
)

// grammar is Sentences made ready once.
var grammar = func() (out []*regexp.Regexp) {
	for _, s := range Sentences {
		out = append(out, regexp.MustCompile("^"+gap.ReplaceAllStringFunc(s.Pattern, func(g string) string {
			if how, ok := gaps[strings.Trim(g, "<>")]; ok {
				return how
			}
			return `([a-z0-9_]+)`
		})+"$"))
	}
	return out
}()

// Parse reads one story. Its errors begin with file:line.
func Parse(file string, r io.Reader) (Story, error) {
	s := Story{File: file}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if title, ok := strings.CutPrefix(line, "story:"); ok {
			if s.Title != "" {
				return s, fmt.Errorf("%s:%d: a file tells one story; this is the second %q", file, n, "story:")
			}
			s.Title = strings.TrimSpace(title)
			continue
		}
		if s.Title == "" {
			return s, fmt.Errorf("%s:%d: begin with a line \"story: what it is about\"", file, n)
		}
		step, err := parseStep(line)
		if err != nil {
			return s, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		step.Line, step.Text = n, line
		s.Steps = append(s.Steps, step)
	}
	if err := lines.Err(); err != nil {
		return s, fmt.Errorf("%s: %w", file, err)
	}
	if len(s.Steps) == 0 {
		return s, fmt.Errorf("%s: nothing happens in this story", file)
	}
	return s, nil
}

func parseStep(line string) (Step, error) {
	if rest, ok := strings.CutPrefix(line, "given "); ok {
		return sentence(Step{Mood: Given}, Given, rest)
	}
	step, want := Step{Mood: Does}, Does
	if rest, ok := strings.CutPrefix(line, "then "); ok {
		step.Mood, want, line = Then, Then, rest
	}
	m := login.FindStringSubmatch(line)
	if m == nil {
		return step, fmt.Errorf("%q does not begin with somebody's login, such as reporter.T1", line)
	}
	step.Who = m[1]
	rest, refused := strings.CutPrefix(m[2], "cannot ")
	if !refused {
		return sentence(step, want, rest)
	}
	if step.Mood == Then {
		return step, fmt.Errorf("what is refused is said without \"then\"")
	}
	at := strings.LastIndex(rest, ": ")
	if at < 0 {
		return step, fmt.Errorf("say why it cannot be, after a colon: … cannot withdraw it: already_printed")
	}
	step.Mood, step.Code = Cannot, strings.TrimSpace(rest[at+2:])
	verb, others, _ := strings.Cut(rest[:at], " ")
	return sentence(step, Does, strings.TrimSpace(third(verb)+" "+others))
}

// third makes "withdraw" "withdraws", as the sentences have it.
func third(verb string) string {
	switch {
	case strings.HasSuffix(verb, "ss"), strings.HasSuffix(verb, "sh"), strings.HasSuffix(verb, "ch"):
		return verb + "es"
	default:
		return verb + "s"
	}
}

// sentence finds what is said in the vocabulary.
func sentence(step Step, mood Mood, said string) (Step, error) {
	var known []string
	for i, s := range Sentences {
		if s.Mood != mood {
			continue
		}
		known = append(known, s.Pattern)
		m := grammar[i].FindStringSubmatch(said)
		if m == nil {
			continue
		}
		step.Verb, step.Args = s.Verb, map[string]string{}
		for j, g := range gap.FindAllStringSubmatch(s.Pattern, -1) {
			step.Args[g[1]] = m[j+1]
		}
		if t := step.Args["it"]; t != "" && t != "it" {
			step.Args["it"] = strings.Trim(t, `"`)
		}
		for _, p := range part.FindAllStringSubmatch(step.Args["titles"], -1) {
			step.Titles, step.Shares = append(step.Titles, p[1]), append(step.Shares, p[2])
		}
		return step, nil
	}
	return step, fmt.Errorf("nobody can say %q here; what can be said:\n\t%s", said, strings.Join(known, "\n\t"))
}
