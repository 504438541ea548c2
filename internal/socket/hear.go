package socket

import (
	"fmt"
	"runtime/debug"
	"time"

	"postern/internal/frame"
)

// Reasons of closing. AWS documents the codes; its texts for 1002, 1003, 1007
// and 1009 have not been observed.
const (
	reasonGoingAway = "Going away"
	reasonAbnormal  = "Connection closed abnormally"
	reasonNone      = "Client-side close frame status not set"
	reasonInternal  = "Internal server error"
)

// violations are the reasons that go with a frame.Violation.
var violations = map[int]string{
	frame.StatusProtocolError: "Protocol error",
	frame.StatusUnsupported:   "Binary is not supported",
	frame.StatusInvalidText:   "Invalid UTF-8",
	frame.StatusTooBig:        "Message too big",
}

// hear handles what arrived on a connection and returns what it did not take:
// half a frame or, then held is true, what a paused or unanswered connection
// has to wait with. Only the connection's owner calls it.
func (c *Conn) hear(s *Server, r *frame.Reader, b []byte) (rest []byte, held bool) {
	defer c.guard(s)
	for len(b) > 0 {
		switch c.mode.Load() {
		case uint32(open):
			event, n := r.Next(b, s.frames)
			b = b[n:]
			if event.Kind == frame.None {
				return b, false
			}
			c.react(s, event)
		case uint32(closing):
			closed, n := r.Skim(b)
			if closed {
				c.peerClosed()
				return nil, false
			}
			return b[n:], false
		case uint32(pending), uint32(open) | pausedBit:
			return b, true
		default:
			return nil, false
		}
	}
	return nil, false
}

// request gives an upgrade request to the handler, unless it is bad: nil is
// one that never ended. The connection is pending.
func (c *Conn) request(s *Server, u *Upgrade, encrypted bool) {
	bad := headTooLarge
	if u != nil {
		bad = u.check(&s.limits)
	}
	if bad != nil {
		c.mu.Lock()
		c.refuse(bad.status, bad.header(), bad.body())
		c.mu.Unlock()
		return
	}
	u.conn, u.Remote, u.TLS = c, c.Remote(), encrypted
	defer c.guard(s)
	s.handler.Open(u)
}

func (c *Conn) react(s *Server, e frame.Event) {
	switch e.Kind {
	case frame.Text:
		s.handler.Message(c, e.Payload)
	case frame.Ping:
		c.pong(e.Payload)
	case frame.Close:
		reason := string(e.Payload)
		if e.Code == frame.StatusNone {
			reason = reasonNone
		}
		c.leave(e.Code, reason, e.Code, true)
	case frame.Violation:
		c.leave(e.Code, violations[e.Code], e.Code, false)
	}
}

func (c *Conn) pong(payload []byte) {
	var space [127]byte
	c.mu.Lock()
	if c.phase() == open {
		c.write(frame.AppendPong(space[:0], payload))
	}
	c.mu.Unlock()
}

// leave sends a Close frame with the status sent, and begins to close with
// code and reason; heard says that the peer's Close has been heard.
func (c *Conn) leave(code int, reason string, sent int, heard bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase() == open {
		c.part(c.via.server(), code, reason, sent, heard)
	}
}

// part is leave, with mu held and the connection open.
func (c *Conn) part(s *Server, code int, reason string, sent int, heard bool) {
	var space [127]byte
	end := &ending{code: code, reason: reason, heard: heard, by: s.now() + s.limits.Closing}
	c.end = end
	c.setPhase(closing)
	if c.write(frame.AppendClose(space[:0], sent, reason)) != nil {
		return
	}
	c.via.timers().Sooner(c, end.by)
	c.via.want(c)
	if c.cork == nil && (c.in != nil || c.over()) {
		c.via.attend(c)
	}
}

// peerClosed notes that the peer's half of the closing handshake is there.
func (c *Conn) peerClosed() {
	c.mu.Lock()
	if c.end != nil {
		c.end.heard = true
	}
	c.mu.Unlock()
}

// over reports whether the connection has nothing more to wait for. mu is held.
func (c *Conn) over() bool {
	switch c.phase() {
	case broken:
		return true
	case closing:
		return c.end.heard && c.out == nil && (c.cork == nil || len(*c.cork) == 0)
	}
	return false
}

// stow keeps what hear left, and the reader of a message under way. The last
// fresh bytes of rest are new; what is before them may be in the inbox
// already. mu is held.
func (c *Conn) stow(r *frame.Reader, rest []byte, fresh int) {
	if len(rest) == 0 && r.Idle() {
		c.in = nil
		return
	}
	if c.in == nil {
		c.in = &inbox{frames: *r}
	}
	if old := len(rest) - fresh; old > 0 && old == len(c.in.bytes) {
		c.in.bytes = append(c.in.bytes, rest[old:]...)
		return
	}
	if len(rest) == 0 {
		c.in.bytes = nil
		return
	}
	c.in.bytes = append([]byte(nil), rest...)
}

// deadline returns when the connection wants to be looked at next. mu is held.
func (c *Conn) deadline(s *Server) time.Duration {
	born := time.Duration(c.born)
	switch c.phase() {
	case greeting:
		return born + s.limits.Handshake
	case between:
		if c.in == nil || c.out != nil {
			return time.Duration(c.last.Load()) + webIdle
		}
		return born + s.limits.Handshake
	case open:
		return min(time.Duration(c.last.Load())+s.limits.Idle, born+s.limits.Lifetime)
	case closing, refused:
		return c.end.by
	}
	// A pending connection waits for its handler.
	return s.now() + s.limits.Handshake
}

// onTime does what a connection's deadline demands, if it has passed, and puts
// the connection back into its wheel.
func (c *Conn) onTime(s *Server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.phase()
	if p >= broken {
		return
	}
	if at := c.deadline(s); at > s.now() && !(p == open && s.stopping.Load()) {
		c.via.timers().Add(c, at)
		return
	}
	if p != open {
		c.abandon()
		return
	}
	c.part(s, frame.StatusGoingAway, reasonGoingAway, frame.StatusGoingAway, false)
	if c.phase() == closing {
		c.via.timers().Add(c, c.end.by)
	}
}

// guard ends a connection whose handler panicked. It is to be deferred around
// calls of the handler.
func (c *Conn) guard(s *Server) {
	failure := recover()
	if failure == nil {
		return
	}
	s.logger.Error("handler of a connection panicked", "remote", c.Remote(), "panic", fmt.Sprint(failure), "stack", string(debug.Stack()))
	c.mu.Lock()
	waiting := c.phase() <= pending
	if waiting {
		c.refuse(failed.status, failed.header(), failed.body())
	}
	c.mu.Unlock()
	if !waiting {
		c.leave(frame.StatusInternal, reasonInternal, frame.StatusInternal, false)
	}
}
