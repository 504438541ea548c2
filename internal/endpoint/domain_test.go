package endpoint

import (
	"encoding/json"
	"testing"

	"postern/internal/apigateway"
)

// mappedDomain returns the document of a domain name with mappings, by key, to
// stages of api1.
func mappedDomain(t testing.TB, mode string, stages map[string]string) []byte {
	t.Helper()
	doc := apigateway.DomainDocument{Domain: apigateway.DomainName{RoutingMode: mode}}
	for key, stage := range stages {
		doc.Mappings = append(doc.Mappings, apigateway.ApiMapping{ApiID: "api1", ApiMappingKey: key, Stage: stage})
	}
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestResolveDomains(t *testing.T) {
	e := of("gw.example.com")
	e.Apply("ws.example.com", mappedDomain(t, "", map[string]string{"": "root", "v1": "one", "a$b": "odd", "ping": "x"}))
	e.Apply("*.example.com", mappedDomain(t, "", map[string]string{"": "any"}))
	e.Apply("keys.example.org", mappedDomain(t, "", map[string]string{"v1": "one"}))
	e.Apply("rules.example.org", mappedDomain(t, apigateway.RoutingRuleOnly, map[string]string{"": "root"}))
	e.Apply("localhost", mappedDomain(t, "", map[string]string{"": "root"}))
	e.Apply("gone.example.org", mappedDomain(t, "", nil))
	e.Apply("gone.example.org", nil)
	e.Apply("ws.example.com", []byte("{")) // changes nothing
	none := Address{Mapped: true}
	tests := []struct {
		name, host, target string
		want               Address
		ok                 bool
	}{
		{"the root", "ws.example.com", "/", Address{"api1", "root", "/", true}, true},
		{"the root without a slash", "ws.example.com", "http://ws.example.com", Address{"api1", "root", "/", true}, true},
		{"the root's connections", "ws.example.com", "/@connections/x=", Address{"api1", "root", "/@connections/x=", true}, true},
		{"the root with a superfluous stage", "ws.example.com", "/prod/@connections/x=", Address{"api1", "root", "/prod/@connections/x=", true}, true},
		{"a key", "ws.example.com", "/v1", Address{"api1", "one", "", true}, true},
		{"a key with a query", "ws.example.com", "/v1/?a=b", Address{"api1", "one", "/", true}, true},
		{"a key's connections", "ws.example.com", "/v1/@connections/x", Address{"api1", "one", "/@connections/x", true}, true},
		{"a key that is escaped", "ws.example.com", "/a%24b", Address{"api1", "odd", "", true}, true},
		{"capitals and a port", "WS.Example.com:8443", "/v1", Address{"api1", "one", "", true}, true},
		{"a final dot", "ws.example.com.", "/v1", Address{"api1", "one", "", true}, true},
		{"a reserved path", "ws.example.com", "/ping", none, true},
		{"a wildcard", "other.example.com", "/", Address{"api1", "any", "/", true}, true},
		{"a wildcard is one label", "a.b.example.com", "/prod", Address{"", "prod", "", false}, false},
		{"a wildcard is a label at least", "example.com", "/prod", Address{"", "prod", "", false}, false},
		{"no mapping", "keys.example.org", "/v2", none, true},
		{"no root", "keys.example.org", "/", none, true},
		{"routing rules alone", "rules.example.org", "/", none, true},
		{"the server's own name", "gw.example.com", "/prod", Address{"", "prod", "", false}, false},
		{"localhost is never a domain name", "localhost:4566", "/prod", Address{"", "prod", "", false}, false},
		{"nor an address", "[::1]:4566", "/prod", Address{"", "prod", "", false}, false},
		{"what was deleted", "gone.example.org", "/prod", Address{"", "prod", "", false}, false},
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

func TestHostname(t *testing.T) {
	for host, want := range map[string]string{
		"A.Example.com:80": "a.example.com", "a.example.com.": "a.example.com", "localhost": "localhost",
		"[::1]:4566": "::1", "[::1]": "::1", "::1": "::1", "127.0.0.1:1": "127.0.0.1", "": "",
		"[::1]evil.example:80": "::1]evil.example:80",
	} {
		if got := Hostname(host); got != want {
			t.Errorf("Hostname(%q) = %q, want %q", host, got, want)
		}
	}
}
