package server

import (
	"context"
	"errors"
	"sync/atomic"

	"postern/internal/certificate"
	"postern/internal/clock"
	"postern/internal/gateway"
	"postern/internal/metrics"
	"postern/internal/monitoring"
	"postern/internal/service/cloudformation"
	"postern/internal/service/sts"
	"postern/internal/sigv4"
	"postern/internal/socket"
	"postern/internal/store"
	"postern/internal/usageplan"
)

// Server is a running Postern.
type Server struct {
	config    Config
	clock     *clock.Adjustable
	store     *store.Store
	authority *certificate.Authority // nil with a certificate of the user's
	metrics   *metrics.Metrics
	keys      *usageplan.Keys
	sessions  *sts.Service
	logs      monitoring.Logs
	gateway   *gateway.Gateway
	stacks    *cloudformation.Service
	front     *front
	socket    *socket.Server
	address   string // host and port as clients on this machine write them

	// closers end what the gateway wrote to.
	closers []func(context.Context) error
	streams atomic.Int32  // who listens to traces
	closing chan struct{} // closed when Close begins
	closed  atomic.Bool
}

// Start opens everything and returns once the server answers. An error about a
// setting is a *ConfigError; others say in one line what could not be opened.
func Start(ctx context.Context, c Config) (*Server, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	s := newServer(c)
	if err := s.start(ctx); err != nil {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownPatience)
		defer cancel()
		return nil, errors.Join(err, s.Close(closing))
	}
	return s, nil
}

// Offline opens a server that keeps nothing and has no port: nobody can connect,
// and Deploy shows what a template would become.
func Offline(ctx context.Context, c Config) (*Server, error) {
	c.Data, c.NATS = "", ""
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	s := newServer(c)
	s.address = c.Listen
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close(ctx))
	}
	return s, nil
}

func newServer(c Config) *Server {
	return &Server{config: c, clock: &clock.Adjustable{}, metrics: metrics.New(), closing: make(chan struct{})}
}

func (s *Server) start(ctx context.Context) error {
	if err := s.open(ctx); err != nil {
		return err
	}
	tlsConfig, err := s.tls()
	if err != nil {
		return err
	}
	s.socket, err = socket.Listen([]string{s.config.Listen}, socket.Options{
		Handler: s.gateway, HTTP: s.front, Responder: direct{s.front}, TLS: tlsConfig, Clock: s.clock,
		Logger: s.config.Logger, Limits: s.config.Limits.Connections, Loops: s.config.Loops,
	})
	if err != nil {
		return &ConfigError{"listen", err.Error()}
	}
	s.address = s.config.authority(s.socket.Addrs()[0])
	close(s.front.ready)
	return nil
}

// open makes everything but the port.
func (s *Server) open(ctx context.Context) error {
	credentials := &credentials{open: s.config.Auth == AuthOpen}
	s.sessions = sts.New(sts.Options{Clock: s.clock, User: credentials.named})
	err := credentials.load(s.config.Credentials, s.sessions)
	if err != nil {
		return err
	}
	if _, err := socket.RaiseDescriptorLimit(); err != nil {
		s.config.Logger.Warn("the descriptor limit stays as it is", "error", err)
	}
	s.store, err = store.Open(ctx, store.Options{Dir: s.config.Data, NATS: s.config.NATS, Logger: s.config.Logger})
	switch {
	case err == nil:
	case ctx.Err() != nil || s.config.Data == "" && s.config.NATS == "":
		return err
	case s.config.NATS != "":
		return &ConfigError{"nats", err.Error()}
	default:
		return &ConfigError{"data", err.Error()}
	}
	s.keys, err = usageplan.Open(context.WithoutCancel(ctx), usageplan.Options{Store: s.store, Clock: s.clock, Logger: s.config.Logger})
	if err != nil {
		return err
	}
	verifier := &sigv4.Verifier{Credential: credentials.find, Now: s.clock.Now}
	if err := s.dataPlane(ctx, verifier, credentials); err != nil {
		return err
	}
	if err := s.measure(); err != nil {
		return err
	}
	s.front = &front{
		open: s.config.Auth == AuthOpen, ready: make(chan struct{}), keys: credentials,
		verifier: verifier,
		resolve:  s.gateway.Resolve, owner: s.gateway.Owner, guard: newGuard(s.config), admin: s.adminHandler(),
	}
	return s.controlPlane(ctx)
}

// measure adds the server's own figures to the metrics.
func (s *Server) measure() error {
	return s.metrics.Gauge("postern_connections", "Open WebSocket connections.",
		func() float64 { return float64(s.gateway.Connections()) })
}

// URL is where clients on this machine reach the server, http://localhost:4566.
func (s *Server) URL() string { return "http://" + s.address }

// Clock is the server's time, which tests may move.
func (s *Server) Clock() *clock.Adjustable { return s.clock }

// MaxConnections is how many connections the server takes before it refuses
// more: the process' descriptor limit less what it needs itself.
func (s *Server) MaxConnections() int { return s.socket.Limits().Connections }

// hangUp ends all connections. That a client did not let itself be ended in time
// is no failure of the server's.
func (s *Server) hangUp(ctx context.Context) error {
	err := s.socket.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.config.Logger.Warn("connections that were not over in time are cut off")
		return nil
	}
	return err
}

// Close stops the server: it takes no more connections, gives those that are
// open their leave (1001) and the integrations under way until ctx ends, then
// closes the store. What it returns is the first thing that went wrong. A
// second call does nothing.
func (s *Server) Close(ctx context.Context) error {
	if s.closed.Swap(true) {
		return nil
	}
	close(s.closing)
	var errs []error
	if s.socket != nil {
		errs = append(errs, s.hangUp(ctx))
	}
	if s.gateway != nil {
		s.gateway.Close(ctx)
	}
	for _, end := range s.closers {
		errs = append(errs, end(ctx))
	}
	if s.stacks != nil {
		s.stacks.Close()
	}
	if s.keys != nil {
		s.keys.Close()
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}
