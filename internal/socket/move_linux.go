//go:build amd64 || arm64

package socket

import (
	"bytes"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"postern/internal/frame"
	"postern/internal/wheel"
)

func (l *loop) server() *Server            { return l.srv }
func (l *loop) timers() *wheel.Wheel[Conn] { return l.wheel }

// send implements transport.
func (l *loop) send(c *Conn, b []byte) error {
	if c.out == nil {
		n, errno := sysSend(c.fd, b)
		switch {
		case errno == 0 && n == len(b):
			return nil
		case errno == 0:
			b = b[n:]
		case !sysWouldBlock(errno):
			c.abandon()
			return ErrClosed
		}
	}
	if err := c.keep(b); err != nil {
		return err
	}
	l.want(c)
	return nil
}

// want implements transport.
func (l *loop) want(c *Conn) {
	var events uint8
	switch c.mode.Load() {
	case uint32(pending), uint32(open) | pausedBit:
	case uint32(between):
		// A client that does not read its answers asks nothing more.
		if c.out == nil {
			events = unix.EPOLLIN
		}
	case uint32(gone):
		return
	default:
		events = unix.EPOLLIN
	}
	if c.out != nil {
		events |= unix.EPOLLOUT
	}
	if events != c.interest {
		c.interest = events
		l.control(unix.EPOLL_CTL_MOD, int(c.fd), uint32(events))
	}
}

// attend implements transport.
func (l *loop) attend(c *Conn) {
	if c.called || c.cork != nil {
		// Asked already, or the loop is at it and looks itself at the end.
		return
	}
	c.called = true
	l.mu.Lock()
	l.calls = append(l.calls, c)
	l.mu.Unlock()
	l.wakeUp()
}

// hangUp implements transport.
func (l *loop) hangUp(c *Conn) { unix.Shutdown(int(c.fd), unix.SHUT_WR) }

// flush sends what has waited.
func (l *loop) flush(c *Conn) {
	c.mu.Lock()
	for c.out != nil {
		n, errno := sysSend(c.fd, c.out.bytes)
		if errno != 0 {
			if !sysWouldBlock(errno) {
				c.abandon()
			}
			break
		}
		if c.phase() == between {
			c.active(l.now) // a client that reads slowly reads
		}
		if c.out.bytes = c.out.bytes[n:]; len(c.out.bytes) == 0 {
			c.out = nil
		}
	}
	l.want(c)
	if c.out == nil && c.phase() == refused {
		l.hangUp(c)
	}
	over, again := c.over(), c.phase() == between && c.out == nil && c.in != nil
	c.mu.Unlock()
	switch {
	case over:
		l.finish(c)
	case again:
		l.process(c, c.in.bytes, 0)
	}
}

// read takes what has arrived, behind what waits for more, and handles it.
func (l *loop) read(c *Conn) {
	switch c.mode.Load() {
	case uint32(pending), uint32(open) | pausedBit, uint32(gone):
		return
	case uint32(between):
		if c.out != nil {
			return
		}
	}
	off := 0
	if c.in != nil {
		if len(c.in.bytes) > len(l.buf)-readAhead {
			// What was held back by a pause comes first.
			l.process(c, c.in.bytes, 0)
			return
		}
		off = copy(l.buf, c.in.bytes)
	}
	n, errno := sysRead(c.fd, l.buf[off:])
	if errno != 0 && sysWouldBlock(errno) {
		return
	}
	if errno != 0 || n == 0 {
		l.finish(c)
		return
	}
	c.active(l.now)
	l.process(c, l.buf[:off+n], n)
}

// probe handles an error or a hang-up of a connection that is not read.
func (l *loop) probe(c *Conn) {
	var b [1]byte
	n, _, err := unix.Recvfrom(int(c.fd), b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	if n == 0 && err == nil || err != nil && err != unix.EAGAIN && err != unix.EINTR {
		l.finish(c)
	}
}

// process handles b, the last fresh bytes of which are new.
func (l *loop) process(c *Conn, b []byte, fresh int) {
	switch c.phase() {
	case greeting, between:
		l.greet(c, b, fresh)
	case refused, gone:
	default:
		c.mu.Lock()
		c.cork = &l.gather
		c.mu.Unlock()
		var own frame.Reader
		r := &own
		if c.in != nil {
			r = &c.in.frames
		}
		rest, held := c.hear(l.srv, r, b)
		l.settle(c, r, rest, fresh, held)
	}
}

// settle ends the handling of input: it keeps what is left of it, and sends
// what has gathered.
func (l *loop) settle(c *Conn, r *frame.Reader, rest []byte, fresh int, held bool) {
	c.mu.Lock()
	c.stow(r, rest, fresh)
	if len(l.gather) > 0 {
		if c.phase() < broken {
			l.send(c, l.gather)
		}
		l.gather = l.gather[:0]
	}
	c.cork = nil
	switch c.phase() {
	case pending, between:
		l.want(c)
	case refused:
		if c.out == nil {
			l.hangUp(c)
		}
	default:
		if held && c.mode.Load()&pausedBit == 0 {
			// Accepted, resumed or closed while its input was put aside.
			l.attend(c)
		}
	}
	over := c.over()
	c.mu.Unlock()
	if over {
		l.finish(c)
	}
}

// release gives a connection and what was read of it to a goroutine, or to
// net/http where it is known to be HTTP.
func (l *loop) release(c *Conn, b []byte) {
	c.mu.Lock()
	plain := c.phase() == between
	c.setPhase(gone)
	l.drop(c)
	fd := int(c.fd)
	l.control(unix.EPOLL_CTL_DEL, fd, 0)
	c.fd, c.in = -1, nil
	c.mu.Unlock()
	accepted, read := time.Duration(c.born), bytes.Clone(b)
	go func() {
		// FileConn takes a descriptor of its own.
		f := os.NewFile(uintptr(fd), "")
		nc, err := net.FileConn(f)
		f.Close()
		if err != nil {
			l.srv.starved.Note("error", err.Error())
			l.srv.exit()
			return
		}
		if plain {
			l.srv.handovers.give(nc, read)
			return
		}
		l.srv.streams.serve(nc, accepted, read)
	}()
}
