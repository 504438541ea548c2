//go:build amd64 || arm64

package socket

import (
	"net/http"
	"time"

	"postern/internal/frame"
	"postern/internal/http1"
)

// greet handles what an HTTP client sent: requests that the responder answers,
// or one that asks for a WebSocket, or what is for net/http.
func (l *loop) greet(c *Conn, b []byte, fresh int) {
	if b[0] == tlsHandshake && c.phase() == greeting {
		l.release(c, b)
		return
	}
	c.mu.Lock()
	c.cork = &l.gather
	c.mu.Unlock()
	var none frame.Reader
	held := false
	kind, n := l.requests(c, &b)
	switch {
	case c.phase() == refused:
		b = nil
	case kind == http1.Opening || kind == http1.TooLong:
		b, held = l.opening(c, kind, b, n)
	}
	fresh = min(fresh, len(b))
	l.settle(c, &none, b, fresh, held)
	switch {
	case kind == http1.Doubtful && c.phase() <= between && c.out == nil:
		l.release(c, b)
	case kind == http1.Incomplete && c.phase() <= between:
		l.await(c, len(b)-fresh, n)
	}
}

// await gives the request whose beginning has come its time: from its first byte
// on for the head, and again for the body from when the head, of n bytes, is
// there. Old is how much of it had come before; n is 0 while the head is not
// there.
func (l *loop) await(c *Conn, old, n int) {
	patience := l.srv.limits.Handshake
	switch {
	case n > 0 && old < n:
		patience = webBody
	case n > 0 || old > 0 || c.phase() == greeting:
		return
	}
	// The deadline of a request is always one of handshakes.
	c.born = int64(l.now + patience - l.srv.limits.Handshake)
	l.wheel.Sooner(c, l.now+patience)
}

// requests answers the requests at the front of b, which it shortens, and
// returns what comes after them: Plain is nothing, or what has to wait until the
// client has read its answers.
func (l *loop) requests(c *Conn, b *[]byte) (kind http1.Kind, n int) {
	for len(*b) > 0 && c.keepsUp() {
		kind, n = http1.Read(*b, headSpace(&l.srv.limits), &l.request.Request)
		if kind == http1.Plain {
			kind, n = l.respond(c, *b, n)
		}
		if kind != http1.Plain {
			return kind, n
		}
		*b = (*b)[n:]
	}
	return http1.Plain, 0
}

// keepsUp sends what has gathered if it is much, and reports whether the
// client takes it.
func (c *Conn) keepsUp() bool {
	if len(*c.cork) < gathered {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.flushFull() == nil && c.out == nil
}

// respond has the responder answer the request at the front of b, whose head
// has n bytes. For Plain, which is an answered one, it returns its whole size,
// for Incomplete the size of the head.
func (l *loop) respond(c *Conn, b []byte, n int) (kind http1.Kind, size int) {
	defer c.guard(l.srv)
	r, responder := &l.request, l.srv.responder
	size = n + r.Length
	r.Remote, r.Body = c.Remote(), nil
	switch {
	case responder == nil || size > len(l.buf)-readAhead:
		return http1.Doubtful, 0
	case len(b) < size:
		if !responder.Takes(r) {
			return http1.Doubtful, 0
		}
		return http1.Incomplete, n
	}
	r.Body = b[n:size]
	w := &l.response
	*w = http1.Response{Header: w.Header[:0]}
	if !responder.Respond(r, w) {
		return http1.Doubtful, 0
	}
	l.gather = w.Append(l.gather, l.date())
	if c.phase() == greeting {
		c.mu.Lock()
		c.setPhase(between)
		c.mu.Unlock()
	}
	return http1.Plain, size
}

// opening has the handler answer a request for a WebSocket, and handles what
// came behind its head.
func (l *loop) opening(c *Conn, kind http1.Kind, b []byte, n int) (rest []byte, held bool) {
	var u *Upgrade
	if kind == http1.Opening {
		u = new(Upgrade)
		u.Request = l.request.Detach(u.lines[:])
	}
	c.mu.Lock()
	c.in = nil
	c.setPhase(pending)
	c.mu.Unlock()
	c.request(l.srv, u, false)
	var none frame.Reader
	return c.hear(l.srv, &none, b[n:])
}

// date is the time of an answer, made once a second.
func (l *loop) date() []byte {
	if second := l.now / time.Second; second != l.dated || len(l.dateText) == 0 {
		l.dated = second
		l.dateText = l.srv.start.Add(l.now).UTC().AppendFormat(l.dateText[:0], http.TimeFormat)
	}
	return l.dateText
}
