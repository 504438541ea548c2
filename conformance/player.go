package conformance

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Target is a place where sessions are played.
type Target interface {
	// Deploy creates the session's stack from a template, or updates it, and
	// returns the id of the stack's first API once clients can use it.
	Deploy(ctx context.Context, template string) (apiID string, err error)
	// Delete deletes the session's stack.
	Delete(ctx context.Context) error
	// Dial opens a connection to the target, on which both HTTP and WebSocket
	// are spoken; Host is the Host header that belongs to it.
	Dial(ctx context.Context) (net.Conn, error)
	Host() string
	// Endpoint returns the path under which an API's stages are.
	Endpoint(apiID string) string
	// Advance moves the target's clock.
	Advance(d time.Duration) error
	// Trace returns the value of the next recorded step of a kind, among
	// events of a type (CONNECT, MESSAGE, DISCONNECT); it waits for it.
	Trace(ctx context.Context, eventType, kind string) (value string, err error)
	// Log returns the next line of a kind of log (access, execution); it waits
	// for it. Metrics returns the target's figures in Prometheus' form.
	Log(ctx context.Context, kind string) (line string, err error)
	Metrics(ctx context.Context) (text string, err error)
}

// patience is how long a player waits for what must come.
const patience = 10 * time.Second

// player plays one session.
type player struct {
	target  Target
	session *Session
	scope   scope
	clients map[string]*client
	// backend is what the integrations call; nil without one. sent is the call
	// that was looked at last.
	backend *Backend
	sent    request
	// answer is what the last connect or http brought, for the "=" lines.
	answer *http.Response
	body   string
}

// Play deploys the session's template and plays its script. The backend is
// what the template's integrations call; it may be nil if they call nothing.
// The error names the line that did not go as the script says.
func Play(ctx context.Context, target Target, backend *Backend, s *Session) error {
	p := &player{target: target, backend: backend, session: s, scope: scope{}, clients: map[string]*client{}}
	defer p.hangUp()
	api, err := p.deploy(ctx, "template.yaml")
	if err != nil {
		return fmt.Errorf("deploy template.yaml: %w", err)
	}
	p.scope["api"] = api
	p.scope["host"] = target.Host()
	if backend != nil {
		backend.know(scope{"api": api, "host": target.Host()})
	}
	for i, step := range s.Steps {
		if err := p.play(ctx, step, p.next(i)); err != nil {
			return fmt.Errorf("session line %d: %w", step.Line, err)
		}
	}
	return nil
}

// deploy deploys one of the session's templates.
func (p *player) deploy(ctx context.Context, file string) (apiID string, err error) {
	text := p.session.Files[file]
	if p.backend != nil {
		text = p.backend.template(text)
	}
	return p.target.Deploy(ctx, text)
}

// next returns the verb that follows step i.
func (p *player) next(i int) string {
	if i+1 < len(p.session.Steps) {
		return p.session.Steps[i+1].Verb
	}
	return ""
}

func (p *player) hangUp() {
	for _, c := range p.clients {
		c.conn.Close()
	}
}

func (p *player) play(ctx context.Context, s Step, following string) error {
	switch s.Verb {
	case "connect":
		return p.connect(ctx, s, following)
	case "http":
		return p.http(ctx, s)
	case "=", "=:":
		return p.expectAnswer(s)
	case "advance":
		d, err := time.ParseDuration(s.Text)
		if err != nil {
			return err
		}
		return p.target.Advance(d)
	case "stack":
		return p.stack(ctx, s)
	case "trace":
		return p.trace(ctx, s)
	case "log":
		return p.log(ctx, s)
	case "metric":
		return p.metric(ctx, s)
	case "got", "got:", "invoked", "uncalled":
		return p.called(ctx, s)
	}
	c, ok := p.clients[s.Client]
	if !ok {
		return fmt.Errorf("no client %q is connected", s.Client)
	}
	switch s.Verb {
	case ">", ">q", "send", "close", "drop":
		return p.send(c, s)
	}
	return p.receive(c, s)
}

// connect opens a connection; unless a "=" line follows, it must be accepted.
func (p *player) connect(ctx context.Context, s Step, following string) error {
	path, fields, _ := strings.Cut(s.Text, " ")
	headers, err := parseHeaders(p.scope.expand(fields))
	if err != nil {
		return err
	}
	host, target := p.target.Host(), p.target.Endpoint(p.scope["api"])+p.scope.expand(path)
	for _, h := range headers {
		// With a Host of its own the path stands alone.
		if strings.EqualFold(h.name, "Host") {
			host, target = h.value, p.scope.expand(path)
		}
	}
	if raw, ok := strings.CutPrefix(path, "//"); ok {
		target = "/" + p.scope.expand(raw)
	}
	if target, headers, err = sign(ctx, host, target, headers); err != nil {
		return err
	}
	conn, err := p.target.Dial(ctx)
	if err != nil {
		return err
	}
	if err := conn.SetDeadline(time.Now().Add(6 * patience)); err != nil {
		return err
	}
	c, resp, body, err := handshake(conn, host, target, headers)
	if err != nil {
		conn.Close()
		return err
	}
	p.answer, p.body = resp, string(body)
	if c == nil {
		conn.Close()
		if following != "=" {
			return fmt.Errorf("refused: %d %s", resp.StatusCode, p.body)
		}
		return nil
	}
	if old, ok := p.clients[s.Client]; ok {
		old.conn.Close()
	}
	p.clients[s.Client] = c
	return nil
}

