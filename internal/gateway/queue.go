package gateway

import (
	"fmt"
	"runtime/debug"

	"postern/internal/gatewayresponse"
	"postern/internal/queue"
)

// mustQueue reports whether an event has to leave the event loop, because its
// integration blocks or validating it takes long, or because others that had to
// have not begun: integrations begin in the order of their messages.
func (c *connection) mustQueue(e *event) bool {
	return e.invoker() != nil || e.model != nil && !e.quick() || c.queue.Load().Pending()
}

// enqueue has an event wait its turn. It is called by the goroutine that reads
// the connection alone.
//
// An event that needs no backend is exclusive: what the loop would have
// answered in order is answered in order.
func (c *connection) enqueue(e *event) {
	q := c.queue.Load()
	if q == nil {
		limit := e.gateway.options.InFlight
		if e.gateway.options.Compat.SerialMessages {
			limit = 1
		}
		q = queue.New(e.client, &e.gateway.working, limit)
		c.queue.Store(q)
	}
	e.exclusive = e.invoker() == nil
	q.Add((*queued)(e))
}

// queued is an event as a job of its connection's queue.
type queued event

// Run implements queue.Job.
func (e *queued) Run(sent func()) {
	e.sent = sent
	(*event)(e).run((*event).performMessage)
}

// Size implements queue.Job.
func (e *queued) Size() int { return len(e.own) }

// Exclusive implements queue.Job.
func (e *queued) Exclusive() bool { return e.exclusive }

// run runs a step of the event that may block, outside of the event loops. A
// panic there ends the connection, as one on an event loop does, and nothing
// else.
func (e *event) run(step func(*event)) {
	g, c, u := e.gateway, e.conn, e.upgrade
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		g.logger.Error("an integration panicked", "connection", c.id.String(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		if u != nil {
			u.socket.Reject(gatewayresponse.InternalError.Kind.Status, nil, nil)
		} else if c.socket != nil {
			c.socket.Close(unexpected, gatewayresponse.InternalError.Message)
		}
	}()
	step(e)
}
