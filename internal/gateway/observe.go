package gateway

import (
	"time"

	"postern/internal/accesslog"
	"postern/internal/apigateway"
	"postern/internal/metrics"
)

// Logs are the destinations of log lines. The zero value has none, and then
// logging costs nothing.
type Logs struct {
	// Access takes the access log lines of every stage with a format, besides
	// the log group that the stage names; nil is none.
	Access accesslog.Destination
	// Execution takes the execution log lines of every route that has a
	// logging level; nil is none.
	Execution accesslog.Destination
	// CloudWatch has the log groups: those that stages name for access logs
	// and those of execution logs. Nil sends nothing.
	CloudWatch *accesslog.CloudWatch
}

// watch is how the events of a route are logged and counted. The zero value is
// not at all.
type watch struct {
	level     accesslog.Level
	dataTrace bool
	series    *metrics.Series // nil counts nothing
}

// observation is how the events of a stage are logged and counted, apart from
// what its routes say.
type observation struct {
	// access is the format of the access log; nil logs nothing.
	access    *accesslog.Format
	accessTo  accesslog.Destination
	execution accesslog.Destination // nil for none
	// logging says that a route writes execution lines, or the rest does.
	logging bool
	// rest is the watch of events without a route and of @connections.
	rest watch
	// calls is the watch of PostToConnection, which has a series of its own
	// where the stage has detailed metrics.
	calls watch
}

// observe prepares what is logged and counted of a stage. What is wrong with
// the stage's settings is logged once, here: its events are served in any case.
func (g *Gateway) observe(l *live, s *apigateway.Stage) {
	o := &l.observation
	o.execution = g.executionLog(l)
	o.rest = g.watch(l, s.DefaultRouteSettings, "", o.execution)
	o.calls = g.watch(l, s.DefaultRouteSettings, callRoute("POST"), o.execution)
	o.logging = o.rest.level != accesslog.Off
	for i, r := range l.Routes {
		w := g.watch(l, r.Settings, r.RouteKey, o.execution)
		o.logging = o.logging || w.level != accesslog.Off
		l.routes[i].watch = w
	}
	o.access, o.accessTo = nil, nil
	settings := l.AccessLog
	if settings == nil || settings.Format == "" {
		return
	}
	to := g.accessLog(l, settings.DestinationARN)
	if to == nil {
		return
	}
	format, err := accesslog.Compile(settings.Format)
	if err != nil {
		g.logger.Error("a stage's access log format does not compile: nothing is logged", "api", l.APIID, "stage", l.Stage, "error", err)
		return
	}
	o.access, o.accessTo = format, to
}

// watch makes the watch of a route; the key "" is of what has none.
func (g *Gateway) watch(l *live, s apigateway.RouteSettings, routeKey string, execution accesslog.Destination) watch {
	var w watch
	if execution != nil {
		w.level, w.dataTrace = accesslog.ParseLevel(s.LoggingLevel), s.DataTraceEnabled
	}
	if g.options.Metrics != nil {
		if !s.DetailedMetricsEnabled {
			routeKey = ""
		}
		w.series = g.options.Metrics.Series(l.APIID, l.Stage, routeKey)
	}
	return w
}

// accessLog returns where a stage's access log goes; nil for nowhere.
func (g *Gateway) accessLog(l *live, arn string) accesslog.Destination {
	logs := g.options.Logs
	if logs.CloudWatch == nil || arn == "" {
		return logs.Access
	}
	region, group, err := accesslog.ParseDestination(arn)
	if err != nil {
		g.logger.Warn("a stage's access log has no destination that can be reached", "api", l.APIID, "stage", l.Stage, "error", err)
		return logs.Access
	}
	return both(logs.Access, logs.CloudWatch.Group(region, group))
}

// executionLog returns where a stage's execution lines go; nil for nowhere.
func (g *Gateway) executionLog(l *live) accesslog.Destination {
	logs := g.options.Logs
	if logs.CloudWatch == nil {
		return logs.Execution
	}
	name := accesslog.ExecutionGroup(l.APIID, l.Stage)
	if g.options.Compat.RESTExecutionGroups {
		name = accesslog.RESTExecutionGroup(l.APIID, l.Stage)
	}
	return both(logs.Execution, logs.CloudWatch.Group(l.Region, name))
}

// both returns a destination for two, the first of which may be nil.
func both(a, b accesslog.Destination) accesslog.Destination {
	if a == nil {
		return b
	}
	return accesslog.Destinations{a, b}
}

// watch is that of the event's route, or of events without one.
func (e *event) watch() *watch {
	if e.route != nil {
		return &e.live.routes[e.route.Index].watch
	}
	return &e.live.rest
}

// observed logs and counts an event that is done. It is called once per event,
// for every event: nothing here may cost anything where nobody asked for it.
func (e *event) observed() {
	if s := e.watch().series; s != nil {
		e.count(s)
	}
	if e.execution != nil {
		e.endExecution()
	}
	if e.live.access != nil {
		e.line = e.live.access.Append(e.line[:0], loggedEvent{e})
		e.live.accessTo.Log(e.time(), e.line)
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
