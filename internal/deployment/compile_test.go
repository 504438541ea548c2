package deployment

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/internal/apigateway"
	"postern/internal/throttle"
)

// document returns a deployed API with a stage "prod", changed by edit.
func document(edit func(*apigateway.Configuration, *apigateway.Stage)) *apigateway.Document {
	c := apigateway.Configuration{
		API: apigateway.Api{ApiID: "api1", RouteSelectionExpression: "$request.body.action"},
		Routes: []apigateway.Route{
			{RouteID: "r1", RouteKey: "join", Target: "integrations/i1"},
			{RouteID: "r2", RouteKey: "$default", Target: "integrations/i1"},
			{RouteID: "r3", RouteKey: "$connect", Target: "integrations/i1"},
			{RouteID: "r4", RouteKey: "$disconnect", Target: "integrations/i1"},
		},
		Integrations: []apigateway.Integration{
			{IntegrationID: "i1", IntegrationType: "MOCK", RequestTemplates: map[string]string{"$default": `{"statusCode": 200}`}},
		},
		RouteResponses:       map[string][]apigateway.RouteResponse{},
		IntegrationResponses: map[string][]apigateway.IntegrationResponse{},
	}
	s := apigateway.Stage{StageName: "prod", DeploymentID: "d1"}
	edit(&c, &s)
	return &apigateway.Document{
		AccountID: "000000000000", Region: "eu-west-1", Draft: apigateway.Configuration{API: c.API},
		Stages: []apigateway.Stage{s}, Frozen: map[string]apigateway.Configuration{"d1": c},
	}
}

