package apigatewayv2

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/clientcertificate"
	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/store"
	"postern/internal/template"
	"postern/internal/template/syntax"
)

var scope = apigateway.Scope{AccountID: "123456789012", Region: "us-east-1"}

// bench is a service with an API, its types, and what a template would do.
type bench struct {
	t        *testing.T
	service  *apigatewayv2.Service
	registry *resource.Registry
	apiID    string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	b := &bench{t: t, registry: resource.NewRegistry(), service: apigatewayv2.New(apigatewayv2.Options{
		Store: st, Endpoint: func(id, _ string) string { return "ws://here/" + id },
	})}
	Register(b.registry, b.service)
	certificate := `{"accountId":"` + scope.AccountID + `","region":"` + scope.Region + `"}`
	if _, err := st.Create(t.Context(), clientcertificate.KeyPrefix+"c", []byte(certificate)); err != nil {
		t.Fatal(err)
	}
	b.apiID = b.create("Api", `{"Name":"n","ProtocolType":"WEBSOCKET","RouteSelectionExpression":"$request.body.action"}`).PhysicalID
	return b
}

// request returns a request for a type's short name, with $API for the API.
func (b *bench) request(name, properties string) (resource.Type, *resource.Request) {
	b.t.Helper()
	typ, ok := b.registry.Lookup("AWS::ApiGatewayV2::" + name)
	if !ok {
		b.t.Fatalf("no type %s", name)
	}
	return typ, &resource.Request{Scope: scope, StackID: "stack", LogicalID: "X", Properties: b.coerce(typ, properties)}
}

