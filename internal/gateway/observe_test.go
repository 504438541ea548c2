package gateway

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"

	"postern/internal/accesslog"
	"postern/internal/apigateway"
	"postern/internal/compat"
	"postern/internal/connect"
	"postern/internal/endpoint"
	"postern/internal/ids"
	"postern/internal/integration"
	"postern/internal/metrics"
	"postern/internal/monitoring"
	"postern/internal/sigv4"
	"postern/internal/throttle"
	"postern/internal/trace"
)

// journal is a destination that keeps lines.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) Log(_ time.Time, line []byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, string(line))
}

// identifiers are what differs from run to run.
var identifiers = regexp.MustCompile(`(^|[ (\[])(?:[A-Za-z0-9_-]{15}=|\d+ ms)`)

// take returns the lines since the last call, with "#" for what differs.
func (j *journal) take() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	lines := j.lines
	j.lines = nil
	for i := range lines {
		lines[i] = identifiers.ReplaceAllString(lines[i], "${1}#")
	}
	return lines
}

// wait returns the next n lines.
func (j *journal) wait(t *testing.T, n int) []string {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		j.mu.Lock()
		have := len(j.lines)
		j.mu.Unlock()
		if have >= n {
			return j.take()
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d lines of %d: %q", have, n, j.take())
		}
		<-time.After(time.Millisecond)
	}
}

// answering is a way out that answers with a status.
type answering struct {
	status int
	id     string
	body   string
}

func (a answering) Invoke(context.Context, *integration.Request) (*integration.Response, error) {
	return &integration.Response{Status: a.status, RequestID: a.id, Body: []byte(a.body)}, nil
}

// accessFormat is what the tests log.
const accessFormat = `$context.requestId $context.eventType $context.routeKey $context.status ` +
	`$context.integrationLatency $context.error.messageString $context.error.responseType $context.nope`

