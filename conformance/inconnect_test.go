package conformance

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// inConnect is an API whose $connect backend learns the id of the connection
// to be.
const inConnect = `
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: session, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: prod, AutoDeploy: true}
  Connect:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: $connect, Target: !Sub 'integrations/${Backend}'}
  Backend:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: HTTP_PROXY
      IntegrationMethod: POST
      IntegrationUri: BACKEND
      RequestParameters:
        integration.request.header.connectionId: context.connectionId
        integration.request.header.endpoint: context.domainName
`

// TestPostInsideConnect: a connection does not exist before its $connect
// integration has answered, and does as soon as the client has been accepted.
//
// Source: vector mg-in-connect; data-plane 10; quirk 9; re:Post, "How do I
// resolve the 410 GoneException in API Gateway?".
func TestPostInsideConnect(t *testing.T) {
	var got []string
	var api, id string
	var s *Server
	call := func(method string) string {
		path := s.Endpoint(api) + "/prod/@connections/" + strings.ReplaceAll(id, "=", "%3D")
		req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader("hi"))
		if err != nil {
			return err.Error()
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err.Error()
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprint(method, " ", resp.StatusCode, " ", resp.Header["X-Amzn-Errortype"], " ", string(body))
	}
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id = r.Header.Get("connectionId")
		for _, method := range []string{"POST", "GET", "DELETE"} {
			got = append(got, call(method))
		}
	}))
	defer backend.Close()

	s = start(t, "inconnect", nil)
	var err error
	template := strings.ReplaceAll(inConnect, "BACKEND", backend.URL)
	api, err = s.Deploy(t.Context(), template)
	if err != nil {
		t.Fatal(err)
	}

	conn, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c, resp, body, err := handshake(conn, s.Host(), s.Endpoint(api)+"/prod", nil)
	if err != nil || c == nil {
		t.Fatalf("refused: %v %s %v", resp, body, err)
	}
	want := []string{"POST 410 [GoneException] ", "GET 410 [GoneException] ", "DELETE 410 [GoneException] "}
	if !slices.Equal(got, want) {
		t.Errorf("inside $connect: %q, want %q", got, want)
	}
	if got := call("POST"); got != "POST 200 [] " {
		t.Errorf("after the 101: %s", got)
	}
	if e, err := c.next(patience); err != nil || e.kind != "text" || e.data != "hi" {
		t.Errorf("got %v, %v", e, err)
	}
}
