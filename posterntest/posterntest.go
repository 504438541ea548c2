// Package posterntest runs Postern inside a Go test: a server of its own on a
// free port, with a CloudFormation template deployed, that ends with the test.
//
//	func TestChat(t *testing.T) {
//		chat := posterntest.NewFile(t, "template.yaml")
//		conn, _, err := websocket.Dial(t.Context(), chat.Endpoint("prod"), nil)
//		…
//		chat.Advance(10 * time.Minute) // the connection is idle now
//	}
//
// Servers share nothing, so tests may run in parallel. The package is no client:
// use any WebSocket library, and an AWS SDK with URL as its endpoint.
package posterntest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"postern/internal/server"
	"postern/internal/service/cloudformation"
)

// Server is a running Postern with a stack.
type Server struct {
	t      testing.TB
	server *server.Server
	stack  *server.Deployed
}

// patience bounds deploying and ending, so that a test that hangs says where.
const patience = 30 * time.Second

// stackName is the name of every stack: a server has one.
const stackName = "test"

// Option alters a server before it starts.
type Option func(*settings)

type settings struct {
	config     server.Config
	parameters []cloudformation.Parameter
	limits     map[string]string
}

// Parameter gives a template parameter its value.
func Parameter(name, value string) Option {
	return func(s *settings) {
		s.parameters = append(s.parameters, cloudformation.Parameter{ParameterKey: name, ParameterValue: &value})
	}
}

// AWSEndpoint says where integrations find an AWS service: AWSEndpoint("lambda",
// backend.URL).
func AWSEndpoint(service, url string) Option {
	return func(s *settings) {
		if s.config.Endpoints == nil {
			s.config.Endpoints = map[string]string{}
		}
		s.config.Endpoints[service] = url
	}
}

// VPCLink says which HOST:PORT is behind a VPC link.
func VPCLink(id, address string) Option {
	return func(s *settings) {
		if s.config.VPCLinks == nil {
			s.config.VPCLinks = map[string]string{}
		}
		s.config.VPCLinks[id] = address
	}
}

// Limit sets another limit than AWS's, by its name and in the form of the flag
// --limit: Limit("message-size", "1MB"), Limit("connect-rate", "5").
func Limit(name, value string) Option {
	return func(s *settings) {
		if s.limits == nil {
			s.limits = map[string]string{}
		}
		s.limits[name] = value
	}
}

// Logger takes the server's own log, which nobody sees otherwise.
func Logger(l *slog.Logger) Option { return func(s *settings) { s.config.Logger = l } }

// New starts a server with the given text of a template deployed, and fails the
// test if that does not work.
func New(t testing.TB, template string, options ...Option) *Server {
	t.Helper()
	o := settings{config: server.Config{Listen: "127.0.0.1:0", Version: "test"}}
	for _, option := range options {
		option(&o)
	}
	var err error
	if o.config.Limits, err = server.ParseLimits(o.limits); err != nil {
		t.Fatalf("posterntest: limit: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	running, err := server.Start(ctx, o.config)
	if err != nil {
		t.Fatalf("posterntest: %v", err)
	}
	t.Cleanup(func() {
		// The test's context has ended by now.
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := running.Close(ctx); err != nil {
			t.Errorf("posterntest: %v", err)
		}
	})
	s := &Server{t: t, server: running}
	s.stack, err = running.Deploy(ctx, server.Stack{Name: stackName, Template: template, Parameters: o.parameters})
	if err != nil {
		t.Fatalf("posterntest: the template cannot be deployed: %s", located(err))
	}
	return s
}

// located is an error with the line of the template that it is about.
func located(err error) string {
	if e, ok := errors.AsType[*server.DeployError](err); ok && e.Line > 0 {
		return fmt.Sprintf("line %d: %v", e.Line, err)
	}
	return err.Error()
}

// NewFile is New with a template in a file.
func NewFile(t testing.TB, name string, options ...Option) *Server {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("posterntest: %v", err)
	}
	return New(t, string(text), options...)
}

// URL is the server's address, for AWS SDKs and the AWS CLI:
// http://127.0.0.1:41234.
func (s *Server) URL() string { return s.server.URL() }

// Endpoint returns the WebSocket URL of a stage of the template's only API, and
// fails the test if it has none or several, or no such stage; APIEndpoint names
// one of several.
func (s *Server) Endpoint(stage string) string {
	s.t.Helper()
	ids := s.stack.Physical("AWS::ApiGatewayV2::Api")
	if len(ids) != 1 {
		s.t.Fatalf("posterntest: the template has %d APIs, and Endpoint needs one; use APIEndpoint", len(ids))
	}
	return s.endpoint(ids[0], stage)
}

// endpoint returns the URL of a stage that must be there.
func (s *Server) endpoint(apiID, stage string) string {
	s.t.Helper()
	var names []string
	for _, there := range s.server.Stages(s.t.Context(), apiID) {
		if there.Name == stage {
			return s.server.Endpoint(apiID) + "/" + stage
		}
		names = append(names, there.Name)
	}
	s.t.Fatalf("posterntest: the API has no stage %q, but %q", stage, names)
	return ""
}

// APIEndpoint returns the WebSocket URL of a stage of the API with the given
// logical id in the template, and fails the test if there is none.
func (s *Server) APIEndpoint(logicalID, stage string) string {
	s.t.Helper()
	return s.endpoint(s.PhysicalID(logicalID), stage)
}

// ConnectionsURL returns the endpoint of the @connections API of a stage, as
// the SDK of the API Gateway Management API wants it.
func (s *Server) ConnectionsURL(stage string) string {
	s.t.Helper()
	return "http" + strings.TrimPrefix(s.Endpoint(stage), "ws")
}

// PhysicalID returns the physical id of a resource of the template, and fails
// the test if there is none.
func (s *Server) PhysicalID(logicalID string) string {
	s.t.Helper()
	for _, r := range s.stack.Resources {
		if r.LogicalID == logicalID {
			return r.PhysicalID
		}
	}
	s.t.Fatalf("posterntest: the template has no resource %s", logicalID)
	return ""
}

// Output returns an output of the template, and fails the test if there is none.
func (s *Server) Output(key string) string {
	s.t.Helper()
	for _, o := range s.stack.Outputs {
		if o.Key == key {
			return o.Value
		}
	}
	s.t.Fatalf("posterntest: the template has no output %s", key)
	return ""
}

// Advance moves the server's time forward, without waiting: idle and old
// connections are closed, quotas begin anew.
func (s *Server) Advance(d time.Duration) { s.server.Clock().Advance(d) }

// Redeploy updates the stack to another template. Open connections meet the new
// configuration with their next message.
func (s *Server) Redeploy(template string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	stack, err := s.server.Deploy(ctx, server.Stack{Name: stackName, Template: template})
	if err != nil {
		s.t.Fatalf("posterntest: the template cannot be deployed: %s", located(err))
	}
	s.stack = stack
}
