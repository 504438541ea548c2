package authorization

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"postern/internal/apigateway"
	"postern/internal/authorizer"
	"postern/internal/awserr"
	"postern/internal/connect"
	"postern/internal/deployment"
	"postern/internal/gatewayresponse"
	"postern/internal/http1"
	"postern/internal/integration"
	"postern/internal/lambdaevent"
	"postern/internal/policy"
	"postern/internal/sigv4"
	"postern/internal/usageplan"
	"postern/jsonvalue"
)

// nothing is a $context without variables.
type nothing struct{}

func (nothing) ContextValue(string) (jsonvalue.Value, bool) { return jsonvalue.Value{}, false }

// request is one for the $connect route of api1/prod, which the caller
// completes.
func request(route *deployment.Route, header ...http1.Field) *Request {
	route.RouteKey = apigateway.RouteConnect
	head := &http1.Request{Method: http.MethodGet, Target: "/ws/api1/prod", Host: "localhost:4566", Header: header}
	return &Request{
		Stage: &deployment.Snapshot{AccountID: "000000000000", Region: "us-east-1", APIID: "api1", Stage: "prod"}, Route: route, Context: nothing{},
		Event: &lambdaevent.Event{
			Type: lambdaevent.Connect, RouteKey: route.RouteKey, Time: time.Now(), SourceIP: netip.MustParseAddr("192.0.2.7"),
			Request: &connect.Request{Head: head}, Caller: &connect.Caller{},
		},
	}
}

// function is a way out that answers like a Lambda function.
type function func(ctx context.Context, event string) (*integration.Response, error)

func (f function) Invoke(ctx context.Context, r *integration.Request) (*integration.Response, error) {
	return f(ctx, string(r.Body))
}

// custom is a route with an authorizer that needs the header Auth.
func custom() *deployment.Route {
	return &deployment.Route{Route: apigateway.Route{AuthorizationType: "CUSTOM"}, Authorizer: &deployment.Authorizer{Name: "a",
		Sources: []authorizer.IdentitySource{{Source: authorizer.FromHeader, Name: "Auth"}}, Function: &deployment.Integration{Timeout: time.Second}}}
}

func verdict(effect string) string {
	return `{"principalId": "me", "context": {"n": 1}, "usageIdentifierKey": "good", "policyDocument": {"Statement": [{"Effect": "` + effect +
		`", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:us-east-1:000000000000:api1/prod/$connect"}]}}`
}

func TestAuthorizer(t *testing.T) {
	said := func(status int, payload, failed string) func(context.Context, string) (*integration.Response, error) {
		return func(context.Context, string) (*integration.Response, error) {
			r := &integration.Response{Status: status, Body: []byte(payload)}
			if failed != "" {
				r.Header = http1.Header{{Name: "X-Amz-Function-Error", Value: "Unhandled"}}
				r.ErrorMessage = []byte(failed)
			}
			return r, nil
		}
	}
	header := http1.Field{Name: "auth", Value: "x"}
	for name, tt := range map[string]struct {
		header http1.Field
		f      function
		want   *gatewayresponse.Response // nil for success
	}{
		"it allows":                      {header, said(200, verdict("Allow"), ""), nil},
		"it denies":                      {header, said(200, verdict("Deny"), ""), gatewayresponse.ExplicitDeny},
		"it allows something else":       {header, said(200, strings.ReplaceAll(verdict("Allow"), "prod", "test"), ""), gatewayresponse.AccessDenied},
		"the identity source is missing": {http1.Field{Name: "Auth"}, nil, gatewayresponse.Unauthorized},
		"it says Unauthorized":           {header, said(200, "", "Unauthorized"), gatewayresponse.Unauthorized},
		"it fails":                       {header, said(200, "", "boom"), gatewayresponse.AuthorizerConfigurationError},
		"it says nothing usable":         {header, said(200, "{}", ""), gatewayresponse.AuthorizerConfigurationError},
		"Lambda fails, with a verdict":   {header, said(400, verdict("Allow"), ""), gatewayresponse.AuthorizerConfigurationError},
		"it takes longer than it may": {header, func(ctx context.Context, _ string) (*integration.Response, error) {
			if at, ok := ctx.Deadline(); !ok || time.Until(at) > time.Second {
				t.Errorf("it may take until %v", at)
			}
			return nil, context.DeadlineExceeded
		}, gatewayresponse.AuthorizerConfigurationError},
	} {
		r, c := request(custom(), tt.header), &Checks{Lambda: tt.f}
		if f := c.Identify(r); f != nil {
			t.Fatalf("%s: %s", name, f.Text())
		}
		f := c.Authorize(t.Context(), r)
		if got := responseOf(f); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
		v, ok := r.Event.Caller.Value("authorizer.n")
		if ok != (tt.want == nil) || ok && v.String() != "1" {
			t.Errorf("%s: the authorizer's context is %s, %t", name, v, ok)
		}
	}
}

