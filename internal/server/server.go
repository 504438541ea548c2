package server

import (
	"context"
	"errors"
	"net/http"

	"postern/internal/apigateway"
	"postern/internal/certificate"
	"postern/internal/clock"
	"postern/internal/gateway"
	"postern/internal/query"
	"postern/internal/service/apigatewaymanagementapi"
	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation"
	"postern/internal/service/sts"
	"postern/internal/sigv4"
	"postern/internal/socket"
	"postern/internal/store"
)

// Server is a running Postern.
type Server struct {
	config    Config
	clock     *clock.Adjustable
	store     *store.Store
	authority *certificate.Authority // nil with a certificate of the user's
	gateway   *gateway.Gateway
	stacks    *cloudformation.Service
	front     *front
	socket    *socket.Server
	address   string // host and port as clients on this machine write them
}

// Start opens everything and returns once the server answers. An error about a
// setting is a *ConfigError; others say in one line what could not be opened.
func Start(ctx context.Context, c Config) (*Server, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	s := &Server{config: c, clock: &clock.Adjustable{}}
	if err := s.start(ctx); err != nil {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownPatience)
		defer cancel()
		return nil, errors.Join(err, s.Close(closing))
	}
	return s, nil
}

func (s *Server) start(ctx context.Context) error {
	keys, err := loadCredentials(s.config)
	if err != nil {
		return err
	}
	if _, err := socket.RaiseDescriptorLimit(); err != nil {
		s.config.Logger.Warn("the descriptor limit stays as it is", "error", err)
	}
	s.store, err = store.Open(ctx, store.Options{Dir: s.config.Data, NATS: s.config.NATS, Logger: s.config.Logger})
	if err != nil {
		return err
	}
	tlsConfig, err := s.tls()
	if err != nil {
		return err
	}
	s.gateway = gateway.New(gateway.Options{Store: s.store, Clock: s.clock, Logger: s.config.Logger})
	if err := s.gateway.Start(ctx); err != nil {
		return err
	}
	s.front = &front{
		open: s.config.Auth == AuthOpen, ready: make(chan struct{}),
		verifier: &sigv4.Verifier{Credential: keys.find, Now: s.clock.Now},
		resolve:  s.gateway.Resolve, admin: s.adminHandler(),
	}
	if err := s.controlPlane(ctx); err != nil {
		return err
	}
	s.socket, err = socket.Listen([]string{s.config.Listen}, socket.Options{
		Handler: s.gateway, HTTP: s.front, TLS: tlsConfig, Clock: s.clock,
		Logger: s.config.Logger, Limits: s.config.Limits, Loops: s.config.Loops,
	})
	if err != nil {
		return err
	}
	s.address = s.config.authority(s.socket.Addrs()[0])
	close(s.front.ready)
	return nil
}

// controlPlane makes the services and puts them behind the front.
func (s *Server) controlPlane(ctx context.Context) error {
	apis := apigatewayv2.New(apigatewayv2.Options{
		Store: s.store, Clock: s.clock, Logger: s.config.Logger,
		Endpoint: func(apiID, _ string) string { return s.Endpoint(apiID) },
	})
	var err error
	s.stacks, err = cloudformation.New(ctx, cloudformation.Options{
		Store: s.store, Clock: s.clock, Logger: s.config.Logger, APIs: apis,
	})
	if err != nil {
		return err
	}
	forms := query.NewHandler(query.Options{Caller: caller, Logger: s.config.Logger}, s.stacks.API(), sts.API())
	s.front.services = map[string]http.Handler{
		signAPIGateway: apis.Handler(), signCloudFormation: forms, signSTS: forms,
		signExecuteAPI: apigatewaymanagementapi.New(apigatewaymanagementapi.Options{Gateway: s.gateway, Logger: s.config.Logger}),
	}
	return nil
}

// caller is who sent a request to a query service.
func caller(r *http.Request) query.Caller {
	scope := apigateway.ScopeFrom(r.Context())
	signature, _ := sigv4.ScopeOf(r.Header.Get("Authorization"), r.URL.RawQuery)
	return query.Caller{
		AccountID: scope.AccountID, Region: scope.Region,
		AccessKeyID: signature.AccessKeyID, SessionToken: r.Header.Get("X-Amz-Security-Token"),
	}
}

// URL is where clients on this machine reach the server, http://localhost:4566.
func (s *Server) URL() string { return "http://" + s.address }

// Clock is the server's time, which tests may move.
func (s *Server) Clock() *clock.Adjustable { return s.clock }

// Stacks is the CloudFormation service, for those who deploy without HTTP.
func (s *Server) Stacks() *cloudformation.Service { return s.stacks }

// MaxConnections is how many connections the server takes before it refuses
// more: the process' descriptor limit less what it needs itself.
func (s *Server) MaxConnections() int { return s.socket.Limits().Connections }

// Close stops the server: it takes no more connections, gives those that are
// open their leave (1001) and the integrations under way until ctx ends, then
// closes the store. What it returns is the first thing that went wrong.
func (s *Server) Close(ctx context.Context) error {
	var errs []error
	if s.socket != nil {
		errs = append(errs, s.socket.Shutdown(ctx))
	}
	if s.gateway != nil {
		s.gateway.Close(ctx)
	}
	if s.stacks != nil {
		s.stacks.Close()
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}