func (b *bench) coerce(typ resource.Type, properties string) *template.Node {
	b.t.Helper()
	n, err := syntax.Parse([]byte(strings.ReplaceAll(properties, "$API", b.apiID)))
	if err != nil {
		b.t.Fatal(err)
	}
	n, err = typ.Schema().Coerce("X", n)
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

func (b *bench) create(name, properties string) resource.Result {
	b.t.Helper()
	typ, r := b.request(name, properties)
	result, err := typ.Create(b.t.Context(), r)
	if err != nil {
		b.t.Fatalf("create %s: %v", name, err)
	}
	return result
}

func (b *bench) update(name, id, from, to string) {
	b.t.Helper()
	typ, r := b.request(name, to)
	r.PhysicalID, r.Previous = id, b.coerce(typ, from)
	if _, err := typ.Update(b.t.Context(), r); err != nil {
		b.t.Fatalf("update %s: %v", name, err)
	}
}

func (b *bench) delete(name, id, properties string) error {
	b.t.Helper()
	typ, r := b.request(name, properties)
	r.PhysicalID = id
	return typ.Delete(b.t.Context(), r)
}

// shown returns a resource as JSON without the members that differ from one to
// the next.
func shown(t *testing.T, v any, err error, without ...string) map[string]any {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(without, "createdDate", "lastUpdatedDate") {
		delete(m, name)
	}
	return m
}

// lives are the types with the least and the most that a template may say, and
// how to read them back.
func lives(b *bench) []struct {
	name, least, most string
	id                string // the member that holds the id
	get               func(ctx context.Context, id string) (any, error)
	attributes        []string
} {
	integration := b.create("Integration", `{"ApiId":"$API","IntegrationType":"MOCK"}`).PhysicalID
	route := b.create("Route", `{"ApiId":"$API","RouteKey":"x"}`).PhysicalID
	authorizer := b.create("Authorizer", `{"ApiId":"$API","Name":"a","AuthorizerType":"REQUEST","IdentitySource":["route.request.header.A"],"AuthorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations"}`).PhysicalID
	b.create("Model", `{"ApiId":"$API","Name":"m","Schema":"{}"}`)
	deployment := b.create("Deployment", `{"ApiId":"$API"}`).PhysicalID
	s := b.service
	return []struct {
		name, least, most string
		id                string
		get               func(ctx context.Context, id string) (any, error)
		attributes        []string
	}{
		{
			name:  "Api",
			least: `{"Name":"n","ProtocolType":"WEBSOCKET","RouteSelectionExpression":"$request.body.action"}`,
			most:  `{"Name":"m","ProtocolType":"WEBSOCKET","RouteSelectionExpression":"$request.body.kind","ApiKeySelectionExpression":"$context.authorizer.usageIdentifierKey","Description":"d","DisableExecuteApiEndpoint":"true","DisableSchemaValidation":true,"IpAddressType":"dualstack","Version":1.0,"Tags":{"a":1}}`,
			id:    "apiId", attributes: []string{"ApiEndpoint", "ApiId"},
			get: func(ctx context.Context, id string) (any, error) { return s.GetApi(ctx, scope, id) },
		},
		{
			name:  "Stage",
			least: `{"ApiId":"$API","StageName":"prod"}`,
			most: `{"ApiId":"$API","StageName":"prod","AccessLogSettings":{"DestinationArn":"arn:aws:logs:us-east-1:123456789012:log-group:x","Format":"$context.requestId"},"ClientCertificateId":"c",
				"DefaultRouteSettings":{"DataTraceEnabled":true,"DetailedMetricsEnabled":true,"LoggingLevel":"INFO","ThrottlingBurstLimit":"5","ThrottlingRateLimit":2.5},
				"DeploymentId":"` + deployment + `","Description":"d","RouteSettings":{"x":{"LoggingLevel":"ERROR","ThrottlingBurstLimit":1}},"StageVariables":"{\"v\":\"1\"}","Tags":{"a":"b"}}`,
			id:  "stageName",
			get: func(ctx context.Context, id string) (any, error) { return s.GetStage(ctx, scope, b.apiID, id) },
		},
		{
			name:  "Route",
			least: `{"ApiId":"$API","RouteKey":"$connect"}`,
			most: `{"ApiId":"$API","RouteKey":"$connect","ApiKeyRequired":true,"AuthorizationType":"CUSTOM","AuthorizerId":"` + authorizer + `","ModelSelectionExpression":"$request.body.kind","OperationName":"o",
				"RequestModels":{"$default":"m"},"RequestParameters":{"route.request.querystring.q":{"Required":true}},"RouteResponseSelectionExpression":"$default","Target":"integrations/` + integration + `"}`,
			id: "routeId", attributes: []string{"RouteId"},
			get: func(ctx context.Context, id string) (any, error) { return s.GetRoute(ctx, scope, b.apiID, id) },
		},
		{
			name:  "RouteResponse",
			least: `{"ApiId":"$API","RouteId":"` + route + `","RouteResponseKey":"$default"}`,
			most:  `{"ApiId":"$API","RouteId":"` + route + `","RouteResponseKey":"$default","ModelSelectionExpression":"$request.body.kind","ResponseModels":{"$default":"m"}}`,
			id:    "routeResponseId", attributes: []string{"RouteResponseId"},
			get: func(ctx context.Context, id string) (any, error) {
				return s.GetRouteResponse(ctx, scope, b.apiID, route, id)
			},
		},
		{
			name:  "Integration",
			least: `{"ApiId":"$API","IntegrationType":"MOCK"}`,
			most: `{"ApiId":"$API","IntegrationType":"AWS","ConnectionType":"INTERNET","ContentHandlingStrategy":"CONVERT_TO_TEXT","CredentialsArn":"arn:aws:iam::123456789012:role/r","Description":"d","IntegrationMethod":"PUT",
				"IntegrationUri":"arn:aws:apigateway:us-east-1:sqs:path/123456789012/q","PassthroughBehavior":"NEVER","PayloadFormatVersion":1.0,"RequestParameters":{"integration.request.header.X":"'a'"},
				"RequestTemplates":{"$default":"{}","1":2},"TemplateSelectionExpression":"$request.body.kind","TimeoutInMillis":"500","TlsConfig":{"ServerNameToVerify":"example.com"}}`,
			id: "integrationId", attributes: []string{"IntegrationId"},
			get: func(ctx context.Context, id string) (any, error) { return s.GetIntegration(ctx, scope, b.apiID, id) },
		},
		{
			name:  "IntegrationResponse",
			least: `{"ApiId":"$API","IntegrationId":"` + integration + `","IntegrationResponseKey":"/200/"}`,
			most: `{"ApiId":"$API","IntegrationId":"` + integration + `","IntegrationResponseKey":"$default","ContentHandlingStrategy":"CONVERT_TO_TEXT",
				"ResponseTemplates":"{\"1\":\"one\"}","TemplateSelectionExpression":"${request.body.kind}"}`,
			id: "integrationResponseId", attributes: []string{"IntegrationResponseId"},
			get: func(ctx context.Context, id string) (any, error) {
				return s.GetIntegrationResponse(ctx, scope, b.apiID, integration, id)
			},
		},
		{
			name:  "Deployment",
			least: `{"ApiId":"$API"}`,
			most:  `{"ApiId":"$API","Description":"d"}`,
			id:    "deploymentId", attributes: []string{"DeploymentId"},
			get: func(ctx context.Context, id string) (any, error) { return s.GetDeployment(ctx, scope, b.apiID, id) },
		},
		{
			name:  "Authorizer",
			least: `{"ApiId":"$API","Name":"n","AuthorizerType":"REQUEST","AuthorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations"}`,
			most: `{"ApiId":"$API","Name":"m","AuthorizerType":"REQUEST","AuthorizerUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/g/invocations","AuthorizerCredentialsArn":"arn:aws:iam::123456789012:role/r",
				"IdentitySource":["route.request.header.A"],"IdentityValidationExpression":"^a$","AuthorizerResultTtlInSeconds":0,"EnableSimpleResponses":false}`,
			id: "authorizerId", attributes: []string{"AuthorizerId"},
			get: func(ctx context.Context, id string) (any, error) { return s.GetAuthorizer(ctx, scope, b.apiID, id) },
		},
		{
			name:  "Model",
			least: `{"ApiId":"$API","Name":"n","Schema":{"type":"object"}}`,
			most:  `{"ApiId":"$API","Name":"k","Schema":"{\"type\": \"array\"}","ContentType":"application/xml","Description":"d"}`,
			id:    "modelId", attributes: []string{"ModelId"},
			get: func(ctx context.Context, id string) (any, error) { return s.GetModel(ctx, scope, b.apiID, id) },
		},
		{
			name:  "DomainName",
			least: `{"DomainName":"ws.example.com","DomainNameConfigurations":[{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/c","EndpointType":"REGIONAL"}]}`,
			most:  `{"DomainName":"ws.example.com","DomainNameConfigurations":[{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/d","EndpointType":"REGIONAL","SecurityPolicy":"TLS_1_2"}],"RoutingMode":"ROUTING_RULE_ONLY","Tags":{"a":"b"}}`,
			id:    "domainName", attributes: []string{"DomainNameArn", "RegionalDomainName", "RegionalHostedZoneId"},
			get: func(ctx context.Context, id string) (any, error) { return s.GetDomainName(ctx, scope, id) },
		},
		{
			name:  "VpcLink",
			least: `{"Name":"n","SubnetIds":["subnet-1"],"SecurityGroupIds":["sg-1"]}`,
			most:  `{"Name":"m","SubnetIds":["subnet-1"],"SecurityGroupIds":["sg-1"],"Tags":{"a":"b"}}`,
			id:    "vpcLinkId", attributes: []string{"VpcLinkId"},
			get: func(ctx context.Context, id string) (any, error) { return s.GetVpcLink(ctx, scope, id) },
		},
	}
}

// What a template says is what the resource is, whichever way it came there:
// created so, or updated to it and back again.
func TestResourcesAreWhatTheTemplateSays(t *testing.T) {
	for _, name := range []string{"Api", "Stage", "Route", "RouteResponse", "Integration", "IntegrationResponse", "Deployment", "Authorizer", "Model", "DomainName", "VpcLink"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			for _, l := range lives(b) {
				if l.name != name {
					continue
				}
				result := b.create(name, l.least)
				id := result.PhysicalID
				for _, attribute := range l.attributes {
					if result.Attributes[attribute] == "" {
						t.Errorf("attribute %s is empty", attribute)
					}
				}
				got, err := l.get(t.Context(), id)
				least := shown(t, got, err, l.id)
				b.update(name, id, l.least, l.most)
				got, err = l.get(t.Context(), id)
				updated := shown(t, got, err, l.id)
				b.update(name, id, l.most, l.least)
				got, err = l.get(t.Context(), id)
				if diff := cmp.Diff(least, shown(t, got, err, l.id)); diff != "" {
					t.Errorf("after everything was taken away again (-created +updated):\n%s", diff)
				}
				if err := b.delete(name, id, l.least); err != nil {
					t.Fatalf("delete: %v", err)
				}
				if err := b.delete(name, id, l.least); !awserr.Is(err, awserr.NotFound) {
					t.Errorf("delete again: %v", err)
				}
				id = b.create(name, l.most).PhysicalID
				got, err = l.get(t.Context(), id)
				unlike := []string{l.id, "apiEndpoint", "domainNameArn"}
				created := shown(t, got, err, unlike...)
				for _, member := range unlike {
					delete(updated, member)
				}
				forget(created, "apiGatewayDomainName")
				forget(updated, "apiGatewayDomainName")
				if diff := cmp.Diff(created, updated); diff != "" {
					t.Errorf("everything (-created +updated):\n%s", diff)
				}
			}
		})
	}
}