func compileEdited(t *testing.T, edit func(*apigateway.Configuration, *apigateway.Stage)) *Snapshot {
	t.Helper()
	s, err := Compile(document(edit), "prod")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func untouched(*apigateway.Configuration, *apigateway.Stage) {}

func TestRouteOfAMessage(t *testing.T) {
	s := compileEdited(t, untouched)
	for key, want := range map[string]string{
		"join": "join", "other": "$default", "": "$default", "$default": "$default",
		// Lifecycle events are not for messages to select.
		"$connect": "$default", "$disconnect": "$default", "JOIN": "$default",
	} {
		if got := s.Route([]byte(key)); got == nil || got.RouteKey != want {
			t.Errorf("Route(%q) = %v, want %s", key, got, want)
		}
	}
	if s.Connect == nil || s.Disconnect == nil || s.Default == nil {
		t.Error("a reserved route is missing")
	}
	for i, r := range s.Routes {
		if r.Index != i {
			t.Errorf("route %s has index %d, is at %d", r.RouteKey, r.Index, i)
		}
	}
	none := compileEdited(t, func(c *apigateway.Configuration, _ *apigateway.Stage) { c.Routes = c.Routes[:1] })
	if r := none.Route([]byte("other")); r != nil {
		t.Errorf("without $default, Route gives %s", r.RouteKey)
	}
}

func TestStageOfASnapshot(t *testing.T) {
	doc := document(func(c *apigateway.Configuration, s *apigateway.Stage) {
		s.StageVariables = map[string]string{"k": "v"}
		c.API.DisableExecuteApiEndpoint = true
	})
	s, err := Compile(doc, "prod")
	if err != nil {
		t.Fatal(err)
	}
	doc.Stages[0].StageVariables["k"] = "changed"
	if s.StageVariables["k"] != "v" {
		t.Error("the snapshot changes with the document")
	}
	if s.APIID != "api1" || s.Stage != "prod" || s.DeploymentID != "d1" || s.Region != "eu-west-1" || !s.EndpointDisabled {
		t.Errorf("snapshot %+v", s)
	}
	if _, err := Compile(doc, "test"); !errors.Is(err, ErrNoStage) {
		t.Errorf("unknown stage: %v", err)
	}
	doc.Stages[0].DeploymentID = ""
	if _, err := Compile(doc, "prod"); !errors.Is(err, ErrNotDeployed) {
		t.Errorf("stage without a deployment: %v", err)
	}
}

func TestTwoWayNeedsBothHalves(t *testing.T) {
	tests := []struct {
		name       string
		expression string
		response   string
		want       bool
		warnings   int
	}{
		{"neither", "", "", false, 0},
		{"the expression alone", "$default", "", false, 1},
		{"the response alone", "", "$default", false, 0},
		{"both", "$default", "$default", true, 0},
		{"a response of another key", "$default", "other", false, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := compileEdited(t, func(c *apigateway.Configuration, _ *apigateway.Stage) {
				c.Routes[0].RouteResponseSelectionExpression = tt.expression
				if tt.response != "" {
					c.RouteResponses["r1"] = []apigateway.RouteResponse{{RouteResponseKey: tt.response}}
				}
				c.IntegrationResponses["i1"] = []apigateway.IntegrationResponse{{IntegrationResponseKey: "$default"}}
			})
			if got := s.Routes[0].TwoWay; got != tt.want {
				t.Errorf("two-way %t, want %t", got, tt.want)
			}
			if len(s.Warnings) != tt.warnings {
				t.Errorf("warnings %v, want %d", s.Warnings, tt.warnings)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	tests := []struct {
		name string
		edit func(*apigateway.Configuration, *apigateway.Stage)
		want string
	}{
		{"no target", func(c *apigateway.Configuration, _ *apigateway.Stage) { c.Routes[0].Target = "" },
			"route join: Target: the route has no target"},
		{"a target of another form", func(c *apigateway.Configuration, _ *apigateway.Stage) { c.Routes[0].Target = "i1" },
			`route join: Target: target "i1" is not integrations/{integrationId}`},
		{"a target that is not there", func(c *apigateway.Configuration, _ *apigateway.Stage) { c.Routes[0].Target = "integrations/i9" },
			`route join: Target: target "integrations/i9": there is no such integration`},
		{"a request template that does not parse", func(c *apigateway.Configuration, _ *apigateway.Stage) {
			c.Integrations[0].RequestTemplates["$default"] = "#if($x)"
		}, "integration i1: RequestTemplates[$default]: "},
		{"a JSONPath that is none", func(c *apigateway.Configuration, _ *apigateway.Stage) {
			c.Integrations[0].RequestTemplates["$default"] = `{"a": "$input.path('$[')"}`
		}, "integration i1: RequestTemplates[$default]: "},
		{"a response template that does not parse", func(c *apigateway.Configuration, _ *apigateway.Stage) {
			c.IntegrationResponses["i1"] = []apigateway.IntegrationResponse{
				{IntegrationResponseKey: "/200/", ResponseTemplates: map[string]string{"a": "#foreach("}}}
		}, "integration i1: IntegrationResponse /200/: ResponseTemplates[a]: "},
		{"a pattern that does not compile", func(c *apigateway.Configuration, _ *apigateway.Stage) {
			c.IntegrationResponses["i1"] = []apigateway.IntegrationResponse{{IntegrationResponseKey: "/2(/"}}
		}, "integration i1: IntegrationResponse /2(/: "},
		{"a route selection expression", func(c *apigateway.Configuration, _ *apigateway.Stage) {
			c.API.RouteSelectionExpression = "$request.header.x"
		}, "api api1: RouteSelectionExpression: "},
		{"a template selection expression", func(c *apigateway.Configuration, _ *apigateway.Stage) {
			c.Integrations[0].TemplateSelectionExpression = "${context.apiId"
		}, "integration i1: TemplateSelectionExpression: "},
		{"a function's own ARN", func(c *apigateway.Configuration, _ *apigateway.Stage) {
			c.Integrations[0].IntegrationType = apigateway.IntegrationAWSProxy
			c.Integrations[0].IntegrationURI = "arn:aws:lambda:us-east-1:000000000000:function:f"
		}, `integration i1: IntegrationUri: "arn:aws:lambda:us-east-1:000000000000:function:f" cannot be called: it must have the form arn:aws:apigateway:`},
		{"an API key that nobody asks for", func(c *apigateway.Configuration, _ *apigateway.Stage) { c.Routes[0].ApiKeyRequired = true },
			"route join: ApiKeyRequired: it has no effect"},
		{"a reply that cannot be made", func(c *apigateway.Configuration, _ *apigateway.Stage) {
			c.Routes[0].RouteResponseSelectionExpression = "$default"
			c.RouteResponses = map[string][]apigateway.RouteResponse{c.Routes[0].RouteID: {{RouteResponseKey: "$default"}}}
		}, "route join: Target: integration i1 has no integration response"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := compileEdited(t, tt.edit)
			if len(s.Warnings) != 1 || !strings.HasPrefix(s.Warnings[0].String(), tt.want) {
				t.Errorf("warnings %q, want one that begins with %q", s.Warnings, tt.want)
			}
		})
	}
}

func TestTemplateSelection(t *testing.T) {
	tests := []struct {
		name       string
		expression string
		keys       []string
		key        string
		want       string
	}{
		{"the key itself", "${request.body.k}", []string{"a", "$default"}, "a", "a"},
		{"else $default", "${request.body.k}", []string{"a", "$default"}, "b", "$default"},
		{"else none", "${request.body.k}", []string{"a"}, "b", ""},
		{"no expression: $default", "", []string{"$default", "application/json"}, "", "$default"},
		{"no expression: application/json", "", []string{"application/json"}, "", "application/json"},
		{"an expression: not application/json", "${request.body.k}", []string{"application/json"}, "", ""},
		{"no templates", "", nil, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := compileEdited(t, func(c *apigateway.Configuration, _ *apigateway.Stage) {
				in := &c.Integrations[0]
				in.TemplateSelectionExpression, in.RequestTemplates = tt.expression, map[string]string{}
				for _, k := range tt.keys {
					in.RequestTemplates[k] = "{}"
				}
			})
			got := ""
			if m := s.Routes[0].Integration.Templates.Select([]byte(tt.key)); m != nil {
				got = m.Key
			}
			if got != tt.want {
				t.Errorf("template %q, want %q", got, tt.want)
			}
		})
	}
}

func TestIntegrationResponseOrder(t *testing.T) {
	s := compileEdited(t, func(c *apigateway.Configuration, _ *apigateway.Stage) {
		for i, key := range []string{"$default", "/2(/", `/2\d\d/`, "/204/", "/404/"} {
			c.IntegrationResponses["i1"] = append(c.IntegrationResponses["i1"],
				apigateway.IntegrationResponse{IntegrationResponseID: fmt.Sprint(i), IntegrationResponseKey: key})
		}
	})
	in := s.Routes[0].Integration
	for value, want := range map[string]string{
		"200": `/2\d\d/`, "204": `/2\d\d/`, "404": "/404/", "500": "$default", "2000": "$default", "": "$default",
	} {
		r, err := in.Response([]byte(value))
		if err != nil || r == nil || r.Key != want {
			t.Errorf("Response(%q) = %v, %v; want %s", value, r, err, want)
		}
	}
	in.DefaultResponse = nil
	if r, err := in.Response([]byte("500")); r != nil || err != nil {
		t.Errorf("without $default: %v, %v", r, err)
	}
}

func TestIntegrationMembers(t *testing.T) {
	s := compileEdited(t, func(c *apigateway.Configuration, _ *apigateway.Stage) {
		c.Integrations = []apigateway.Integration{
			{IntegrationID: "i1", IntegrationType: "AWS", IntegrationURI: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations"},
			{IntegrationID: "i2", IntegrationType: "AWS", IntegrationURI: "arn:aws:apigateway:us-east-1:sqs:path/0/q", TimeoutInMillis: 50},
			{IntegrationID: "i3", IntegrationType: "HTTP_PROXY", PassthroughBehavior: "NEVER"},
		}
		c.Routes[1].Target, c.Routes[2].Target = "integrations/i2", "integrations/i3"
	})
	type members struct {
		Proxy, ByMessage bool
		Timeout          time.Duration
		Passthrough      string
	}
	var got []members
	for _, r := range s.Routes[:3] {
		in := r.Integration
		got = append(got, members{in.Proxy, in.SelectsByMessage, in.Timeout, in.Passthrough})
	}
	want := []members{
		{false, true, 29 * time.Second, "WHEN_NO_MATCH"},
		{false, false, 50 * time.Millisecond, "WHEN_NO_MATCH"},
		{true, false, 29 * time.Second, "NEVER"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("integrations (-want +got):\n%s", diff)
	}
	if s.Routes[0].Integration != s.Routes[3].Integration {
		t.Error("two routes of one integration have two")
	}
}

func TestSettingsInherit(t *testing.T) {
	rate, burst, zero := 5.0, 7, 0
	s := compileEdited(t, func(_ *apigateway.Configuration, s *apigateway.Stage) {
		s.DefaultRouteSettings = apigateway.RouteSettings{ThrottlingRateLimit: &rate, ThrottlingBurstLimit: &burst, LoggingLevel: "INFO"}
		s.RouteSettings = map[string]apigateway.RouteSettings{
			"join": {ThrottlingBurstLimit: &zero, DataTraceEnabled: true},
		}
	})
	join, other := s.Routes[0], s.Routes[1]
	if diff := cmp.Diff(&throttle.Limit{Rate: 5, Burst: 0}, join.Throttle); diff != "" {
		t.Errorf("limit of join (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&throttle.Limit{Rate: 5, Burst: 7}, other.Throttle); diff != "" {
		t.Errorf("limit of $default (-want +got):\n%s", diff)
	}
	if join.Settings.LoggingLevel != "INFO" || !join.Settings.DataTraceEnabled || other.Settings.DataTraceEnabled {
		t.Errorf("settings %+v and %+v", join.Settings, other.Settings)
	}
	if s := compileEdited(t, untouched); s.Routes[0].Throttle != nil {
		t.Error("a limit where none is set")
	}
}

func TestRequiredParametersAreSorted(t *testing.T) {
	s := compileEdited(t, func(c *apigateway.Configuration, _ *apigateway.Stage) {
		c.Routes[2].RequestParameters = map[string]apigateway.ParameterConstraints{
			"route.request.querystring.b": {Required: true},
			"route.request.header.a":      {Required: true},
			"route.request.header.c":      {},
		}
	})
	want := []string{"route.request.header.a", "route.request.querystring.b"}
	if diff := cmp.Diff(want, s.Connect.Required); diff != "" {
		t.Errorf("required (-want +got):\n%s", diff)
	}
}

func TestSelectionAllocatesNothing(t *testing.T) {
	s := compileEdited(t, func(c *apigateway.Configuration, _ *apigateway.Stage) {
		c.IntegrationResponses["i1"] = []apigateway.IntegrationResponse{{IntegrationResponseKey: "/200/"}}
	})
	key, status := []byte("join"), []byte("200")
	n := testing.AllocsPerRun(100, func() {
		in := s.Route(key).Integration
		in.Templates.Select(nil)
		in.Response(status)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
