package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

const waysOut = `
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: out, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties:
      ApiId: !Ref Api
      StageName: prod
      AutoDeploy: true
      AccessLogSettings: {DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:x", Format: "$context.requestId $context.routeKey"}
  Http:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: http, RouteResponseSelectionExpression: $default, Target: !Sub "integrations/${HttpOut}"}
  HttpReply: {Type: AWS::ApiGatewayV2::RouteResponse, Properties: {ApiId: !Ref Api, RouteId: !Ref Http, RouteResponseKey: $default}}
  HttpOut:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: HTTP_PROXY, IntegrationMethod: POST, IntegrationUri: "BACKEND/http"}
  Link:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: link, RouteResponseSelectionExpression: $default, Target: !Sub "integrations/${LinkOut}"}
  LinkReply: {Type: AWS::ApiGatewayV2::RouteResponse, Properties: {ApiId: !Ref Api, RouteId: !Ref Link, RouteResponseKey: $default}}
  LinkOut:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: HTTP_PROXY, IntegrationMethod: POST, IntegrationUri: "http://backend.invalid/link", ConnectionType: VPC_LINK, ConnectionId: vpclink1}
  Queue:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: queue, RouteResponseSelectionExpression: $default, Target: !Sub "integrations/${QueueOut}"}
  QueueReply: {Type: AWS::ApiGatewayV2::RouteResponse, Properties: {ApiId: !Ref Api, RouteId: !Ref Queue, RouteResponseKey: $default}}
  QueueOut:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS
      IntegrationMethod: POST
      IntegrationUri: arn:aws:apigateway:us-east-1:sqs:path/000000000000/jobs
      CredentialsArn: arn:aws:iam::000000000000:role/x
  QueueResponse:
    Type: AWS::ApiGatewayV2::IntegrationResponse
    Properties: {ApiId: !Ref Api, IntegrationId: !Ref QueueOut, IntegrationResponseKey: $default}
`

// What the settings say of backends and logs arrives where it is used.
func TestWaysOut(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signed := strings.Contains(r.Header.Get("Authorization"), "/sqs/aws4_request")
		io.WriteString(w, strings.Join([]string{r.Host, r.URL.Path, map[bool]string{true: "signed"}[signed]}, " "))
	}))
	defer backend.Close()
	host := strings.TrimPrefix(backend.URL, "http://")
	log := filepath.Join(t.TempDir(), "access.log")
	s := start(t, Config{AccessLog: log, Endpoints: map[string]string{"sqs": backend.URL}, VPCLinks: map[string]string{"vpclink1": host}})
	d, err := s.Deploy(t.Context(), Stack{Name: "out", Template: strings.ReplaceAll(waysOut, "BACKEND", backend.URL)})
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, s.Endpoint(d.Physical("AWS::ApiGatewayV2::Api")[0])+"/prod", nil)
	for route, want := range map[string]string{
		"http": host + " /http", "link": "backend.invalid /link", "queue": host + " /000000000000/jobs signed",
	} {
		if got := ask(t, conn, `{"action":"`+route+`"}`); got != want {
			t.Errorf("%s: %q, want %q", route, got, want)
		}
	}
	conn.CloseNow()
	stop(t, s)
	lines := mustRead(t, log)
	for _, route := range []string{"$connect", "http", "link", "queue", "$disconnect"} {
		if !strings.Contains(lines, "= "+route+"\n") {
			t.Errorf("no access log line of %s in:\n%s", route, lines)
		}
	}
}
