package gateway

import (
	"net/netip"
	"strings"

	"postern/internal/apigateway"
	"postern/jsonvalue"
)

// contextNames are the $context variables that an event of ours can have, in
// the order in which AWS's reference lists them.
//
// Source: Developer Guide, "WebSocket API mapping template reference".
var contextNames = []string{
	"apiId", "authorizer.principalId", "connectedAt", "connectionId", "disconnectReason", "disconnectStatusCode",
	"domainName", "domainPrefix", "error.message", "error.messageString", "error.validationErrorString",
	"eventType", "extendedRequestId", "identity.accessKey", "identity.accountId", "identity.apiKey", "identity.apiKeyId",
	"identity.caller", "identity.sourceIp", "identity.user", "identity.userAgent", "identity.userArn", "messageDirection", "messageId", "requestId",
	"requestTime", "requestTimeEpoch", "routeKey", "stage", "status",
}

// ContextNames implements mapping.Context.
func (e *event) ContextNames() []string {
	if c := e.conn.caller; c != nil && c.names != nil {
		return c.names
	}
	return contextNames
}

// ContextValue implements mapping.Context: the value of a $context variable,
// made when it is asked for. What the event does not have is not there.
func (e *event) ContextValue(name string) (jsonvalue.Value, bool) {
	switch name {
	case "apiId":
		return jsonvalue.String(e.live.APIID), true
	case "connectionId":
		return jsonvalue.String(e.conn.id.String()), true
	case "requestId", "extendedRequestId":
		return jsonvalue.String(e.requestIdentity().String()), true
	case "messageId":
		if e.kind != messageEvent {
			return jsonvalue.Value{}, false
		}
		return jsonvalue.String(e.messageIdentity().String()), true
	case "connectedAt":
		return jsonvalue.Int(e.conn.connectedAt), true
	case "domainName":
		return jsonvalue.String(e.conn.domain.Value()), true
	case "domainPrefix":
		prefix, _, _ := strings.Cut(e.conn.domain.Value(), ".")
		return jsonvalue.String(prefix), true
	case "eventType":
		return jsonvalue.String(e.kind), true
	case "messageDirection":
		return jsonvalue.String("IN"), true
	case "requestTime":
		return jsonvalue.String(e.time().UTC().Format(apigateway.RequestTime)), true
	case "requestTimeEpoch":
		return jsonvalue.Int(e.time().UnixMilli()), true
	case "routeKey":
		if e.route == nil {
			return jsonvalue.Value{}, false
		}
		return jsonvalue.String(e.route.RouteKey), true
	case "stage":
		return jsonvalue.String(e.live.Stage), true
	}
	return e.rareValue(name)
}

// rareValue answers for what few templates ask.
func (e *event) rareValue(name string) (jsonvalue.Value, bool) {
	switch name {
	case "identity.sourceIp":
		return jsonvalue.String(e.sourceIP()), true
	case "identity.userAgent":
		agent := e.conn.agent.Value()
		return jsonvalue.String(agent), agent != ""
	case "disconnectStatusCode":
		return jsonvalue.Int(int64(e.closed.code)), e.kind == disconnectEvent
	case "disconnectReason":
		return jsonvalue.String(e.closed.reason), e.kind == disconnectEvent
	case "error.message":
		if e.failed != nil {
			return jsonvalue.String(e.failed.Text()), true
		}
	case "error.messageString":
		if e.failed != nil {
			return jsonvalue.String(`"` + e.failed.Text() + `"`), true
		}
	case "error.validationErrorString":
		if e.failed != nil && e.failed.Detail != "" {
			return jsonvalue.String(e.failed.Detail), true
		}
	case "status":
		if e.response.Status != 0 {
			return jsonvalue.Int(int64(e.response.Status)), true
		}
	}
	return e.conn.known().Value(name)
}

// source is the client's address.
func (e *event) source() netip.Addr {
	if e.upgrade != nil {
		return e.upgrade.Remote.Addr().Unmap()
	}
	return e.client.Remote().Addr().Unmap()
}

func (e *event) sourceIP() string { return e.source().String() }