func responseOf(f *gatewayresponse.Failure) *gatewayresponse.Response {
	if f == nil {
		return nil
	}
	return f.Response
}

// plan is a Keys of one key.
type plan struct{ err error }

func (p plan) Admit(value, _, _, _ string) (usageplan.Grant, error) {
	if value != "good" {
		return usageplan.Grant{}, awserr.New(awserr.Forbidden, "Forbidden")
	}
	return usageplan.Grant{KeyID: "k", PlanID: "p"}, p.err
}

func TestKeys(t *testing.T) {
	for name, tt := range map[string]struct {
		key  string
		keys Keys
		want *gatewayresponse.Response
	}{
		"no key":         {"", plan{}, gatewayresponse.Forbidden},
		"wrong":          {"bad", plan{}, gatewayresponse.Forbidden},
		"over rate":      {"good", plan{awserr.New(awserr.TooManyRequests, "")}, gatewayresponse.Throttled},
		"over quota":     {"good", plan{awserr.New(awserr.LimitExceeded, "")}, gatewayresponse.QuotaExceeded},
		"a fault":        {"good", plan{errors.New("broken")}, gatewayresponse.Forbidden},
		"nobody to know": {"good", nil, gatewayresponse.Forbidden},
		"good":           {"good", plan{}, nil},
	} {
		r := request(&deployment.Route{Route: apigateway.Route{ApiKeyRequired: true}}, http1.Field{Name: "X-API-Key", Value: tt.key})
		f := (&Checks{Keys: tt.keys, ThrottledText: "Slow down"}).Identify(r)
		if got := responseOf(f); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
		if f != nil && f.Response == gatewayresponse.Throttled && f.Text() != "Slow down" {
			t.Errorf("%s: text %q", name, f.Text())
		}
		if id := r.Event.Caller.APIKeyID; (id == "k") != (tt.want == nil) {
			t.Errorf("%s: key id %q", name, id)
		}
	}
}

func TestKeyFromAnAuthorizer(t *testing.T) {
	route := custom()
	route.ApiKeyRequired = true
	r := request(route, http1.Field{Name: "Auth", Value: "x"}, http1.Field{Name: "x-api-key", Value: "bad"})
	r.Stage.KeyFromAuthorizer = true
	c := &Checks{Keys: plan{}, Lambda: function(func(context.Context, string) (*integration.Response, error) {
		return &integration.Response{Status: 200, Body: []byte(verdict("Allow"))}, nil
	})}
	if f := c.Identify(r); f != nil {
		t.Fatal(f.Text())
	}
	if f := c.Authorize(t.Context(), r); f != nil || r.Event.Caller.APIKey != "good" {
		t.Errorf("%+v, key %q", f, r.Event.Caller.APIKey)
	}
	route.AuthorizationType, route.Authorizer = "NONE", nil
	if f := c.Identify(r); responseOf(f) != gatewayresponse.Forbidden {
		t.Errorf("without an authorizer: %+v", f)
	}
}

