package gateway

import (
	"time"

	"postern/internal/authorization"
	"postern/internal/connect"
	"postern/internal/lambdaevent"
	"postern/internal/socket"
)

// upgrade is the request of a CONNECT event.
type upgrade struct {
	connect.Request
	socket *socket.Upgrade // whom to answer
	// protection is the request as it is authorized; nil where the route is
	// open to everybody.
	protection *authorization.Request
}

func newUpgrade(u *socket.Upgrade, at time.Time) *upgrade {
	return &upgrade{socket: u, Request: connect.Request{Head: &u.Request, Remote: u.Remote, TLS: u.TLS, At: at}}
}

// authorizerLatency is how long the authorizer took; 0 if it was not asked.
func (u *upgrade) authorizerLatency() time.Duration {
	if u.protection == nil {
		return 0
	}
	return u.protection.AuthorizerLatency
}

// caller is what $connect learned of who opened a connection.
type caller struct {
	connect.Caller
	// names are the $context variables of the connection's events, if there
	// are more than usual.
	names []string
}

// known is what is known of who opened the connection, nil for nothing.
func (c *connection) known() *connect.Caller {
	if c.caller == nil {
		return nil
	}
	return &c.caller.Caller
}

// identify checks what the request says of its sender by itself.
func (e *event) identify() *failure {
	if !authorization.Protected(e.route) {
		return nil
	}
	e.conn.caller = &caller{}
	event := e.lambdaEvent()
	e.upgrade.protection = &authorization.Request{
		Stage: e.live.Snapshot, Route: e.route, Event: &event, Context: e, Header: e.live.header,
		Record: e.record, Execution: e.execution,
	}
	return e.gateway.checks.Identify(e.upgrade.protection)
}

// authorize asks the route's authorizer, if it has one. It blocks.
func (e *event) authorize() *failure {
	p := e.upgrade.protection
	if p == nil {
		return nil
	}
	if f := e.gateway.checks.Authorize(e.gateway.context, p); f != nil {
		return f
	}
	c := e.conn.caller
	if c.Authorizer == nil {
		return nil
	}
	c.names = append(make([]string, 0, len(contextNames)+len(c.Authorizer.Context)), contextNames...)
	for _, entry := range c.Authorizer.Context {
		c.names = append(c.names, "authorizer."+entry.Name)
	}
	return nil
}

// lambdaEvent is the event as Lambda functions see it.
func (e *event) lambdaEvent() lambdaevent.Event {
	l := lambdaevent.Event{
		Type: e.kind, APIID: e.live.APIID, Stage: e.live.Stage, RouteKey: e.route.RouteKey, StageVariables: e.live.variables,
		RequestID: e.requestIdentity(), ConnectionID: e.conn.id, Time: e.time(), ConnectedAt: e.conn.connectedAt,
		DomainName: e.conn.domain.Value(), UserAgent: e.conn.agent.Value(), SourceIP: e.source(), Caller: e.conn.known(),
	}
	switch e.kind {
	case connectEvent:
		l.Request, l.AuthorizerLatency = &e.upgrade.Request, e.upgrade.authorizerLatency()
	case messageEvent:
		l.MessageID, l.Body = e.messageIdentity(), e.message.Body()
	case disconnectEvent:
		l.DisconnectStatusCode, l.DisconnectReason = e.closed.code, e.closed.reason
	}
	return l
}
