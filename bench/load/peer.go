package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// preparePeer signs in to a PocketBase as its superuser, makes a collection of
// five plain fields into which anyone may create (so that its own permission
// check costs it nothing), and points the plan at it. Everything else is as
// that peer comes.
func preparePeer(ctx context.Context, p *plan, base, user, password string) error {
	var session struct{ Token string }
	err := call(ctx, base+"/api/collections/_superusers/auth-with-password", "",
		map[string]any{"identity": user, "password": password}, &session)
	if err != nil {
		return err
	}
	field := func(name, kind string) map[string]any { return map[string]any{"name": name, "type": kind} }
	err = call(ctx, base+"/api/collections", session.Token, map[string]any{
		"name": "items", "type": "base", "createRule": "",
		"fields": []any{field("title", "text"), field("body", "text"), field("unit", "text"), field("form", "text"), field("number", "number")},
	}, nil)
	if err != nil {
		return err
	}
	p.url = base + "/api/collections/items/records"
	p.token = ""
	if p.body == "" {
		p.body = `{"title":"record {n}","body":"five plain fields","unit":"u","form":"brief","number":{n}}`
	}
	return nil
}

func call(ctx context.Context, url, token string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode > 299 {
		return fmt.Errorf("POST %s answered %s: %s", url, res.Status, text)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}
