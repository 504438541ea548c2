package socket

import (
	"crypto/tls"
	"net"
	"sync"
	"time"

	"postern/internal/frame"
	"postern/internal/http1"
	"postern/internal/wheel"
)

// tlsHandshake is the first byte of a TLS connection.
const tlsHandshake = 0x16

// A stream moves the bytes of one connection over a net.Conn.
//
// Its owner is the goroutine for which running is set; there is none while the
// connection is pending or paused. A goroutine that has handled input ends and
// leaves the waiting to a new one: the handler may have grown its stack, and
// there may be a hundred thousand of them.
type stream struct {
	group     *streams
	raw       net.Conn // below TLS
	nc        net.Conn
	encrypted bool
	first     [1]byte // what is read while no buffer is held

	// Guarded by the connection's mu.
	running bool
	writing bool // somebody writes, or is about to
}

var _ transport = (*stream)(nil)

// blocks are the buffers of streams that read, with room for a frame of the
// largest size and a little more.
var blocks = sync.Pool{New: func() any { b := make([]byte, frame.MaxFrame+4<<10); return &b }}

func (t *stream) server() *Server            { return t.group.srv }
func (t *stream) timers() *wheel.Wheel[Conn] { return t.group.wheel }

// want implements transport.
func (t *stream) want(c *Conn) {
	switch c.mode.Load() {
	case uint32(pending), uint32(open) | pausedBit, uint32(gone):
	default:
		t.start(c)
	}
}

func (t *stream) start(c *Conn) {
	if !t.running {
		t.running = true
		go t.run(c)
	}
}

// attend implements transport.
func (t *stream) attend(c *Conn) {
	past := time.Unix(1, 0)
	switch {
	case !t.running:
		t.start(c)
	case c.phase() == broken:
		t.raw.SetDeadline(past)
	case c.over():
		t.raw.SetReadDeadline(past)
	}
}

// hangUp implements transport.
func (t *stream) hangUp(*Conn) {
	half, ok := t.nc.(interface{ CloseWrite() error })
	switch {
	case !ok:
	case t.encrypted:
		go half.CloseWrite() // writes, and may wait for that
	default:
		half.CloseWrite()
	}
}

// send implements transport.
func (t *stream) send(c *Conn, b []byte) error {
	if err := c.keep(b); err != nil {
		return err
	}
	t.drain(c)
	return nil
}

// drain has what waits written by a goroutine.
func (t *stream) drain(c *Conn) {
	if !t.writing && c.out != nil {
		t.writing = true
		go t.write(c)
	}
}

// write writes until nothing waits.
func (t *stream) write(c *Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.out != nil && c.phase() < broken {
		b := c.out.bytes
		c.out.bytes, c.out.flying = nil, len(b)
		c.mu.Unlock()
		_, err := t.nc.Write(b)
		c.mu.Lock()
		if c.out != nil {
			if c.out.flying = 0; len(c.out.bytes) == 0 {
				c.out = nil
			}
		}
		if err != nil {
			c.abandon()
		}
	}
	t.writing = false
	if c.phase() == refused {
		t.hangUp(c)
	}
	if c.over() {
		t.attend(c)
	}
}

// greet handles the first bytes of a connection.
func (t *stream) greet(c *Conn, b []byte) {
	s := t.group.srv
	for {
		if len(b) > 0 && b[0] == tlsHandshake && !t.encrypted {
			if !t.encrypt(s.tls, b) {
				t.finish(c)
				return
			}
			b = nil
		}
		u := new(Upgrade)
		u.Header = u.lines[:0]
		what, n := http1.Read(b, headSpace(&s.limits), &u.Request)
		switch what {
		case http1.Incomplete:
			block := blocks.Get().(*[]byte)
			n, err := t.nc.Read(*block)
			b = append(b, (*block)[:n]...)
			blocks.Put(block)
			if err != nil {
				t.finish(c)
				return
			}
		case http1.Doubtful, http1.Plain:
			t.release(c, b)
			return
		default:
			c.mu.Lock()
			late := c.phase() != greeting
			if !late {
				c.setPhase(pending)
			}
			c.mu.Unlock()
			if late {
				t.finish(c)
				return
			}
			if what == http1.TooLong {
				u = nil
			}
			t.request(c, u, b[n:])
			return
		}
	}
}

// encrypt performs the TLS handshake, whose beginning was read already.
func (t *stream) encrypt(config *tls.Config, read []byte) bool {
	if config == nil {
		return false
	}
	encrypted := tls.Server(&replayed{Conn: t.raw, read: read}, config)
	if encrypted.Handshake() != nil {
		return false
	}
	t.nc, t.encrypted = encrypted, true
	return true
}

