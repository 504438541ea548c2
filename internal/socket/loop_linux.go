//go:build amd64 || arm64

package socket

import (
	"net/netip"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"postern/internal/frame"
	"postern/internal/http1"
	"postern/internal/wheel"
)

// readAhead is how much a loop reads at once beyond what one frame may need.
const readAhead = 64 << 10

// A loop is one epoll instance and the goroutine that serves its connections.
type loop struct {
	srv    *Server
	group  *loops
	ep     int
	file   *os.File // of ep, in the runtime's poller
	raw    syscall.RawConn
	event  int // an eventfd that wakes the loop
	wheel  *wheel.Wheel[Conn]
	count  atomic.Int64
	events []unix.EpollEvent

	// buf holds what is read of one connection while it is handled, gather the
	// output meanwhile.
	buf    []byte
	gather []byte
	// request and response are those that are answered now, dateText is the
	// time at the second dated.
	request  Request
	response http1.Response
	dateText []byte
	dated    time.Duration

	now time.Duration // of this round
	// busy says that the last round had many events, arrived how many there
	// were at the end of a wait, look is what finds out.
	busy    bool
	arrived int
	look    func(uintptr) bool
	alarm   time.Duration // when a wait ends for the wheel's sake; 0 is never
	yielded time.Duration // when other goroutines had their turn
	lately  int64         // the tick of the last look at the wheel
	due     []*Conn

	// resting says that listeners are not waited on until the time given.
	resting bool
	until   time.Duration

	signalled atomic.Bool
	jumped    atomic.Bool // the clock was moved: the alarm is wrong
	deaf      atomic.Bool // no more accepting
	quit      atomic.Bool

	mu     sync.Mutex
	calls  []*Conn // connections to look at
	closed bool
}

var _ transport = (*loop)(nil)

func newLoop(g *loops) (*loop, error) {
	s := g.srv
	l := &loop{
		srv: s, group: g, ep: -1, event: -1,
		events: make([]unix.EpollEvent, 512),
		buf:    make([]byte, max(s.limits.Frame+frame.MaxHeader, headSpace(&s.limits))+readAhead),
	}
	l.wheel = wheel.New(wheelLinks, l.wakeUp)
	var err error
	if l.ep, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	// In the runtime's poller is what is non-blocking when it becomes a File.
	unix.SetNonblock(l.ep, true)
	l.file = os.NewFile(uintptr(l.ep), "epoll")
	l.look = func(uintptr) bool {
		l.arrived = sysPoll(l.ep, l.events)
		return l.arrived > 0
	}
	if l.raw, err = l.file.SyscallConn(); err != nil {
		l.close()
		return nil, err
	}
	if l.event, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		l.close()
		return nil, err
	}
	if err = l.control(unix.EPOLL_CTL_ADD, l.event, unix.EPOLLIN); err == nil {
		err = l.watchListeners()
	}
	if err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *loop) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	if l.file != nil {
		l.file.Close()
	}
	if l.event >= 0 {
		unix.Close(l.event)
	}
}

func (l *loop) control(op, fd int, events uint32) error {
	return unix.EpollCtl(l.ep, op, fd, &unix.EpollEvent{Events: events, Fd: int32(fd)})
}

// watchListeners has the loop woken for new connections, one loop for each.
func (l *loop) watchListeners() error {
	for _, fd := range l.group.socks {
		if err := l.control(unix.EPOLL_CTL_ADD, fd, unix.EPOLLIN|unix.EPOLLEXCLUSIVE); err != nil {
			return err
		}
	}
	return nil
}

func (l *loop) ignoreListeners() {
	for _, fd := range l.group.socks {
		l.control(unix.EPOLL_CTL_DEL, fd, 0)
	}
}

// rest stops accepting for a moment, where the next try would fail as well.
func (l *loop) rest() {
	if !l.resting {
		l.resting, l.until = true, l.now+500*time.Millisecond
		l.ignoreListeners()
	}
}

// turn is how long a busy loop works until it lets other goroutines run, who
// would otherwise wait for the scheduler to interrupt it, ten milliseconds.
const turn = 250 * time.Microsecond

// run serves until stop.
func (l *loop) run() {
	deaf := false
	for !l.quit.Load() {
		n := l.wait()
		l.now = l.srv.now()
		for i := range n {
			l.happened(&l.events[i])
		}
		l.expire()
		if l.now-l.yielded > turn {
			runtime.Gosched()
			l.yielded = l.now
		}
		if !deaf && l.deaf.Load() {
			deaf = true
			l.ignoreListeners()
		}
		if l.resting && l.now >= l.until {
			l.resting = false
			if !deaf {
				l.watchListeners()
			}
		}
	}
}

