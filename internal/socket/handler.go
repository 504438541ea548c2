package socket

import (
	"net/netip"
	"sync/atomic"

	"postern/internal/frame"
	"postern/internal/http1"
)

// A Handler is told what happens. Its methods may be called on an event loop
// that serves thousands of connections: none of them may block. For one
// connection they are called one at a time, in the order of the events.
type Handler interface {
	// Open is called for every complete and correct upgrade request. It must
	// have u accepted or rejected exactly once, before it returns or later and
	// from any goroutine.
	Open(u *Upgrade)
	// Message is called for every message. The text is UTF-8; it may be
	// altered, and is valid during the call only. Answers sent during the call
	// leave together when it has returned.
	Message(c *Conn, text []byte)
	// Closed is called exactly once for every accepted connection, after it
	// was closed, with the code and reason that ended it: the server's for
	// what the server ended, the client's for what the client closed, 1005
	// where the client gave none, 1006 where the connection broke.
	Closed(c *Conn, code int, reason string)
}

// An Upgrade is a client's request for a WebSocket connection. Its strings
// share the memory of the whole request head: what is to outlive the Upgrade
// should be a clone.
type Upgrade struct {
	// Request is the head of the request. Where it came through net/http (not
	// the first of its connection), the names of its header are in canonical
	// case and sorted.
	http1.Request
	// Remote is the client's address.
	Remote netip.AddrPort
	// TLS says that the connection is encrypted.
	TLS bool

	conn     *Conn
	key      string
	answered atomic.Bool
	// lines is room for Header, which seldom has more.
	lines [8]http1.Field
}

// Accept answers 101 with the given header lines and makes the request a
// connection with the given state. Lines that are the handshake's own are left
// out. Accept always returns the Conn, even if the client has left meanwhile:
// then Closed follows with 1006, possibly before Accept returns.
func (u *Upgrade) Accept(header http1.Header, state any) *Conn {
	c := u.conn
	if u.answered.Swap(true) {
		return c
	}
	s := c.via.server()
	c.mu.Lock()
	c.state, c.accepted = state, true
	c.setAge(s.clock.Now(), s.now())
	if p := c.phase(); p != pending {
		end := c.end
		c.mu.Unlock()
		if p == gone {
			// Not from here: the caller may hold what Closed wants to take.
			go s.closed(c, end)
		}
		return c
	}
	c.setPhase(open)
	b := borrow()
	*b = http1.AppendSwitching(*b, u.key, header)
	c.write(*b)
	giveBack(b)
	c.via.timers().Sooner(c, c.deadline(s))
	c.via.want(c)
	if c.in != nil && c.cork == nil {
		c.via.attend(c)
	}
	c.mu.Unlock()
	if s.stopping.Load() {
		c.Close(frame.StatusGoingAway, reasonGoingAway)
	}
	return c
}

// Reject answers with an HTTP status from 300 to 599 (any other counts as
// 500), the given header lines and body, and ends the connection. Lines that
// concern the connection or the length of the body are left out.
func (u *Upgrade) Reject(status int, header http1.Header, body []byte) {
	if u.answered.Swap(true) {
		return
	}
	c := u.conn
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase() == pending {
		c.refuse(status, header, body)
	}
}
