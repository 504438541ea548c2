package conformance

import (
	"context"
	"fmt"
	"strings"
)

// called plays the verbs about what the session's backend was sent.
func (p *player) called(ctx context.Context, s Step) error {
	if p.backend == nil {
		return fmt.Errorf("%s needs a backend", s.Verb)
	}
	switch s.Verb {
	case "uncalled":
		if got, ok := p.backend.unseen(); ok {
			return fmt.Errorf("there was a call of %s %s: %s", got.method, got.target, abbreviate(got.body))
		}
		return nil
	case "got:":
		return p.expectSent(s.Text)
	case "invoked":
		name, event, hasEvent := strings.Cut(s.Text, " ")
		got, err := p.backend.next(ctx, true)
		if err != nil {
			return err
		}
		p.sent = got
		if got.target != name {
			return fmt.Errorf("want function %s, got %s with %s", name, got.target, abbreviate(got.body))
		}
		if hasEvent && !p.scope.match(event, got.body) {
			return fmt.Errorf("event:\nwant %s\ngot  %s", event, got.body)
		}
		return nil
	}
	method, rest, _ := strings.Cut(s.Text, " ")
	target, body, hasBody := strings.Cut(rest, " ")
	got, err := p.backend.next(ctx, false)
	if err != nil {
		return err
	}
	p.sent = got
	if got.method != method || !p.scope.match(target, got.target) {
		return fmt.Errorf("want %s %s, got %s %s", method, target, got.method, got.target)
	}
	if body == "empty" {
		body = ""
	}
	if hasBody && !p.scope.match(body, got.body) {
		return fmt.Errorf("body: want %s, got %s", body, abbreviate(got.body))
	}
	return nil
}

// expectSent checks "Name: value" or "!Name" of the last call's header.
func (p *player) expectSent(text string) error {
	if name, ok := strings.CutPrefix(text, "!"); ok {
		if got := p.sent.header.Values(name); len(got) > 0 {
			return fmt.Errorf("want no header %s, got %q", name, got)
		}
		return nil
	}
	name, want, _ := strings.Cut(text, ": ")
	if got := strings.Join(p.sent.header.Values(name), ", "); !p.scope.match(want, got) {
		return fmt.Errorf("header %s: want %q, got %q", name, want, got)
	}
	return nil
}