// request has the handler answer an upgrade request, and goes on.
func (t *stream) request(c *Conn, u *Upgrade, rest []byte) {
	cork := borrow()
	c.mu.Lock()
	c.cork = cork
	c.mu.Unlock()
	c.request(t.group.srv, u, t.encrypted)
	var none frame.Reader
	rest, held := c.hear(t.group.srv, &none, rest)
	if t.settle(c, &none, rest, len(rest), held) {
		go t.run(c)
	}
}

// run is the connection's owner from Accept, Resume or the last burst on.
func (t *stream) run(c *Conn) {
	c.mu.Lock()
	over := c.over()
	c.mu.Unlock()
	switch {
	case over:
		t.finish(c)
	case c.in == nil || t.process(c, c.in.bytes, 0):
		t.read(c)
	}
}

// read waits for input and handles it. Only while a frame is incomplete, a
// buffer is held.
func (t *stream) read(c *Conn) {
	if c.in == nil {
		if _, err := t.nc.Read(t.first[:]); err != nil {
			t.finish(c)
			return
		}
	}
	block := blocks.Get().(*[]byte)
	defer blocks.Put(block)
	b := append((*block)[:0], t.first[0])
	for {
		if c.in != nil {
			b = append((*block)[:0], c.in.bytes...)
		}
		off := len(b)
		if off == cap(b) {
			// The bytes under way fill a block; a frame may be larger.
			b = append(b, make([]byte, len(*block))...)
		}
		b = b[:cap(b)]
		n, err := t.nc.Read(b[off:])
		if err != nil {
			t.finish(c)
			return
		}
		fresh := n
		if c.in == nil {
			fresh = off + n
		}
		c.active(t.group.srv.now())
		if !t.process(c, b[:off+n], fresh) {
			return
		}
		if c.in == nil {
			go t.read(c)
			return
		}
	}
}

// process handles b, the last fresh bytes of which are new. It returns whether
// the goroutine is to go on as the owner.
func (t *stream) process(c *Conn, b []byte, fresh int) bool {
	if c.phase() == refused {
		return true
	}
	cork := borrow()
	c.mu.Lock()
	c.cork = cork
	c.mu.Unlock()
	var own frame.Reader
	r := &own
	if c.in != nil {
		r = &c.in.frames
	}
	rest, held := c.hear(t.group.srv, r, b)
	return t.settle(c, r, rest, fresh, held)
}

// settle ends the handling of input: it keeps what is left of it, and sends
// what has gathered.
func (t *stream) settle(c *Conn, r *frame.Reader, rest []byte, fresh int, held bool) bool {
	c.mu.Lock()
	c.stow(r, rest, fresh)
	t.uncork(c)
	over := c.over()
	again := false
	if !over {
		switch c.mode.Load() {
		case uint32(pending), uint32(open) | pausedBit:
			t.running = false
		default:
			// Accepted, resumed or closed while its input was put aside?
			again = held && c.in != nil
		}
	}
	running := t.running
	c.mu.Unlock()
	switch {
	case over:
		t.finish(c)
		return false
	case again:
		return t.process(c, c.in.bytes, 0)
	}
	return running
}

// uncork sends what has gathered. mu is held, but not while it writes.
func (t *stream) uncork(c *Conn) {
	cork := c.cork
	c.cork = nil
	if len(*cork) > 0 && c.phase() < broken {
		if t.writing {
			c.keep(*cork)
		} else {
			t.writing = true
			c.mu.Unlock()
			_, err := t.nc.Write(*cork)
			c.mu.Lock()
			t.writing = false
			if err != nil {
				c.abandon()
			}
			t.drain(c)
		}
	}
	giveBack(cork)
	if c.phase() == refused && !t.writing {
		t.hangUp(c)
	}
}

// finish closes the connection and tells the handler. Only the owner calls it.
func (t *stream) finish(c *Conn) {
	s := t.group.srv
	c.mu.Lock()
	cut := c.phase() == broken
	c.setPhase(gone)
	c.setEnd(frame.StatusAbnormal, reasonAbnormal)
	end, accepted := c.end, c.accepted
	c.in, c.out = nil, nil
	t.group.wheel.Remove(c)
	c.mu.Unlock()
	if cut {
		t.raw.Close()
	} else {
		t.nc.Close()
	}
	if accepted {
		s.closed(c, end)
	}
	s.exit()
}

// release gives the connection and what was read of it to net/http.
func (t *stream) release(c *Conn, b []byte) {
	c.mu.Lock()
	late := c.phase() != greeting
	if !late {
		c.setPhase(gone)
		t.group.wheel.Remove(c)
	}
	c.mu.Unlock()
	if late {
		t.finish(c)
		return
	}
	t.group.srv.handovers.give(t.nc, b)
}
