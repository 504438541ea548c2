package gateway

import (
	"postern/internal/apigateway"
	"postern/internal/deployment"
	"postern/internal/gatewayresponse"
	"postern/internal/socket"
	"postern/internal/trace"
)

// Message serves a message. What does not block is done when it returns.
func (g *Gateway) Message(sc *socket.Conn, text []byte) {
	g.serve(sc.State().(*connection), sc, text)
}

func (g *Gateway) serve(c *connection, from client, text []byte) {
	l := c.stage.live.Load()
	if l.gone {
		return // the connection is being closed
	}
	e := g.begin(messageEvent, c, l)
	e.client = from
	e.message.Reset(text)
	e.startRecord(text)
	if f := e.admit(); f != nil {
		e.refuse(f)
		e.end()
		return
	}
	if c.mustQueue(e) {
		e.detach()
		c.enqueue(e)
		return
	}
	e.performMessage()
}

// admit takes a message to its route, in the order of the messages.
func (e *event) admit() *failure {
	f := e.selectRoute()
	if !e.live.quiet {
		e.startExecution()
	}
	if f != nil {
		return f
	}
	if f := e.throttle(); f != nil {
		return f
	}
	return e.selectModel()
}

// performMessage serves a message from its route on. It blocks if the
// integration does.
func (e *event) performMessage() {
	f := e.validate()
	if f == nil {
		f = e.makeRequest()
	}
	if f == nil {
		f = e.integrate()
	}
	e.finishMessage(f)
}

// finishMessage answers the client, f being what the integration failed with.
func (e *event) finishMessage(f *failure) {
	if f == nil && e.route.TwoWay {
		if f = e.makeReply(); f == nil {
			e.send()
		}
	} else if f == nil {
		e.record.Step(trace.RouteResponse, "", "", "the route is one-way: the answer is dropped")
	}
	if f != nil {
		e.refuse(f)
	}
	e.end()
}

// selectRoute evaluates the route selection expression.
func (e *event) selectRoute() *failure {
	l := e.live
	switch {
	case !e.message.Valid():
		// AWS: what is not JSON goes to $default, whatever the expression.
		e.route = l.Default
		e.record.Step(trace.RouteSelection, "", "", "the message is not JSON")
	case l.Selection == nil:
		e.route = l.Default
		if e.record != nil {
			e.record.Step(trace.RouteSelection, "", "", l.SelectionError.Error())
		}
	default:
		env := e.environment()
		e.key = l.Selection.Append(e.key[:0], env)
		e.route = l.Route(e.key)
		if l.lifecycle {
			e.selectLifecycle()
		}
		if e.record != nil {
			e.record.Bytes(trace.RouteSelection, l.Selection.String(), e.key, chosen(e.route))
		}
	}
	if e.route == nil {
		return &failure{Response: gatewayresponse.Forbidden}
	}
	return nil
}

// selectLifecycle is for Picks.LifecycleMessages.
func (e *event) selectLifecycle() {
	switch string(e.key) {
	case apigateway.RouteConnect:
		e.route = e.live.Connect
	case apigateway.RouteDisconnect:
		e.route = e.live.Disconnect
	}
}

// chosen says which route was taken.
func chosen(r *deployment.Route) string {
	if r == nil {
		return "no route of that key and no $default"
	}
	return "route " + r.RouteKey
}

// throttle takes a token for the event.
func (e *event) throttle() *failure {
	// A $disconnect is not lost for a burst of others.
	if b := e.live.events; b != nil && e.kind != disconnectEvent && !b.Allow(e.time()) {
		return e.throttled("over the limit of the account")
	}
	if b := e.live.routes[e.route.Index].bucket; b != nil && !b.Allow(e.time()) {
		return e.throttled("over the limit of the route")
	}
	return nil
}

func (e *event) throttled(why string) *failure {
	e.record.Step(trace.Throttle, "", "", why)
	return &failure{Response: gatewayresponse.Throttled, Message: e.gateway.options.Compat.ThrottledText}
}

// refuse tells the client why its message came to nothing. The connection
// stays open.
func (e *event) refuse(f *failure) {
	e.note(f)
	if f.Response == gatewayresponse.BadRequestBody {
		e.reply = e.appendInvalid(e.reply[:0], f.Text())
	} else {
		e.reply = gatewayresponse.AppendError(e.reply[:0], f.Text(), gatewayresponse.IDs{Connection: e.conn.id, Request: e.requestIdentity()})
	}
	e.transmit()
}

// send sends the reply, if it is not empty: nothing is sent for nothing.
func (e *event) send() {
	if len(e.reply) == 0 {
		e.record.Step(trace.Reply, "", "", "the answer is empty: nothing is sent")
		return
	}
	e.reply = validText(e.reply)
	if len(e.reply) > e.gateway.options.MaxMessage {
		f := gatewayresponse.InternalError.Because(errReplyTooLarge)
		if e.gateway.options.Compat.OversizedReplyCloses {
			e.note(f)
			e.conn.socket.Close(tooBig, tooBigReason)
			return
		}
		e.refuse(f)
		return
	}
	e.transmit()
}

func (e *event) transmit() {
	e.record.Bytes(trace.Reply, "", e.reply, "")
	if err := e.client.Send(e.reply); err != nil {
		// The client left or reads too slowly; $disconnect will say so.
		if e.record != nil {
			e.record.Step(trace.Reply, "", "", err.Error())
		}
		return
	}
	e.replies++
	if e.sent != nil {
		// The message that it answers may have come long ago.
		e.client.Touch()
	}
}

// detach copies what belongs to the caller, before the event leaves it.
func (e *event) detach() {
	e.own = append(e.own[:0], e.message.Body()...)
	e.message.Reset(e.own)
}
