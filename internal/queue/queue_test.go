package queue

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// reader counts how often it was stopped and continued.
type reader struct{ paused, resumed int }

func (r *reader) Pause()  { r.paused++ }
func (r *reader) Resume() { r.resumed++ }

// log is who began, in order.
type log struct {
	mu    sync.Mutex
	began []int
	now   int
	most  int // at once
}

// job is number n; it is sent at once, unless it is slow to be, and ends when
// it is released.
type job struct {
	log       *log
	n, size   int
	slow      bool
	exclusive bool
	release   chan struct{}
}

func (j *job) Run(sent func()) {
	j.log.mu.Lock()
	j.log.began = append(j.log.began, j.n)
	j.log.now++
	j.log.most = max(j.log.most, j.log.now)
	j.log.mu.Unlock()
	if !j.slow {
		sent()
	}
	<-j.release
	j.log.mu.Lock()
	j.log.now--
	j.log.mu.Unlock()
	sent() // late
}

func (j *job) Size() int       { return j.size }
func (j *job) Exclusive() bool { return j.exclusive }

func (l *log) order() []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.began)
}

// upTo is 0, 1, … n-1.
func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// play runs f with a queue, and waits for its goroutines.
func play(t *testing.T, limit int, f func(q *Queue, r *reader, l *log)) {
	synctest.Test(t, func(t *testing.T) {
		var working sync.WaitGroup
		r := &reader{}
		f(New(r, &working, limit), r, &log{})
		working.Wait()
	})
}

func TestJobsBeginInOrderAndAreBounded(t *testing.T) {
	play(t, 3, func(q *Queue, r *reader, l *log) {
		const jobs = 3 + Waiting + 10
		release := make(chan struct{})
		for n := range jobs {
			q.Add(&job{log: l, n: n, release: release})
			synctest.Wait()
		}
		if got := l.order(); len(got) != 3 || r.paused != 1 {
			t.Errorf("%d began, paused %d times", len(got), r.paused)
		}
		close(release)
		synctest.Wait()
		if got := l.order(); !slices.Equal(got, upTo(jobs)) || l.most != 3 || r.resumed != 1 {
			t.Errorf("began %v, %d at once; resumed %d times", got, l.most, r.resumed)
		}
	})
}

func TestWaitingJobsAreBoundedBySize(t *testing.T) {
	play(t, 1, func(q *Queue, r *reader, l *log) {
		release := make(chan struct{})
		q.Add(&job{log: l, release: release})
		for n := range 2 {
			q.Add(&job{log: l, n: n + 1, size: WaitingBytes / 2, release: release})
			if r.paused != n {
				t.Errorf("paused %d times with %d large jobs", r.paused, n+1)
			}
		}
		close(release)
	})
}

func TestJobsDoNotWaitForOneThatDoesNotGetAway(t *testing.T) {
	play(t, InFlight, func(q *Queue, _ *reader, l *log) {
		release := make(chan struct{})
		for n := range 3 {
			q.Add(&job{log: l, n: n, slow: true, release: release})
		}
		for n := range 3 {
			synctest.Wait()
			if got := l.order(); !slices.Equal(got, upTo(n+1)) {
				t.Errorf("after %d times its patience: %v", n, got)
			}
			time.Sleep(Patience)
		}
		close(release)
	})
}

func TestNobodyOvertakesAnExclusiveJob(t *testing.T) {
	play(t, InFlight, func(q *Queue, _ *reader, l *log) {
		first, others := make(chan struct{}), make(chan struct{})
		if q.Pending() || (*Queue)(nil).Pending() {
			t.Error("something is pending in an empty queue")
		}
		q.Add(&job{log: l, n: 0, exclusive: true, release: first})
		q.Add(&job{log: l, n: 1, release: others})
		time.Sleep(2 * Patience)
		synctest.Wait()
		if got := l.order(); !slices.Equal(got, upTo(1)) || !q.Pending() {
			t.Errorf("began %v, pending %t", got, q.Pending())
		}
		close(first)
		synctest.Wait()
		if got := l.order(); !slices.Equal(got, upTo(2)) || q.Pending() {
			t.Errorf("began %v, pending %t", got, q.Pending())
		}
		// One that is not on its way, and one that waits for it.
		q.Add(&job{log: l, n: 2, slow: true, release: others})
		synctest.Wait()
		if !q.Pending() {
			t.Error("a job that is not on its way is not pending")
		}
		q.Add(&job{log: l, n: 3, release: others})
		time.Sleep(2 * Patience)
		synctest.Wait()
		if got := l.order(); !slices.Equal(got, upTo(4)) || q.Pending() {
			t.Errorf("began %v, pending %t", got, q.Pending())
		}
		close(others)
	})
}

func TestSettleWaitsForTheBeginning(t *testing.T) {
	play(t, InFlight, func(q *Queue, _ *reader, l *log) {
		release := make(chan struct{})
		start := time.Now()
		q.Settle()
		q.Add(&job{log: l, slow: true, release: release})
		q.Settle()
		if d := time.Since(start); d != Patience {
			t.Errorf("settled after %v", d)
		}
		close(release)
		synctest.Wait()
		q.Settle()
		if d := time.Since(start); d != Patience {
			t.Errorf("an empty queue settled after %v", d)
		}
	})
}
