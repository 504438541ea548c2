package deployment

import (
	"slices"
	"strings"
	"testing"

	"postern/internal/apigateway"
	"postern/internal/authorizer"
	"postern/internal/mapping"
)

const functionURI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${stageVariables.f}/invocations"

// protected makes $connect ask for the authorizer a1.
func protected(c *apigateway.Configuration, s *apigateway.Stage) {
	s.StageVariables = map[string]string{"f": "arn:aws:lambda:us-east-1:000000000000:function:auth"}
	c.Routes[2].AuthorizationType, c.Routes[2].AuthorizerID = "CUSTOM", "a1"
	c.Authorizers = []apigateway.Authorizer{{AuthorizerID: "a1", Name: "auth", AuthorizerType: "REQUEST",
		AuthorizerURI: functionURI, IdentitySource: []string{"route.request.header.Auth", "context.stage"}}}
}

func TestAuthorizer(t *testing.T) {
	s := compileEdited(t, protected)
	a := s.Connect.Authorizer
	if a == nil || a.Err != nil {
		t.Fatalf("authorizer %+v", a)
	}
	if len(a.Sources) != 2 || a.Sources[1] != (authorizer.IdentitySource{Source: authorizer.FromContext, Name: "stage"}) {
		t.Errorf("sources %v", a.Sources)
	}
	if want := strings.Replace(functionURI, "${stageVariables.f}", "arn:aws:lambda:us-east-1:000000000000:function:auth", 1); a.Function.URI != want {
		t.Errorf("URI %s, want %s", a.Function.URI, want)
	}
	if s.Routes[0].Authorizer != nil {
		t.Error("another route has the authorizer too")
	}
}

func TestAuthorizerThatCannotAuthorize(t *testing.T) {
	tests := []struct {
		name string
		edit func(*apigateway.Configuration)
		want string
	}{
		{"no authorizer", func(c *apigateway.Configuration) { c.Routes[2].AuthorizerID = "" }, "no AuthorizerId"},
		{"another authorizer", func(c *apigateway.Configuration) { c.Routes[2].AuthorizerID = "a2" }, `no authorizer "a2"`},
		{"no function", func(c *apigateway.Configuration) { c.Authorizers[0].AuthorizerURI = "https://example.com" }, "invokes no Lambda function"},
		{"a bad source", func(c *apigateway.Configuration) { c.Authorizers[0].IdentitySource = []string{"header.Auth"} }, "identity source"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := compileEdited(t, func(c *apigateway.Configuration, st *apigateway.Stage) { protected(c, st); tt.edit(c) })
			a := s.Connect.Authorizer
			if a == nil || a.Err == nil || !strings.Contains(a.Err.Error(), tt.want) {
				t.Errorf("authorizer %+v, want an error with %q", a, tt.want)
			}
			if len(s.Warnings) != 1 {
				t.Errorf("warnings %v", s.Warnings)
			}
		})
	}
}

func TestValidation(t *testing.T) {
	s := compileEdited(t, func(c *apigateway.Configuration, _ *apigateway.Stage) {
		c.Models = []apigateway.Model{
			{Name: "Room", Schema: `{"required": ["room"]}`},
			{Name: "Either", Schema: `{"$ref": "https://apigateway.amazonaws.com/restapis/api1/models/Room"}`},
			{Name: "Broken", Schema: `{"type": 7}`},
		}
		c.Routes[0].ModelSelectionExpression = "${request.body.kind}"
		c.Routes[0].RequestModels = map[string]string{"a": "Room", "b": "Broken", "c": "Missing", "$default": "Either"}
		c.Routes[2].ModelSelectionExpression = "x"
	})
	v := s.Routes[0].Validation
	if s.Connect.Validation != nil || s.Routes[1].Validation != nil {
		t.Error("another route is validated too")
	}
	for key, want := range map[string]string{"a": "Room", "b": "Broken", "c": "Missing", "other": "Either"} {
		m := v.Select([]byte(key))
		if m == nil || m.Name != want || (m.Err != nil) != (want == "Broken" || want == "Missing") {
			t.Errorf("%s: %+v", key, m)
		}
	}
	for _, key := range []string{"a", "other"} {
		m := v.Select([]byte(key))
		if m.Schema.Validate([]byte(`{"room": 1}`)) != nil || m.Schema.Validate([]byte(`{}`)) == nil {
			t.Errorf("model %s does not say what it should", m.Name)
		}
	}
	if len(s.Warnings) != 2 {
		t.Errorf("warnings %v, want one for each model that does not work", s.Warnings)
	}
	delete(v.byKey, "a")
	v.fallback = nil
	if m := v.Select([]byte("a")); m != nil {
		t.Errorf("without $default: %v", m)
	}
}

func TestValidationThatSelectsNothing(t *testing.T) {
	s := compileEdited(t, func(c *apigateway.Configuration, _ *apigateway.Stage) {
		c.Routes[0].ModelSelectionExpression = "$request.header.x"
	})
	if v := s.Routes[0].Validation; v == nil || v.SelectionError == nil || len(s.Warnings) != 2 {
		t.Errorf("validation %+v, warnings %v", v, s.Warnings)
	}
}

func TestUndeclaredParameters(t *testing.T) {
	s := compileEdited(t, func(c *apigateway.Configuration, _ *apigateway.Stage) {
		c.Integrations[0].RequestParameters = map[string]string{
			"integration.request.header.a":      "route.request.querystring.a",
			"integration.request.header.b":      "method.request.multivalueheader.b",
			"integration.request.header.c":      "context.connectionId",
			"integration.request.querystring.d": "route.request.header.d",
		}
		c.Routes[2].RequestParameters = map[string]apigateway.ParameterConstraints{"route.request.header.d": {}}
	})
	var got []string
	for _, w := range s.Warnings {
		got = append(got, w.String())
	}
	if len(got) != 2 || !strings.Contains(got[0], "route.request.querystring.a is mapped") || !strings.Contains(got[1], "route.request.header.b is mapped") {
		t.Errorf("warnings %q", got)
	}
	// What is not declared is not there.
	in := &mapping.Input{
		Params: mapping.List{{In: mapping.Querystring, Name: "a", Value: "1"}, {In: mapping.Header, Name: "b", Value: "1"}, {In: mapping.Header, Name: "d", Value: "1"}},
	}
	var set []string
	s.Connect.Parameters.Apply(in, func(t mapping.Target, _ []string) { set = append(set, t.Name) })
	if !slices.Equal(set, []string{"d"}) {
		t.Errorf("set %q", set)
	}
}

func TestFill(t *testing.T) {
	variables := map[string]string{"host": "example.com", "p": "${stageVariables.host}"}
	for text, want := range map[string]string{
		"http://a/b": "http://a/b",
		"https://${stageVariables.host}/${stageVariables.nope}x": "https://example.com/x",
		"${stageVariables.p}":   "${stageVariables.host}",
		"${context.stage}":      "${context.stage}",
		"${stageVariables.host": "${stageVariables.host",
	} {
		if got := fill(text, variables); got != want {
			t.Errorf("fill(%q) = %q, want %q", text, got, want)
		}
	}
}
