package socket

import (
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"postern/internal/frame"
	"postern/internal/http1"
	"postern/internal/wheel"
)

// ErrClosed is returned by Send when the connection is closed or closing.
var ErrClosed = errors.New("connection is closed")

// ErrSlow is returned by Send when the peer has not read what was sent before,
// up to Limits.WriteBuffer. The connection is given up.
var ErrSlow = errors.New("connection is closed: its peer reads too slowly")

// ErrFull is returned by Offer when Limits.WriteBuffer has no room.
var ErrFull = errors.New("the peer reads too slowly: its buffer is full")

// The life of a connection. What is between an open connection and a gone one
// may be skipped.
type phase uint32

const (
	// greeting: the first request has not arrived yet.
	greeting phase = iota
	// between: an HTTP client has been answered on its loop and may ask again.
	between
	// pending: the handler has an Upgrade to answer.
	pending
	// open: messages may go both ways.
	open
	// closing: the server has sent Close. The peer's Close is waited for.
	closing
	// refused: an HTTP answer ended it. The peer's end of stream is waited for.
	refused
	// broken: nothing more can be sent. The owner will finish it.
	broken
	// gone: finished; the descriptor may be somebody else's by now.
	gone

	phaseMask = 0xff
	pausedBit = 0x100
)

// A Conn is one WebSocket connection. Its methods may be called from any
// goroutine.
//
// There may be a million of these, nearly all of them idle: what an idle
// connection does not need is behind pointers that are nil then.
type Conn struct {
	via   transport
	state any

	// last is when there was activity, born when the connection was accepted,
	// in time since the server's start. wall is the accepting time on the
	// clock, in nanoseconds since 1970.
	last       atomic.Int64
	born, wall int64

	link wheel.Link[Conn]
	in   *inbox

	mu   sync.Mutex
	cork *[]byte // where output gathers while input is handled
	out  *outbox
	end  *ending

	mode atomic.Uint32 // phase and pausedBit; written with mu held
	fd   int32
	addr [16]byte
	port uint16
	slot wheel.Slot
	// interest is what the loop has asked epoll for.
	interest uint8
	// called says that the owner was asked to look.
	called bool
	// accepted says that Handler.Closed is to follow.
	accepted bool
}

// wheelLinks shows a wheel where a connection keeps its place in it.
func wheelLinks(c *Conn) (*wheel.Link[Conn], *wheel.Slot) { return &c.link, &c.slot }

// inbox is input that waits for more, or for Resume.
type inbox struct {
	frames frame.Reader
	bytes  []byte
}

// outbox is output that waits for the peer. flying bytes of it were taken by a
// write that has not returned.
type outbox struct {
	bytes  []byte
	flying int
}

// ending is how a connection ends.
type ending struct {
	code   int
	reason string
	heard  bool          // the peer's Close has arrived
	by     time.Duration // when the wait ends
}

// transport moves the bytes of a connection. All methods but server and timers
// are called with the connection's mu held.
type transport interface {
	server() *Server
	timers() *wheel.Wheel[Conn]
	// send writes b, or keeps a copy of what cannot be written now.
	send(c *Conn, b []byte) error
	// want makes reading follow the connection's mode.
	want(c *Conn)
	// attend has the owner look at what the inbox holds, and at whether the
	// connection is to be finished.
	attend(c *Conn)
	// hangUp says that nothing more will be sent.
	hangUp(c *Conn)
}

// State returns what the connection was accepted with.
func (c *Conn) State() any { return c.state }

// Open reports whether messages may go both ways: it does not any more once the
// connection is closing.
func (c *Conn) Open() bool { return c.phase() == open }

// Remote returns the peer's address.
func (c *Conn) Remote() netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom16(c.addr).Unmap(), c.port)
}

func (c *Conn) setRemote(a netip.AddrPort) { c.addr, c.port = a.Addr().As16(), a.Port() }

// ConnectedAt returns when the connection was accepted.
func (c *Conn) ConnectedAt() time.Time { return time.Unix(0, c.wall) }

// LastActive returns when there was activity, to a few milliseconds: when a
// frame arrived, or Touch was called.
func (c *Conn) LastActive() time.Time { return time.Unix(0, c.wall+c.last.Load()-c.born) }

// Touch counts as activity: the idle time starts anew.
func (c *Conn) Touch() { c.last.Store(int64(c.via.server().now())) }

// activityGrain is how exactly activity is noted.
const activityGrain = 4 * time.Millisecond

// active notes activity at the given time since the server's start.
func (c *Conn) active(now time.Duration) {
	if int64(now)-c.last.Load() > int64(activityGrain) {
		c.last.Store(int64(now))
	}
}

