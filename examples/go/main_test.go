package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xinshu/internal/app"
	"xinshu/internal/courier"
)

// served is a running server with one unit and one token.
func served(t *testing.T) (c *client, unit string) {
	t.Helper()
	dir := t.TempDir()
	body := filepath.Join(t.TempDir(), "filing.json")
	seed := exec.CommandContext(t.Context(), "go", "run", "xinshu/bench/seed", "--data", dir, "--body", body)
	seed.Stderr = os.Stderr
	token, err := seed.Output()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(body)
	if err != nil {
		t.Fatal(err)
	}
	var draft struct{ Unit string }
	if err := json.Unmarshal(b, &draft); err != nil {
		t.Fatal(err)
	}
	a, err := app.Start(t.Context(), app.Config{Dir: dir, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
	})
	return &client{base: a.URL(), token: strings.TrimSpace(string(token)), http: &http.Client{Timeout: 30 * time.Second}}, draft.Unit
}

func TestExamples(t *testing.T) {
	c, unit := served(t)
	var out bytes.Buffer
	if err := c.work(t.Context(), &out, unit); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"once: true", "where: {", "signed\t春灌备水就绪"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("work said %q, want %q in it", out.String(), want)
		}
	}
	for _, s := range []struct {
		script string
		args   []string
		want   string
	}{
		{"file.sh", []string{unit}, "filed "},
		{"file.sh", []string{unit}, "filed "},
		{"pages.sh", nil, "asked again: 304"},
	} {
		cmd := exec.CommandContext(t.Context(), "bash", append([]string{filepath.Join("..", "curl", s.script)}, s.args...)...)
		cmd.Env = append(os.Environ(), "XINSHU_URL="+c.base, "XINSHU_TOKEN="+c.token)
		said, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(said), s.want) {
			t.Errorf("%s = %v\n%s\nwant %q in it", s.script, err, said, s.want)
		}
	}
}

// TestARefusalIsTold: a wrong request ends in the server's own words.
func TestARefusalIsTold(t *testing.T) {
	c, unit := served(t)
	err := c.call(t.Context(), http.MethodPost, "/api/v1/filings", "", map[string]string{"unit": unit, "title": "", "body": "正文", "genre": "news", "form": "single"}, nil)
	p, ok := err.(*problem)
	if !ok || p.Status != 422 || len(p.Errors) == 0 || p.Ref == "" {
		t.Errorf("filing without a title = %v, want 422 with the field and a ref", err)
	}
}

func TestSignatureIsChecked(t *testing.T) {
	body := []byte(`{"kind":"filing.filed"}`)
	header := courier.Sign("the secret", 1795545906, body)
	for _, s := range []struct {
		secret string
		good   bool
	}{{"the secret", true}, {"another", false}} {
		cmd := exec.CommandContext(t.Context(), "bash", filepath.Join("..", "curl", "signature.sh"), s.secret, header)
		cmd.Stdin = bytes.NewReader(body)
		if said, err := cmd.CombinedOutput(); (err == nil) != s.good {
			t.Errorf("signature under %q = %v %s, want good %t", s.secret, err, said, s.good)
		}
	}
}
