package gateway

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"postern/internal/apigateway"
	"postern/internal/integration"
	"postern/internal/trace"
)

// refused connects and returns the answer, which must not be 101.
func refused(t *testing.T, address, path string) (*http.Response, string) {
	t.Helper()
	c, resp, err := websocket.Dial(t.Context(), "ws://"+address+path, nil)
	if err == nil {
		c.CloseNow()
		t.Fatalf("%s was accepted", path)
	}
	body, _ := io.ReadAll(resp.Body)
	return resp, anyID.ReplaceAllString(string(body), "ID")
}

func TestRouteThatAsksForProtectionIsNeverOpen(t *testing.T) {
	for name, protect := range map[string]func(*apigateway.Route){
		"AWS_IAM": func(r *apigateway.Route) { r.AuthorizationType = "AWS_IAM" },
		"CUSTOM":  func(r *apigateway.Route) { r.AuthorizationType = "CUSTOM" },
		"an API key": func(r *apigateway.Route) {
			r.ApiKeyRequired = true
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := seed()
			protect(&cfg.Routes[0])
			g, _ := open(t, Options{}, cfg)
			resp, body := refused(t, listen(t, g), "/ws/api1/prod")
			if resp.StatusCode < 400 {
				t.Errorf("status %d, body %s", resp.StatusCode, body)
			}
			if n := g.Connections(); n != 0 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

func TestConnectWaitsForItsIntegration(t *testing.T) {
	cfg, b, o := blocking()
	cfg.Routes[0].RouteKey = "$connect"
	cfg.route("join", "MOCK", `{"statusCode": 200}`)
	cfg.respond("join", "$default", "", map[string]string{"$default": "joined"})
	cfg.API.RouteSelectionExpression = "join"
	g, _ := open(t, o, cfg)
	address := listen(t, g)
	done := make(chan *websocket.Conn, 1)
	go func() {
		c, _, err := websocket.Dial(t.Context(), "ws://"+address+"/ws/api1/prod", nil)
		if err != nil {
			t.Error(err)
		}
		done <- c
	}()
	b.release <- struct{}{} // blocks until the integration was asked
	c := <-done
	defer c.CloseNow()
	if got := say(t, c, "{}"); got != "joined" {
		t.Errorf("answer %q", got)
	}
	if n := g.Connections(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

func TestConnectIntegrationFailures(t *testing.T) {
	tests := []struct {
		name   string
		cause  integration.Cause
		status int
		body   string
	}{
		{"a timeout", integration.Timeout, 504, `{"message": "Endpoint request timed out", "connectionId":"ID", "requestId":"ID"}`},
		{"an unreachable backend", integration.BackendUnreachable, 504, `{"message": "Internal server error", "connectionId":"ID", "requestId":"ID"}`},
		{"a failed function", integration.FunctionError, 502, `{"message": "Internal server error", "connectionId":"ID", "requestId":"ID"}`},
		{"a bad configuration", integration.Misconfigured, 500, `{"message": "Internal server error", "connectionId":"ID", "requestId":"ID"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := newConfiguration()
			cfg.route("$connect", "HTTP_PROXY", "")
			fails := failing{&integration.Failure{Cause: tt.cause, Text: "boom"}}
			g, _ := open(t, Options{Integrations: map[string]integration.Invoker{"HTTP_PROXY": fails}}, cfg)
			resp, body := refused(t, listen(t, g), "/ws/api1/prod")
			if resp.StatusCode != tt.status || body != tt.body {
				t.Errorf("got %d %s, want %d %s", resp.StatusCode, body, tt.status, tt.body)
			}
		})
	}
}

func TestDisconnectOnceWithWhatEndedTheConnection(t *testing.T) {
	cfg := seed()
	cfg.route("$disconnect", "MOCK", `{"statusCode": 200, "why": "$context.disconnectStatusCode $context.disconnectReason"}`)
	var feed trace.Feed
	l := feed.Listen(16)
	defer l.Close()
	g, _ := open(t, Options{Trace: &feed}, cfg)
	c := dial(t, listen(t, g), "/ws/api1/prod")
	if err := c.Close(4001, "so long"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // CONNECT and DISCONNECT
		r := <-l.C
		if r.EventType != disconnectEvent {
			continue
		}
		if r.RouteKey != "$disconnect" || !hasStep(r, trace.RequestTemplate, `{"statusCode": 200, "why": "4001 so long"}`) {
			t.Errorf("record %+v", r)
		}
	}
	if n := g.Connections(); n != 0 {
		t.Errorf("%d connections", n)
	}
	select {
	case r := <-l.C:
		t.Errorf("one event more: %+v", r)
	case <-time.After(10 * time.Millisecond):
	}
}

func hasStep(r *trace.Record, kind, value string) bool {
	for _, s := range r.Steps {
		if s.Kind == kind && s.Value == value {
			return true
		}
	}
	return false
}

func TestTraceTellsTheWayOfAMessage(t *testing.T) {
	var feed trace.Feed
	l := feed.Listen(1)
	defer l.Close()
	g, c := open(t, Options{Trace: &feed}, seed())
	said(g, c, `{"action": "message", "messageId": 1}`)
	r := <-l.C
	if r.RouteKey != "message" || r.APIID != "api1" || r.Stage != "prod" || r.ConnectionID != c.id.String() {
		t.Errorf("record %+v", r)
	}
	var got []string
	for _, s := range r.Steps {
		if s.Kind == trace.Reference {
			if s.Rule != "$input.path('$.messageId')" || s.Value != "1" {
				t.Errorf("reference %+v", s)
			}
			continue
		}
		got = append(got, s.Kind+": "+s.Value)
	}
	want := []string{
		"route selection: message", "template selection: ",
		`request template: {"statusCode": 200, "messageId": 1}`, "integration: 200",
		"integration response selection: 200", "response template selection: 1",
		`response template: {"message": "Hello World"}`, `reply: {"message": "Hello World"}`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("steps\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRefusalsTellTheTraceWhy(t *testing.T) {
	var feed trace.Feed
	l := feed.Listen(1)
	defer l.Close()
	cfg := seed()
	g, _ := open(t, Options{Trace: &feed}, cfg)
	address := listen(t, g)
	disabled := *cfg
	disabled.API.DisableExecuteApiEndpoint = true
	for _, tt := range []struct {
		name, path, why string
		apply           *configuration
	}{
		{"an unknown API", "/ws/api2/prod", `there is no API "api2"`, cfg},
		{"an unknown stage", "/ws/api1/test", `API api1 has no deployed stage "test"`, cfg},
		{"a longer path", "/ws/api1/prod/x", `the path goes on after the stage: "/x"`, cfg},
		{"a bare host", "/prod", `there is no API ""`, cfg},
		{"a disabled endpoint", "/ws/api1/prod", "the deployed API has DisableExecuteApiEndpoint set", &disabled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g.Apply("api1", tt.apply.document(t))
			if resp, body := refused(t, address, tt.path); resp.StatusCode != 403 || body != `{"message":"Forbidden"}` {
				t.Errorf("got %d %s", resp.StatusCode, body)
			}
			if r := <-l.C; r.Status != 403 || len(r.Steps) != 1 || r.Steps[0].Note != tt.why {
				t.Errorf("record %+v", r)
			}
		})
	}
}
