package server

import (
	"postern/internal/apigateway"
	"postern/internal/integration"
)

// integrations makes the ways out of the data plane. MOCK needs none.
func (s *Server) integrations() map[string]integration.Invoker {
	http := integration.NewHTTP(integration.HTTPOptions{VPCLinks: s.config.VPCLinks})
	services := integration.NewService(integration.ServiceOptions{Endpoints: s.config.Endpoints, Now: s.clock.Now})
	return map[string]integration.Invoker{
		apigateway.IntegrationHTTP:      http,
		apigateway.IntegrationHTTPProxy: http,
		apigateway.IntegrationAWS:       services,
		apigateway.IntegrationAWSProxy:  services,
	}
}