func TestAccessLog(t *testing.T) {
	cfg := seed()
	cfg.route("$disconnect", "MOCK", `{"statusCode": 204}`)
	cfg.route("fails", "MOCK", `{"statusCode": "x"}`)
	cfg.stage.AccessLogSettings = &apigateway.AccessLogSettings{Format: accessFormat}
	log := &journal{}
	g, _ := open(t, Options{Logs: monitoring.Logs{Access: log}}, cfg)
	c := dial(t, listen(t, g), "/ws/api1/prod")
	for _, text := range []string{`{"action":"message","messageId":1}`, `{"action":"nope"}`, `{"action":"fails"}`} {
		say(t, c, text)
	}
	c.Close(websocket.StatusNormalClosure, "")
	want := []string{
		`# CONNECT $connect 200 0 - - -`,
		`# MESSAGE message 200 0 - - -`,
		`# MESSAGE - 403 - "Forbidden" ACCESS_DENIED -`,
		`# MESSAGE fails 500 - "Internal server error" DEFAULT_5XX -`,
		`# DISCONNECT $disconnect 204 0 - - -`,
	}
	if diff := cmp.Diff(want, log.wait(t, len(want))); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// A stage whose API has neither $connect nor $disconnect logs both.
func TestAccessLogWithoutRoutes(t *testing.T) {
	cfg := newConfiguration()
	cfg.stage.AccessLogSettings = &apigateway.AccessLogSettings{Format: accessFormat}
	log := &journal{}
	g, _ := open(t, Options{Logs: monitoring.Logs{Access: log}}, cfg)
	c := dial(t, listen(t, g), "/ws/api1/prod")
	c.Close(websocket.StatusNormalClosure, "")
	want := []string{`# CONNECT $connect 200 - - - -`, `# DISCONNECT $disconnect 200 - - - -`}
	if diff := cmp.Diff(want, log.wait(t, len(want))); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestAccessLogOfAnIntegration(t *testing.T) {
	format := `$context.requestId $context.status $context.integration.status $context.integration.requestId $context.integration.latency`
	for _, tt := range []struct {
		name string
		pick bool
		want string
	}{
		{"integration variables are unset", false, `# 503 - - -`},
		{"unless a pick sets them", true, `# 503 503 r1 0`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := seed()
			cfg.route("far", "HTTP_PROXY", "")
			cfg.stage.AccessLogSettings = &apigateway.AccessLogSettings{Format: format}
			log := &journal{}
			far := answering{status: 503, id: "r1", body: "busy"}
			g, c := open(t, Options{Logs: monitoring.Logs{Access: log}, Compat: compat.Picks{IntegrationVariables: tt.pick},
				Integrations: map[string]integration.Invoker{"HTTP_PROXY": far}}, cfg)
			g.serve(c, &sink{}, []byte(`{"action":"far"}`))
			if diff := cmp.Diff([]string{tt.want}, log.wait(t, 1)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCallsOfNoStageAreNotLogged(t *testing.T) {
	cfg := seed()
	cfg.stage.AccessLogSettings = &apigateway.AccessLogSettings{Format: "$context.requestId $context.stage"}
	log := &journal{}
	g, _ := open(t, Options{Logs: monitoring.Logs{Access: log}}, cfg)
	for _, at := range []endpoint.Address{{APIID: "api1", Stage: "nope"}, {Stage: "prod"}, {APIID: "api1", Stage: "prod"}} {
		g.Called(&monitoring.Call{Address: at, Method: "POST", RequestID: ids.NewSource(0).Next(), Status: 200})
	}
	if diff := cmp.Diff([]string{"# prod"}, log.take()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestAccessLogOfAuthorization(t *testing.T) {
	format := `$context.requestId $context.status $context.error.responseType $context.authorizer.principalId ` +
		`$context.authorizer.status $context.authorizer.integrationStatus $context.authorize.status $context.authorizer.error $context.authenticate.status`
	tests := []struct {
		name string
		f    function
		edit func(*configuration)
		want string
	}{
		{"it allows", func(string) (*integration.Response, error) { return answer(allowed) }, func(*configuration) {},
			`# 200 - me 200 200 200 - -`},
		{"it denies", func(string) (*integration.Response, error) {
			return answer(strings.Replace(allowed, "Allow", "Deny", 1))
		}, func(*configuration) {},
			`# 403 ACCESS_DENIED - 403 403 403 User is not authorized to access this resource with an explicit deny -`},
		{"it fails", func(string) (*integration.Response, error) { return answer(`{`) }, func(*configuration) {},
			`# 500 AUTHORIZER_CONFIGURATION_ERROR - 500 500 500 Internal server error -`},
		{"there is none", nil, func(c *configuration) { c.Routes[0].AuthorizationType = "NONE" }, `# 200 - - - - - - -`},
		{"a signature is missing", nil, func(c *configuration) { c.Routes[0].AuthorizationType = "AWS_IAM" },
			`# 403 MISSING_AUTHENTICATION_TOKEN - - - - - 403`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := protected()
			tt.edit(cfg)
			cfg.stage.AccessLogSettings = &apigateway.AccessLogSettings{Format: format}
			log := &journal{}
			verifier := &sigv4.Verifier{Now: time.Now, Credential: func(string) (sigv4.Credential, bool) { return sigv4.Credential{}, false }}
			g, _ := open(t, Options{Logs: monitoring.Logs{Access: log}, Integrations: map[string]integration.Invoker{"AWS": tt.f}, Verifier: verifier,
				Principal: func(string) connect.Principal { return connect.Principal{} }}, cfg)
			c, resp, err := websocket.Dial(t.Context(), "ws://"+listen(t, g)+"/ws/api1/prod", nil)
			if err == nil {
				defer c.CloseNow()
			} else if resp == nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{tt.want}, log.wait(t, 1)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCallsAreTraced(t *testing.T) {
	feed := &trace.Feed{}
	g, _ := open(t, Options{Trace: feed}, seed())
	l := feed.Listen(2)
	defer l.Close()
	id := ids.NewSource(0).Next()
	at := endpoint.Address{APIID: "api1", Stage: "prod"}
	g.Called(&monitoring.Call{Address: at, Method: "POST", ConnectionID: id.String(), Request: []byte("hi"), Status: 200})
	g.Called(&monitoring.Call{Address: at, Method: "GET", ConnectionID: "\x1b[2J", Status: 400, Code: "BadRequestException", Message: "Invalid"})
	r := <-l.C
	if r.EventType != "CONNECTION_API" || r.RouteKey != "POST /@connections/{connectionId}" || r.Status != 200 ||
		r.Body != "hi" || r.ConnectionID != id.String() || r.APIID != "api1" || len(r.Steps) != 1 {
		t.Errorf("record %+v", r)
	}
	if r = <-l.C; r.ConnectionID != "" || r.Status != 400 || len(r.Steps) != 1 || r.Steps[0].Value != "BadRequestException" {
		t.Errorf("record %+v", r)
	}
}

func TestFormatThatDoesNotCompileLogsNothing(t *testing.T) {
	cfg := seed()
	cfg.stage.AccessLogSettings = &apigateway.AccessLogSettings{Format: "no request id"}
	log, server := &journal{}, &lines{}
	g, c := open(t, Options{Logs: monitoring.Logs{Access: log}, Logger: server.logger()}, cfg)
	if got := said(g, c, `{"action":"message","messageId":1}`); len(got) != 1 {
		t.Errorf("answers %q", got)
	}
	if len(log.take()) != 0 || !strings.Contains(server.String(), "does not compile") {
		t.Errorf("log %q", server)
	}
}

func TestExecutionLog(t *testing.T) {
	cfg := seed()
	cfg.route("far", "HTTP_PROXY", "")
	cfg.Integrations[len(cfg.Integrations)-1].IntegrationURI = "http://far.example/"
	cfg.route("broken", "HTTP_PROXY", "")
	cfg.stage.DefaultRouteSettings = apigateway.RouteSettings{LoggingLevel: "INFO", DataTraceEnabled: true}
	cfg.stage.RouteSettings = map[string]apigateway.RouteSettings{
		"message": {LoggingLevel: "OFF"}, "broken": {LoggingLevel: "ERROR"}}
	log := &journal{}
	far := answering{status: 200, id: "r1", body: "pong\xff"}
	g, c := open(t, Options{Logs: monitoring.Logs{Execution: log}, Integrations: map[string]integration.Invoker{"HTTP_PROXY": far}}, cfg)
	run := func(text string) { g.serve(c, &sink{}, []byte(text)) }
	run(`{"action":"message","messageId":1}`)
	run(`{"action":"broken"}`)
	if got := log.take(); len(got) != 0 {
		t.Errorf("routes without INFO: %q", got)
	}
	run(`{"action":"far"}`)
	want := []string{
		"(#) Extended Request Id: #",
		"(#) Starting execution for request: #",
		"(#) WebSocket Request Route: [far]",
		"(#) WebSocket API [api1] received message from client [Connection Id: #].",
		"(#) Endpoint request URI: http://far.example/",
		"(#) Endpoint request headers: {x-amzn-apigateway-api-id=api1, User-Agent=AmazonAPIGateway_api1, Content-Type=application/json, Accept=application/json}",
		`(#) Endpoint request body after transformations: {"action":"far"}`,
		"(#) Received response. Status: 200, Integration latency: #",
		"(#) Endpoint response body before transformations: pong\uFFFD",
		"(#) AWS Integration Endpoint RequestId : r1",
		"(#) Message from client [Connection Id: #] sent to API [api1] with response status code [200].",
	}
	if diff := cmp.Diff(want, log.wait(t, len(want))); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	run(`{"action":"nope"}`)
	want = []string{
		"(#) Extended Request Id: #",
		"(#) Starting execution for request: #",
		"(#) WebSocket Request Route: []",
		"(#) WebSocket API [api1] received message from client [Connection Id: #].",
		"(#) Execution failed: Forbidden",
	}
	if diff := cmp.Diff(want, log.take()); diff != "" {
		t.Errorf("unmatched (-want +got):\n%s", diff)
	}
	run(`{"action":"far","pad":"` + strings.Repeat("ä", 3000) + `"}`)
	for _, line := range log.wait(t, 11) {
		if len(line) > 1024 || !utf8.ValidString(line) {
			t.Errorf("a line of %d bytes, valid %t", len(line), utf8.ValidString(line))
		}
	}
}

func TestExecutionLogOfTheLifeOfAConnection(t *testing.T) {
	cfg := seed()
	cfg.stage.DefaultRouteSettings = apigateway.RouteSettings{LoggingLevel: "INFO"}
	log := &journal{}
	g, _ := open(t, Options{Logs: monitoring.Logs{Execution: log}}, cfg)
	c := dial(t, listen(t, g), "/ws/api1/prod")
	c.Close(4000, "bye")
	want := []string{
		"(#) Extended Request Id: #",
		"(#) Verifying Usage Plan for request: #. API Key:  API Stage: api1/prod",
		"(#) API Key  authorized because route '$connect' does not require API Key. Request will not contribute to throttle or quota limits",
		"(#) Usage Plan check succeeded for API Key  and API Stage api1/prod",
		"(#) Starting execution for request: #",
		"(#) WebSocket Request Route: [$connect]",
		"(#) Client [UserAgent: Go-http-client/1.1, SourceIp: 127.0.0.1] is connecting to WebSocket API [api1].",
		"(#) Client [Connection Id: #] connected to API [api1] successfully.",
		"(#) Extended Request Id: #",
		"(#) Starting execution for request: #",
		"(#) WebSocket Request Route: [$disconnect]",
		"(#) Client [Connection Id: #] disconnected from API [api1]. Close reason: [4000: bye]",
	}
	if diff := cmp.Diff(want, log.wait(t, len(want))); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// Log lines reach the groups that CloudWatch Logs has for them.
func TestLogGroups(t *testing.T) {
	for _, tt := range []struct {
		name  string
		picks compat.Picks
		want  string
	}{
		{"a group of a WebSocket API", compat.Picks{}, "/aws/apigateway/api1/prod"},
		{"a group as REST APIs have", compat.Picks{RESTExecutionGroups: true}, "API-Gateway-Execution-Logs_api1/prod"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var mu sync.Mutex
			got := map[string]int{}
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var in struct {
					LogGroupName string
					LogEvents    []struct{ Message string }
				}
				if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				got[in.LogGroupName] += len(in.LogEvents)
			}))
			defer service.Close()
			groups := accesslog.NewCloudWatch(accesslog.CloudWatchOptions{Endpoint: service.URL, Delay: -1,
				Credentials: aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}})
			cfg := seed()
			cfg.stage.AccessLogSettings = &apigateway.AccessLogSettings{Format: "$context.requestId",
				DestinationARN: "arn:aws:logs:eu-west-1:000000000000:log-group:/mine"}
			cfg.stage.DefaultRouteSettings.LoggingLevel = "INFO"
			copied := &journal{}
			g, c := open(t, Options{Logs: monitoring.Logs{CloudWatch: groups, Access: copied}, Compat: tt.picks}, cfg)
			g.serve(c, &sink{}, []byte(`{"action":"message","messageId":1}`))
			if err := groups.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]int{"/mine": 1, tt.want: 5}, got); diff != "" {
				t.Errorf("events by group (-want +got):\n%s", diff)
			}
			if n := len(copied.take()); n != 1 {
				t.Errorf("%d lines in the copy", n)
			}
		})
	}
}

// figures reads the metrics that are not zero, but for the process's.
func figures(t *testing.T, m *metrics.Metrics) map[string]string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	got := map[string]string{}
	for line := range strings.Lines(w.Body.String()) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(name, "apigateway_") && value != "0" && !strings.Contains(name, "_seconds_bucket") && !strings.Contains(name, "_seconds_sum") {
			got[strings.TrimPrefix(name, "apigateway_")] = value
		}
	}
	return got
}

func TestMetrics(t *testing.T) {
	cfg := seed()
	cfg.route("far", "HTTP_PROXY", "")
	cfg.route("odd", "HTTP", "")
	cfg.respond("odd", "$default", "", nil)
	cfg.route("dead", "AWS_PROXY", "")
	cfg.stage.RouteSettings = map[string]apigateway.RouteSettings{"far": {DetailedMetricsEnabled: true}}
	m := metrics.New()
	g, c := open(t, Options{Metrics: m, Integrations: map[string]integration.Invoker{
		"HTTP_PROXY": answering{status: 503}, "HTTP": answering{status: 404},
		"AWS_PROXY": failing{&integration.Failure{Cause: integration.FunctionError, Text: "x"}},
	}}, cfg)
	client := &sink{arrive: make(chan struct{}, 16)}
	g.serve(c, client, []byte(`{"action":"message","messageId":1}`)) // two messages
	g.serve(c, client, []byte(`{"action":"nope"}`))                  // two messages, a client error
	g.serve(c, client, []byte(`{"action":"dead"}`))                  // two messages, an execution error
	g.serve(c, client, []byte(`{"action":"odd"}`))                   // one message: the body is empty
	g.serve(c, client, []byte(`{"action":"far"}`))                   // likewise, on its own series
	for range 3 {
		<-client.arrive
	}
	g.Called(&monitoring.Call{Address: endpoint.Address{APIID: "api1", Stage: "prod"}, Method: "POST", Status: 200})
	g.Called(&monitoring.Call{Address: endpoint.Address{APIID: "api1", Stage: "prod"}, Method: "POST", Status: 410})
	g.working.Wait()
	const rest = `{api_id="api1",route="",stage="prod"}`
	const far = `{api_id="api1",route="far",stage="prod"}`
	want := map[string]string{
		"message_count_total" + rest: "8", "message_count_total" + far: "1",
		"client_error_total" + rest: "2", "execution_error_total" + rest: "1", "integration_error_total" + rest: "1",
		"execution_error_total" + far:              "1", // as captured of a proxy's 503
		"integration_latency_seconds_count" + rest: "2", "integration_latency_seconds_count" + far: "1",
	}
	if diff := cmp.Diff(want, figures(t, m)); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

func TestMetricsOfConnecting(t *testing.T) {
	m := metrics.New()
	cfg := seed()
	g, _ := open(t, Options{Metrics: m, Connects: &throttle.Limit{Rate: 0.001, Burst: 1}}, cfg)
	address := listen(t, g)
	dial(t, address, "/ws/api1/prod")
	refused(t, address, "/ws/api1/prod")
	refused(t, address, "/ws/api1/nope")
	const rest = `{api_id="api1",route="",stage="prod"}`
	want := map[string]string{"connect_count_total" + rest: "1", "client_error_total" + rest: "1"}
	if diff := cmp.Diff(want, figures(t, m)); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	g.Apply("api1", nil)
	if diff := cmp.Diff(map[string]string{}, figures(t, m)); diff != "" {
		t.Errorf("after the deletion of the API (-want +got):\n%s", diff)
	}
}

// What is counted and where nothing is logged, a message pays no memory.
func TestObservedMessageAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("under the race detector pools forget at random")
	}
	cfg := seed()
	cfg.Integrations[1].RequestTemplates["$default"] = `{"statusCode": 200}`
	cfg.stage.DefaultRouteSettings.DetailedMetricsEnabled = true
	g, c := open(t, Options{Metrics: metrics.New(), Logs: monitoring.Logs{Access: &journal{}, Execution: &journal{}}}, cfg)
	text, q := padded(64), &quiet{}
	if n := testing.AllocsPerRun(200, func() { g.serve(c, q, text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkObservedMessage(b *testing.B) {
	for name, o := range map[string]Options{"not at all": {}, "counted": {Metrics: metrics.New()}} {
		b.Run(name, func(b *testing.B) {
			cfg := seed()
			cfg.Integrations[1].RequestTemplates["$default"] = `{"statusCode": 200}`
			g, c := open(b, o, cfg)
			text, q := padded(64), &quiet{}
			b.ReportAllocs()
			for b.Loop() {
				g.serve(c, q, text)
			}
		})
	}
}
