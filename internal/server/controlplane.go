package server

import (
	"context"
	"net"
	"net/http"

	"postern/internal/apigateway"
	"postern/internal/query"
	apigatewayv1 "postern/internal/service/apigateway"
	"postern/internal/service/apigatewaymanagementapi"
	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation"
	"postern/internal/service/cloudformation/resource"
	typesv1 "postern/internal/service/cloudformation/resource/apigateway"
	"postern/internal/sigv4"
)

// controlPlane makes the services and puts them behind the front.
func (s *Server) controlPlane(ctx context.Context) error {
	logger := s.config.Logger
	v1 := apigatewayv1.New(apigatewayv1.Options{Store: s.store, Clock: s.clock, Usage: s.keys, Logger: logger})
	v2 := apigatewayv2.New(apigatewayv2.Options{
		Store: s.store, Clock: s.clock, Logger: logger, Limits: s.config.Limits.Resources,
		Endpoint: func(apiID, _ string) string { return s.Endpoint(apiID) },
	})
	registry := resource.NewRegistry()
	typesv1.Register(registry, v1)
	host, _, _ := net.SplitHostPort(s.config.Listen)
	var err error
	s.stacks, err = cloudformation.New(ctx, cloudformation.Options{
		Store: s.store, Clock: s.clock, Logger: logger, APIs: v2, Registry: registry,
		RewriteEndpoints: loopback(host), Shared: s.config.NATS != "",
	})
	if err != nil {
		return err
	}
	// Each has a handler of its own: a signature is for one service.
	forms := func(service string, api *query.API) http.Handler {
		return query.NewHandler(query.Options{
			Caller: caller, Logger: logger, Authorize: s.front.authorizeQuery(service, s.stacks),
		}, api)
	}
	s.front.connections = apigatewaymanagementapi.New(apigatewaymanagementapi.Options{
		Gateway: s.gateway, Logger: logger, Compat: s.config.Compat, MaxPayload: s.config.Limits.Connections.Message,
	})
	s.front.services = map[string]http.Handler{
		signAPIGateway:     apiGateway{v1: v1.Handler(), v2: v2.Handler()},
		signCloudFormation: forms(signCloudFormation, s.stacks.API()),
		signSTS:            forms(signSTS, s.sessions.API()),
		signExecuteAPI:     s.front.connections,
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
