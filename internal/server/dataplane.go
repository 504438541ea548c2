package server

import (
	"cmp"
	"context"
	"net"
	"net/url"
	"os"

	"postern/internal/accesslog"
	"postern/internal/apigateway"
	"postern/internal/clientcertificate"
	"postern/internal/connect"
	"postern/internal/gateway"
	"postern/internal/integration"
	"postern/internal/sigv4"
)

// dataPlane makes the gateway and what it writes to.
func (s *Server) dataPlane(ctx context.Context, verifier *sigv4.Verifier, who *credentials) error {
	if err := s.openLogs(); err != nil {
		return err
	}
	integrations, err := s.integrations(ctx)
	if err != nil {
		return err
	}
	s.gateway = gateway.New(gateway.Options{
		Store: s.store, Host: s.config.publicHost(), Clock: s.clock, Logger: s.config.Logger,
		Integrations: integrations, Logs: s.logs, Metrics: s.metrics,
		Keys: s.keys, Verifier: verifier, Principal: who.caller, Compat: s.config.Compat,
		Events: s.config.events(), Connects: s.config.connects(),
		Calls: s.config.Limits.Calls, InFlight: s.config.Limits.InFlight, MaxMessage: s.config.Limits.Connections.Message,
	})
	return s.gateway.Start(ctx)
}

// caller is principal in the data plane's words.
func (c *credentials) caller(accessKeyID string) connect.Principal {
	p := c.principal(accessKeyID)
	return connect.Principal{ARN: p.arn, AccountID: p.accountID, Policy: p.policy}
}

// publicHost is the name under which the server itself is reached.
func (c Config) publicHost() string {
	if u, err := url.Parse(c.PublicURL); err == nil && u.Host != "" {
		return u.Hostname()
	}
	host, _, _ := net.SplitHostPort(c.Listen)
	return host
}

// integrations makes the ways out of the data plane. MOCK needs none.
func (s *Server) integrations(ctx context.Context) (map[string]integration.Invoker, error) {
	certificates, err := clientcertificate.Open(context.WithoutCancel(ctx), s.store, s.config.Logger)
	if err != nil {
		return nil, err
	}
	http := integration.NewHTTP(integration.HTTPOptions{VPCLinks: s.config.VPCLinks, ClientCertificate: certificates.Find})
	services := integration.NewService(integration.ServiceOptions{Endpoints: s.config.Endpoints, Logger: s.config.Logger, Credentials: serviceKey(), Now: s.clock.Now})
	s.closers = append(s.closers, func(context.Context) error {
		http.Close()
		services.Close()
		certificates.Close()
		return nil
	})
	return map[string]integration.Invoker{
		apigateway.IntegrationHTTP:      http,
		apigateway.IntegrationHTTPProxy: http,
		apigateway.IntegrationAWS:       services,
		apigateway.IntegrationAWSProxy:  services,
	}, nil
}

// openLogs opens what log lines go to: the files of the configuration, and log
// groups only where somebody said who keeps them.
func (s *Server) openLogs() error {
	for _, log := range []struct {
		setting, file, counter string
		to                     *accesslog.Destination
	}{
		{"access-log", s.config.AccessLog, "postern_access_log_dropped_total", &s.logs.Access},
		{"execution-log", s.config.ExecutionLog, "postern_execution_log_dropped_total", &s.logs.Execution},
	} {
		if log.file == "" {
			continue
		}
		writer, closer, err := accesslog.OpenFile(log.file, accesslog.WriterOptions{Logger: s.config.Logger})
		if err != nil {
			return &ConfigError{log.setting, err.Error()}
		}
		*log.to = writer
		s.closers = append(s.closers, func(context.Context) error { return closer.Close() })
		if err := s.metrics.Counter(log.counter, "Log lines that --"+log.setting+" could not take.",
			func() float64 { return float64(writer.Dropped()) }); err != nil {
			return err
		}
	}
	endpoint := cmp.Or(s.config.Endpoints["logs"], os.Getenv("AWS_ENDPOINT_URL_LOGS"))
	if endpoint == "" {
		return nil
	}
	groups := accesslog.NewCloudWatch(accesslog.CloudWatchOptions{
		Endpoint: endpoint, Credentials: serviceKey(), Logger: s.config.Logger,
	})
	s.logs.CloudWatch = groups
	s.closers = append(s.closers, groups.Close)
	return s.metrics.Counter("postern_log_events_dropped_total", "Log events that CloudWatch Logs could not take.",
		func() float64 { return float64(groups.Dropped()) })
}
