package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Backend is what a session's integrations and authorizers call: an HTTP
// server that answers as the session's "backend" file says, and the Lambda
// service with the functions of its "lambda" file. It stands for every other
// AWS service too. It keeps what it was sent.
type Backend struct {
	listener net.Listener
	server   *http.Server
	rules    map[string][]*rule // by "METHOD /path", or the name of a function
	expand   func(string) string

	mu       sync.Mutex
	requests []request // sent to the HTTP server, not yet looked at
	events   []request // sent to functions
	arrived  chan struct{}
	stopped  chan struct{} // closed to end what hangs
}

// A request is what a backend was sent. For a function the target is its name
// and the body its event.
type request struct {
	method, target, body string
	header               http.Header
}

// A rule is an answer.
type rule struct {
	delay   time.Duration
	hang    bool
	endless bool
	raw     []byte // written as it is, and then the connection is closed
	failed  bool   // of a function: X-Amz-Function-Error
	status  int
	headers []header
	body    string
}

// NewBackend starts the backend of a session.
func NewBackend(s *Session) (*Backend, error) {
	b := &Backend{rules: map[string][]*rule{}, arrived: make(chan struct{}, 1), stopped: make(chan struct{}),
		expand: func(text string) string { return text }}
	for _, file := range []string{"backend", "lambda"} {
		n := 0
		for line := range strings.Lines(s.Files[file]) {
			n++
			line = strings.TrimRight(line, "\r\n")
			if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if err := b.addRule(file, line); err != nil {
				return nil, fmt.Errorf("%s line %d: %w", file, n, err)
			}
		}
	}
	var err error
	if b.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	b.server = &http.Server{Handler: b}
	go b.server.Serve(b.listener) //nolint:errcheck // it ends with Close
	return b, nil
}

// Address is where the backend listens, HOST:PORT.
func (b *Backend) Address() string { return b.listener.Addr().String() }

// Close ends the backend and every call that hangs in it.
func (b *Backend) Close() {
	close(b.stopped)
	b.server.Close()
}

// services are those that integrations of a session may name.
var services = []string{"lambda", "sqs", "sns", "dynamodb", "kinesis", "states", "events", "s3"}

// Endpoints are the addresses of AWS services, all of which the backend plays.
func (b *Backend) Endpoints() map[string]string {
	endpoints := map[string]string{}
	for _, name := range services {
		endpoints[name] = "http://" + b.Address()
	}
	return endpoints
}

// functionName is a placeholder for the URI that invokes a function.
var functionName = regexp.MustCompile(`<lambda:([A-Za-z0-9_-]+)>`)

// template replaces <backend> and <lambda:NAME> in a template.
func (b *Backend) template(text string) string {
	text = strings.ReplaceAll(text, "<backend>", "http://"+b.Address())
	return functionName.ReplaceAllString(text, "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"+
		"arn:aws:lambda:us-east-1:000000000000:function:$1/invocations")
}

// know tells the backend what placeholders stand for in its answers.
func (b *Backend) know(s scope) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expand = s.expand
}

// addRule reads "METHOD /path -> ANSWER" or "NAME -> ANSWER". README.md
// documents the answers.
func (b *Backend) addRule(file, line string) error {
	key, text, ok := strings.Cut(line, " -> ")
	if !ok {
		return fmt.Errorf("want REQUEST -> ANSWER, have %q", line)
	}
	r := &rule{status: http.StatusOK}
	if rest, ok := strings.CutPrefix(text, "after "); ok {
		delay, rest, _ := strings.Cut(rest, " ")
		var err error
		if r.delay, err = time.ParseDuration(delay); err != nil {
			return err
		}
		text = rest
	}
	if err := r.read(file, text); err != nil {
		return err
	}
	b.rules[key] = append(b.rules[key], r)
	return nil
}

func (r *rule) read(file, text string) (err error) {
	word, rest, _ := strings.Cut(text, " ")
	switch {
	case word == "hang":
		r.hang = true
	case word == "endless":
		r.endless = true
	case word == "raw":
		var plain string
		plain, err = strconv.Unquote(rest)
		r.raw = []byte(plain)
	case file == "lambda" && word == "error":
		r.failed, r.body = true, rest
	case file == "lambda" && word == "status":
		word, r.body, _ = strings.Cut(rest, " ")
		r.status, err = strconv.Atoi(word)
	case file == "lambda":
		r.body = text
	default:
		if r.status, err = strconv.Atoi(word); err != nil {
			return err
		}
		if strings.HasPrefix(rest, "[") {
			fields, after, _ := strings.Cut(rest[1:], "]")
			if r.headers, err = parseHeaders(fields); err != nil {
				return err
			}
			rest = strings.TrimPrefix(after, " ")
		}
		r.body = rest
	}
	return err
}

