package gateway

import (
	"fmt"
	"strings"
	"unique"

	"postern/internal/endpoint"
	"postern/internal/gatewayresponse"
	"postern/internal/http1"
	"postern/internal/ids"
	"postern/internal/socket"
	"postern/internal/trace"
)

// Open serves a request for a connection: it is accepted when its $connect
// integration, if there is one, has answered 2xx.
func (g *Gateway) Open(u *socket.Upgrade) {
	a, _ := g.Resolve(u.Host, u.Target)
	s, l, err := g.find(a)
	switch {
	case err != nil:
		g.turnAway(u, a, nil, gatewayresponse.Forbidden, err.Error())
		return
	case a.Rest != "" && a.Rest != "/":
		g.turnAway(u, a, l, gatewayresponse.Forbidden, fmt.Sprintf("the path goes on after the stage: %q", a.Rest))
		return
	case l.gone:
		g.turnAway(u, a, l, gatewayresponse.Forbidden, "the stage is being deleted")
		return
	case l.EndpointDisabled && !a.Mapped:
		g.turnAway(u, a, l, gatewayresponse.Forbidden, "the deployed API has DisableExecuteApiEndpoint set")
		return
	case l.connects != nil && !l.connects.Allow(g.clock.Now()):
		g.turnAway(u, a, l, gatewayresponse.Throttled, "over the limit of new connections")
		return
	}
	c := &connection{stage: s, domain: unique.Make(u.Host), agent: unique.Make(u.Header.Last("User-Agent"))}
	e := g.begin(connectEvent, c, l)
	e.upgrade = newUpgrade(u, e.time())
	c.id = e.ids.Next()
	c.connectedAt = e.time().UnixMilli()
	e.startRecord(nil)
	e.route = l.Connect
	if !l.quiet {
		e.startExecution()
	}
	if e.route == nil {
		e.accept(nil)
		return
	}
	e.connect()
}

// turnAway refuses a request before it is a connection of the stage, if it
// names one. Clients are not told why; the trace and the log are.
func (g *Gateway) turnAway(u *socket.Upgrade, a endpoint.Address, l *live, r *gatewayresponse.Response, why string) {
	if l != nil {
		l.watch.Rest.Series.ClientError()
	}
	g.logger.Debug("connection refused", "host", u.Host, "status", r.Kind.Status, "cause", why)
	if g.trace.Listening() {
		t := g.trace.Begin(g.clock.Now())
		t.EventType, t.APIID, t.Stage, t.Status = connectEvent, a.APIID, a.Stage, r.Kind.Status
		t.Step(trace.Error, "", r.Message, why)
		t.End()
	}
	refuse(u, &failure{Response: r})
}

// refuse answers as a gateway response looks before there is a connection.
func refuse(u *socket.Upgrade, f *failure) {
	u.Reject(f.Response.Kind.Status, http1.Header{
		{Name: "Content-Type", Value: "application/json"},
		{Name: "x-amzn-RequestId", Value: ids.UUID()},
		{Name: "x-amzn-ErrorType", Value: f.Response.Kind.Code},
	}, gatewayresponse.AppendRefusal(nil, f.Text()))
}

// connect takes the event through the $connect route. What blocks leaves the
// goroutine.
func (e *event) connect() {
	f := e.throttle()
	if f == nil {
		f = e.identify()
	}
	if f != nil {
		e.turnDown(f)
		return
	}
	if e.keyed() {
		e.beginExecution()
	}
	if e.route.Authorizer == nil && e.invoker() == nil {
		e.performConnect()
		return
	}
	e.gateway.working.Go(func() { e.run((*event).performConnect) })
}

// turnDown refuses a request that is not to become a connection, whatever its
// integration says.
func (e *event) turnDown(f *failure) {
	e.note(f)
	e.answered(f.Response.Kind.Status)
	refuse(e.upgrade.socket, f)
	e.end()
}

// performConnect does what is left to do for a connection. It blocks if the
// route has an authorizer or its integration blocks.
func (e *event) performConnect() {
	f := e.authorize()
	if f == nil {
		f = e.requireParameters()
	}
	if f == nil {
		f = e.makeRequest()
	}
	if f == nil {
		f = e.integrate()
	}
	e.finishConnect(f)
}

// requireParameters checks the route's required request parameters.
func (e *event) requireParameters() *failure {
	missing := e.upgrade.Missing(e.route.Required)
	if len(missing) == 0 {
		return nil
	}
	return &failure{Response: gatewayresponse.BadRequestParameters,
		Message: "Missing required request parameters: [" + strings.Join(missing, ", ") + "]"}
}

// finishConnect opens the connection or refuses it, f being what the
// integration failed with.
func (e *event) finishConnect(f *failure) {
	if f != nil {
		e.reject(f)
		return
	}
	header, f := e.makeAnswer()
	if f != nil {
		e.reject(f)
		return
	}
	status := e.response.Status
	switch {
	case successful(status):
		e.accept(header)
	case status < 300 || status > 599:
		e.reject(gatewayresponse.InternalError.Because(fmt.Errorf("the $connect integration answered %d, which is no HTTP status to refuse with", status)))
	default:
		e.decline(status, header)
	}
}

// accept makes the request a connection.
func (e *event) accept(header http1.Header) {
	e.record.Step(trace.Reply, "", "101", "")
	e.answered(101)
	g, c, u := e.gateway, e.conn, e.upgrade.socket
	e.end()
	g.registry.admit(c, func() { c.socket = u.Accept(header, c) })
	if c.stage.live.Load().gone {
		// The stage was deleted while $connect was answered.
		c.socket.Close(goingAway, goingAwayReason)
	}
}

// decline refuses with the integration's own answer.
func (e *event) decline(status int, header http1.Header) {
	header = header.With("x-amz-apigw-id", e.requestIdentity().String())
	e.answered(status)
	e.record.Bytes(trace.Reply, "", e.reply, "refused by the integration")
	e.upgrade.socket.Reject(status, header, e.reply)
	e.end()
}

// reject refuses with an answer of the gateway.
func (e *event) reject(f *failure) {
	e.note(f)
	e.answered(f.Response.Kind.Status)
	e.reply = gatewayresponse.AppendError(e.reply[:0], f.Text(), gatewayresponse.IDs{Connection: e.conn.id, Request: e.requestIdentity()})
	e.upgrade.socket.Reject(f.Response.Kind.Status, http1.Header{
		{Name: "Content-Type", Value: "application/json; charset=UTF-8"},
		{Name: "x-amz-apigw-id", Value: e.requestIdentity().String()},
		{Name: "x-amzn-ErrorType", Value: f.Response.Kind.Code},
	}, e.reply)
	e.end()
}

// answered notes the status that the client is shown.
func (e *event) answered(status int) {
	if e.record != nil {
		e.record.Status = status
	}
}
