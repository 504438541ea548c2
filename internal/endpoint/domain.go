package endpoint

import (
	"encoding/json"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"postern/internal/apigateway"
)

// domain is a custom domain name as requests meet it. It is immutable.
type domain struct {
	// mappings are the API mappings by their key; "" is the root.
	mappings map[string]mapped
}

// mapped is where an API mapping leads.
type mapped struct{ apiID, stage string }

// Apply makes the document of a custom domain name take effect for the
// requests that come from now on. A nil document means that it was deleted.
func (e *Endpoints) Apply(name string, document []byte) {
	e.applying.Lock()
	defer e.applying.Unlock()
	next := maps.Clone(*e.domains.Load())
	if document == nil {
		delete(next, name)
		e.domains.Store(&next)
		return
	}
	var doc apigateway.DomainDocument
	if err := json.Unmarshal(document, &doc); err != nil {
		// The last good configuration stays, as that of an API does.
		e.logger.Error("unreadable domain document", "domain", name, "error", err)
		return
	}
	next[name] = newDomain(&doc)
	e.domains.Store(&next)
}

func newDomain(doc *apigateway.DomainDocument) *domain {
	d := &domain{mappings: make(map[string]mapped, len(doc.Mappings))}
	if doc.Domain.RoutingMode == apigateway.RoutingRuleOnly {
		// AWS: routing rules are for REST APIs.
		return d
	}
	for _, m := range doc.Mappings {
		d.mappings[m.ApiMappingKey] = mapped{m.ApiID, m.Stage}
	}
	return d
}

// domain returns the custom domain name that a Host header names, nil if it
// names none. An exact name goes before a wildcard, which stands for one label.
func (e *Endpoints) domain(host string) *domain {
	domains := *e.domains.Load()
	if len(domains) == 0 {
		return nil
	}
	name := Hostname(host)
	if e.own(name) {
		return nil
	}
	if d, ok := domains[name]; ok {
		return d
	}
	if _, parent, ok := strings.Cut(name, "."); ok {
		return domains["*."+parent]
	}
	return nil
}

// own reports whether a host is the server itself: a domain name that somebody
// creates must not take its own addresses away.
func (e *Endpoints) own(name string) bool {
	if name == "localhost" || name == e.host {
		return true
	}
	_, err := netip.ParseAddr(name)
	return err == nil
}

// Hostname returns the name of a Host header in lower case, without port,
// brackets and the dot of a fully qualified name.
func Hostname(host string) string {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

// resolve applies the API mappings to an escaped path: the key that its first
// segment is, or the root.
func (d *domain) resolve(path string) Address {
	first, rest := cutSegment(path)
	key := first
	if plain, err := url.PathUnescape(first); err == nil {
		key = plain
	}
	if reserved(key) {
		return Address{Mapped: true}
	}
	if key != "" {
		if to, ok := d.mappings[key]; ok {
			return Address{APIID: to.apiID, Stage: to.stage, Rest: rest, Mapped: true}
		}
	}
	if to, ok := d.mappings[""]; ok {
		return Address{APIID: to.apiID, Stage: to.stage, Rest: path, Mapped: true}
	}
	return Address{Mapped: true}
}

// reserved reports whether a first segment is AWS's own: its health checks.
//
// Source: Developer Guide, "Amazon API Gateway important notes".
func reserved(key string) bool { return key == "ping" || key == "sping" }
