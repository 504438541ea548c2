// Package endpoint tells where in the data plane a request is directed: which
// API, which stage and what behind it. An API has its default endpoint in a form
// by host and in forms by path, and those that custom domain names map to it.
//
// It does not know whether there is such a stage, nor who may reach it, and it
// serves nothing.
package endpoint

import (
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
)

// pathForms are the prefixes under which APIs are reached by path, for clients
// that cannot resolve a host name per API. The first is Postern's own, the
// others are those of other emulators.
var pathForms = []string{"/_aws/execute-api/", "/ws/", "/execute-api/"}

// hostForm is the label that follows the API's id in the host form,
// {apiId}.execute-api.{region}.amazonaws.com.
const hostForm = "execute-api"

// Address is where in the data plane a request is directed.
type Address struct {
	// APIID is the API; "" if the request names none, as on a bare host.
	APIID string
	// Stage is the first segment after the API, without slashes.
	Stage string
	// Rest is what follows the stage, from its slash on: "", "/" or
	// "/@connections/…". It is as escaped as the client sent it.
	Rest string
	// Mapped says that the host is a custom domain name, whose API mappings
	// decided. APIID is "" then if none matched.
	Mapped bool
}

// Endpoints resolves requests. It is safe for concurrent use.
type Endpoints struct {
	// host is the name of the server itself.
	host string
	// exists tells whether an API lives here.
	exists func(apiID string) bool
	logger *slog.Logger

	// domains are the custom domain names. The map is replaced, never changed.
	domains  atomic.Pointer[map[string]*domain]
	applying sync.Mutex // serialises the changes of domains
}

// New returns Endpoints without custom domain names. Host is the name under
// which the server itself is reached from outside, without port; no custom
// domain name takes it. Addresses and localhost are the server's in any case.
// Exists tells whether an API is here, for hosts that name one by their first
// label alone. Logger is told of documents that cannot be read.
func New(host string, exists func(apiID string) bool, logger *slog.Logger) *Endpoints {
	e := &Endpoints{host: host, exists: exists, logger: logger}
	e.domains.Store(&map[string]*domain{})
	return e
}

// Resolve reads where a request with the given Host header and target is
// directed. The target may have a query or be in absolute form. With ok false
// the request is not the data plane's: it names no API and has no
// @connections.
func (e *Endpoints) Resolve(host, target string) (a Address, ok bool) {
	path := Path(target)
	if d := e.domain(host); d != nil {
		return d.resolve(path), true
	}
	if id := e.hostAPI(host); id != "" {
		a.APIID = id
		a.Stage, a.Rest = cutSegment(path)
		return a, true
	}
	for _, prefix := range pathForms {
		if rest, found := strings.CutPrefix(path, prefix); found {
			a.APIID, rest, _ = strings.Cut(rest, "/")
			a.Stage, a.Rest = cutSegment("/" + rest)
			return a, true
		}
	}
	a.Stage, a.Rest = cutSegment(path)
	return a, strings.HasPrefix(a.Rest, "/@connections/") || strings.HasPrefix(a.Rest, "/%40connections/")
}

// hostAPI returns the API that a host names: with the host form any, without
// it one that lives here.
func (e *Endpoints) hostAPI(host string) string {
	first, rest, _ := strings.Cut(host, ".")
	first, _, _ = strings.Cut(first, ":")
	first = strings.ToLower(first)
	second, _, _ := strings.Cut(rest, ".")
	if strings.EqualFold(second, hostForm) || e.exists(first) {
		return first
	}
	return ""
}

// Path returns the path of a request target as escaped as it is. The
// target may be in absolute form.
func Path(target string) string {
	if !strings.HasPrefix(target, "/") {
		// The absolute form, which proxies send: RFC 9112, section 3.2.2.
		_, after, ok := strings.Cut(target, "://")
		if !ok {
			return target
		}
		slash := strings.IndexByte(after, '/')
		if slash < 0 {
			return "/"
		}
		target = after[slash:]
	}
	path, _, _ := strings.Cut(target, "?")
	return path
}

// Query returns the query of a request target, without the question mark.
func Query(target string) string {
	_, query, _ := strings.Cut(target, "?")
	return query
}

// cutSegment splits "/first/rest" into "first" and "/rest".
func cutSegment(path string) (segment, rest string) {
	path = strings.TrimPrefix(path, "/")
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}
