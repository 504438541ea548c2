package server

import (
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// A page that somebody has open in a browser must not be able to use the
// server, whatever a browser lets it send.
func TestWebPages(t *testing.T) {
	s := start(t, Config{PublicURL: "https://gw.example.com"})
	apiID := deployMock(t, s)
	paths := map[string]call{
		"CloudFormation":       {method: "POST", url: "/", body: "Action=ListStacks&Version=2010-05-15"},
		"CloudFormation, GET":  {url: "/?Action=ListStacks&Version=2010-05-15"},
		"apigatewayv2":         {url: "/v2/apis"},
		"apigateway":           {method: "POST", url: "/apikeys", body: "{}"},
		"clock":                {method: "POST", url: "/_postern/clock", body: `{"advance": "1s"}`},
		"metrics":              {url: "/_postern/metrics"},
		"@connections":         {method: "POST", url: "/_aws/execute-api/" + apiID + "/production/@connections/AAAAAAAAAAAAAAA=", body: "x"},
		"@connections, signed": {url: "/production/@connections/AAAAAAAAAAAAAAA=", service: "execute-api", key: "test", secret: "test"},
	}
	tests := []struct {
		name   string
		header map[string]string
		ok     bool
	}{
		{"no browser", nil, true},
		{"another site", map[string]string{"Origin": "https://evil.example"}, false},
		{"another site that is called like this machine", map[string]string{"Origin": "http://localhost.evil.example"}, false},
		{"a sandbox", map[string]string{"Origin": "null"}, false},
		{"an extension", map[string]string{"Origin": "chrome-extension://abcdef"}, false},
		{"an address in the network", map[string]string{"Origin": "http://192.168.1.1"}, false},
		{"nonsense", map[string]string{"Origin": "http://[::1"}, false},
		{"an image on another site", map[string]string{"Sec-Fetch-Site": "cross-site"}, false},
		{"a page of this machine", map[string]string{"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"}, true},
		{"a page of this machine by its address", map[string]string{"Origin": "http://127.0.0.1:8080"}, true},
		{"a page of this machine by its other address", map[string]string{"Origin": "http://[::1]:8080"}, true},
		{"a page under .localhost", map[string]string{"Origin": "https://app.localhost"}, true},
		{"the public URL", map[string]string{"Origin": "https://gw.example.com"}, true},
		{"the public URL with its port", map[string]string{"Origin": "https://gw.example.com:443"}, true},
		{"the public URL without TLS", map[string]string{"Origin": "http://gw.example.com"}, false},
		{"another port of the public host", map[string]string{"Origin": "https://gw.example.com:8443"}, false},
		{"typed into the address bar", map[string]string{"Sec-Fetch-Site": "none"}, true},
	}
	for _, test := range tests {
		for name, c := range paths {
			c.url, c.header = s.URL()+c.url, test.header
			status, _, body := c.do(t)
			if refused := status == 403 && strings.Contains(body, "may not call this server"); refused == test.ok {
				t.Errorf("%s, %s: %d %s", test.name, name, status, body)
			}
		}
	}
	// AWS checks no Origin of a WebSocket: that is the authorizer's part.
	dial(t, s.Endpoint(apiID)[:2]+strings.TrimPrefix(s.URL(), "http")+"/_aws/execute-api/"+apiID+"/production",
		&websocket.DialOptions{HTTPHeader: map[string][]string{"Origin": {"https://evil.example"}}})
}

// A name that its owner makes resolve to this machine (DNS rebinding) is no name
// of the server.
func TestHostNames(t *testing.T) {
	s := start(t, Config{PublicURL: "https://gw.example.com:8443"})
	apiID := deployMock(t, s)
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	port := ":" + u.Port()
	for host, ok := range map[string]bool{
		"localhost" + port: true, "127.0.0.1" + port: true, "[::1]" + port: true, "LocalHost": true, "localhost." + port: true,
		"postern.localhost" + port: true, "host.docker.internal" + port: true, "host.containers.internal": true,
		"gw.example.com": true, "GW.example.com:8443": true, "10.0.0.1" + port: true,
		"cloudformation.us-east-1.amazonaws.com": true, "localhost.localstack.cloud:4566": true, "sts.localhost.localstack.cloud": true,
		"evil.example" + port: false, "localhost.evil.example" + port: false, "127.0.0.1.evil.example": false,
		"example.com": false, "evil-amazonaws.com": false, "xlocalhost.localstack.cloud": false, "postern": false,
	} {
		for name, c := range map[string]call{
			"apigatewayv2":   {url: "/v2/apis"},
			"CloudFormation": {url: "/?Action=ListStacks&Version=2010-05-15"},
			"signed":         {url: "/v2/apis", service: "apigateway", key: "test", secret: "test"},
			"metrics":        {url: "/_postern/metrics"},
		} {
			c.url, c.host = s.URL()+c.url, host
			status, _, body := c.do(t)
			if ok && status != 200 || !ok && (status != 403 || !strings.Contains(body, "this server is not called ")) {
				t.Errorf("%s under %q: %d %s", name, host, status, body)
			}
		}
	}
	// The data plane has many names.
	for _, host := range []string{apiID + ".execute-api.localhost" + port, apiID + ".execute-api.eu-west-1.amazonaws.com", apiID + ".ws.example"} {
		status, kind, body := call{url: s.URL() + "/production/@connections/AAAAAAAAAAAAAAA=", host: host}.do(t)
		if status != 410 || kind != "GoneException" {
			t.Errorf("@connections under %q: %d %s %s", host, status, kind, body)
		}
		conn := dial(t, "ws"+strings.TrimPrefix(s.URL(), "http")+"/production", &websocket.DialOptions{Host: host})
		if got := ask(t, conn, `{"action":"message","messageId":2}`); got != `{"message": "Hi!"}` {
			t.Errorf("under %q: %s", host, got)
		}
	}
	// Where every request is signed, no stranger's page can sign one.
	if status, _, body := root(call{url: strict(t, nothing).URL() + "/v2/apis", host: "gateway.corp.example", service: "apigateway"}).do(t); status != 200 {
		t.Errorf("signed for another name: %d %s", status, body)
	}
}
