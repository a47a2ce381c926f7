package web

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed messages
var messageFiles embed.FS

// The languages of the pages; the first is the default.
var languages = []string{"zh-CN", "en"}

// catalog is every sentence of one language. A file is lines of `key = text`;
// {name} stands for a parameter and {name|one|many} for the word that goes with
// its number. A folder per language, a file per stage.
type catalog struct {
	lang string
	text map[string]string
}

func loadCatalogs(files fs.FS) (map[string]*catalog, error) {
	out := map[string]*catalog{}
	for _, lang := range languages {
		c := &catalog{lang: lang, text: map[string]string{}}
		names, err := fs.Glob(files, path.Join("messages", lang, "*.txt"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if err := c.read(files, name); err != nil {
				return nil, err
			}
		}
		out[lang] = c
	}
	return out, nil
}

func (c *catalog) read(files fs.FS, name string) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, text, ok := strings.Cut(line, " = ")
		if !ok {
			return fmt.Errorf("%s:%d: %q is not `key = text`", name, n, line)
		}
		key = strings.TrimSpace(key)
		if _, twice := c.text[key]; twice {
			return fmt.Errorf("%s:%d: %s is there twice", name, n, key)
		}
		c.text[key] = edges(strings.TrimSpace(text))
	}
	return lines.Err()
}

// edges turns an underscore at either end of a text into the space it stands for.
func edges(s string) string {
	if rest, ok := strings.CutPrefix(s, "_"); ok {
		s = " " + rest
	}
	if rest, ok := strings.CutSuffix(s, "_"); ok {
		s = rest + " "
	}
	return s
}

// has reports whether the sentence exists.
func (c *catalog) has(key string) bool { _, ok := c.text[key]; return ok }

// say is the sentence of a key with its parameters in pairs: "n", 3. A key that
// is missing is shown as such; a test keeps that from being released.
func (c *catalog) say(key string, pairs ...any) string {
	text, ok := c.text[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(pairs) == 0 || !strings.Contains(text, "{") {
		return text
	}
	params := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		params[fmt.Sprint(pairs[i])] = fmt.Sprint(pairs[i+1])
	}
	return fill(text, params)
}

// with is say for parameters that are a map already, as a fault's are.
func (c *catalog) with(key string, params map[string]string) string {
	text, ok := c.text[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	return fill(text, params)
}

func startsHan(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Han, r)
}

func fill(text string, params map[string]string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		if !ok {
			b.WriteString(before)
			return b.String()
		}
		inside, after, ok := strings.Cut(rest, "}")
		if !ok {
			b.WriteString(before + "{" + rest)
			return b.String()
		}
		text = after
		name, words, plural := strings.Cut(inside, "|")
		value := params[name]
		if name == "span" && startsHan(value) { // 等了 3 分, but 等了不到 1 分
			before = strings.TrimSuffix(before, " ")
		}
		b.WriteString(before)
		if !plural {
			b.WriteString(value)
			continue
		}
		one, many, _ := strings.Cut(words, "|")
		if value == "1" {
			b.WriteString(one)
		} else {
			b.WriteString(many)
		}
	}
}