// ServeHTTP implements http.Handler.
func (b *Backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	got := request{r.Method, r.URL.RequestURI(), string(body), r.Header}
	got.header.Set("Host", r.Host)
	key := r.Method + " " + r.URL.Path
	name, isFunction := functionOf(r.URL.Path)
	if isFunction {
		got.target, key = name, name
	}
	answer := b.record(got, key, isFunction)
	switch {
	case answer == nil && isFunction:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(w, `{"Message":"Function not found: %s"}`, name)
	case answer == nil:
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprintf(w, "the session has no answer for %s", key)
	default:
		b.answer(w, r, got, answer, isFunction)
	}
}

// functionOf reads the name of a function from the path that invokes it.
func functionOf(path string) (name string, ok bool) {
	path, ok = strings.CutPrefix(path, "/2015-03-31/functions/")
	if !ok {
		return "", false
	}
	_, name, ok = strings.Cut(strings.TrimSuffix(path, "/invocations"), ":function:")
	return name, ok
}

// record keeps a request and returns its answer: of several for one key each
// is given once, and the last for ever.
func (b *Backend) record(got request, key string, isFunction bool) *rule {
	b.mu.Lock()
	defer b.mu.Unlock()
	if isFunction {
		b.events = append(b.events, got)
	} else {
		b.requests = append(b.requests, got)
	}
	select {
	case b.arrived <- struct{}{}:
	default:
	}
	list := b.rules[key]
	if len(list) == 0 {
		return nil
	}
	if len(list) > 1 {
		b.rules[key] = list[1:]
	}
	return list[0]
}

func (b *Backend) answer(w http.ResponseWriter, r *http.Request, got request, answer *rule, isFunction bool) {
	if answer.delay > 0 || answer.hang {
		delay := answer.delay
		if answer.hang {
			delay = time.Hour
		}
		select {
		case <-time.After(delay):
		case <-r.Context().Done():
			return
		case <-b.stopped:
			return
		}
	}
	if answer.raw != nil {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			conn.Write(answer.raw) //nolint:errcheck // nobody is there to be told
			conn.Close()
		}
		return
	}
	for _, h := range answer.headers {
		w.Header().Add(h.name, h.value)
	}
	if isFunction {
		w.Header().Set("X-Amzn-RequestId", "00000000-0000-4000-8000-000000000000")
	}
	if answer.failed {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
	}
	w.WriteHeader(answer.status)
	for answer.endless && r.Context().Err() == nil {
		if _, err := io.WriteString(w, strings.Repeat("x", 1<<16)); err != nil {
			return
		}
	}
	io.WriteString(w, b.fill(answer.body, got)) //nolint:errcheck // the client may have left
}

// fill replaces what an answer takes from its request: <body> is what it was
// sent, of a function the body member of its event; <query.NAME> a query
// parameter of the event.
func (b *Backend) fill(text string, got request) string {
	if size, ok := strings.CutPrefix(text, "size:"); ok {
		n, err := strconv.Atoi(size)
		if err != nil {
			return err.Error()
		}
		return strings.Repeat("x", n)
	}
	if !strings.Contains(text, "<") {
		return text
	}
	var event struct {
		Body  *string           `json:"body"`
		Query map[string]string `json:"queryStringParameters"`
	}
	body := got.body
	if json.Unmarshal([]byte(got.body), &event) == nil && event.Body != nil {
		body = *event.Body
	}
	text = strings.ReplaceAll(text, "<body>", body)
	for name, value := range event.Query {
		text = strings.ReplaceAll(text, "<query."+name+">", value)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.expand(text)
}

// next returns the next request that the backend got, or the next event of a
// function.
func (b *Backend) next(ctx context.Context, isFunction bool) (request, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		b.mu.Lock()
		list := &b.requests
		if isFunction {
			list = &b.events
		}
		if len(*list) > 0 {
			got := (*list)[0]
			*list = (*list)[1:]
			b.mu.Unlock()
			return got, nil
		}
		b.mu.Unlock()
		select {
		case <-b.arrived:
		case <-ctx.Done():
			return request{}, fmt.Errorf("nothing was called within %v", patience)
		}
	}
}

// unseen returns the first call that nobody looked at yet.
func (b *Backend) unseen() (request, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, got := range append(b.requests, b.events...) {
		return got, true
	}
	return request{}, false
}
