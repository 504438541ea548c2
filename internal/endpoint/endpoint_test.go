package endpoint

import (
	"log/slog"
	"slices"
	"testing"
)

// of returns the endpoints of a server with the given APIs.
func of(host string, apis ...string) *Endpoints {
	return New(host, func(id string) bool { return slices.Contains(apis, id) }, slog.New(slog.DiscardHandler))
}

func TestResolve(t *testing.T) {
	e := of("", "abc123")
	tests := []struct {
		name, host, target string
		want               Address
		ok                 bool
	}{
		{"the path form", "localhost:4566", "/_aws/execute-api/abc123/prod", Address{"abc123", "prod", "", false}, true},
		{"with a slash", "localhost:4566", "/_aws/execute-api/abc123/prod/", Address{"abc123", "prod", "/", false}, true},
		{"with more", "localhost:4566", "/_aws/execute-api/abc123/prod/x/y", Address{"abc123", "prod", "/x/y", false}, true},
		{"with a query", "localhost:4566", "/_aws/execute-api/abc123/prod?a=/b", Address{"abc123", "prod", "", false}, true},
		{"without a stage", "localhost:4566", "/_aws/execute-api/abc123", Address{"abc123", "", "", false}, true},
		{"with nothing", "localhost:4566", "/_aws/execute-api/", Address{"", "", "", false}, true},
		{"the short path form", "localhost", "/ws/abc123/prod", Address{"abc123", "prod", "", false}, true},
		{"the other path form", "localhost", "/execute-api/abc123/prod/@connections/x=", Address{"abc123", "prod", "/@connections/x=", false}, true},
		{"the host form", "abc123.execute-api.us-east-1.amazonaws.com", "/prod", Address{"abc123", "prod", "", false}, true},
		{"the host form in capitals", "ABC123.execute-api.x", "/prod", Address{"abc123", "prod", "", false}, true},
		{"all of it in capitals", "ABC123.EXECUTE-API.US-EAST-1.AMAZONAWS.COM", "/prod", Address{"abc123", "prod", "", false}, true},
		{"an API in capitals", "ABC123.example.com:4566", "/prod", Address{"abc123", "prod", "", false}, true},
		{"the host form of any API", "nosuch.execute-api.us-east-1.localhost:4566", "/prod/", Address{"nosuch", "prod", "/", false}, true},
		{"the host form without a stage", "abc123.execute-api.x", "/", Address{"abc123", "", "", false}, true},
		{"a host that begins with an API", "abc123.example.com:4566", "/prod", Address{"abc123", "prod", "", false}, true},
		{"a host that is an API", "abc123", "/prod", Address{"abc123", "prod", "", false}, true},
		{"the absolute form", "abc123.example.com", "http://abc123.example.com/prod?x", Address{"abc123", "prod", "", false}, true},
		{"a bare host with @connections", "localhost:4566", "/prod/@connections/L0SM9cOFvHcCIhw=", Address{"", "prod", "/@connections/L0SM9cOFvHcCIhw=", false}, true},
		{"the same, escaped", "localhost:4566", "/prod/%40connections/x", Address{"", "prod", "/%40connections/x", false}, true},
		{"a bare host", "localhost:4566", "/prod", Address{"", "prod", "", false}, false},
		{"the control plane", "localhost:4566", "/v2/apis/abc123", Address{"", "v2", "/apis/abc123", false}, false},
		{"no path", "localhost", "*", Address{"", "*", "", false}, false},
		{"an absolute form without a path", "localhost", "http://localhost", Address{"", "", "", false}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := e.Resolve(tt.host, tt.target)
			if got != tt.want || ok != tt.ok {
				t.Errorf("Resolve(%q, %q) = %+v, %t; want %+v, %t", tt.host, tt.target, got, ok, tt.want, tt.ok)
			}
		})
	}
}

func FuzzResolve(f *testing.F) {
	e := of("")
	f.Add("abc.execute-api.x", "/prod/@connections/x?y")
	f.Add("", "http://")
	f.Add(".", "//")
	f.Fuzz(func(t *testing.T, host, target string) {
		if a, _ := e.Resolve(host, target); a.Rest != "" && a.Rest[0] != '/' {
			t.Errorf("rest %q does not begin with a slash", a.Rest)
		}
	})
}
