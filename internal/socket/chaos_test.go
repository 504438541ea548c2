package socket

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"postern/internal/clock"
)

// ledger counts what happened to each connection.
type ledger struct {
	accepted atomic.Int64
	closed   atomic.Int64
	state    sync.Map // *Conn -> times closed
	conns    chan *Conn
}

func (l *ledger) Open(u *Upgrade) {
	accept := func() {
		l.accepted.Add(1)
		c := u.Accept(nil, nil)
		select {
		case l.conns <- c:
		default:
		}
	}
	switch rand.IntN(4) {
	case 0:
		go accept()
	case 1:
		u.Reject(403, nil, nil)
	default:
		accept()
	}
}

func (l *ledger) Message(c *Conn, text []byte) {
	switch rand.IntN(20) {
	case 0:
		c.Close(4000, "enough")
	case 1:
		c.Pause()
		go func() {
			runtime.Gosched()
			c.Resume()
		}()
	case 2:
		copied := append([]byte(nil), text...)
		go c.Send(copied)
	default:
		c.Send(text)
	}
}

func (l *ledger) Closed(c *Conn, _ int, _ string) {
	if _, twice := l.state.LoadOrStore(c, true); twice {
		panic("closed twice")
	}
	l.closed.Add(1)
}

// misbehave is what a client does to a connection until it has enough.
func misbehave(c *client) {
	defer c.nc.Close()
	go func() {
		b := make([]byte, 4096)
		for {
			if _, err := c.nc.Read(b); err != nil {
				return
			}
		}
	}()
	frames := []string{
		text("hello"), text(x(5000)), text("a") + text("b") + text("c"), masked(1, "a") + masked(0x89, "p") + masked(0x80, "b"),
		text(x(30000)), text("half")[:5], masked(0x82, "binary"), bye(1000, "bye"), "\xff\xff\xff", text("\xff"),
	}
	for range rand.IntN(30) {
		frame := frames[min(rand.IntN(40), rand.IntN(len(frames)))]
		cut := rand.IntN(len(frame))
		c.nc.Write([]byte(frame[:cut]))
		if _, err := c.nc.Write([]byte(frame[cut:])); err != nil {
			return
		}
	}
	if rand.IntN(3) == 0 {
		c.reset()
	}
}

// However clients, handler and time behave, every accepted connection ends,
// and once.
func TestChaos(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := &ledger{conns: make(chan *Conn, 64)}
		o.Handler, o.Limits.WriteBuffer, o.Limits.Handshake = h, 64<<10, 100*closingLimit
		s := start(t, o)
		var clients, meddlers sync.WaitGroup
		done := make(chan struct{})
		meddlers.Go(func() {
			for {
				select {
				case c := <-h.conns:
					switch rand.IntN(5) {
					case 0:
						c.Close(1000, "meddler")
					case 1:
						c.Pause()
						c.Resume()
					default:
						c.Send([]byte("from outside"))
						c.Touch()
					}
					o.Clock.(*clock.Adjustable).Advance(20 * second)
				case <-done:
					return
				}
			}
		})
		for range 8 {
			clients.Go(func() {
				for range 25 {
					c := &client{t: t, nc: w.dial(t, s)}
					c.nc.Write([]byte(upgradeRequest))
					misbehave(c)
				}
			})
		}
		clients.Wait()
		close(done)
		meddlers.Wait()
		serving(t, s, 0)
		if a, c := h.accepted.Load(), h.closed.Load(); a != c || a == 0 {
			t.Errorf("%d accepted, %d closed", a, c)
		}
	})
}
