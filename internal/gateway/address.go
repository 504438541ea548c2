package gateway

import "strings"

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

// Resolve reads where a request with the given Host header and target is
// directed. The target may have a query or be in absolute form. With ok false
// the request is not the data plane's: it names no API and has no
// @connections.
func (g *Gateway) Resolve(host, target string) (a Address, ok bool) {
	path := pathOf(target)
	if d := g.domain(host); d != nil {
		return d.resolve(path), true
	}
	if id := g.hostAPI(host); id != "" {
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
func (g *Gateway) hostAPI(host string) string {
	first, rest, _ := strings.Cut(host, ".")
	first, _, _ = strings.Cut(first, ":")
	second, _, _ := strings.Cut(rest, ".")
	if second == hostForm {
		return strings.ToLower(first)
	}
	if _, ok := (*g.apis.Load())[first]; ok {
		return first
	}
	return ""
}

// pathOf returns the path of a request target as escaped as it is.
func pathOf(target string) string {
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

// queryOf returns the query of a request target, without the question mark.
func queryOf(target string) string {
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
