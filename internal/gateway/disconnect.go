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
	if l.logging {
		e.startExecution()
	}
	if e.route == nil {
		e.end()
		return
	}
	f := e.throttle()
	if f == nil {
		f = e.makeRequest()
	}
	if f != nil {
		e.note(f)
		e.end()
		return
	}
	if invoker := l.routes[e.route.Index].invoker; invoker != nil {
		j := &job{event: e, invoker: invoker, run: (*event).finishDisconnect}
		g.working.Go(j.do)
		return
	}
	e.finishDisconnect(e.mock())
}

func (e *event) finishDisconnect(f *failure) {
	if f != nil {
		e.note(f)
	}
	e.end()
}
