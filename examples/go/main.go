// Command go is a whole client of Xinshu's API in one file, with nothing but
// net/http: it files an item, asks where it is, and pages through what the
// token's person filed. Copy it and take what you need.
//
//	go run ./examples/go -url http://127.0.0.1:8080 -token xs_… -unit UNIT
//
// Everything it knows is in the description at /api/v1/docs. Its test runs it
// against a real server.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// client sends requests with one person's token.
type client struct {
	base, token string
	http        *http.Client
}

// problem is how the API says no (RFC 9457).
type problem struct {
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Errors []struct {
		Location string `json:"location"`
		Message  string `json:"message"`
	} `json:"errors"`
	Ref string `json:"ref"` // tell the administrator this
}

func (p *problem) Error() string {
	text := fmt.Sprintf("%d: %s", p.Status, p.Detail)
	for _, e := range p.Errors {
		text += fmt.Sprintf("\n  %s: %s", e.Location, e.Message)
	}
	return text + " (ref " + p.Ref + ")"
}

// call sends a body and reads an answer. A key makes a POST safe to send again:
// the second time gives the first answer.
func (c *client) call(ctx context.Context, method, path, key string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept-Language", "zh-CN")
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 400 {
		p := &problem{Status: res.StatusCode}
		if err := json.NewDecoder(res.Body).Decode(p); err != nil {
			return fmt.Errorf("%s %s: %s", method, path, res.Status)
		}
		return p
	}
	return json.NewDecoder(res.Body).Decode(out)
}

// item is what this client reads of an item.
type item struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	State string `json:"state"`
}

func main() {
	c := &client{http: &http.Client{Timeout: 30 * time.Second}}
	flag.StringVar(&c.base, "url", "http://127.0.0.1:8080", "the server")
	flag.StringVar(&c.token, "token", os.Getenv("XINSHU_TOKEN"), "a token that may read, submit and sign off")
	unit := flag.String("unit", "", "the unit that files")
	flag.Parse()
	if err := c.work(context.Background(), os.Stdout, *unit); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// work files an item twice with one key, asks where it is, and lists.
func (c *client) work(ctx context.Context, out io.Writer, unit string) error {
	draft := map[string]string{"unit": unit, "title": "春灌备水就绪", "body": "全镇五座水库蓄水已满，渠道疏通四十公里。", "genre": "news", "form": "single"}
	var filed, again struct {
		Item item `json:"item"`
	}
	key := rand.Text()
	if err := c.call(ctx, http.MethodPost, "/api/v1/filings", key, draft, &filed); err != nil {
		return err
	}
	if err := c.call(ctx, http.MethodPost, "/api/v1/filings", key, draft, &again); err != nil {
		return err
	}
	fmt.Fprintf(out, "filed %s once: %t\n", filed.Item.ID, filed.Item.ID == again.Item.ID)
	var where json.RawMessage // every level it reached
	if err := c.call(ctx, http.MethodGet, "/api/v1/items/"+filed.Item.ID+"/journey", "", nil, &where); err != nil {
		return err
	}
	fmt.Fprintf(out, "where: %s\n", where)
	for next := ""; ; {
		var page struct {
			Rows []item `json:"rows"`
			Next string `json:"next"`
		}
		path := "/api/v1/items?limit=20"
		if next != "" {
			path += "&cursor=" + next
		}
		if err := c.call(ctx, http.MethodGet, path, "", nil, &page); err != nil {
			return err
		}
		for _, it := range page.Rows {
			fmt.Fprintf(out, "%s\t%s\t%s\n", it.ID, it.State, it.Title)
		}
		if next = page.Next; next == "" {
			return nil
		}
	}
}