// wait returns how many events there are, at least one unless the time has
// come for something. A busy loop asks the system without telling the
// scheduler. One with nothing to do parks in the runtime's poller, which knows
// epoll instances as well as sockets: a thread that blocked in a call of its
// own would keep its processor from other goroutines for a while.
func (l *loop) wait() int {
	if l.busy {
		if n := sysPoll(l.ep, l.events); n > 0 {
			return n
		}
	}
	l.setAlarm()
	l.arrived = 0
	l.raw.Read(l.look)
	l.wheel.Awake()
	l.yielded = l.now
	l.busy = l.arrived > few
	return l.arrived
}

// few events at once mean that the next wait is likely to be one.
const few = 2

// setAlarm ends the next wait in time for what the wheel holds.
func (l *loop) setAlarm() {
	at, any := l.wheel.SleepUntil()
	if l.resting && (!any || l.until < at) {
		at, any = l.until, true
	}
	if !any {
		at = 0
	}
	jumped := l.jumped.Load() && l.jumped.Swap(false)
	if now := l.srv.now(); at != l.alarm || any && now >= at || jumped {
		l.alarm = at
		deadline := time.Time{}
		if any {
			deadline = time.Now().Add(max(at-now, 0))
		}
		l.file.SetReadDeadline(deadline)
	}
}

// wakeUp ends the loop's wait, now or the next time. It may be called from any
// goroutine.
func (l *loop) wakeUp() {
	if l.signalled.Swap(true) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		unix.Write(l.event, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	}
}

// happened handles one event.
func (l *loop) happened(e *unix.EpollEvent) {
	c := l.group.table.get(e.Fd)
	if c == nil || c.via != transport(l) {
		// Not a connection, or one that ended earlier in this round.
		l.other(e)
		return
	}
	if e.Events&unix.EPOLLOUT != 0 {
		l.flush(c)
	}
	switch {
	case e.Events&unix.EPOLLIN != 0:
		l.read(c)
	case e.Events&(unix.EPOLLERR|unix.EPOLLHUP) != 0:
		l.probe(c)
	}
}

func (l *loop) other(e *unix.EpollEvent) {
	if int(e.Fd) == l.event {
		l.called()
		return
	}
	for _, sock := range l.group.socks {
		if int(e.Fd) == sock && !l.deaf.Load() && !l.resting {
			l.take(sock)
		}
	}
}

// called looks at the connections that somebody asked to look at.
func (l *loop) called() {
	var count [8]byte
	sysRead(int32(l.event), count[:])
	// Before the list is taken: what is added from now on signals again.
	l.signalled.Store(false)
	l.mu.Lock()
	calls := l.calls
	l.calls = nil
	l.mu.Unlock()
	for _, c := range calls {
		c.mu.Lock()
		c.called = false
		ended, over := c.phase() == gone, c.over()
		c.mu.Unlock()
		switch {
		case ended:
		case over:
			l.finish(c)
		case c.in != nil:
			l.process(c, c.in.bytes, 0)
		}
	}
}

// expire looks at the connections whose time has come.
func (l *loop) expire() {
	tick := int64(l.now / wheel.Tick)
	if tick == l.lately {
		return
	}
	l.lately = tick
	l.due = l.wheel.Expire(l.now, l.due[:0])
	for _, c := range l.due {
		c.onTime(l.srv)
	}
	clear(l.due)
}

// admit makes an accepted descriptor a connection of one of the loops.
func (l *loop) admit(fd int32, remote netip.AddrPort) {
	s := l.srv
	if !s.enter() {
		sysClose(fd)
		return
	}
	to := l.group.lightest(l)
	c := &Conn{via: to, fd: fd, interest: unix.EPOLLIN}
	c.setRemote(remote)
	c.born = int64(l.now)
	c.last.Store(c.born)
	to.count.Add(1)
	l.group.table.set(fd, c)
	to.wheel.Add(c, l.now+s.limits.Handshake)
	if err := to.control(unix.EPOLL_CTL_ADD, int(fd), unix.EPOLLIN); err != nil {
		s.starved.Note("error", err.Error())
		to.drop(c)
		sysClose(fd)
		s.exit()
		return
	}
	if s.stopping.Load() {
		c.goAway(false)
	}
}

// drop forgets a connection. What becomes of its descriptor is for the caller.
func (l *loop) drop(c *Conn) {
	l.wheel.Remove(c)
	l.group.table.set(c.fd, nil)
	l.count.Add(-1)
}

// finish closes a connection and tells the handler.
func (l *loop) finish(c *Conn) {
	c.mu.Lock()
	if c.phase() == gone {
		c.mu.Unlock()
		return
	}
	c.setPhase(gone)
	c.setEnd(frame.StatusAbnormal, reasonAbnormal)
	end, accepted := c.end, c.accepted
	l.drop(c)
	sysClose(c.fd)
	c.fd, c.in, c.out = -1, nil, nil
	c.mu.Unlock()
	if accepted {
		l.srv.closed(c, end)
	}
	l.srv.exit()
}

// sysWouldBlock reports whether a call is to be tried again later.
func sysWouldBlock(errno syscall.Errno) bool {
	return errno == syscall.EAGAIN || errno == syscall.EINTR
}