func (p *player) http(ctx context.Context, s Step) error {
	method, rest, _ := strings.Cut(p.scope.expand(s.Text), " ")
	path, body, _ := strings.Cut(rest, " ")
	headers := http.Header{}
	if strings.HasPrefix(body, "[") {
		fields, after, ok := strings.Cut(body[1:], "]")
		if !ok {
			return fmt.Errorf("headers without a closing bracket")
		}
		list, err := parseHeaders(fields)
		if err != nil {
			return err
		}
		for _, h := range list {
			headers.Add(h.name, h.value)
		}
		body = strings.TrimPrefix(after, " ")
	}
	if size, ok := strings.CutPrefix(body, "size:"); ok {
		n, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		body = strings.Repeat("x", n)
	}
	if digits, ok := strings.CutPrefix(body, "hex:"); ok {
		b, err := hex.DecodeString(digits)
		if err != nil {
			return err
		}
		body = string(b)
	}
	return p.request(ctx, method, path, headers, body)
}

func (p *player) request(ctx context.Context, method, path string, headers http.Header, body string) error {
	u, err := url.ParseRequestURI(path)
	if err != nil {
		return err
	}
	u.Scheme, u.Host = "http", p.target.Host()
	req, err := http.NewRequestWithContext(ctx, method, u.String(), strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header = headers
	if h := headers.Get("Host"); h != "" {
		req.Host = h
	}
	transport := &http.Transport{DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return p.target.Dial(ctx) }}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	p.answer, p.body = resp, string(b)
	return err
}

// expectAnswer checks "= STATUS [BODY]" and "=: Name: value" or "=: !Name".
func (p *player) expectAnswer(s Step) error {
	if p.answer == nil {
		return fmt.Errorf("nothing was asked")
	}
	if s.Verb == "=:" {
		if name, ok := strings.CutPrefix(s.Text, "!"); ok {
			if got := p.answer.Header.Values(name); len(got) > 0 {
				return fmt.Errorf("want no header %s, got %q", name, got)
			}
			return nil
		}
		name, want, _ := strings.Cut(s.Text, ": ")
		if got := p.answer.Header.Get(name); !p.scope.match(want, got) {
			return fmt.Errorf("header %s: want %q, got %q", name, want, got)
		}
		return nil
	}
	status, body, hasBody := strings.Cut(s.Text, " ")
	if got := strconv.Itoa(p.answer.StatusCode); got != status {
		return fmt.Errorf("want status %s, got %s %s", status, got, abbreviate(p.body))
	}
	if body == "empty" {
		body = ""
	}
	if hasBody && !p.scope.match(body, p.body) {
		return fmt.Errorf("body: want %s, got %s", body, abbreviate(p.body))
	}
	return nil
}

func (p *player) stack(ctx context.Context, s Step) error {
	verb, file, _ := strings.Cut(s.Text, " ")
	switch verb {
	case "update":
		_, err := p.deploy(ctx, file)
		return err
	case "delete":
		return p.target.Delete(ctx)
	}
	return fmt.Errorf("unknown stack %q", verb)
}

// trace checks "trace EVENT KIND = VALUE".
func (p *player) trace(ctx context.Context, s Step) error {
	what, want, ok := strings.Cut(s.Text, " = ")
	eventType, kind, ok2 := strings.Cut(what, " ")
	if !ok || !ok2 {
		return fmt.Errorf("want trace EVENT KIND = VALUE")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	got, err := p.target.Trace(ctx, eventType, kind)
	if err != nil {
		return err
	}
	if !p.scope.match(want, got) {
		return fmt.Errorf("want %s, got %s", want, abbreviate(got))
	}
	return nil
}

// parseHeaders reads "Name: value | Name: value".
func parseHeaders(text string) ([]header, error) {
	var list []header
	for field := range strings.SplitSeq(text, " | ") {
		if strings.TrimSpace(field) == "" {
			continue
		}
		name, value, ok := strings.Cut(field, ":")
		if !ok {
			return nil, fmt.Errorf("want Name: value, have %q", field)
		}
		list = append(list, header{strings.TrimSpace(name), strings.TrimPrefix(value, " ")})
	}
	return list, nil
}
