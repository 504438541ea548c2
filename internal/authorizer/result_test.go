package authorizer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/policy"
)

const (
	connectARN = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/prod/$connect"
	allowAll   = `{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"` + connectARN + `"}]}`
)

func TestParseResult(t *testing.T) {
	r, err := ParseResult([]byte(`{"principalId":"me","policyDocument":` + allowAll + `,
		"context":{"z":"text","n":123,"f":1.5,"b":true,"nothing":null,"e":""},"usageIdentifierKey":"key","more":[1]}`))
	if err != nil {
		t.Fatal(err)
	}
	if r.PrincipalID != "me" || r.UsageIdentifierKey != "key" {
		t.Errorf("principal %q, usage identifier key %q", r.PrincipalID, r.UsageIdentifierKey)
	}
	want := []Entry{{"z", "text"}, {"n", "123"}, {"f", "1.5"}, {"b", "true"}, {"e", ""}}
	if diff := cmp.Diff(want, r.Context); diff != "" {
		t.Errorf("context (-want +got):\n%s", diff)
	}
	for name, want := range map[string]string{"n": "123", "principalId": "me", "usageIdentifierKey": "key"} {
		if got, ok := r.Value(name); !ok || got != want {
			t.Errorf("%s: %q, %t; want %q", name, got, ok, want)
		}
	}
	if got, ok := r.Value("nothing"); ok {
		t.Errorf("nothing: %q", got)
	}
	if got := r.Authorize(connectARN, nil).Decision; got != policy.Allow {
		t.Errorf("decision %v", got)
	}
	if got := r.Authorize(connectARN+"x", nil).Decision; got != policy.ImplicitDeny {
		t.Errorf("decision on another route: %v", got)
	}
}

func TestParseResultTakesNumbersForNames(t *testing.T) {
	r, err := ParseResult([]byte(`{"principalId":7,"policyDocument":` + allowAll + `}`))
	if err != nil || r.PrincipalID != "7" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestParseResultRefuses(t *testing.T) {
	tests := []struct{ name, answer, want string }{
		{"nothing", ``, "invalid JSON"},
		{"null", `null`, "not a JSON object"},
		{"no principal", `{"policyDocument":` + allowAll + `}`, "no principalId"},
		{"no policy", `{"principalId":"me"}`, "no policyDocument"},
		{"a policy that is none", `{"principalId":"me","policyDocument":"x"}`, "policyDocument: policy document is not"},
		{"a policy with a wrong effect", `{"principalId":"me","policyDocument":{"Statement":[{"Effect":"ok","Action":"*","Resource":"*"}]}}`, "Statement[0]: Effect"},
		{"a context that is a list", `{"principalId":"me","policyDocument":` + allowAll + `,"context":[]}`, "context: not a JSON object"},
		{"a list in the context", `{"principalId":"me","policyDocument":` + allowAll + `,"context":{"a":[]}}`, "context: a: Can not deserialize instance of java.lang.String out of START_ARRAY token"},
		{"an object in the context", `{"principalId":"me","policyDocument":` + allowAll + `,"context":{"a":{}}}`, "START_OBJECT"},
		{"more than 8 KB", `{"principalId":"` + strings.Repeat("x", MaxResult) + `","policyDocument":` + allowAll + `}`, "larger than 8192 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseResult([]byte(tt.answer))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestParseIdentitySource(t *testing.T) {
	tests := []struct {
		text string
		want IdentitySource
		ok   bool
	}{
		{"route.request.header.Auth", IdentitySource{FromHeader, "Auth"}, true},
		{"$route.request.header.X-A.b", IdentitySource{FromHeader, "X-A.b"}, true},
		{" route.request.querystring.t", IdentitySource{FromQueryString, "t"}, true},
		{"stageVariables.x", IdentitySource{FromStageVariable, "x"}, true},
		{"context.connectionId", IdentitySource{FromContext, "connectionId"}, true},
		{"route.request.header.", IdentitySource{}, false},
		{"method.request.header.Auth", IdentitySource{}, false},
		{"", IdentitySource{}, false},
	}
	for _, tt := range tests {
		got, err := ParseIdentitySource(tt.text)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q: %v, %v; want %v", tt.text, got, err, tt.want)
		}
	}
}

func FuzzParseResult(f *testing.F) {
	f.Add([]byte(`{"principalId":"me","policyDocument":` + allowAll + `,"context":{"a":1e400}}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if r, err := ParseResult(answer); err == nil {
			r.Authorize(connectARN, nil)
		}
	})
}
