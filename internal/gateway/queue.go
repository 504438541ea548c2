package gateway

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"postern/internal/gatewayresponse"
)

// The bounds of a connection's integrations. AWS names none; these keep one
// client from taking the node's memory, and TCP holds it back beyond them.
const (
	inFlight     = 16        // integrations at once
	maxWaiting   = 64        // messages that wait for one of those
	maxWaitBytes = 256 << 10 // their size in all
)

// startPatience is how long a message waits for the one before it to be on its
// way to a backend that does not take it.
const startPatience = 20 * time.Millisecond

// panicCode is 1011: the server met a condition that it did not expect.
const panicCode = 1011

// queue is where the messages of one connection wait that cannot be served on
// the event loop, because their integration blocks or validating them takes
// long. They begin in the order in which they came: the next one when the one
// before is on its way to its backend. They end as they may, a bounded number
// at a time.
//
// An exclusive event is one that needs no backend. It lets nobody overtake it,
// so that what the loop would have answered in order is answered in order.
type queue struct {
	limit int // how many run at once
	// exclusive counts the exclusive events that wait or run.
	exclusive atomic.Int32

	mu       sync.Mutex
	running  int
	begun    uint64 // counts the events that began
	starting uint64 // which of them is not on its way yet; 0 for none
	held     bool   // an exclusive event runs
	waiting  []*event
	bytes    int // of the waiting messages
	paused   bool
	timed    bool          // somebody watches over the starting event
	settled  chan struct{} // closed when all have begun; nil if nobody waits
}

// mustQueue reports whether an event has to leave the event loop: it takes
// long, or another that did is before it.
func (c *connection) mustQueue(e *event) bool {
	if e.invoker() != nil || e.model != nil && !e.quick() {
		return true
	}
	q := c.queue.Load()
	return q != nil && q.exclusive.Load() > 0
}

// enqueue has an event wait its turn. It is called by the goroutine that reads
// the connection alone.
func (c *connection) enqueue(e *event) {
	q := c.queue.Load()
	if q == nil {
		q = &queue{limit: inFlight}
		if e.gateway.options.Compat.SerialMessages {
			q.limit = 1
		}
		c.queue.Store(q)
	}
	if e.exclusive = e.invoker() == nil; e.exclusive {
		q.exclusive.Add(1)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, e)
	q.bytes += len(e.own)
	q.advance()
	if !q.paused && (len(q.waiting) >= maxWaiting || q.bytes >= maxWaitBytes) {
		q.paused = true
		e.client.Pause()
	}
}

// advance begins the next event if it may begin. q.mu is held.
func (q *queue) advance() {
	if e, seq := q.take(); e != nil {
		e.gateway.working.Go(func() { q.work(e, seq) })
	}
}

// take takes the next event if it may begin. q.mu is held.
func (q *queue) take() (*event, uint64) {
	if len(q.waiting) == 0 {
		q.waiting = nil
		if q.settled != nil && q.starting == 0 {
			close(q.settled)
			q.settled = nil
		}
		return nil, 0
	}
	if q.starting != 0 || q.held || q.running >= q.limit {
		if q.starting != 0 && !q.timed {
			q.watchOver(q.starting)
		}
		return nil, 0
	}
	e := q.waiting[0]
	q.waiting[0] = nil
	q.waiting = q.waiting[1:]
	q.bytes -= len(e.own)
	if q.paused && len(q.waiting) < maxWaiting/2 && q.bytes < maxWaitBytes/2 {
		q.paused = false
		e.client.Resume()
	}
	q.running++
	q.begun++
	q.starting, q.held = q.begun, e.exclusive
	if len(q.waiting) > 0 && !q.timed {
		q.watchOver(q.starting)
	}
	return e, q.begun
}

// watchOver lets the next event begin even if the one that is starting does
// not get away. q.mu is held.
func (q *queue) watchOver(seq uint64) {
	q.timed = true
	time.AfterFunc(startPatience, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.timed = false
		q.away(seq)
		if q.starting != 0 && len(q.waiting) > 0 && !q.timed {
			q.watchOver(q.starting)
		}
	})
}

// sent says that an event is on its way to its backend.
func (q *queue) sent(seq uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.away(seq)
}

func (q *queue) away(seq uint64) {
	if q.starting == seq {
		q.starting = 0
		q.advance()
	}
}

// work serves an event and then those that wait, until none may begin.
func (q *queue) work(e *event, seq uint64) {
	for e != nil {
		exclusive, this := e.exclusive, seq
		e.sent = func() { q.sent(this) } // may be called when others run
		e.run((*event).performMessage)
		e, seq = q.done(seq, exclusive)
	}
}

// done ends an event and takes the next.
func (q *queue) done(seq uint64, exclusive bool) (*event, uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running--
	if q.starting == seq {
		q.starting = 0
	}
	if exclusive {
		q.held = false
		q.exclusive.Add(-1)
	}
	return q.take()
}

// settle waits until every event that came before has begun, or for as long as
// one may take to begin.
func (q *queue) settle() {
	q.mu.Lock()
	if len(q.waiting) == 0 && q.starting == 0 {
		q.mu.Unlock()
		return
	}
	if q.settled == nil {
		q.settled = make(chan struct{})
	}
	settled := q.settled
	q.mu.Unlock()
	timer := time.NewTimer(startPatience)
	defer timer.Stop()
	select {
	case <-settled:
	case <-timer.C:
	}
}

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
			c.socket.Close(panicCode, gatewayresponse.InternalError.Message)
		}
	}()
	step(e)
}
