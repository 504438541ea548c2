package conformance

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/internal/server"
)

func TestSessions(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sessions: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			backend, err := NewBackend(s)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(backend.Close)
			server := startWith(t, name, backend, func(c *server.Config) { configure(t, c, s.Files["settings"]) })
			if err := Play(t.Context(), server, backend, s); err != nil {
				t.Errorf("%s\n%v", s.Title, err)
			}
		})
	}
}

// configure applies the settings of a session, a line each: "limit NAME=VALUE" or
// "account-limits aws".
func configure(t *testing.T, c *server.Config, text string) {
	t.Helper()
	limits := map[string]string{}
	for line := range strings.Lines(text) {
		setting, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch name, limit, _ := strings.Cut(value, "="); {
		case setting == "limit":
			limits[name] = limit
		case setting == "account-limits" && value == "aws":
			c.AccountLimits = true
		default:
			t.Fatalf("no setting: %s", line)
		}
	}
	var err error
	if c.Limits, err = server.ParseLimits(limits); err != nil {
		t.Fatal(err)
	}
}

// start starts a server for one session: clocks are moved and stacks named as
// if it were alone, which it is. AWS services and the VPC link link1 lead to
// the session's backend, if it has one.
func start(t *testing.T, stack string, backend *Backend) *Server {
	t.Helper()
	return startWith(t, stack, backend, func(*server.Config) {})
}

// startWith is start with another configuration.
func startWith(t *testing.T, stack string, backend *Backend, edit func(*server.Config)) *Server {
	t.Helper()
	access, execution := filepath.Join(t.TempDir(), "access.log"), filepath.Join(t.TempDir(), "execution.log")
	config := server.Config{Listen: "localhost:0", AccessLog: access, ExecutionLog: execution}
	if backend != nil {
		config.Endpoints, config.VPCLinks = backend.Endpoints(), map[string]string{"link1": backend.Address()}
	}
	edit(&config)
	s, err := server.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	records := s.Trace().Listen(1024)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		records.Close()
	})
	return &Server{URL: s.URL(), Stack: stack, Records: records,
		Logs: map[string]*LogFile{"access": {Name: access}, "execution": {Name: execution}}}
}
