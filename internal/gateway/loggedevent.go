package gateway

import (
	"strings"

	"postern/internal/accesslog"
	"postern/internal/apigateway"
	"postern/jsonvalue"
)

// loggedEvent is an event as access logs see it: what templates see, and what
// came of the event.
type loggedEvent struct{ *event }

var _ accesslog.Context = loggedEvent{}

// ContextValue implements accesslog.Context.
//
// Source: Developer Guide, "Configure logging for WebSocket APIs".
func (l loggedEvent) ContextValue(name string) (jsonvalue.Value, bool) {
	e := l.event
	switch name {
	case "status":
		return jsonvalue.Int(int64(e.status())), true
	case "routeKey":
		if key := e.routeKey(); key != "" {
			return jsonvalue.String(key), true
		}
	case "integrationLatency":
		return jsonvalue.Int(e.latency.Milliseconds()), e.invoked
	case "error.messageString":
		// The format puts error.message in quotes.
	case "error.responseType":
		if e.failed != nil {
			return jsonvalue.String(e.failed.Response.Type()), true
		}
	default:
		if integration, ok := strings.CutPrefix(name, "integration."); ok {
			return e.integrationValue(integration)
		}
		if v, ok := e.ContextValue(name); ok {
			return v, true
		}
		return e.protectionValue(name)
	}
	return jsonvalue.Value{}, false
}

// protectionValue is a variable about how a $connect was authorized. What the
// authorizer itself called so goes before.
func (e *event) protectionValue(name string) (jsonvalue.Value, bool) {
	stage, what, ok := strings.Cut(name, ".")
	if !ok || e.upgrade == nil || e.route == nil {
		return jsonvalue.Value{}, false
	}
	switch stage {
	case "authorizer", "authorize":
		ok = e.upgrade.authorizerLatency() > 0
	case "authenticate":
		ok = e.route.AuthorizationType == apigateway.AuthorizationIAM
	default:
		ok = false
	}
	if !ok {
		return jsonvalue.Value{}, false
	}
	refused := e.failed != nil && e.failed.Response.OfAuthorization()
	switch what {
	case "latency", "integrationLatency":
		return jsonvalue.Int(e.upgrade.authorizerLatency().Milliseconds()), true
	case "status", "integrationStatus":
		if refused {
			return jsonvalue.Int(int64(e.failed.Response.Kind.Status)), true
		}
		return jsonvalue.Int(200), true
	case "error":
		if refused {
			return jsonvalue.String(e.failed.Text()), true
		}
	}
	return jsonvalue.Value{}, false
}

// routeKey is the key of the event's route, also where the API has none for a
// connection's beginning or end.
func (e *event) routeKey() string {
	switch {
	case e.route != nil:
		return e.route.RouteKey
	case e.kind == connectEvent:
		return apigateway.RouteConnect
	case e.kind == disconnectEvent:
		return apigateway.RouteDisconnect
	}
	return ""
}

// integrationValue is a variable of $context.integration, which WebSocket APIs
// leave unset.
func (e *event) integrationValue(name string) (jsonvalue.Value, bool) {
	if !e.gateway.options.Compat.IntegrationVariables || !e.invoked {
		return jsonvalue.Value{}, false
	}
	switch name {
	case "latency":
		return jsonvalue.Int(e.latency.Milliseconds()), true
	case "status", "integrationStatus":
		return jsonvalue.Int(int64(e.response.Status)), e.response.Status != 0
	case "requestId":
		id := e.response.RequestID
		return jsonvalue.String(id), id != ""
	case "error":
		if e.failed != nil && e.failed.Cause != nil {
			return jsonvalue.String(e.failed.Cause.Error()), true
		}
	}
	return jsonvalue.Value{}, false
}