// forget removes a member of the objects in lists.
func forget(m map[string]any, name string) {
	for _, v := range m {
		list, _ := v.([]any)
		for _, item := range list {
			if object, ok := item.(map[string]any); ok {
				delete(object, name)
			}
		}
	}
}

func TestMappingsAndRules(t *testing.T) {
	b := newBench(t)
	b.create("Stage", `{"ApiId":"$API","StageName":"prod"}`)
	b.create("Stage", `{"ApiId":"$API","StageName":"next"}`)
	domain := b.create("DomainName", `{"DomainName":"ws.example.com","RoutingMode":"ROUTING_RULE_THEN_API_MAPPING","DomainNameConfigurations":[{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/c"}]}`)
	least, most := `{"ApiId":"$API","DomainName":"ws.example.com","Stage":"prod"}`, `{"ApiId":"$API","DomainName":"ws.example.com","Stage":"next","ApiMappingKey":"k"}`
	mapping := b.create("ApiMapping", least)
	b.update("ApiMapping", mapping.PhysicalID, least, most)
	m, err := b.service.GetApiMapping(t.Context(), scope, "ws.example.com", mapping.PhysicalID)
	if err != nil || m.Stage != "next" || m.ApiMappingKey != "k" || mapping.Attributes["ApiMappingId"] != m.ApiMappingID {
		t.Errorf("mapping %+v, %v", m, err)
	}
	rule := `{"DomainNameArn":"` + domain.Attributes["DomainNameArn"] + `","Priority":"1","Actions":[{"InvokeApi":{"ApiId":"$API","Stage":"prod","StripBasePath":"true"}}],"Conditions":[{"MatchBasePaths":{"AnyOf":["v1"]}}]}`
	result := b.create("RoutingRule", rule)
	b.update("RoutingRule", result.PhysicalID, rule, strings.Replace(rule, `"Priority":"1"`, `"Priority":7`, 1))
	got, err := b.service.GetRoutingRule(t.Context(), scope, "ws.example.com", result.Attributes["RoutingRuleId"])
	if err != nil || got.Priority != 7 || !got.Actions[0].InvokeApi.StripBasePath || got.RoutingRuleARN != result.PhysicalID {
		t.Errorf("rule %+v, %v", got, err)
	}
	if err := b.delete("RoutingRule", result.PhysicalID, rule); err != nil {
		t.Error(err)
	}
	if err := b.delete("ApiMapping", mapping.PhysicalID, least); err != nil {
		t.Error(err)
	}
}

