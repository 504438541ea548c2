package gateway

import (
	"postern/internal/socket"
)

// Closed serves the end of a connection: its $disconnect route, once, best
// effort. Nobody hears how it went.
func (g *Gateway) Closed(sc *socket.Conn, code int, reason string) {
	c := sc.State().(*connection)
	// The connection is gone before its $disconnect runs, as on AWS.
	g.registry.remove(c.id)
	l := c.stage.live.Load()
	e := g.begin(disconnectEvent, c, l)
	e.client = sc
	e.closed.code, e.closed.reason = code, reason
	e.route = l.Disconnect
	e.startRecord(nil)
	if !l.quiet {
		e.startExecution()
	}
	if e.route == nil {
		e.end()
		return
	}
	if f := e.throttle(); f != nil {
		e.note(f)
		e.end()
		return
	}
	if e.invoker() == nil {
		e.performDisconnect()
		return
	}
	g.working.Go(func() {
		if q := c.queue.Load(); q != nil {
			// What the client said before it left goes first.
			q.Settle()
		}
		e.run((*event).performDisconnect)
	})
}

// performDisconnect runs the integration. It blocks if the integration does.
func (e *event) performDisconnect() {
	f := e.makeRequest()
	if f == nil {
		f = e.integrate()
	}
	if f != nil {
		e.note(f)
	}
	e.end()
}
