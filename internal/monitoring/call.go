package monitoring

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"postern/internal/accesslog"
	"postern/internal/apigateway"
	"postern/internal/endpoint"
	"postern/internal/gatewayresponse"
	"postern/internal/ids"
	"postern/internal/trace"
	"postern/jsonvalue"
)

// callEvent is the type that calls of @connections have in access logs.
const callEvent = "CONNECTION_API"

// Call is one call of @connections and what came of it.
type Call struct {
	Address endpoint.Address
	Method  string // POST, GET or DELETE
	// ConnectionID is the id as the call had it.
	ConnectionID string
	RequestID    ids.ID
	// Host, Remote and UserAgent are the caller's.
	Host, UserAgent string
	Remote          netip.AddrPort
	// Request and Response are the bodies.
	Request, Response []byte
	Status            int
	// Code and Message are those of the error; "" for success.
	Code, Message string
}

// Called logs and counts a call that is done, at the time that now says, and
// keeps nothing of it: the strings of a call may be views of a buffer. A call
// whose body is too large is not seen.
//
// Source: Developer Guide, "Monitoring WebSocket API execution with CloudWatch
// metrics", for what is left out.
func (s *Stage) Called(c *Call, now func() time.Time) {
	if c.Status == http.StatusRequestEntityTooLarge {
		return
	}
	w := &s.Rest
	if c.Method == http.MethodPost {
		w = &s.calls
	}
	switch {
	case w.Series == nil:
	case c.Status >= 500:
		w.Series.ExecutionError()
	case c.Status >= 400:
		w.Series.ClientError()
	case c.Method == http.MethodPost:
		w.Series.Messages(1)
	}
	if w.Level != accesslog.Off {
		s.execution(w, c, now)
	}
	if s.Access != nil {
		buffer := callLines.Get().(*[]byte)
		*buffer = s.Access.Append((*buffer)[:0], &loggedCall{Call: c, at: now(), stage: s.name})
		s.AccessTo.Log(now(), *buffer)
		callLines.Put(buffer)
	}
}

// Record writes a call into the trace, also one that logs and metrics do not
// see, and ends the record.
func (c *Call) Record(r *trace.Record) {
	r.EventType, r.RouteKey, r.Status = callEvent, callRoute(c.Method), c.Status
	r.APIID, r.Stage = strings.Clone(c.Address.APIID), strings.Clone(c.Address.Stage)
	r.RequestID = c.RequestID.String()
	if id, ok := ids.Parse(c.ConnectionID); ok {
		r.ConnectionID = id.String()
	}
	r.Body = string(c.Request)
	if c.Code == "" {
		r.Bytes(trace.Reply, "", c.Response, "")
	} else {
		r.Step(trace.Error, "", c.Code, c.Message)
	}
	r.End()
}

var callLines = sync.Pool{New: func() any { return new([]byte) }}

// callRoute is the route that calls of a method have in logs and metrics.
func callRoute(method string) string { return method + " /@connections/{connectionId}" }

// execution writes the execution lines of a call.
func (s *Stage) execution(w *Route, c *Call, now func() time.Time) {
	var x accesslog.Execution
	x.Reset(s.Execution, w.Level, w.DataTrace, c.RequestID.String(), now)
	x.Received()
	x.Starting()
	x.Route(callRoute(c.Method))
	if c.Method == http.MethodPost {
		x.ConnectionAPIRequestBody(c.Request)
	}
	if len(c.Response) > 0 && c.Code == "" {
		x.ConnectionAPIResponseBody(c.Response)
	}
	if c.Code != "" {
		x.ConnectionAPIFailed(c.Code)
	}
	x.ConnectionAPICompleted(c.Status)
}

// loggedCall is a call as access logs see it.
type loggedCall struct {
	*Call
	at    time.Time
	stage string
}

var _ accesslog.Context = (*loggedCall)(nil)

// ContextValue implements accesslog.Context.
func (c *loggedCall) ContextValue(name string) (jsonvalue.Value, bool) {
	text := func(s string) (jsonvalue.Value, bool) { return jsonvalue.String(s), s != "" }
	switch name {
	case "apiId":
		return text(c.Address.APIID)
	case "stage":
		return text(c.stage)
	case "connectionId":
		return text(c.ConnectionID)
	case "domainName":
		return text(c.Host)
	case "eventType":
		return text(callEvent)
	case "routeKey":
		return text(callRoute(c.Method))
	case "requestId", "extendedRequestId":
		return text(c.RequestID.String())
	case "requestTime":
		return text(c.at.UTC().Format(apigateway.RequestTime))
	case "requestTimeEpoch":
		return jsonvalue.Int(c.at.UnixMilli()), true
	case "status":
		return jsonvalue.Int(int64(c.Status)), true
	case "integrationLatency":
		return jsonvalue.Int(0), true
	case "identity.sourceIp":
		if !c.Remote.IsValid() {
			return text("")
		}
		return text(c.Remote.Addr().Unmap().String())
	case "identity.userAgent":
		return text(c.UserAgent)
	case "error.message":
		return text(c.Message)
	case "error.responseType":
		return text(c.responseType())
	}
	return jsonvalue.Value{}, false
}

// responseType is the gateway response that a failed call amounts to. That a
// connection is gone is no failure of the gateway.
func (c *loggedCall) responseType() string {
	if c.Code == "" || c.Status == http.StatusGone {
		return ""
	}
	return gatewayresponse.TypeOf(c.Code, c.Status)
}