func TestPropertiesOfHTTPAPIsAreRefused(t *testing.T) {
	b := newBench(t)
	for name, properties := range map[string]string{
		"Api":                        `{"Body":{"openapi":"3.0.1"}}`,
		"Integration":                `{"ApiId":"$API","IntegrationType":"MOCK","ResponseParameters":{"204":{"ResponseParameters":[{"Source":"a","Destination":"b"}]}}}`,
		"Authorizer":                 `{"ApiId":"$API","Name":"n","AuthorizerType":"JWT","JwtConfiguration":{"Issuer":"i","Audience":["a"]}}`,
		"ApiGatewayManagedOverrides": `{"ApiId":"$API","Stage":{"Description":"d"}}`,
	} {
		typ, r := b.request(name, properties)
		_, err := typ.Create(t.Context(), r)
		if !awserr.Is(err, awserr.BadRequest) || !strings.Contains(err.Error(), "HTTP") && !strings.Contains(err.Error(), "JWT") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTagsOfTheStackGoToTheResource(t *testing.T) {
	b := newBench(t)
	typ, r := b.request("Api", `{"Name":"n","ProtocolType":"WEBSOCKET","RouteSelectionExpression":"$request.body.action","Tags":{"own":"1","both":"own"}}`)
	r.Tags = map[string]string{resource.TagStackID: "stack", resource.TagLogicalID: "X", "both": "stack", "old": "1"}
	result, err := typ.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	tagsOf := func() map[string]string {
		a, err := b.service.GetApi(t.Context(), scope, result.PhysicalID)
		if err != nil {
			t.Fatal(err)
		}
		return a.Tags
	}
	want := map[string]string{resource.TagStackID: "stack", resource.TagLogicalID: "X", "both": "own", "old": "1", "own": "1"}
	if diff := cmp.Diff(want, tagsOf()); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	found, ok, err := typ.(resource.Finder).Find(t.Context(), r)
	if err != nil || !ok || found.PhysicalID != result.PhysicalID {
		t.Errorf("found %v, %v, %v", found, ok, err)
	}
	r.PhysicalID, r.Previous, r.PreviousTags = result.PhysicalID, r.Properties, r.Tags
	r.Properties = b.coerce(typ, `{"Name":"n","ProtocolType":"WEBSOCKET","RouteSelectionExpression":"$request.body.action","Tags":{"own":"2"}}`)
	r.Tags = map[string]string{resource.TagStackID: "stack", resource.TagLogicalID: "X", "both": "stack", "new": "1"}
	if _, err := typ.Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	want = map[string]string{resource.TagStackID: "stack", resource.TagLogicalID: "X", "both": "stack", "new": "1", "own": "2"}
	if diff := cmp.Diff(want, tagsOf()); diff != "" {
		t.Errorf("tags after the update (-want +got):\n%s", diff)
	}
}

func TestStagesDeployOnceAtTheEnd(t *testing.T) {
	b := newBench(t)
	ctx, end := b.registry.Begin(t.Context())
	typ, r := b.request("Stage", `{"ApiId":"$API","StageName":"prod","AutoDeploy":true}`)
	if _, err := typ.Create(ctx, r); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"a", "b", "c"} {
		typ, r := b.request("Route", `{"ApiId":"$API","RouteKey":"`+key+`"}`)
		if _, err := typ.Create(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	count := func() int {
		list, err := b.service.GetDeployments(t.Context(), scope, b.apiID, apigatewayv2.Page{})
		if err != nil {
			t.Fatal(err)
		}
		return len(list.Items)
	}
	if n := count(); n != 0 {
		t.Errorf("%d deployments before the end", n)
	}
	if err := end(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 1 {
		t.Errorf("%d deployments after it", n)
	}
	ctx, end = b.registry.Begin(t.Context())
	typ, r = b.request("Api", `{"Name":"n","ProtocolType":"WEBSOCKET","RouteSelectionExpression":"$request.body.kind"}`)
	r.PhysicalID, r.Previous = b.apiID, r.Properties
	if _, err := typ.Update(ctx, r); err != nil {
		t.Fatal(err)
	}
	if err := end(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 2 {
		t.Errorf("%d deployments after a change of the API itself", n)
	}
}
