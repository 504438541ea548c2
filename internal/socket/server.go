package socket

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"postern/internal/clock"
	"postern/internal/complaint"
	"postern/internal/frame"
	"postern/internal/listener"
)

// Options says what a Server does with its connections. Handler must be given.
type Options struct {
	// Handler is told of WebSocket connections.
	Handler Handler
	// HTTP answers every other request; nil answers 403.
	HTTP http.Handler
	// Responder answers some of these requests where they arrive; nil answers
	// none.
	Responder Responder
	// TLS is used for connections that begin with a TLS handshake, on the same
	// port; nil refuses them. Its NextProtos are replaced by HTTP/1.1.
	TLS *tls.Config
	// Clock tells the time for all limits; nil is the system's.
	Clock clock.Clock
	// Logger receives what an operator should know; nil discards it.
	Logger *slog.Logger
	// Limits of connections; zero fields are AWS's values.
	Limits Limits
	// Loops is the number of event loops; 0 means one for each processor that
	// Go uses. A negative number means none: every connection has a goroutine,
	// as it has on systems other than Linux.
	Loops int
}

// A Server serves the connections of its listeners.
type Server struct {
	handler   Handler
	web       http.Handler
	responder Responder
	tls       *tls.Config
	clock     clock.Clock
	logger    *slog.Logger
	limits    Limits
	frames    frame.Limits

	start     time.Time
	stopJumps func()
	listeners []net.Listener
	addrs     []net.Addr
	plain     acceptor
	streams   *streams
	http      *http.Server
	handovers *handovers

	full, slow, starved *complaint.Complaint

	mu       sync.Mutex
	sockets  int // open ones, whoever serves them
	drained  chan struct{}
	stopping atomic.Bool // set with mu held
	stopped  sync.Once
	result   error
	work     sync.WaitGroup // the server's own goroutines
}

// An acceptor takes connections from the listeners.
type acceptor interface {
	// refuse ends accepting.
	refuse()
	// connections returns those that the acceptor keeps itself.
	connections() []*Conn
	// wake makes it look at the time again.
	wake()
	// stop ends it, when there are no connections left.
	stop()
}

// Listen opens the addresses and serves them. An address is HOST:PORT; the
// host localhost stands for 127.0.0.1 and, where there is IPv6, [::1], and an
// empty one for all. Port 0 takes a free port, the same for both addresses of
// localhost. If an address is in use, the error names it.
func Listen(addrs []string, o Options) (*Server, error) {
	if o.Handler == nil {
		return nil, errors.New("no handler for WebSocket connections")
	}
	listeners, err := listener.Open(addrs)
	if err != nil {
		return nil, err
	}
	s := newServer(o)
	s.listeners = listeners
	for _, l := range listeners {
		s.addrs = append(s.addrs, l.Addr())
	}
	s.streams = newStreams(s)
	s.serveWeb()
	if s.plain, err = s.accept(o.Loops); err != nil {
		s.shut()
		return nil, err
	}
	s.stopJumps = s.clock.OnJump(func() {
		s.plain.wake()
		s.streams.wake()
	})
	return s, nil
}

func newServer(o Options) *Server {
	s := &Server{
		handler: o.Handler, web: o.HTTP, responder: o.Responder, clock: o.Clock, logger: o.Logger,
		limits:    o.Limits.orDefaults(),
		drained:   make(chan struct{}),
		stopJumps: func() {},
	}
	if s.clock == nil {
		s.clock = new(clock.Adjustable)
	}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	if o.TLS != nil {
		s.tls = o.TLS.Clone()
		s.tls.NextProtos = []string{"http/1.1"}
	}
	if o.Limits.Connections > s.limits.Connections {
		s.logger.Warn("the limit of file descriptors allows fewer connections than the settings",
			"asked", o.Limits.Connections, "limit", s.limits.Connections)
	}
	s.start = s.clock.Now()
	s.frames = frame.Limits{Frame: s.limits.Frame, Message: s.limits.Message}
	s.full = complaint.New(s.logger, s.clock, "refusing connections: as many are open as the limit allows")
	s.starved = complaint.New(s.logger, s.clock, "not accepting connections: the system has no descriptors or memory left for them")
	s.slow = complaint.New(s.logger, s.clock, "closing connections whose peers read too slowly")
	return s
}

// Addrs returns the addresses that the server listens on.
func (s *Server) Addrs() []net.Addr { return slices.Clone(s.addrs) }

// Limits returns the limits that hold, defaults filled in.
func (s *Server) Limits() Limits { return s.limits }

// Shutdown stops accepting, closes every connection with 1001 "Going away",
// and waits until Handler.Closed has been called for each. Upgrade requests
// and HTTP requests under way are waited for too. When ctx ends first, what is
// left is cut off and the error is ctx's. Shutdown may be called more than
// once; later calls wait for the first.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stopped.Do(func() { s.result = s.shutdown(ctx) })
	return s.result
}

func (s *Server) shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.stopping.Store(true)
	if s.sockets == 0 {
		close(s.drained)
	}
	s.mu.Unlock()
	s.stopJumps()
	s.plain.refuse()
	for _, c := range s.connections() {
		c.goAway(false)
	}
	s.work.Go(func() { s.http.Shutdown(ctx) })
	var err error
	select {
	case <-s.drained:
	case <-ctx.Done():
		err = ctx.Err()
		s.http.Close()
		for _, c := range s.connections() {
			c.goAway(true)
		}
		<-s.drained
	}
	s.shut()
	return err
}

// shut ends everything that serves connections; there are none.
func (s *Server) shut() {
	if s.plain != nil {
		s.plain.stop()
	}
	s.http.Close()
	s.handovers.Close()
	s.streams.stop()
	for _, l := range s.listeners {
		l.Close()
	}
	s.work.Wait()
}

func (s *Server) connections() []*Conn {
	return s.streams.wheel.All(s.plain.connections())
}

// goAway has a connection leave because the server stops: at once if it must,
// otherwise as politely as its phase allows.
func (c *Conn) goAway(must bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch p := c.phase(); {
	case p <= between && !must && (c.cork != nil || c.out != nil):
		c.lastAnswer()
	case must, p <= between:
		c.giveUp(frame.StatusGoingAway, reasonGoingAway)
	case p == open:
		c.part(c.via.server(), frame.StatusGoingAway, reasonGoingAway, frame.StatusGoingAway, false)
	}
}

// lastAnswer ends a connection after the answers that are under way: what was
// asked has been done. mu is held.
func (c *Conn) lastAnswer() {
	s := c.via.server()
	c.setPhase(refused)
	c.end = &ending{by: s.now() + s.limits.Closing}
	c.via.timers().Sooner(c, c.end.by)
	c.via.want(c)
}

// now returns the time since the server's start, on its clock.
func (s *Server) now() time.Duration { return s.clock.Now().Sub(s.start) }

// enter counts a socket in, or says that it may not stay.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping.Load() {
		return false
	}
	if s.sockets >= s.limits.Connections {
		s.full.Note("limit", s.limits.Connections)
		return false
	}
	s.sockets++
	return true
}

// exit counts a socket out.
func (s *Server) exit() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets--
	if s.sockets == 0 && s.stopping.Load() {
		close(s.drained)
	}
}

// closed tells the handler that an accepted connection has ended.
func (s *Server) closed(c *Conn, end *ending) {
	defer c.guard(s)
	s.handler.Closed(c, end.code, end.reason)
}
