package server

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestHealth(t *testing.T) {
	for name, s := range map[string]*Server{"open": start(t, Config{Version: "v1"}), "strict": strict(t, nothing)} {
		for _, path := range healthPaths {
			status, _, body := call{url: s.URL() + path, header: map[string]string{"Origin": "https://elsewhere.example"}}.do(t)
			var health struct {
				Status   string
				Services map[string]string
			}
			if err := json.Unmarshal([]byte(body), &health); err != nil || status != 200 || health.Status != "running" {
				t.Errorf("%s %s: %d %s", name, path, status, body)
			}
			for _, service := range []string{"apigateway", "apigatewayv2", "cloudformation", "sts", "execute-api"} {
				if health.Services[service] != "available" {
					t.Errorf("%s %s: %s is %q", name, path, service, health.Services[service])
				}
			}
		}
	}
}

// Every service is found by the signature, and without one by path or version.
func TestServices(t *testing.T) {
	s := start(t, Config{})
	const create = `{"name":"k"}`
	tests := []struct {
		name   string
		call   call
		status int
		body   string
	}{
		{"apigatewayv2", call{url: "/v2/apis", service: "apigateway"}, 200, `{"items":[]}`},
		{"apigatewayv2, unsigned", call{url: "/v2/apis"}, 200, `{"items":[]}`},
		{"API keys", call{method: "POST", url: "/apikeys", body: create, service: "apigateway"}, 201, `"name":"k"`},
		{"API keys, unsigned", call{method: "POST", url: "/apikeys", body: create}, 201, `"name":"k"`},
		{"usage plans, unsigned", call{url: "/usageplans"}, 200, `"item":[]`},
		{"client certificates", call{url: "/clientcertificates", service: "apigateway"}, 200, `{"item":[]}`},
		{"client certificates, unsigned", call{url: "/clientcertificates"}, 200, `{"item":[]}`},
		{"the account, unsigned", call{url: "/account"}, 200, `"throttleSettings"`},
		{"tags of the first API", call{url: "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapikeys%2Fnone"}, 404, "Invalid API Key identifier specified"},
		{"tags of the second API", call{url: "/v2/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapis%2Fnone"}, 404, "Invalid API identifier specified"},
		{"an operation of REST APIs", call{url: "/restapis", service: "apigateway"}, 404, "There is no operation GET /restapis"},
		{"CloudFormation", call{method: "POST", url: "/", body: "Action=ListStacks&Version=2010-05-15", service: "cloudformation"}, 200, "ListStacksResult"},
		{"CloudFormation by its version", call{method: "POST", url: "/", body: "Action=ListStacks&Version=2010-05-15"}, 200, "ListStacksResult"},
		{"CloudFormation in a GET", call{url: "/?Action=ListStacks&Version=2010-05-15"}, 200, "ListStacksResult"},
		{"STS", call{method: "POST", url: "/", body: "Action=GetCallerIdentity&Version=2011-06-15", service: "sts"}, 200, "arn:aws:iam::"},
		{"STS by its version", call{method: "POST", url: "/", body: "Action=GetCallerIdentity&Version=2011-06-15"}, 200, "arn:aws:iam::"},
		{"a service that is not here", call{method: "POST", url: "/", body: "{}", service: "dynamodb"}, 404, `Postern does not provide the service \"dynamodb\"`},
		{"one that speaks JSON", call{method: "POST", url: "/", body: "{}", service: "dynamodb", header: map[string]string{"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}}, 404,
			`{"__type":"UnknownOperationException","message":"Postern does not provide the service \"dynamodb\""}`},
		{"one that speaks forms", call{method: "POST", url: "/", body: "Action=ListRoles&Version=2010-05-08", service: "iam"}, 404, `<Code>UnknownOperationException</Code>`},
		{"one that speaks queries", call{url: "/?Action=DescribeRegions", service: "ec2"}, 404, `Postern does not provide the service &#34;ec2&#34;`},
		{"S3", call{url: "/bucket", service: "s3"}, 501, `<Error><Code>NotImplemented</Code><Message>Postern does not provide the service &#34;s3&#34;</Message></Error>`},
		{"a path of nobody", call{url: "/what"}, 403, `{"message":"Forbidden"}`},
		{"@connections of no API", call{method: "POST", url: "/prod/@connections/AAAAAAAAAAAAAAA=", service: "execute-api"}, 403, `{"message":"Forbidden"}`},
		{"a path of Postern's own that is none", call{url: "/_postern/none"}, 404, "no such path: GET /_postern/none"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := test.call
			c.url, c.key, c.secret = s.URL()+c.url, "test", "test"
			status, _, body := c.do(t)
			if status != test.status || !strings.Contains(body, test.body) {
				t.Errorf("%d %s, want %d with %s", status, body, test.status, test.body)
			}
		})
	}
}

// endless is a body that counts what was read of it, which may go on after the
// answer.
type endless struct {
	size int64
	read atomic.Int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := min(int64(len(p)), e.size-e.read.Load())
	if n <= 0 {
		return 0, io.EOF
	}
	for i := range p[:n] {
		p[i] = 'x'
	}
	e.read.Add(n)
	return int(n), nil
}

// A body that is too large is refused by every service, without being read to
// its end.
func TestLargeBodies(t *testing.T) {
	// The server reads ten megabytes at most; what the client counts besides is in
	// the buffers of the system.
	const size, most = 100 << 20, 50 << 20
	open, closed := start(t, Config{}), strict(t, nothing)
	for name, c := range map[string]call{
		"cloudformation": {url: "/", service: "cloudformation"},
		"sts":            {url: "/", service: "sts"},
		"unsigned form":  {url: "/"},
		"apigatewayv2":   {url: "/v2/apis", service: "apigateway"},
		"apigateway":     {url: "/apikeys", service: "apigateway"},
		"@connections":   {url: "/_aws/execute-api/none/prod/@connections/AAAAAAAAAAAAAAA=", service: "execute-api"},
		"unknown":        {url: "/", service: "lambda"},
		"clock":          {url: "/_postern/clock"},
		"nobody":         {url: "/none"},
	} {
		for _, chunked := range []bool{false, true} {
			for mode, s := range map[string]*Server{"open": open, "strict": closed} {
				c := root(c)
				c.method, c.url = "POST", s.URL()+strings.TrimPrefix(c.url, s.URL())
				r := c.request(t)
				body := &endless{size: size}
				r.Body, r.ContentLength = io.NopCloser(body), size
				if chunked {
					r.ContentLength = -1
				}
				began := time.Now()
				answer, err := client(t).Do(r)
				if err != nil {
					// The server closes a connection that goes on sending.
					if read := body.read.Load(); read > most {
						t.Errorf("%s, %s, chunked %v: %v after %d bytes", name, mode, chunked, err, read)
					}
					continue
				}
				answer.Body.Close()
				if answer.StatusCode < 400 || time.Since(began) > 5*time.Second || body.read.Load() > most {
					t.Errorf("%s, %s, chunked %v: %d in %v, %d bytes read", name, mode, chunked, answer.StatusCode, time.Since(began), body.read.Load())
				}
			}
		}
	}
}

func TestClock(t *testing.T) {
	s := start(t, Config{})
	move := func(s *Server, body string) (int, string) {
		status, _, text := call{method: "POST", url: s.URL() + "/_postern/clock", body: body}.do(t)
		return status, text
	}
	apiID := deployMock(t, s)
	conn := dial(t, s.Endpoint(apiID)+"/production", nil)
	before := s.Clock().Now()
	if status, body := move(s, `{"advance": "601s"}`); status != 200 || s.Clock().Now().Sub(before) < 601*time.Second {
		t.Fatalf("%d %s", status, body)
	}
	if _, _, err := conn.Read(t.Context()); err == nil || !strings.Contains(err.Error(), "Going away") {
		t.Errorf("an idle connection: %v", err)
	}
	for _, body := range []string{`{"advance": "-1s"}`, `{"advance": "25h"}`, `{"advance": "soon"}`, `{}`, `advance`, ``, `{"advance": "` + strings.Repeat("1", 2000) + `s"}`} {
		if status, text := move(s, body); status != 400 || !strings.Contains(text, "advance") {
			t.Errorf("%.40s: %d %s", body, status, text)
		}
	}
	if status, _, body := root(call{method: "POST", url: strict(t, nothing).URL() + "/_postern/clock", body: `{"advance": "1s"}`, service: "postern"}).do(t); status != 403 {
		t.Errorf("where strangers are: %d %s", status, body)
	}
}

func TestMetrics(t *testing.T) {
	s := start(t, Config{})
	apiID := deployMock(t, s)
	conn := dial(t, s.Endpoint(apiID)+"/production", nil)
	ask(t, conn, `{"action":"message","messageId":1}`)
	status, _, body := call{url: s.URL() + "/_postern/metrics"}.do(t)
	for _, want := range []string{
		"postern_connections 1\n", "go_goroutines ",
		`apigateway_connect_count_total{api_id="` + apiID + `",route="",stage="production"} 1`,
	} {
		if status != 200 || !strings.Contains(body, want) {
			t.Errorf("%d, no %s in %s", status, want, body)
		}
	}
}

func TestTraceStream(t *testing.T) {
	s := start(t, Config{})
	apiID := deployMock(t, s)
	endpoint := s.Endpoint(apiID) + "/production"
	if s.Trace().Listening() {
		t.Error("something is traced while nobody listens")
	}
	listen := func(query string) *http.Response {
		t.Helper()
		c := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		answer, err := c.Do(call{url: s.URL() + "/_postern/trace" + query}.request(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { answer.Body.Close() })
		if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "application/jsonl" {
			t.Fatalf("%d %s", answer.StatusCode, answer.Header.Get("Content-Type"))
		}
		return answer
	}
	all, one, other := listen(""), listen("?route=message&api="+apiID+"&stage=production"), listen("?stage=other")
	conn := dial(t, endpoint, nil)
	ask(t, conn, `{"action":"message","messageId":1}`)
	if got := records(t, all.Body, 2); got != "CONNECT $connect, MESSAGE message" {
		t.Errorf("without a filter: %s", got)
	}
	if got := records(t, one.Body, 1); got != "MESSAGE message" {
		t.Errorf("with a filter: %s", got)
	}
	all.Body.Close()
	one.Body.Close()
	conn.CloseNow()
	// Who listens to another stage has seen nothing, and ends with the server.
	stop(t, s)
	rest, err := io.ReadAll(other.Body)
	if strings.TrimSpace(string(rest)) != "" {
		t.Errorf("of another stage: %q, %v", rest, err)
	}
}

// records reads n records of a stream.
func records(t *testing.T, stream io.Reader, n int) string {
	t.Helper()
	var seen []string
	in := json.NewDecoder(stream) // skips empty lines
	for range n {
		var r struct{ EventType, RouteKey string }
		if err := in.Decode(&r); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, r.EventType+" "+r.RouteKey)
	}
	return strings.Join(seen, ", ")
}

// A client that leaves is noticed, and only so many may listen.
func TestTraceStreamIsBounded(t *testing.T) {
	s := start(t, Config{})
	var open []*http.Response
	c := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	listen := func() int {
		answer, err := c.Do(call{url: s.URL() + "/_postern/trace"}.request(t))
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, answer)
		return answer.StatusCode
	}
	for range maxStreams {
		if status := listen(); status != 200 {
			t.Fatalf("%d", status)
		}
	}
	if status := listen(); status != 503 {
		t.Errorf("one more than may listen: %d", status)
	}
	for _, answer := range open {
		answer.Body.Close()
	}
	for deadline := time.Now().Add(patience); s.Trace().Listening(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("who left still counts as listening")
		}
	}
}
