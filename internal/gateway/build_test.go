package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"time"
	"unique"

	"github.com/coder/websocket"

	"postern/internal/apigateway"
	"postern/internal/endpoint"
	"postern/internal/ids"
	"postern/internal/socket"
)

// configuration is an API under construction.
type configuration struct {
	apigateway.Configuration
	stage apigateway.Stage
}

// newConfiguration returns an API with the stage "prod" and no routes.
func newConfiguration() *configuration {
	c := &configuration{}
	c.API = apigateway.Api{ApiID: "api1", RouteSelectionExpression: "$request.body.action"}
	c.RouteResponses = map[string][]apigateway.RouteResponse{}
	c.IntegrationResponses = map[string][]apigateway.IntegrationResponse{}
	c.stage = apigateway.Stage{StageName: "prod", DeploymentID: "d1"}
	return c
}

// route adds a two-way route with an integration of its own and returns both.
func (c *configuration) route(key, kind, template string) (*apigateway.Route, *apigateway.Integration) {
	c.Routes = append(c.Routes, apigateway.Route{RouteID: key, RouteKey: key, Target: "integrations/" + key,
		RouteResponseSelectionExpression: "$default"})
	c.RouteResponses[key] = []apigateway.RouteResponse{{RouteResponseKey: "$default"}}
	in := apigateway.Integration{IntegrationID: key, IntegrationType: kind}
	if template != "" {
		in.RequestTemplates = map[string]string{"$default": template}
	}
	c.Integrations = append(c.Integrations, in)
	return &c.Routes[len(c.Routes)-1], &c.Integrations[len(c.Integrations)-1]
}

// respond adds an integration response to a route's integration.
func (c *configuration) respond(key, pattern, expression string, templates map[string]string) {
	c.IntegrationResponses[key] = append(c.IntegrationResponses[key], apigateway.IntegrationResponse{
		IntegrationResponseKey: pattern, TemplateSelectionExpression: expression, ResponseTemplates: templates})
}

// document returns the API's document, deployed.
func (c *configuration) document(t testing.TB) []byte {
	t.Helper()
	b, err := json.Marshal(apigateway.Document{
		AccountID: "000000000000", Region: "us-east-1", Draft: c.Configuration,
		Stages: []apigateway.Stage{c.stage}, Frozen: map[string]apigateway.Configuration{c.stage.DeploymentID: c.Configuration},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// seed is the API of the note that the product was asked for with.
func seed() *configuration {
	c := newConfiguration()
	c.route("$connect", "MOCK", `{"statusCode": 200}`)
	c.respond("$connect", "/200/", "", nil)
	c.route("message", "MOCK", `{"statusCode": 200, "messageId": $input.path('$.messageId')}`)
	c.respond("message", "/200/", "${request.body.messageId}", map[string]string{
		"1": `{"message": "Hello World"}`, "2": `{"message": "Hi!"}`})
	return c
}

// sink is a client that keeps what it is sent.
type sink struct {
	mu     sync.Mutex
	sent   []string
	err    error
	paused int
	resume int
	// touched counts what keeps the connection from being idle.
	touched int
	arrive  chan struct{} // told of every message, if not nil
}

func (s *sink) Touch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.touched++
}

func (s *sink) Send(text []byte) error {
	s.mu.Lock()
	s.sent = append(s.sent, string(text))
	s.mu.Unlock()
	if s.arrive != nil {
		s.arrive <- struct{}{}
	}
	return s.err
}

func (s *sink) Remote() netip.AddrPort { return netip.MustParseAddrPort("192.0.2.7:1234") }
func (s *sink) Pause()                 { s.mu.Lock(); s.paused++; s.mu.Unlock() }
func (s *sink) Resume()                { s.mu.Lock(); s.resume++; s.mu.Unlock() }

// take returns what was sent since the last call.
func (s *sink) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := s.sent
	s.sent = nil
	return sent
}

// quiet is a client that keeps nothing, for measurements.
type quiet struct{ n int }

func (q *quiet) Send(text []byte) error { q.n += len(text); return nil }
func (q *quiet) Remote() netip.AddrPort { return netip.AddrPort{} }
func (q *quiet) Pause()                 {}
func (q *quiet) Resume()                {}
func (q *quiet) Touch()                 {}

// open returns a gateway that serves one API, and a connection of its stage
// that no socket belongs to.
func open(t testing.TB, o Options, c *configuration) (*Gateway, *connection) {
	t.Helper()
	g := New(o)
	t.Cleanup(func() { g.Close(t.Context()) })
	g.Apply("api1", c.document(t))
	s, _, err := g.find(endpoint.Address{APIID: "api1", Stage: "prod"})
	if err != nil {
		t.Fatal(err)
	}
	return g, &connection{stage: s, id: newEvent(g).ids.Next(), domain: unique.Make("localhost:4566"), agent: unique.Make(""),
		connectedAt: 1700000000000}
}

// listen serves a gateway on a loopback port.
func listen(t *testing.T, g *Gateway) string {
	t.Helper()
	s, err := socket.Listen([]string{"127.0.0.1:0"}, socket.Options{Handler: g})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	return s.Addrs()[0].String()
}

// dial connects to a stage.
func dial(t *testing.T, address, path string) *websocket.Conn {
	t.Helper()
	c, _, err := websocket.Dial(t.Context(), "ws://"+address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	return c
}

// say sends a message and returns the answer.
func say(t *testing.T, c *websocket.Conn, text string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := c.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
	_, got, err := c.Read(ctx)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return string(got)
}

// closeOf waits for the close frame of a connection.
func closeOf(t *testing.T, c *websocket.Conn) websocket.CloseError {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, _, err := c.Read(ctx)
	e, ok := errors.AsType[websocket.CloseError](err)
	if !ok {
		t.Fatalf("want a close frame, got %v", err)
	}
	return e
}

// idOf reads an identifier that a template printed.
func idOf(t *testing.T, text string) ids.ID {
	t.Helper()
	id, ok := ids.Parse(text)
	if !ok {
		t.Fatalf("%q is not an identifier", text)
	}
	return id
}
