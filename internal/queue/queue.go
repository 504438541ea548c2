// Package queue is where the jobs of one connection wait that block: those of
// messages whose integration is a backend. They begin in the order in which they
// came: the next one when the one before is on its way. They end as they may, a
// bounded number at a time, and whoever adds them is held back when too many
// wait.
//
// It does not know what jobs do, and what they panic with is theirs.
package queue

import (
	"sync"
	"sync/atomic"
	"time"
)

// The bounds of a connection's jobs. AWS names none; these keep one client from
// taking the node's memory, and TCP holds it back beyond them.
const (
	InFlight     = 16        // jobs at once
	Waiting      = 64        // jobs that wait for one of those
	WaitingBytes = 256 << 10 // their size in all
)

// Patience is how long a job waits for the one before it to be on its way to a
// backend that does not take it.
const Patience = 20 * time.Millisecond

// Job is what waits its turn.
type Job interface {
	// Run does the job. It calls sent, from any goroutine, when the next one
	// may begin: more than once if it likes, and also when it is over.
	Run(sent func())
	// Size is what the job takes of the memory of those that wait, in bytes.
	Size() int
	// Exclusive reports whether the job lets nobody overtake it, for one that
	// is not sent anywhere.
	Exclusive() bool
}

// Reader reads what becomes jobs, and can be stopped from doing so.
type Reader interface {
	Pause()
	Resume()
}

// Queue is the queue of one connection.
type Queue struct {
	reader  Reader
	working *sync.WaitGroup
	limit   int // how many run at once
	// exclusive counts the exclusive jobs that wait or run, pending says that a
	// job waits or is not on its way yet.
	exclusive atomic.Int32
	pending   atomic.Bool

	mu       sync.Mutex
	running  int
	begun    uint64 // counts the jobs that began
	starting uint64 // which of them is not on its way yet; 0 for none
	held     bool   // an exclusive job runs
	waiting  []Job
	bytes    int // of the waiting jobs
	paused   bool
	timed    bool          // somebody watches over the starting job
	settled  chan struct{} // closed when all have begun; nil if nobody waits
}

// New returns an empty queue for what a reader reads. At most limit jobs run at
// once, in goroutines that working counts.
func New(reader Reader, working *sync.WaitGroup, limit int) *Queue {
	return &Queue{reader: reader, working: working, limit: limit}
}

// Pending reports whether there is a job that nobody may overtake: one that has
// not begun or is not on its way, or an exclusive one that runs. A nil Queue has
// none.
func (q *Queue) Pending() bool { return q != nil && (q.pending.Load() || q.exclusive.Load() > 0) }

// Add has a job wait its turn. It is called by the goroutine that reads the
// connection alone.
func (q *Queue) Add(j Job) {
	if j.Exclusive() {
		q.exclusive.Add(1)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, j)
	q.bytes += j.Size()
	q.advance()
	if !q.paused && (len(q.waiting) >= Waiting || q.bytes >= WaitingBytes) {
		q.paused = true
		q.reader.Pause()
	}
}

// advance begins the next job if it may begin. q.mu is held.
func (q *Queue) advance() {
	if j, seq := q.take(); j != nil {
		q.working.Go(func() { q.work(j, seq) })
	}
}

// take takes the next job if it may begin. q.mu is held.
func (q *Queue) take() (Job, uint64) {
	defer func() { q.pending.Store(len(q.waiting) > 0 || q.starting != 0) }()
	if len(q.waiting) == 0 {
		q.waiting = nil
		if q.settled != nil && q.starting == 0 {
			close(q.settled)
			q.settled = nil
		}
		return nil, 0
	}
	// An exclusive job, of which one runs at a time, needs no place.
	full := q.running >= q.limit && !q.waiting[0].Exclusive()
	if q.starting != 0 || q.held || full {
		if q.starting != 0 && !q.timed {
			q.watchOver(q.starting)
		}
		return nil, 0
	}
	j := q.waiting[0]
	q.waiting[0] = nil
	q.waiting = q.waiting[1:]
	q.bytes -= j.Size()
	if q.paused && len(q.waiting) < Waiting/2 && q.bytes < WaitingBytes/2 {
		q.paused = false
		q.reader.Resume()
	}
	q.running++
	q.begun++
	q.starting, q.held = q.begun, j.Exclusive()
	if len(q.waiting) > 0 && !q.timed {
		q.watchOver(q.starting)
	}
	return j, q.begun
}

// watchOver lets the next job begin even if the one that is starting does
// not get away. q.mu is held.
func (q *Queue) watchOver(seq uint64) {
	q.timed = true
	time.AfterFunc(Patience, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.timed = false
		q.away(seq)
		if q.starting != 0 && len(q.waiting) > 0 && !q.timed {
			q.watchOver(q.starting)
		}
	})
}

// sent says that a job is on its way to its backend.
func (q *Queue) sent(seq uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.away(seq)
}

func (q *Queue) away(seq uint64) {
	if q.starting == seq {
		q.starting = 0
		q.advance()
	}
}

// work does a job and then those that wait, until none may begin.
func (q *Queue) work(j Job, seq uint64) {
	for j != nil {
		exclusive, this := j.Exclusive(), seq
		j.Run(func() { q.sent(this) }) // may be called when others run
		j, seq = q.done(seq, exclusive)
	}
}

// done ends a job and takes the next.
func (q *Queue) done(seq uint64, exclusive bool) (Job, uint64) {
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

// Settle waits until every job that came before has begun, or for as long as
// one may take to begin.
func (q *Queue) Settle() {
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
	timer := time.NewTimer(Patience)
	defer timer.Stop()
	select {
	case <-settled:
	case <-timer.C:
	}
}
