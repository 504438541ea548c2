// Package monitoring is what a stage's settings say of logs and metrics: which
// of them its events and its calls of @connections have, and where they go.
//
// How a line looks and how it gets away is accesslog's affair, what a metric is
// that of metrics. What came of an event is known to the gateway alone.
package monitoring

import (
	"log/slog"

	"postern/internal/accesslog"
	"postern/internal/apigateway"
	"postern/internal/deployment"
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

// Options are what stages are monitored with.
type Options struct {
	Logs Logs
	// Metrics counts events; nil counts nothing.
	Metrics *metrics.Metrics
	// RESTExecutionGroups is compat.Picks' own.
	RESTExecutionGroups bool
	// Logger is told of settings that cannot be followed. Required.
	Logger *slog.Logger
}

// Route is how the events of a route are logged and counted. The zero value is
// not at all.
type Route struct {
	Level     accesslog.Level
	DataTrace bool
	Series    *metrics.Series // nil counts nothing
}

// quiet reports whether nothing is logged or counted.
func (r *Route) quiet() bool { return r.Level == accesslog.Off && r.Series == nil }

// Stage is how the events of a stage are logged and counted. It is immutable.
type Stage struct {
	// Quiet says that nothing is logged or counted of any event.
	Quiet bool
	// Access is the format of the access log, AccessTo where its lines go; both
	// nil for none.
	Access   *accesslog.Format
	AccessTo accesslog.Destination
	// Execution is where execution lines go; nil for nowhere.
	Execution accesslog.Destination
	// Routes are those of the deployment, by their Index.
	Routes []Route
	// Rest is for events without a route and for calls of @connections.
	Rest Route

	name string
	// calls is for PostToConnection, which has a series of its own where the
	// stage has detailed metrics.
	calls Route
}

// Stage prepares what is logged and counted of a stage with the given settings.
// What is wrong with them is logged once, here: the stage's events are served in
// any case.
func (o *Options) Stage(d *deployment.Snapshot, settings *apigateway.Stage) *Stage {
	s := &Stage{name: d.Stage, Execution: o.executionLog(d)}
	s.Rest = o.route(d, settings.DefaultRouteSettings, "", s.Execution)
	s.calls = o.route(d, settings.DefaultRouteSettings, callRoute("POST"), s.Execution)
	s.Access, s.AccessTo = o.access(d)
	s.Quiet = s.Access == nil && s.Rest.quiet()
	for _, r := range d.Routes {
		w := o.route(d, r.Settings, r.RouteKey, s.Execution)
		s.Quiet = s.Quiet && w.quiet()
		s.Routes = append(s.Routes, w)
	}
	return s
}

// Forget has a stage that is gone counted no more.
func (o *Options) Forget(apiID, stage string) {
	if o.Metrics != nil {
		o.Metrics.Forget(apiID, stage)
	}
}

// access returns the format and the destination of a stage's access log, nil
// for none.
func (o *Options) access(d *deployment.Snapshot) (*accesslog.Format, accesslog.Destination) {
	settings := d.AccessLog
	if settings == nil || settings.Format == "" {
		return nil, nil
	}
	to := o.accessLog(d, settings.DestinationARN)
	if to == nil {
		return nil, nil
	}
	format, err := accesslog.Compile(settings.Format)
	if err != nil {
		o.Logger.Error("a stage's access log format does not compile: nothing is logged", "api", d.APIID, "stage", d.Stage, "error", err)
		return nil, nil
	}
	return format, to
}

// route is how a route is logged and counted; the key "" is of what has none.
func (o *Options) route(d *deployment.Snapshot, s apigateway.RouteSettings, routeKey string, execution accesslog.Destination) Route {
	var r Route
	if execution != nil {
		r.Level, r.DataTrace = accesslog.ParseLevel(s.LoggingLevel), s.DataTraceEnabled
	}
	if o.Metrics != nil {
		if !s.DetailedMetricsEnabled {
			routeKey = ""
		}
		r.Series = o.Metrics.Series(d.APIID, d.Stage, routeKey)
	}
	return r
}

// accessLog returns where a stage's access log goes; nil for nowhere.
func (o *Options) accessLog(d *deployment.Snapshot, arn string) accesslog.Destination {
	logs := o.Logs
	if logs.CloudWatch == nil || arn == "" {
		return logs.Access
	}
	region, group, err := accesslog.ParseDestination(arn)
	if err != nil {
		o.Logger.Warn("a stage's access log has no destination that can be reached", "api", d.APIID, "stage", d.Stage, "error", err)
		return logs.Access
	}
	return both(logs.Access, logs.CloudWatch.Group(region, group))
}

// executionLog returns where a stage's execution lines go; nil for nowhere.
func (o *Options) executionLog(d *deployment.Snapshot) accesslog.Destination {
	logs := o.Logs
	if logs.CloudWatch == nil {
		return logs.Execution
	}
	name := accesslog.ExecutionGroup(d.APIID, d.Stage)
	if o.RESTExecutionGroups {
		name = accesslog.RESTExecutionGroup(d.APIID, d.Stage)
	}
	return both(logs.Execution, logs.CloudWatch.Group(d.Region, name))
}

// both returns a destination for two, the first of which may be nil.
func both(a, b accesslog.Destination) accesslog.Destination {
	if a == nil {
		return b
	}
	return accesslog.Destinations{a, b}
}
