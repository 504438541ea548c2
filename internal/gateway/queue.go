package gateway

import (
	"fmt"
	"runtime/debug"
	"sync"

	"postern/internal/integration"
)

// The bounds of a connection's integrations. AWS names none; these keep one
// client from taking the node's memory, and TCP holds it back beyond them.
const (
	inFlight     = 16        // integrations at once
	maxWaiting   = 64        // messages that wait for one of those
	maxWaitBytes = 256 << 10 // their size in all
)

// job is an event whose integration blocks.
type job struct {
	event   *event
	invoker integration.Invoker
	run     func(*event, *failure) // what comes after the integration
}

// do runs on a goroutine of its own. A panic there ends the connection, as one
// on an event loop does, and nothing else.
func (j *job) do() {
	g, c, u := j.event.gateway, j.event.conn, j.event.upgrade
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		g.logger.Error("an integration panicked", "connection", c.id.String(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		if u != nil {
			u.request.Reject(internalError.kind.Status, nil, nil)
		} else if c.socket != nil {
			c.socket.Close(panicCode, internalError.message)
		}
	}()
	j.run(j.event, j.event.invoke(j.invoker))
}

// panicCode is 1011: the server met a condition that it did not expect.
const panicCode = 1011

// queue starts a connection's jobs in the order of their messages, a bounded
// number at a time.
type queue struct {
	mu      sync.Mutex
	running int
	waiting []*job
	bytes   int // of the waiting messages
	paused  bool
}

// enqueue starts a job, or has it wait its turn.
func (c *connection) enqueue(j *job) {
	q := c.queue.Load()
	if q == nil {
		// Only the goroutine that reads the connection comes here.
		q = &queue{}
		c.queue.Store(q)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running < inFlight {
		q.running++
		j.event.gateway.working.Go(func() { q.work(j) })
		return
	}
	q.waiting = append(q.waiting, j)
	q.bytes += len(j.event.own)
	if !q.paused && (len(q.waiting) >= maxWaiting || q.bytes >= maxWaitBytes) {
		q.paused = true
		j.event.client.Pause()
	}
}

// work does a job and then those that wait, until none does.
func (q *queue) work(j *job) {
	for j != nil {
		j.do()
		j = q.next()
	}
}

func (q *queue) next() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.running--
		q.waiting = nil
		return nil
	}
	j := q.waiting[0]
	q.waiting[0] = nil
	q.waiting = q.waiting[1:]
	q.bytes -= len(j.event.own)
	if q.paused && len(q.waiting) < maxWaiting/2 && q.bytes < maxWaitBytes/2 {
		q.paused = false
		j.event.client.Resume()
	}
	return j
}