// setAge makes the connection's age zero.
func (c *Conn) setAge(clock time.Time, now time.Duration) {
	c.wall, c.born = clock.UnixNano(), int64(now)
	c.last.Store(int64(now))
}

// Send sends text as one message. It does not block: what the peer cannot take
// now is kept. The text is not used after Send has returned.
func (c *Conn) Send(text []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sendText(text)
}

// Offer is Send for those who can come again: where so much waits for the peer
// already that there is no room for the text, the error is ErrFull and the
// connection goes on.
func (c *Conn) Offer(text []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase() == open && c.out != nil && len(c.out.bytes)+c.out.flying+len(text)+maxFrameHead > c.via.server().limits.WriteBuffer {
		return ErrFull
	}
	return c.sendText(text)
}

// maxFrameHead is more than the heads of a message's frames take.
const maxFrameHead = 64

// sendText sends one message. mu is held.
func (c *Conn) sendText(text []byte) error {
	if c.phase() != open {
		return ErrClosed
	}
	if c.cork != nil {
		*c.cork = frame.AppendText(*c.cork, text)
		return c.flushFull()
	}
	b := borrow()
	*b = frame.AppendText(*b, text)
	err := c.via.send(c, *b)
	giveBack(b)
	return err
}

// Close starts the closing handshake with a code and a reason, of which the
// wire has room for 123 bytes. Messages that arrive from now on are dropped.
// Handler.Closed follows with the same code and reason, when the peer has
// answered or Limits.Closing has passed. On a connection that is closing
// already Close does nothing.
func (c *Conn) Close(code int, reason string) { c.leave(code, reason, code, false) }

// Pause stops reading: the peer will be held back by TCP. Messages that were
// read already may still be delivered by a call that is under way, no others.
func (c *Conn) Pause() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase() == open {
		c.mode.Store(uint32(open) | pausedBit)
		c.via.want(c)
	}
}

// Resume ends what Pause began.
func (c *Conn) Resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mode.Load() != uint32(open)|pausedBit {
		return
	}
	c.mode.Store(uint32(open))
	c.via.want(c)
	if c.in != nil {
		c.via.attend(c)
	}
}

func (c *Conn) phase() phase { return phase(c.mode.Load() & phaseMask) }

// setPhase moves on, with mu held. It ends a pause.
func (c *Conn) setPhase(p phase) { c.mode.Store(uint32(p)) }

// write sends bytes now or with the rest of what is gathered. mu is held.
func (c *Conn) write(b []byte) error {
	if c.cork == nil {
		return c.via.send(c, b)
	}
	*c.cork = append(*c.cork, b...)
	return c.flushFull()
}

// gathered is how much output may gather during one call of the handler.
const gathered = 64 << 10

// flushFull sends what has gathered if it is much. mu is held.
func (c *Conn) flushFull() error {
	if len(*c.cork) < gathered {
		return nil
	}
	err := c.via.send(c, *c.cork)
	*c.cork = (*c.cork)[:0]
	return err
}

// keep adds b to the output that waits for the peer. mu is held.
func (c *Conn) keep(b []byte) error {
	if c.out == nil {
		c.out = &outbox{}
	}
	if len(c.out.bytes)+c.out.flying+len(b) > c.via.server().limits.WriteBuffer {
		c.via.server().slow.Note()
		c.abandon()
		return ErrSlow
	}
	c.out.bytes = append(c.out.bytes, b...)
	return nil
}

// abandon gives up a connection as if it had broken. mu is held.
func (c *Conn) abandon() { c.giveUp(frame.StatusAbnormal, reasonAbnormal) }

// giveUp ends a connection without any handshake. If it was not closing yet,
// it has ended with code and reason. mu is held.
func (c *Conn) giveUp(code int, reason string) {
	if c.phase() >= broken {
		return
	}
	c.setEnd(code, reason)
	c.setPhase(broken)
	c.out = nil
	c.via.attend(c)
}

// setEnd says how the connection ended, unless that was said. mu is held.
func (c *Conn) setEnd(code int, reason string) {
	if c.end == nil {
		c.end = &ending{code: code, reason: reason}
	}
}

// refuse answers with an HTTP response and ends the connection. mu is held.
func (c *Conn) refuse(status int, header http1.Header, body []byte) {
	s := c.via.server()
	b := borrow()
	*b = http1.AppendRefusal(*b, status, header, body)
	c.setPhase(refused)
	c.end = &ending{by: s.now() + s.limits.Closing}
	c.in = nil
	if c.write(*b) == nil {
		c.via.timers().Sooner(c, c.end.by)
		c.via.want(c)
		if c.cork == nil && c.out == nil {
			c.via.hangUp(c)
		}
	}
	giveBack(b)
}