func TestUnknownAuthorizationIsClosed(t *testing.T) {
	for _, kind := range []string{"JWT", "COGNITO_USER_POOLS", "aws_iam", "CUSTOM", "AWS_IAM"} {
		route := &deployment.Route{Route: apigateway.Route{AuthorizationType: kind}}
		if !Protected(route) {
			t.Errorf("%s protects nothing", kind)
		}
		if f := (&Checks{}).Identify(request(route)); responseOf(f) != gatewayresponse.InternalError {
			t.Errorf("%s: %+v", kind, f)
		}
	}
	for _, kind := range []string{"", "NONE"} {
		if Protected(&deployment.Route{Route: apigateway.Route{AuthorizationType: kind}}) {
			t.Errorf("%q protects", kind)
		}
	}
}

// signed is the header of a request that is signed.
func signed(t *testing.T, key aws.Credentials, region string) []http1.Field {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost:4566/ws/api1/prod", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if err := v4.NewSigner().SignHTTP(t.Context(), key, r, empty, "execute-api", region, time.Now()); err != nil {
		t.Fatal(err)
	}
	h := []http1.Field{{Name: "Host", Value: "localhost:4566"}}
	for name, values := range r.Header {
		h = append(h, http1.Field{Name: name, Value: values[0]})
	}
	return h
}

func TestSignerIsBoundByItsPolicy(t *testing.T) {
	parse := func(statement string) *policy.Document {
		d, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [` + statement + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	const own, user = "000000000000", "arn:aws:iam::000000000000:user/"
	principals := map[string]connect.Principal{
		"ANY":     {ARN: user + "any", AccountID: own},
		"RIGHT":   {ARN: user + "right", AccountID: own, Policy: parse(`{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:us-east-1:000000000000:api1/prod/$connect", "Condition": {"StringEquals": {"aws:username": "right"}}}`)},
		"DENIED":  {ARN: user + "denied", AccountID: own, Policy: parse(`{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "*", "Resource": "*"}`)},
		"NOTHING": {ARN: user + "nothing", AccountID: own, Policy: &policy.Document{}},
		"OTHER":   {ARN: "arn:aws:iam::111122223333:user/other", AccountID: "111122223333"},
	}
	c := &Checks{
		Verifier:  &sigv4.Verifier{Now: time.Now, Credential: func(string) (sigv4.Credential, bool) { return sigv4.Credential{SecretAccessKey: "s"}, true }},
		Principal: func(id string) connect.Principal { return principals[id] },
	}
	route := &deployment.Route{Route: apigateway.Route{AuthorizationType: apigateway.AuthorizationIAM}}
	for id, want := range map[string]bool{"ANY": true, "RIGHT": true, "DENIED": false, "NOTHING": false, "OTHER": false} {
		r := request(route, signed(t, aws.Credentials{AccessKeyID: id, SecretAccessKey: "s"}, "us-east-1")...)
		f := c.Identify(r)
		if (f == nil) != want || f != nil && (f.Response.Kind.Status != http.StatusForbidden || !strings.Contains(f.Text(),
			"is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********0000:api1/prod/$connect")) {
			t.Errorf("%s: %+v, want admitted %t", id, f, want)
		}
		if who := r.Event.Caller; want && (who.Principal == nil || who.Principal.UserID != id || who.AccessKeyID != id) {
			t.Errorf("%s: the caller is %+v", id, who)
		}
	}
	for name, header := range map[string][]http1.Field{
		"a wrong secret": signed(t, aws.Credentials{AccessKeyID: "ANY", SecretAccessKey: "x"}, "us-east-1"),
		"a wrong region": signed(t, aws.Credentials{AccessKeyID: "ANY", SecretAccessKey: "s"}, "eu-west-1"),
		"no signature":   nil,
	} {
		if f := c.Identify(request(route, header...)); f == nil || f.Response.Kind.Status != http.StatusForbidden {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
