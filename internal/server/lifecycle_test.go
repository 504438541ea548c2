package server

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"go.uber.org/goleak"
)

// trusting returns a client that trusts the server's authority and no other.
func trusting(t *testing.T, s *Server) *http.Client {
	t.Helper()
	_, _, pem := call{url: s.URL() + pathCA}.do(t)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(pem)) {
		t.Fatalf("no certificate in %q", pem)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience}
}

// One port speaks HTTP, HTTPS, WS and WSS.
func TestTLS(t *testing.T) {
	s := start(t, Config{})
	apiID := deployMock(t, s)
	c := trusting(t, s)
	_, port, _ := net.SplitHostPort(s.address)
	for _, host := range []string{"127.0.0.1:" + port, "localhost:" + port} {
		if host[0] == 'l' {
			// Listening on 127.0.0.1 only; the name may resolve to the other first.
			c.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:"+port)
			}
		}
		answer, err := c.Do(call{method: "POST", url: "https://" + host + "/", body: "Action=ListStacks&Version=2010-05-15", service: "cloudformation", key: "test", secret: "test"}.request(t))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != 200 || !strings.Contains(string(body), "ListStacksResult") {
			t.Errorf("control plane of %s: %d %s", host, answer.StatusCode, body)
		}
		conn := dial(t, "wss://"+host+"/_aws/execute-api/"+apiID+"/production", &websocket.DialOptions{HTTPClient: c})
		if got := ask(t, conn, `{"action":"message","messageId":1}`); got != `{"message": "Hello World"}` {
			t.Errorf("%s: %s", host, got)
		}
		conn.CloseNow()
	}
	if _, err := client(t).Do(call{url: "https://127.0.0.1:" + port + "/health"}.request(t)); err == nil {
		t.Error("a client that does not know the authority trusts it")
	}
}

// A signature over HTTPS holds as one over HTTP does.
func TestTLSStrict(t *testing.T) {
	s := strict(t, nothing)
	c := trusting(t, s)
	for _, secret := range []string{"root-secret", "guess"} {
		answer, err := c.Do(call{url: "https://" + s.address + "/v2/apis", service: "apigateway", key: "AKIAROOT", secret: secret}.request(t))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if want := map[string]int{"root-secret": 200, "guess": 403}[secret]; answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", secret, answer.StatusCode, want)
		}
	}
}

func TestBothLoopbackFamilies(t *testing.T) {
	s := start(t, Config{Listen: "localhost:0"})
	apiID := deployMock(t, s)
	addresses := s.socket.Addrs()
	if len(addresses) < 2 {
		t.Skip("this machine has one family only")
	}
	for _, a := range addresses {
		if status, _, body := (call{url: "http://" + a.String() + "/v2/apis"}).do(t); status != 200 || !strings.Contains(body, `"ws://`+s.address+"/_aws/") {
			t.Errorf("control plane at %s: %d %s", a, status, body)
		}
		conn := dial(t, "ws://"+a.String()+"/ws/"+apiID+"/production", nil)
		if got := ask(t, conn, `{"action":"message","messageId":1}`); got != `{"message": "Hello World"}` {
			t.Errorf("%s: %s", a, got)
		}
		conn.CloseNow()
	}
	if !strings.HasPrefix(s.URL(), "http://localhost:") {
		t.Errorf("the address is shown as %s", s.URL())
	}
}

