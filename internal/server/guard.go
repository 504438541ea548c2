package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"postern/internal/endpoint"
)

// guard keeps web pages away from the control plane. A page that somebody has
// open in a browser can send requests to a loopback address, and one whose
// name is made to resolve there (DNS rebinding) can read the answers as well.
// Nothing but the headers that a browser adds by itself tells such a request
// from a client's.
type guard struct {
	// public is the public URL, nil without one.
	public *url.URL
	// open says that requests need no signature: then the name by which the
	// server is addressed must be one that no stranger can make resolve here.
	open bool
}

// newGuard returns the guard of a configuration that is complete.
func newGuard(c Config) *guard {
	g := &guard{open: c.Auth == AuthOpen}
	if c.PublicURL != "" {
		g.public, _ = url.Parse(c.PublicURL) // was checked
	}
	return g
}

// page returns why a request of a web page is refused, or "".
func (g *guard) page(r *http.Request) string {
	origin := r.Header.Get("Origin")
	if origin == "" {
		// A GET without CORS has no Origin: images, scripts, links.
		if r.Header.Get("Sec-Fetch-Site") == "cross-site" {
			return "web pages of other sites may not call this server"
		}
		return ""
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || !g.own(u, r.Host) {
		return fmt.Sprintf("web pages of %s may not call this server: only those of this machine and of --public-url may", origin)
	}
	return ""
}

// own reports whether an origin is the server's own, or a page of this machine.
func (g *guard) own(origin *url.URL, host string) bool {
	return local(origin.Hostname()) || origin.Host == host ||
		g.public != nil && origin.Scheme == g.public.Scheme && authority(origin) == authority(g.public)
}

// trusted are the endings of names that no stranger can make resolve here: the
// private top-level domain of Docker and others, names of AWS that a hosts file
// or a proxy sends here, and the name of LocalStack's tools.
var trusted = []string{".internal", ".amazonaws.com", ".localhost.localstack.cloud"}

// host returns why a request to the server under the given name is refused,
// or "". An address is always good: only names resolve to what their owner
// likes.
func (g *guard) host(hostport string) string {
	name := endpoint.Hostname(hostport)
	if _, err := netip.ParseAddr(name); !g.open || name == "" || err == nil || local(name) ||
		g.public != nil && name == strings.ToLower(g.public.Hostname()) ||
		slices.ContainsFunc(trusted, func(ending string) bool { return strings.HasSuffix("."+name, ending) }) {
		return ""
	}
	return fmt.Sprintf("this server is not called %s: use localhost, or set --public-url http://%s", name, hostport)
}

// local reports whether a name can only mean this machine.
func local(name string) bool {
	name = strings.ToLower(name)
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(name)
	return err == nil && address.Unmap().IsLoopback()
}

// authority returns host and port of a URL, the port also where it is the
// scheme's own.
func authority(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return strings.ToLower(net.JoinHostPort(u.Hostname(), port))
}
