package monitoring

import (
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/internal/accesslog"
	"postern/internal/apigateway"
	"postern/internal/deployment"
	"postern/internal/endpoint"
	"postern/internal/ids"
	"postern/internal/metrics"
	"postern/internal/trace"
)

// journal keeps log lines.
type journal []string

func (j *journal) Log(_ time.Time, line []byte) { *j = append(*j, string(line)) }

// of prepares the stage api1/prod with one route.
func of(o Options, format string, settings, route apigateway.RouteSettings) *Stage {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	d := &deployment.Snapshot{APIID: "api1", Stage: "prod", Region: "us-east-1", AccessLog: &apigateway.AccessLogSettings{Format: format}}
	d.Routes = []*deployment.Route{{Settings: route}}
	return o.Stage(d, &apigateway.Stage{DefaultRouteSettings: settings})
}

func TestWhatIsQuiet(t *testing.T) {
	none, loud := apigateway.RouteSettings{}, apigateway.RouteSettings{LoggingLevel: "ERROR"}
	both := Logs{Access: &journal{}, Execution: &journal{}}
	for name, tt := range map[string]struct {
		o        Options
		format   string
		rest     apigateway.RouteSettings
		route    apigateway.RouteSettings
		quiet    bool
		complain bool
	}{
		"nothing":                          {Options{}, "", none, none, true, false},
		"a format, and nowhere to write":   {Options{}, "$context.requestId", none, none, true, false},
		"levels, and nowhere to write":     {Options{}, "", loud, loud, true, false},
		"destinations, and nothing to say": {Options{Logs: both}, "", none, none, true, false},
		"a format":                         {Options{Logs: both}, "$context.requestId", none, none, false, false},
		"a format that does not compile":   {Options{Logs: both}, "$context.", none, none, true, true},
		"a route that logs":                {Options{Logs: both}, "", none, loud, false, false},
		"a stage that logs the rest":       {Options{Logs: both}, "", loud, none, false, false},
		"metrics":                          {Options{Metrics: metrics.New()}, "", none, none, false, false},
	} {
		log := &strings.Builder{}
		tt.o.Logger = slog.New(slog.NewTextHandler(log, nil))
		s := of(tt.o, tt.format, tt.rest, tt.route)
		if s.Quiet != tt.quiet || (log.Len() > 0) != tt.complain {
			t.Errorf("%s: quiet %t, log %q", name, s.Quiet, log)
		}
		if len(s.Routes) != 1 || s.Routes[0].Series != nil != (tt.o.Metrics != nil) {
			t.Errorf("%s: routes %+v", name, s.Routes)
		}
	}
}

// call is one that was answered 200.
func call() Call {
	return Call{Address: endpoint.Address{APIID: "api1", Stage: "prod"}, Method: "POST", ConnectionID: "x", RequestID: ids.NewSource(0).Next(),
		Host: "h", Remote: netip.MustParseAddrPort("192.0.2.9:1"), UserAgent: "sdk", Status: 200}
}

func TestAccessLogOfCalls(t *testing.T) {
	log := &journal{}
	s := of(Options{Logs: Logs{Access: log}}, `$context.requestId $context.eventType $context.routeKey $context.status $context.integrationLatency `+
		`$context.error.messageString $context.error.responseType $context.nope $context.identity.sourceIp $context.identity.userAgent `+
		`$context.domainName $context.apiId $context.stage $context.connectionId $context.requestTime`, apigateway.RouteSettings{}, apigateway.RouteSettings{})
	base := call()
	gone, large, forbidden := base, base, base
	gone.Status, gone.Code = 410, "GoneException"
	large.Status, large.Code = 413, "PayloadTooLargeException"
	forbidden.Method, forbidden.Status, forbidden.Code, forbidden.Message = "GET", 403, "ForbiddenException", "Forbidden"
	for _, c := range []Call{base, gone, large, forbidden} {
		s.Called(&c, func() time.Time { return time.Unix(1700000000, 0) })
	}
	id, rest := base.RequestID.String(), ` - 192.0.2.9 sdk h api1 prod x 14/Nov/2023:22:13:20 +0000`
	want := journal{
		id + ` CONNECTION_API POST /@connections/{connectionId} 200 0 - -` + rest,
		id + ` CONNECTION_API POST /@connections/{connectionId} 410 0 - -` + rest,
		id + ` CONNECTION_API GET /@connections/{connectionId} 403 0 "Forbidden" ACCESS_DENIED` + rest,
	}
	if diff := cmp.Diff(&want, log); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestExecutionLogOfCalls(t *testing.T) {
	log := &journal{}
	loud := apigateway.RouteSettings{LoggingLevel: "INFO", DataTraceEnabled: true}
	s := of(Options{Logs: Logs{Execution: log}}, "", loud, loud)
	c := call()
	c.Request, c.Status, c.Code = []byte("hi"), 410, "GoneException"
	s.Called(&c, time.Now)
	in := "(" + c.RequestID.String() + ") "
	want := journal{
		in + "Extended Request Id: " + c.RequestID.String(),
		in + "Starting execution for request: " + c.RequestID.String(),
		in + "WebSocket Request Route: [POST /@connections/{connectionId}]",
		in + "Connection API request body: hi",
		in + "Connection API request failed: GoneException",
		in + "Connection API request completed with status: 410",
	}
	if diff := cmp.Diff(&want, log); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

var _ accesslog.Destination = (*journal)(nil)

func TestCallsAreCounted(t *testing.T) {
	m := metrics.New()
	s := of(Options{Metrics: m}, "", apigateway.RouteSettings{}, apigateway.RouteSettings{})
	for _, answer := range []struct {
		method string
		status int
	}{{"POST", 200}, {"POST", 410}, {"GET", 200}, {"GET", 403}, {"DELETE", 500}, {"POST", 413}} {
		c := call()
		c.Method, c.Status = answer.method, answer.status
		s.Called(&c, time.Now)
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	const of = `{api_id="api1",route="",stage="prod"} `
	for name, want := range map[string]string{"message_count": "1", "client_error": "2", "execution_error": "1"} {
		if line := "apigateway_" + name + "_total" + of + want + "\n"; !strings.Contains(w.Body.String(), line) {
			t.Errorf("no %q in:\n%s", line, w.Body)
		}
	}
}

func TestRecordOfACall(t *testing.T) {
	feed := &trace.Feed{}
	listener := feed.Listen(2)
	defer listener.Close()
	fine, failed := call(), call()
	fine.ConnectionID, fine.Response = fine.RequestID.String(), []byte("{}")
	failed.Status, failed.Code, failed.Message = 403, "ForbiddenException", "Forbidden"
	for _, c := range []Call{fine, failed} {
		c.Record(feed.Begin(time.Now()))
		r := <-listener.C
		if r.EventType != "CONNECTION_API" || r.RouteKey != "POST /@connections/{connectionId}" || r.APIID != "api1" || r.Stage != "prod" ||
			r.Status != c.Status || len(r.Steps) != 1 {
			t.Errorf("%+v", r)
		}
		if known := r.ConnectionID != ""; known != (c.ConnectionID != "x") {
			t.Errorf("an id that is none: %q", r.ConnectionID)
		}
	}
}
