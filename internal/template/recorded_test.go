package template

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stack answers for resources like a stack whose resources are all made: the
// physical id of X is "x-id", its attribute A is "x-A".
type stack struct{ exports map[string]string }

func (stack) Ref(id string) (*Node, bool) {
	return &Node{Kind: String, Text: strings.ToLower(id) + "-id"}, true
}

func (stack) GetAtt(id, attribute string) (*Node, error) {
	if attribute == "Missing" {
		return nil, ErrNoAttribute
	}
	return &Node{Kind: String, Text: strings.ToLower(id) + "-" + attribute}, nil
}

func (s stack) ImportValue(name string) (string, bool) {
	v, ok := s.exports[name]
	return v, ok
}

// parameterStore resolves references from a map "service:reference".
type parameterStore map[string]string

func (s parameterStore) Resolve(service, reference string) (string, error) {
	if service == "broken" || reference == "broken" {
		return "", errors.New("the store is broken")
	}
	v, ok := s[service+":"+reference]
	if !ok {
		return "", ErrNotFound
	}
	return v, nil
}

var environment = Environment{
	AccountID: "123456789012", Region: "eu-central-1", StackName: "chat",
	StackID: "arn:aws:cloudformation:eu-central-1:123456789012:stack/chat/1",
	Resolver: parameterStore{
		"ssm:/cdk-bootstrap/hnb659fds/version": "21",
		"ssm:list":                             "a, b",
		"ssm:name:3":                           "third",
		"secretsmanager:s:SecretString:key::":  "secret",
	},
}

// bindFile binds a recorded template without parameters.
func bindFile(t *testing.T, name string) *Bound {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := tmpl.Validate(); err != nil {
		t.Fatal(err)
	}
	b, err := tmpl.Bind(nil, environment)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSeed(t *testing.T) {
	b := bindFile(t, "seed.yaml")
	if got, want := b.Template.Description, "API Gateway WebSocket with Mock Integration"; got != want {
		t.Errorf("description %q, want %q", got, want)
	}
	wantOrder := [][]string{
		{"ApiGatewayV2Api"},
		{"ApiGatewayV2Stage", "ApiGatewayV2IntegrationOnConnect", "ApiGatewayV2IntegrationOnMessage"},
		{"ApiGatewayV2RouteOnConnect", "ApiGatewayV2RouteOnMessage", "ApiGatewayV2IntegrationResponseOnConnect", "ApiGatewayV2IntegrationResponseOnMessage"},
		{"ApiGatewayV2RouteResponseOnConnect", "ApiGatewayV2RouteResponseOnMessage"},
	}
	if diff := cmp.Diff(wantOrder, b.Order()); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	for _, c := range []struct{ id, want string }{
		{"ApiGatewayV2Api", `{"Name":"api-gateway-websocket-with-mock-integration","ProtocolType":"WEBSOCKET","RouteSelectionExpression":"$request.body.action"}`},
		{"ApiGatewayV2RouteOnConnect", `{"ApiId":"apigatewayv2api-id","RouteKey":"$connect","RouteResponseSelectionExpression":"$default","Target":"integrations/apigatewayv2integrationonconnect-id"}`},
		{"ApiGatewayV2IntegrationOnMessage", `{"ApiId":"apigatewayv2api-id","ConnectionType":"INTERNET","IntegrationType":"MOCK","PassthroughBehavior":"WHEN_NO_MATCH","RequestTemplates":{"$default":"{\"statusCode\": 200, \"messageId\": $input.path('$.messageId')}"},"TimeoutInMillis":29000,"PayloadFormatVersion":"1.0"}`},
		{"ApiGatewayV2IntegrationResponseOnMessage", `{"ApiId":"apigatewayv2api-id","IntegrationId":"apigatewayv2integrationonmessage-id","IntegrationResponseKey":"/200/","ResponseTemplates":{"1":"{\"message\": \"Hello World\"}","2":"{\"message\": \"Hi!\"}"},"TemplateSelectionExpression":"${request.body.messageId}"}`},
	} {
		v, err := b.Properties(c.id, stack{}, false)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, string(v.JSON())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.id, diff)
		}
	}
	outputs, err := b.Outputs(stack{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]OutputValue{{Key: "ApiGatewayV2ApiEndpoint", Value: "apigatewayv2api-ApiEndpoint"}}, outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	v, err := b.Properties("ApiGatewayV2RouteOnConnect", Nothing, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(v.Get("Target").JSON()); got != `"{{changeSet:KNOWN_AFTER_APPLY}}"` {
		t.Errorf("target before the change: %s", got)
	}
}

func TestCDK(t *testing.T) {
	b := bindFile(t, "cdk.json")
	capabilities, reason := b.Template.Capabilities()
	if diff := cmp.Diff([]string{CapabilityIAM}, capabilities); diff != "" {
		t.Errorf("capabilities (-want +got):\n%s", diff)
	}
	if want := "The following resource(s) require capabilities: [AWS::IAM::Role, AWS::IAM::Policy]"; reason != want {
		t.Errorf("reason %q, want %q", reason, want)
	}
	want := []ParameterValue{{Name: "BootstrapVersion", Value: "/cdk-bootstrap/hnb659fds/version", Resolved: "21"}}
	if diff := cmp.Diff(want, b.Parameters); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	outputs, err := b.Outputs(stack{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := outputs[0].Value, "wss://ws99db0bef-id.execute-api.us-east-1.amazonaws.com/dev"; got != want {
		t.Errorf("url %q, want %q", got, want)
	}
}

// TestCDKBootstrapTooOld shows the rule that CDK puts into every template.
func TestCDKBootstrapTooOld(t *testing.T) {
	text, err := os.ReadFile("testdata/cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	old := environment
	old.Resolver = parameterStore{"ssm:/cdk-bootstrap/hnb659fds/version": "5"}
	_, err = tmpl.Bind(nil, old)
	if want := "Template error: rule CheckBootstrapVersion failed: CDK bootstrap stack version 6 required. Please run 'cdk bootstrap' with a recent version of the CDK CLI."; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	old.Resolver = nil
	_, err = tmpl.Bind(nil, old)
	if want := "Unable to fetch parameters [/cdk-bootstrap/hnb659fds/version] from parameter store for this account."; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestServerless(t *testing.T) {
	b := bindFile(t, "serverless.json")
	for _, r := range b.Resources() {
		v, err := b.Properties(r.LogicalID, stack{}, true)
		if err != nil {
			t.Fatalf("%s: %v", r.LogicalID, err)
		}
		if !v.Known() {
			t.Errorf("%s has unknown values", r.LogicalID)
		}
	}
	exports, err := b.Exports()
	if err != nil {
		t.Fatal(err)
	}
	if len(exports) != len(b.Template.Outputs) || len(exports) == 0 {
		t.Errorf("%d exports of %d outputs", len(exports), len(b.Template.Outputs))
	}
	if capabilities, _ := b.Template.Capabilities(); !cmp.Equal(capabilities, []string{CapabilityNamedIAM}) {
		t.Errorf("capabilities %v", capabilities)
	}
}