// What was deployed is there after a restart, and its endpoint is where the
// server is now.
func TestRestart(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	first := start(t, Config{Data: data})
	apiID := deployMock(t, first)
	if status, _, body := (call{method: "POST", url: first.URL() + "/apikeys", body: `{"name":"kept"}`}).do(t); status != 201 {
		t.Fatalf("%d %s", status, body)
	}
	_, _, pem := call{url: first.URL() + pathCA}.do(t)
	stop(t, first)

	second := start(t, Config{Data: data})
	if second.address == first.address {
		t.Skip("the port is the same")
	}
	endpoint := second.Endpoint(apiID)
	if !strings.Contains(endpoint, second.address) {
		t.Errorf("endpoint %s of a server at %s", endpoint, second.address)
	}
	for what, c := range map[string]call{
		"GetApi":         {url: "/v2/apis/" + apiID},
		"GetApis":        {url: "/v2/apis"},
		"DescribeStacks": {url: "/?Action=DescribeStacks&StackName=mock&Version=2010-05-15"},
	} {
		c.url = second.URL() + c.url
		if status, _, body := c.do(t); status != 200 || !strings.Contains(body, endpoint) || strings.Contains(body, first.address) {
			t.Errorf("%s: %d %s", what, status, body)
		}
	}
	if status, _, body := (call{url: second.URL() + "/apikeys"}).do(t); status != 200 || !strings.Contains(body, `"name":"kept"`) {
		t.Errorf("keys: %d %s", status, body)
	}
	if _, _, now := (call{url: second.URL() + pathCA}).do(t); now != pem {
		t.Error("the authority is another one")
	}
	conn := dial(t, endpoint+"/production", nil)
	if got := ask(t, conn, `{"action":"message","messageId":1}`); got != `{"message": "Hello World"}` {
		t.Errorf("got %s", got)
	}
	d, err := second.Deploy(t.Context(), Stack{Name: "mock", Template: mustRead(t, "../../examples/mock/template.yaml")})
	if err != nil || !d.Unchanged || d.Outputs[0].Value != endpoint {
		t.Errorf("deployed again: %+v, %v", d, err)
	}
}

func mustRead(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A server leaves nothing behind: no goroutine, no port, no lock on its data.
func TestNothingIsLeft(t *testing.T) {
	before := goleak.IgnoreCurrent()
	data := filepath.Join(t.TempDir(), "data")
	logs := filepath.Join(t.TempDir(), "access.log")
	var address string
	for range 3 {
		s, err := Start(t.Context(), Config{Listen: cmp.Or(address, "127.0.0.1:0"), Data: data, AccessLog: logs, Endpoints: map[string]string{"logs": "http://127.0.0.1:1"}})
		if err != nil {
			t.Fatal(err)
		}
		address = s.address
		deployMock(t, s)
		stop(t, s)
		stop(t, s)
	}
	// Starts that fail, too.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, c := range []Config{
		{Listen: listener.Addr().String(), Data: data},
		{Listen: "127.0.0.1:0", Data: logs},
		{Listen: "127.0.0.1:0", AccessLog: t.TempDir()},
		{Listen: "127.0.0.1:0", TLSCert: logs, TLSKey: logs},
	} {
		if s, err := Start(t.Context(), c); err == nil {
			stop(t, s)
			t.Errorf("%+v: the server started", c)
		}
	}
	goleak.VerifyNone(t, before)
}

func TestOffline(t *testing.T) {
	s, err := Offline(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, s)
	if apiID := deployMock(t, s); len(s.Stages(t.Context(), apiID)) != 1 {
		t.Error("the API has no stage")
	}
	_, err = s.Deploy(t.Context(), Stack{Name: "other", Template: `{"Resources":{"R":{"Type":"AWS::ApiGateway::UsagePlanKey","Properties":{"KeyId":"a","KeyType":"API_KEY","UsagePlanId":"b"}}}}`})
	if e, ok := errors.AsType[*DeployError](err); !ok || e.LogicalID != "R" || e.Reason != "Invalid API Key identifier specified" {
		t.Errorf("a resource that cannot be: %v", err)
	}
}

// Addresses that templates glue together as AWS documents them lead here.
func TestOutputsLeadHere(t *testing.T) {
	s := start(t, Config{})
	d, err := s.Deploy(t.Context(), Stack{Name: "glued", Template: mustRead(t, "../../examples/mock/template.yaml") +
		"  Glued: {Value: !Sub 'wss://${ApiGatewayV2Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/production'}\n"})
	if err != nil {
		t.Fatal(err)
	}
	want := s.Endpoint(d.Physical("AWS::ApiGatewayV2::Api")[0]) + "/production"
	for _, o := range d.Outputs {
		if o.Key == "Glued" && o.Value != want {
			t.Errorf("%s, want %s", o.Value, want)
		}
	}
}
