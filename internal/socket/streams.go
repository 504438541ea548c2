package socket

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"postern/internal/wheel"
)

// streams are the connections that have a goroutine each, and the goroutine
// that keeps their deadlines.
type streams struct {
	srv   *Server
	wheel *wheel.Wheel[Conn]
	woken chan struct{}
	done  chan struct{}
	ended sync.WaitGroup
}

func newStreams(s *Server) *streams {
	g := &streams{srv: s, woken: make(chan struct{}, 1), done: make(chan struct{})}
	g.wheel = wheel.New(wheelLinks, g.wake)
	g.ended.Go(g.keepTime)
	return g
}

// wake has the time looked at again.
func (g *streams) wake() {
	select {
	case g.woken <- struct{}{}:
	default:
	}
}

func (g *streams) stop() {
	close(g.done)
	g.ended.Wait()
}

// keepTime looks at connections whose time has come, until stop.
func (g *streams) keepTime() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var due []*Conn
	for {
		if at, ok := g.wheel.SleepUntil(); ok {
			timer.Reset(at - g.srv.now())
		}
		select {
		case <-g.done:
			return
		case <-g.woken:
		case <-timer.C:
		}
		g.wheel.Awake()
		due = g.wheel.Expire(g.srv.now(), due[:0])
		for _, c := range due {
			c.onTime(g.srv)
		}
		clear(due)
	}
}

// serve handles a connection, accepted at the time given, of which the bytes
// read were read already. It is called on a goroutine of its own.
func (g *streams) serve(nc net.Conn, accepted time.Duration, read []byte) {
	c, t := g.connection(nc)
	c.born = int64(accepted)
	g.wheel.Add(c, accepted+g.srv.limits.Handshake)
	if g.srv.stopping.Load() {
		c.goAway(false)
	}
	t.greet(c, read)
}

// adopt makes an upgrade request of an HTTP connection a connection. What was
// read behind the request is in read.
func (g *streams) adopt(nc net.Conn, encrypted bool, u *Upgrade, read []byte) {
	c, t := g.connection(nc)
	t.encrypted = encrypted
	c.setPhase(pending)
	g.wheel.Add(c, g.srv.now()+g.srv.limits.Handshake)
	go t.request(c, u, read)
}

func (g *streams) connection(nc net.Conn) (*Conn, *stream) {
	t := &stream{group: g, raw: nc, nc: nc, running: true}
	c := &Conn{via: t, fd: -1}
	now := g.srv.now()
	c.born = int64(now)
	c.last.Store(c.born)
	if a, ok := nc.RemoteAddr().(*net.TCPAddr); ok {
		c.setRemote(a.AddrPort())
	} else {
		c.setRemote(netip.AddrPortFrom(netip.IPv4Unspecified(), 0))
	}
	return c, t
}
