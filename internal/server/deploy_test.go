package server

import (
	"errors"
	"strings"
	"testing"
)

const bare = `Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: a, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}
  Int:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: MOCK}
`

// Whatever is wrong with a template is said, with its place.
func TestDeployErrors(t *testing.T) {
	s := offline(t)
	const route = "  Route:\n    Type: AWS::ApiGatewayV2::Route\n    Properties:\n      ApiId: !Ref Api\n      "
	for _, test := range []struct {
		name, text   string
		id, reason   string
		line, column int
	}{
		{"an attribute in text", route + "RouteKey: a\n      Target: !Sub integrations/${Int.Id}", "",
			"[Error] /Resources/Route/Properties/Target/Fn::Sub: Resource type AWS::ApiGatewayV2::Integration does not support attribute {Id}", 13, 15},
		{"an attribute", route + "RouteKey: !GetAtt Int.Foo", "",
			"[Error] /Resources/Route/Properties/RouteKey/Fn::GetAtt: Resource type AWS::ApiGatewayV2::Integration does not support attribute {Foo}", 12, 17},
		{"an output", "Outputs:\n  Url:\n    Value: !Sub '${Api.Endpoint}'", "",
			"[Error] /Outputs/Url/Value/Fn::Sub: Resource type AWS::ApiGatewayV2::Api does not support attribute {Endpoint}", 10, 12},
		{"an import", "Outputs:\n  Url:\n    Value: !ImportValue foo", "", "No export named foo found", 10, 12},
		{"a parameter that is elsewhere", route + "RouteKey: '{{resolve:ssm:/x}}'", "", "Parameters: [ssm:/x::000000000000] cannot be found", 12, 17},
		{"a property", route + "RouteKey: a\n      RouteKee: b", "Route",
			"Properties validation failed for resource Route with message:\n#: extraneous key [RouteKee] is not permitted", 13, 7},
		{"a missing property", route + "Target: a", "Route",
			"Properties validation failed for resource Route with message:\n#: required key [RouteKey] not found", 8, 0},
		{"a value", route + "RouteKey: [a]", "Route",
			"Properties validation failed for resource Route with message:\n#/RouteKey: expected type: String, found: JSONArray", 12, 7},
		{"a type", "  Thing:\n    Type: AWS::Nothing::Here", "", "Template format error: Unrecognized resource types: [AWS::Nothing::Here]", 9, 11},
		{"a name", route + "RouteKey: !Ref Nope", "", "Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template", 12, 17},
		{"what the service refuses", route + "RouteKey: a\n      Target: integrations/none", "Route", "Invalid Integration identifier specified none", 8, 0},
	} {
		_, err := s.Deploy(t.Context(), Stack{Name: "errors", Template: bare + test.text})
		e, ok := errors.AsType[*DeployError](err)
		if !ok {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if want := (DeployError{test.id, test.reason, test.line, test.column}); *e != want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", test.name, *e, want)
		}
	}
}

// An update that fails leaves the stack as it was: its old template is no news,
// and outputs that cannot be are not passed over.
func TestDeployAgain(t *testing.T) {
	s := offline(t)
	deploy := func(text string) (*Deployed, error) {
		return s.Deploy(t.Context(), Stack{Name: "again", Template: text})
	}
	if _, err := deploy(bare); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ text, want string }{
		{strings.Replace(bare, "MOCK", "MOK", 1), "Int: "},
		{bare + "Outputs: {O: {Value: !GetAtt Api.Foo}}", "does not support attribute {Foo}"},
		{bare + "Outputs: {O: {Value: !Sub '${Api.Endpoint}'}}", "does not support attribute {Endpoint}"},
		{bare + "Outputs: {O: {Value: !ImportValue Foo}}", "No export named Foo found"},
	} {
		d, err := deploy(test.text)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %+v, %v", test.want, d, err)
		}
		d, err = deploy(bare)
		if err != nil || !d.Unchanged || len(d.Resources) != 2 {
			t.Errorf("after %s: %+v, %v", test.want, d, err)
		}
	}
}

func TestDeployName(t *testing.T) {
	s := offline(t)
	_, err := s.Deploy(t.Context(), Stack{Name: "a b", Template: bare})
	if err == nil || !strings.Contains(err.Error(), "stackName") {
		t.Errorf("%v", err)
	}
}

func offline(t *testing.T) *Server {
	t.Helper()
	s, err := Offline(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}
