package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/coder/websocket"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/integration"
	"postern/internal/policy"
	"postern/internal/sigv4"
	"postern/internal/usageplan"
)

// function is a way out that answers like a Lambda function.
type function func(event string) (*integration.Response, error)

func (f function) Invoke(ctx context.Context, r *integration.Request) (*integration.Response, error) {
	return f(string(r.Body))
}

// answer is what a function returns.
func answer(payload string) (*integration.Response, error) {
	return &integration.Response{Status: 200, Header: http.Header{}, Body: []byte(payload)}, nil
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
		return &integration.Response{Status: 200, Header: http.Header{"X-Amz-Function-Error": {"Unhandled"}},
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
			return &integration.Response{Status: 200, Header: http.Header{"X-Amz-Function-Error": {"Handled"}}, Body: []byte(allowed)}, nil
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

func TestAuthorizerTimesOut(t *testing.T) {
	g, _ := open(t, Options{Integrations: map[string]integration.Invoker{"AWS": deadline{t}}}, protected())
	if resp, _ := refused(t, listen(t, g), "/ws/api1/prod"); resp.StatusCode != 500 {
		t.Errorf("status %d", resp.StatusCode)
	}
}

// deadline fails at once, having looked at how long it may take.
type deadline struct{ t *testing.T }

func (d deadline) Invoke(ctx context.Context, _ *integration.Request) (*integration.Response, error) {
	if at, ok := ctx.Deadline(); !ok || time.Until(at) > 29*time.Second {
		d.t.Errorf("the authorizer may take until %v", at)
	}
	return nil, context.DeadlineExceeded
}

// signedDial connects with a signed request and returns the status and body.
func signedDial(t *testing.T, address string, key aws.Credentials, region string) (int, string) {
	t.Helper()
	url := "http://" + address + "/ws/api1/prod"
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if err := v4.NewSigner().SignHTTP(t.Context(), key, r, empty, "execute-api", region, time.Now()); err != nil {
		t.Fatal(err)
	}
	c, resp, err := websocket.Dial(t.Context(), "ws://"+address+"/ws/api1/prod", &websocket.DialOptions{HTTPHeader: r.Header})
	if err == nil {
		c.CloseNow()
		return 101, ""
	}
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body)
}

func TestSignerIsBoundByItsPolicy(t *testing.T) {
	parse := func(statement string) *policy.Document {
		d, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [` + statement + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	principals := map[string]Principal{
		"ANY":     {ARN: "arn:aws:iam::000000000000:user/any", AccountID: "000000000000"},
		"RIGHT":   {ARN: "arn:aws:iam::000000000000:user/right", AccountID: "000000000000", Policy: parse(`{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:us-east-1:000000000000:api1/prod/$connect", "Condition": {"StringEquals": {"aws:username": "right"}}}`)},
		"DENIED":  {ARN: "arn:aws:iam::000000000000:user/denied", AccountID: "000000000000", Policy: parse(`{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "*", "Resource": "*"}`)},
		"NOTHING": {ARN: "arn:aws:iam::000000000000:user/nothing", AccountID: "000000000000", Policy: &policy.Document{}},
		"OTHER":   {ARN: "arn:aws:iam::111122223333:user/other", AccountID: "111122223333"},
	}
	cfg := seed()
	cfg.Routes[0].AuthorizationType = "AWS_IAM"
	g, _ := open(t, Options{
		Verifier:  &sigv4.Verifier{Now: time.Now, Credential: func(string) (sigv4.Credential, bool) { return sigv4.Credential{SecretAccessKey: "s"}, true }},
		Principal: func(id string) Principal { return principals[id] },
	}, cfg)
	address := listen(t, g)
	for id, want := range map[string]int{"ANY": 101, "RIGHT": 101, "DENIED": 403, "NOTHING": 403, "OTHER": 403} {
		status, body := signedDial(t, address, aws.Credentials{AccessKeyID: id, SecretAccessKey: "s"}, "us-east-1")
		if status != want || status == 403 && !strings.Contains(body, "is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********0000:api1/prod/$connect") {
			t.Errorf("%s: %d %s, want %d", id, status, body, want)
		}
	}
	if status, _ := signedDial(t, address, aws.Credentials{AccessKeyID: "ANY", SecretAccessKey: "x"}, "us-east-1"); status != 403 {
		t.Errorf("a wrong secret: %d", status)
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
		t.Fatal(f.text())
	}
	e.failed = e.validate()
	v, ok := e.ContextValue("error.validationErrorString")
	if want := `[object has missing required properties (["a"])]`; !ok || v.String() != want {
		t.Errorf("%s, %t; want %s", v, ok, want)
	}
}
