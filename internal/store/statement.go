package store

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// dialect is one of the two engines' ways of writing SQL. What differs is a
// short list: {set $n}, the overrides under sql/<dialect>, and the migrations.
type dialect string

const (
	sqlite   dialect = "sqlite"
	postgres dialect = "postgres"
)

//go:embed sql
var sqlFiles embed.FS

// statement is one named SQL text, ready for its engine.
type statement struct {
	name string
	text string
	// A text with {rows n} is made for a number of rows: head, one list of n
	// parameters per row, tail.
	width      int
	head, tail string
	register   bool // changes what the memo keeps
}

// catalog is every statement of one dialect by name.
type catalog struct {
	dialect   dialect
	named     map[string]*statement
	overrides []string // names that sql/<dialect> replaces
	wide      sync.Map // name and number of rows -> *statement
}

var (
	sqliteCatalog   = sync.OnceValues(func() (*catalog, error) { return load(sqlite) })
	postgresCatalog = sync.OnceValues(func() (*catalog, error) { return load(postgres) })
)

var (
	heading = regexp.MustCompile(`^-- (name|fragment): ([a-z0-9_]+)$`)
	include = regexp.MustCompile(`\{([a-z0-9_]+)\}`)
	setSeam = regexp.MustCompile(`\{set \$(\d+)\}`)
	rowSeam = regexp.MustCompile(`\{rows (\d+)\}`)
	param   = regexp.MustCompile(`\$(\d+)`)
)

// load reads the shared statements, lets the dialect's folder replace some, and
// expands fragments and seams once.
func load(d dialect) (*catalog, error) {
	texts, fragments := map[string]string{}, map[string]string{}
	if err := readSQL("sql", texts, fragments, false); err != nil {
		return nil, err
	}
	shared := slices.Collect(maps.Keys(texts))
	own, ownFragments := map[string]string{}, map[string]string{}
	if err := readSQL("sql/"+string(d), own, ownFragments, true); err != nil {
		return nil, err
	}
	maps.Copy(texts, own)
	maps.Copy(fragments, ownFragments)
	c := &catalog{dialect: d, named: make(map[string]*statement, len(texts))}
	for name, text := range texts {
		st, err := expand(d, name, text, fragments)
		if err != nil {
			return nil, err
		}
		c.named[name] = st
	}
	for name := range own {
		if slices.Contains(shared, name) {
			c.overrides = append(c.overrides, name)
		}
	}
	slices.Sort(c.overrides)
	return c, nil
}

// readSQL collects the statements of one folder's files.
func readSQL(dir string, texts, fragments map[string]string, mayMiss bool) error {
	entries, err := fs.ReadDir(sqlFiles, dir)
	if err != nil {
		if mayMiss {
			return nil
		}
		return err
	}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".sql") {
			continue
		}
		file := path.Join(dir, e.Name())
		b, err := fs.ReadFile(sqlFiles, file)
		if err != nil {
			return err
		}
		if err := parseSQL(file, string(b), texts, fragments); err != nil {
			return err
		}
	}
	return nil
}

func parseSQL(file, text string, texts, fragments map[string]string) error {
	var into map[string]string
	var name string
	for i, line := range strings.Split(text, "\n") {
		if m := heading.FindStringSubmatch(line); m != nil {
			into, name = texts, m[2]
			if m[1] == "fragment" {
				into = fragments
			}
			if _, twice := into[name]; twice {
				return fmt.Errorf("%s:%d: %s stands there twice", file, i+1, name)
			}
			into[name] = ""
			continue
		}
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "--") {
			continue
		}
		if into == nil {
			return fmt.Errorf("%s:%d: SQL before the first -- name:", file, i+1)
		}
		into[name] += line + "\n"
	}
	return nil
}

// expand puts fragments and seams into one text.
func expand(d dialect, name, text string, fragments map[string]string) (*statement, error) {
	for depth := 0; include.MatchString(text); depth++ {
		if depth > 8 {
			return nil, fmt.Errorf("statement %s: fragments include each other", name)
		}
		var missing string
		text = include.ReplaceAllStringFunc(text, func(m string) string {
			f, ok := fragments[m[1:len(m)-1]]
			if !ok {
				missing = m
			}
			return strings.TrimSpace(f)
		})
		if missing != "" {
			return nil, fmt.Errorf("statement %s: no fragment %s", name, missing)
		}
	}
	text = strings.TrimRight(strings.TrimSpace(text), ";")
	if d == sqlite {
		text = setSeam.ReplaceAllString(text, `(SELECT value AS v FROM json_each($$$1)) AS set_$1`)
	} else {
		text = setSeam.ReplaceAllString(text, `(SELECT json_array_elements_text(CAST(CAST($$$1 AS text) AS json)) AS v) AS set_$1`)
	}
	st := &statement{name: name, text: text, register: registerWrite.MatchString(text)}
	if at := rowSeam.FindStringSubmatchIndex(text); at != nil {
		st.width, _ = strconv.Atoi(text[at[2]:at[3]])
		st.head, st.tail = text[:at[0]], text[at[1]:]
		if param.MatchString(st.head) || param.MatchString(st.tail) {
			return nil, fmt.Errorf("statement %s: {rows} leaves no room for other parameters", name)
		}
	}
	return st, nil
}

// of finds a statement; a missing one is a mistake in the program, which a test
// finds before a user does.
func (c *catalog) of(name string) (*statement, error) {
	if st, ok := c.named[name]; ok {
		return st, nil
	}
	return nil, fmt.Errorf("store: no statement is called %s", name)
}

// chunks are the numbers of rows a {rows} statement is made for: few, so that
// each is prepared once.
var chunks = [...]int{64, 32, 16, 8, 4, 2, 1}

// rows makes the statement for n rows.
func (c *catalog) rows(name string, n int) (*statement, error) {
	type key struct {
		name string
		n    int
	}
	if st, ok := c.wide.Load(key{name, n}); ok {
		return st.(*statement), nil
	}
	st, err := c.of(name)
	if err != nil {
		return nil, err
	}
	if st.width == 0 {
		return nil, fmt.Errorf("store: statement %s has no {rows n}", name)
	}
	var b strings.Builder
	b.WriteString(st.head)
	for r := range n {
		if r > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for k := range st.width {
			if k > 0 {
				b.WriteByte(',')
			}
			if c.dialect == sqlite {
				b.WriteByte('?') // cheaper to bind than a numbered one
			} else {
				b.WriteString("$" + strconv.Itoa(r*st.width+k+1))
			}
		}
		b.WriteByte(')')
	}
	b.WriteString(st.tail)
	made := &statement{name: name, text: b.String(), width: st.width, register: st.register}
	c.wide.Store(key{name, n}, made)
	return made, nil
}

// beginning lists the statements whose name has the prefix, sorted.
func (c *catalog) beginning(prefix string) []string {
	var out []string
	for name := range c.named {
		if strings.HasPrefix(name, prefix) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
