package posterntest_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"postern/posterntest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const example = "../examples/mock/template.yaml"

func dial(t *testing.T, endpoint string) *websocket.Conn {
	t.Helper()
	c, _, err := websocket.Dial(t.Context(), endpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	return c
}

func ask(t *testing.T, c *websocket.Conn, message string) string {
	t.Helper()
	if err := c.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
		t.Fatal(err)
	}
	_, reply, err := c.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return string(reply)
}

func TestTalk(t *testing.T) {
	t.Parallel()
	s := posterntest.NewFile(t, example)
	if endpoint := s.Output("ApiGatewayV2ApiEndpoint") + "/production"; endpoint != s.Endpoint("production") || endpoint != s.APIEndpoint("ApiGatewayV2Api", "production") {
		t.Errorf("the output is %s, Endpoint %s", endpoint, s.Endpoint("production"))
	}
	c := dial(t, s.Endpoint("production"))
	if got := ask(t, c, `{"action":"message","messageId":2}`); got != `{"message": "Hi!"}` {
		t.Errorf("got %s", got)
	}
	if !strings.HasPrefix(s.ConnectionsURL("production"), s.URL()+"/_aws/execute-api/") {
		t.Errorf("connections at %s", s.ConnectionsURL("production"))
	}
}

// Time is moved: a connection that says nothing for ten minutes is closed now.
func TestAdvance(t *testing.T) {
	t.Parallel()
	s := posterntest.NewFile(t, example)
	c := dial(t, s.Endpoint("production"))
	start := time.Now()
	s.Advance(10*time.Minute + time.Second)
	_, _, err := c.Read(t.Context())
	if e, ok := errors.AsType[websocket.CloseError](err); !ok || e.Code != websocket.StatusGoingAway {
		t.Errorf("after ten idle minutes: %v", err)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}

func TestRedeploy(t *testing.T) {
	t.Parallel()
	s := posterntest.NewFile(t, example)
	c := dial(t, s.Endpoint("production"))
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	s.Redeploy(strings.ReplaceAll(string(text), "Hello World", "Changed"))
	if got := ask(t, c, `{"action":"message","messageId":1}`); got != `{"message": "Changed"}` {
		t.Errorf("got %s", got)
	}
}

func TestParameter(t *testing.T) {
	t.Parallel()
	s := posterntest.New(t, `{"Parameters":{"P":{"Type":"String"}},"Resources":{"Api":{"Type":"AWS::ApiGatewayV2::Api","Properties":
		{"Name":"a","ProtocolType":"WEBSOCKET","RouteSelectionExpression":"$request.body.action"}}},"Outputs":{"O":{"Value":{"Ref":"P"}}}}`,
		posterntest.Parameter("P", "x"))
	if got := s.Output("O"); got != "x" {
		t.Errorf("output %q", got)
	}
}

// A message that AWS refuses is fine where the limit is another.
func TestLimit(t *testing.T) {
	t.Parallel()
	s := posterntest.NewFile(t, example, posterntest.Limit("frame-size", "40"), posterntest.Limit("message-size", "1MB"))
	c := dial(t, s.Endpoint("production"))
	if got := ask(t, c, `{"action":"message","messageId":2}`); got != `{"message": "Hi!"}` {
		t.Errorf("got %s", got)
	}
	if err := c.Write(t.Context(), websocket.MessageText, []byte(`{"action":"message","messageId":2, "more": 1}`)); err != nil {
		t.Fatal(err)
	}
	_, _, err := c.Read(t.Context())
	if e, ok := errors.AsType[websocket.CloseError](err); !ok || e.Code != websocket.StatusMessageTooBig {
		t.Errorf("a frame of more than 40 bytes: %v", err)
	}
}

// failing is a TB that notes what it fails with.
type failing struct {
	testing.TB
	text string
}

type stop struct{}

func (f *failing) Fatalf(format string, args ...any) {
	f.text = fmt.Sprintf(format, args...)
	panic(stop{})
}

// A template that is wrong fails the test with the reason.
func TestFailures(t *testing.T) {
	for name, test := range map[string]struct {
		run  func(t testing.TB)
		want string
	}{
		"no template": {func(t testing.TB) { posterntest.New(t, "Resources: {}") }, "At least one Resources member must be defined"},
		"a bad resource": {func(t testing.TB) {
			posterntest.New(t, `{"Resources":{"R":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"Nme":"x"}}}}`)
		}, "R: "},
		"an attribute that there is not": {func(t testing.TB) {
			posterntest.New(t, "Resources:\n  Api:\n    Type: AWS::ApiGatewayV2::Api\n    Properties:\n      Name: !GetAtt Api2.Foo\n  Api2:\n    Type: AWS::ApiGatewayV2::Api\n")
		}, "line 5: [Error] /Resources/Api/Properties/Name/Fn::GetAtt: Resource type AWS::ApiGatewayV2::Api does not support attribute {Foo}"},
		"no stage":        {func(t testing.TB) { posterntest.NewFile(t, example).Endpoint("nope") }, `no stage "nope", but ["production"]`},
		"no stage of one": {func(t testing.TB) { posterntest.NewFile(t, example).APIEndpoint("ApiGatewayV2Api", "nope") }, `no stage "nope"`},
		"no such limit":   {func(t testing.TB) { posterntest.NewFile(t, example, posterntest.Limit("frames", "1")) }, `"frames" is none of frame-size`},
		"no file":         {func(t testing.TB) { posterntest.NewFile(t, "none.yaml") }, "none.yaml"},
		"no output":       {func(t testing.TB) { posterntest.NewFile(t, example).Output("None") }, "no output None"},
		"no resource":     {func(t testing.TB) { posterntest.NewFile(t, example).PhysicalID("None") }, "no resource None"},
	} {
		f := &failing{TB: t}
		func() {
			defer func() {
				if r := recover(); r != nil && r != (stop{}) {
					panic(r)
				}
			}()
			test.run(f)
		}()
		if !strings.Contains(f.text, test.want) {
			t.Errorf("%s: %q, want %q", name, f.text, test.want)
		}
	}
}

func Example() {
	_ = func(t *testing.T) {
		chat := posterntest.NewFile(t, "template.yaml", posterntest.AWSEndpoint("lambda", "http://localhost:9001"))
		conn, _, err := websocket.Dial(t.Context(), chat.Endpoint("prod"), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.CloseNow()
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(`{"action": "join", "room": "lobby"}`)); err != nil {
			t.Fatal(err)
		}
		_, reply, err := conn.Read(t.Context())
		if err != nil || string(reply) != `{"joined": "lobby"}` {
			t.Errorf("got %s, %v", reply, err)
		}
	}
}
