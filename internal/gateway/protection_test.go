package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/http1"
	"postern/internal/integration"
	"postern/internal/usageplan"
)

// function is a way out that answers like a Lambda function.
type function func(event string) (*integration.Response, error)

func (f function) Invoke(ctx context.Context, r *integration.Request) (*integration.Response, error) {
	return f(string(r.Body))
}

// answer is what a function returns.
func answer(payload string) (*integration.Response, error) {
	return &integration.Response{Status: 200, Body: []byte(payload)}, nil
}

// protected is the seed with an authorizer.
func protected() *configuration {
	cfg := seed()
	cfg.Routes[0].AuthorizationType, cfg.Routes[0].AuthorizerID = "CUSTOM", "a"
	cfg.Authorizers = []apigateway.Authorizer{{AuthorizerID: "a", AuthorizerType: "REQUEST",
		AuthorizerURI: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations"}}
	return cfg
}

const allowed = `{"principalId": "me", "policyDocument": {"Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}}`

func TestAuthorizerOutcomes(t *testing.T) {
	failed := func(message string) (*integration.Response, error) {
		return &integration.Response{Status: 200, Header: http1.Header{{Name: "X-Amz-Function-Error", Value: "Unhandled"}},
			Body: []byte(`{"errorMessage":"` + message + `"}`), ErrorMessage: []byte(message)}, nil
	}
	tests := []struct {
		name   string
		f      func(string) (*integration.Response, error)
		status int
	}{
		{"it allows", func(string) (*integration.Response, error) { return answer(allowed) }, 101},
		{"it says Unauthorized", func(string) (*integration.Response, error) { return failed("Unauthorized") }, 401},
		{"it only returns that", func(string) (*integration.Response, error) { return answer(`{"errorMessage": "Unauthorized"}`) }, 500},
		{"it fails", func(string) (*integration.Response, error) { return failed("boom") }, 500},
		{"it fails with a verdict", func(string) (*integration.Response, error) {
			return &integration.Response{Status: 200, Header: http1.Header{{Name: "X-Amz-Function-Error", Value: "Handled"}}, Body: []byte(allowed)}, nil
		}, 500},
		{"Lambda fails with a verdict", func(string) (*integration.Response, error) {
			return &integration.Response{Status: 400, Body: []byte(allowed)}, nil
		}, 500},
		{"it cannot be reached", func(string) (*integration.Response, error) { return nil, errors.New("nobody") }, 500},
		{"it takes too long", func(string) (*integration.Response, error) { return nil, context.DeadlineExceeded }, 500},
		{"it is too large", func(string) (*integration.Response, error) { return answer(allowed + strings.Repeat(" ", 8<<10)) }, 500},
		{"it panics", func(string) (*integration.Response, error) { panic("boom") }, 500},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, _ := open(t, Options{Integrations: map[string]integration.Invoker{"AWS": function(tt.f)}}, protected())
			address := listen(t, g)
			if tt.status == 101 {
				dial(t, address, "/ws/api1/prod")
				return
			}
			if resp, body := refused(t, address, "/ws/api1/prod"); resp.StatusCode != tt.status {
				t.Errorf("status %d %s, want %d", resp.StatusCode, body, tt.status)
			}
			if n := g.Connections(); n != 0 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

// plan is a Keys of one key.
type plan struct{ err error }

func (p plan) Admit(value, _, _, _ string) (usageplan.Grant, error) {
	if value != "good" {
		return usageplan.Grant{}, awserr.New(awserr.Forbidden, "Forbidden")
	}
	return usageplan.Grant{KeyID: "k", PlanID: "p"}, p.err
}

func TestKeyOutcomes(t *testing.T) {
	for name, tt := range map[string]struct {
		key    string
		err    error
		status int
	}{
		"no key":     {"", nil, 403},
		"wrong":      {"bad", nil, 403},
		"over rate":  {"good", awserr.New(awserr.TooManyRequests, ""), 429},
		"over quota": {"good", awserr.New(awserr.LimitExceeded, ""), 429},
		"a fault":    {"good", errors.New("broken"), 403},
		"good":       {"good", nil, 101},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := seed()
			cfg.Routes[0].ApiKeyRequired = true
			g, _ := open(t, Options{Keys: plan{tt.err}}, cfg)
			header := http.Header{}
			if tt.key != "" {
				header.Set("x-api-key", tt.key)
			}
			c, resp, err := websocket.Dial(t.Context(), "ws://"+listen(t, g)+"/ws/api1/prod", &websocket.DialOptions{HTTPHeader: header})
			if err == nil {
				c.CloseNow()
			}
			if resp.StatusCode != tt.status {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
			}
		})
	}
}

func TestUnknownAuthorizationIsClosed(t *testing.T) {
	for _, kind := range []string{"JWT", "COGNITO_USER_POOLS", "aws_iam"} {
		cfg := seed()
		cfg.Routes[0].AuthorizationType = kind
		g, _ := open(t, Options{}, cfg)
		if resp, _ := refused(t, listen(t, g), "/ws/api1/prod"); resp.StatusCode != 500 {
			t.Errorf("%s: status %d", kind, resp.StatusCode)
		}
	}
}

func TestBrokenModelIsAnError(t *testing.T) {
	cfg := newConfiguration()
	cfg.API.RouteSelectionExpression = "x"
	r, _ := cfg.route("$default", "MOCK", `{"statusCode": 200}`)
	cfg.respond("$default", "$default", "", map[string]string{"$default": "ok"})
	r.ModelSelectionExpression, r.RequestModels = `\$default`, map[string]string{"$default": "M"}
	const internal = `{"message": "Internal server error", "connectionId":"ID", "requestId":"ID"}`
	for schema, want := range map[string]string{
		`{}`:                      "ok",
		`{"type": 7}`:             internal,
		`{`:                       internal,
		`{"$ref": "file:///etc"}`: internal,
	} {
		cfg.Models = []apigateway.Model{{Name: "M", Schema: schema}}
		g, c := open(t, Options{}, cfg)
		if got := said(g, c, `{}`); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q", schema, got)
		}
	}
	cfg.Models = nil
	g, c := open(t, Options{}, cfg)
	if got := said(g, c, `{}`); fmt.Sprint(got) != "["+internal+"]" {
		t.Errorf("no model: %q", got)
	}
}

func TestValidationErrorIsInTheContext(t *testing.T) {
	cfg := newConfiguration()
	cfg.API.RouteSelectionExpression = "x"
	r, _ := cfg.route("$default", "MOCK", `{"statusCode": 200}`)
	r.ModelSelectionExpression, r.RequestModels = `\$default`, map[string]string{"$default": "M"}
	cfg.Models = []apigateway.Model{{Name: "M", Schema: `{"required": ["a"]}`}}
	g, c := open(t, Options{}, cfg)
	e := g.begin(messageEvent, c, c.stage.live.Load())
	defer e.end()
	e.client = &sink{}
	e.message.Reset([]byte(`{}`))
	if f := e.admit(); f != nil {
		t.Fatal(f.Text())
	}
	e.failed = e.validate()
	v, ok := e.ContextValue("error.validationErrorString")
	if want := `[object has missing required properties (["a"])]`; !ok || v.String() != want {
		t.Errorf("%s, %t; want %s", v, ok, want)
	}
}
