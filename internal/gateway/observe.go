package gateway

import (
	"time"

	"postern/internal/metrics"
	"postern/internal/monitoring"
)

// watch is how the event's route is logged and counted, or an event without
// one.
func (e *event) watch() *monitoring.Route {
	if e.route != nil {
		return &e.live.routes[e.route.Index].watch
	}
	return &e.live.watch.Rest
}

// observed logs and counts an event that is done, of a stage that is not quiet.
func (e *event) observed() {
	if s := e.watch().Series; s != nil {
		e.count(s)
	}
	if e.execution != nil {
		e.endExecution()
	}
	if w := e.live.watch; w.Access != nil {
		e.line = w.Access.Append(e.line[:0], loggedEvent{e})
		w.AccessTo.Log(e.time(), e.line)
	}
}

// count counts what API Gateway counts of an event.
//
// Source: Developer Guide, "Monitoring WebSocket API execution with CloudWatch
// metrics".
func (e *event) count(s *metrics.Series) {
	switch {
	case e.kind == messageEvent:
		s.Messages(1 + e.replies)
	case e.kind == connectEvent && e.invoked:
		s.Connect()
	}
	if e.failed != nil {
		if status := e.failed.Response.Kind.Status; status < 500 {
			s.ClientError()
		} else {
			s.ExecutionError()
		}
	} else if e.invoked && e.response.Status >= 400 {
		e.countError(s)
	}
	if e.latency > 0 {
		s.IntegrationLatency(e.latency)
	}
}

// countError counts a 4xx or 5xx that the integration answered.
func (e *event) countError(s *metrics.Series) {
	if e.response.Status >= 500 && e.route.Integration.Proxy && !e.gateway.options.Compat.ProxyErrorsAreIntegrationErrors {
		s.ExecutionError()
		return
	}
	s.IntegrationError()
}

// status is the status that logs show of the event: what it was refused with,
// or what its integration answered.
func (e *event) status() int {
	switch {
	case e.failed != nil:
		return e.failed.Response.Kind.Status
	case e.invoked:
		return e.response.Status
	}
	return 200
}

// took notes how long an integration other than MOCK took.
func (e *event) took(start time.Time) { e.invoked, e.latency = true, max(time.Since(start), 1) }
