package gateway

import (
	"errors"
	"strings"

	"postern/internal/accesslog"
	"postern/internal/integration"
)

// startExecution begins the execution log of an event, if its route has one.
// It is called when the route is known.
func (e *event) startExecution() {
	w := e.watch()
	if w.Level == accesslog.Off {
		return
	}
	x := &e.lines
	x.Reset(e.live.watch.Execution, w.Level, w.DataTrace, e.requestIdentity().String(), e.gateway.now)
	e.execution = x
	x.Received()
	if e.kind == connectEvent {
		if e.keyed() {
			return // beginExecution follows when the key is admitted
		}
		x.VerifyingUsagePlan("", e.live.APIID, e.live.Stage)
		x.KeyNotRequired("", e.routeKey())
		x.UsagePlanSucceeded("", e.live.APIID, e.live.Stage)
	}
	e.beginExecution()
}

// beginExecution writes that the execution starts, after what is said of usage
// plans.
func (e *event) beginExecution() {
	x := e.execution
	if x == nil {
		return
	}
	x.Starting()
	x.Route(e.routeKey())
	switch e.kind {
	case connectEvent:
		x.Connecting(e.conn.agent.Value(), e.sourceIP(), e.live.APIID)
	case messageEvent:
		x.MessageReceived(e.conn.id.String(), e.live.APIID)
	}
}

// keyed reports whether the route asks for an API key.
func (e *event) keyed() bool { return e.route != nil && e.route.ApiKeyRequired }

// endExecution writes the last line.
func (e *event) endExecution() {
	x, id, apiID := e.execution, e.conn.id.String(), e.live.APIID
	switch {
	case e.kind == disconnectEvent && e.invoked:
		x.Disconnected(id, apiID, e.status(), e.closed.code, e.closed.reason)
	case e.kind == disconnectEvent:
		x.DisconnectedUnseen(id, apiID, e.closed.code, e.closed.reason)
	case e.failed != nil:
	case e.kind == connectEvent && successful(e.status()):
		x.Connected(id, apiID)
	case e.kind == messageEvent && e.invoked:
		x.MessageSent(id, apiID, e.status())
	}
}

// executionFailed writes why an event was refused.
func (e *event) executionFailed(f *failure) {
	x := e.execution
	if !x.Enabled(accesslog.Error) {
		return
	}
	text := f.Text()
	if failure, ok := errors.AsType[*integration.Failure](f.Cause); ok {
		text = failure.Text // what is underneath is for the server's own log
	} else if f.Cause != nil {
		text = f.Cause.Error()
	}
	if strings.HasPrefix(text, "Execution failed") || strings.HasPrefix(text, "Lambda execution failed") {
		x.Line(accesslog.Error, text)
		return
	}
	x.Failed(text)
}

// sending writes what an integration is about to be sent.
func (e *event) sending(r *integration.Request) {
	x := e.execution
	if !x.Enabled(accesslog.Info) {
		return
	}
	x.EndpointRequestURI(r.Integration.URI)
	x.EndpointRequestHeaders(r.Header)
	x.EndpointRequestBody(r.Body)
}

// received writes what a backend answered, before anything is made of it.
func (e *event) received(r *integration.Response) {
	x := e.execution
	if r == nil || !x.Enabled(accesslog.Info) {
		return
	}
	x.ReceivedResponse(r.Status, e.latency)
	x.EndpointResponseBody(r.Body)
	if r.RequestID != "" {
		x.EndpointRequestID(r.RequestID)
	}
}
