package restjson

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"postern/internal/awserr"
)

// DefaultLimit is the largest request body in bytes.
const DefaultLimit = 10 << 20

// UnknownOperation is the error of a request for which there is no operation.
var UnknownOperation = awserr.Kind{Code: "UnknownOperationException", Status: http.StatusNotFound}

// API is a table of operations. It is an http.Handler once all operations are
// in it.
type API struct {
	// Logger takes errors that clients must not see; nil discards them.
	Logger *slog.Logger
	// Limit is the largest request body in bytes; 0 is DefaultLimit.
	Limit int64

	routes map[int][]route // by number of segments
}

type route struct {
	method   string
	segments []string // "{name}" matches any
	serve    func(http.ResponseWriter, *Request) (status int, out any, err error)
}

// Request is what an operation sees of a request besides its body.
type Request struct {
	*http.Request
	// Query holds the query parameters.
	Query url.Values

	names  []string // the segments of the route
	values []string // the unescaped segments of the path
}

// Param returns the unescaped segment of the path that the operation's path
// calls {name}, or "".
func (r *Request) Param(name string) string {
	for i, n := range r.names {
		if len(n) == len(name)+2 && n[1:len(n)-1] == name {
			return r.values[i]
		}
	}
	return ""
}

// Params returns the unescaped segments of the path that are parameters, in
// their order.
func (r *Request) Params() []string {
	var params []string
	for i, n := range r.names {
		if strings.HasPrefix(n, "{") {
			params = append(params, r.values[i])
		}
	}
	return params
}

// None is the input of an operation without a body, and the output of one that
// answers nothing, as with 204.
type None struct{}

// Handle makes op serve the requests of a method and path, "POST
// /v2/apis/{apiId}/routes". Its result is answered with the given status.
//
// A body becomes the In, whose json tags are the members' exact names; null
// and absent members leave their field as it is.
func Handle[In, Out any](a *API, pattern string, status int, op func(context.Context, *Request, In) (Out, error)) {
	method, path, _ := strings.Cut(pattern, " ")
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if a.routes == nil {
		a.routes = map[int][]route{}
	}
	hasBody := reflect.TypeFor[In]() != reflect.TypeFor[None]()
	a.routes[len(segments)] = append(a.routes[len(segments)], route{
		method: method, segments: segments,
		serve: func(w http.ResponseWriter, r *Request) (int, any, error) {
			var in In
			if hasBody {
				if err := a.decode(w, r.Request, &in); err != nil {
					return 0, nil, err
				}
			}
			out, err := op(r.Context(), r, in)
			if _, none := any(out).(None); none {
				return status, nil, err
			}
			return status, out, err
		},
	})
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request := identify(w)
	// A body that is not wanted is refused unread, whatever it is for.
	if r.ContentLength > a.limit() {
		a.fail(w, r, request, a.tooLarge())
		return
	}
	match, in := a.find(r)
	if match == nil {
		a.fail(w, r, request, awserr.Newf(UnknownOperation, "There is no operation %s %s", r.Method, r.URL.EscapedPath()))
		return
	}
	status, out, err := match.serve(w, in)
	if err != nil {
		a.fail(w, r, request, err)
		return
	}
	if err := write(w, status, out); err != nil {
		a.fail(w, r, request, err)
	}
}

// find returns the route of r, or nil.
func (a *API) find(r *http.Request) (*route, *Request) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/")
	// One slash at the end changes nothing: some clients put it there.
	escaped := strings.Split(strings.TrimSuffix(path, "/"), "/")
	values := make([]string, len(escaped))
	for i, s := range escaped {
		var err error
		if values[i], err = url.PathUnescape(s); err != nil || values[i] == "" {
			return nil, nil
		}
	}
	for i := range a.routes[len(values)] {
		candidate := &a.routes[len(values)][i]
		if candidate.method == r.Method && candidate.matches(values) {
			return candidate, &Request{Request: r, Query: r.URL.Query(), names: candidate.segments, values: values}
		}
	}
	return nil, nil
}

func (t *route) matches(values []string) bool {
	for i, s := range t.segments {
		if s != values[i] && !strings.HasPrefix(s, "{") {
			return false
		}
	}
	return true
}

func (a *API) limit() int64 {
	if a.Limit > 0 {
		return a.Limit
	}
	return DefaultLimit
}

func (a *API) tooLarge() error {
	return awserr.Newf(awserr.PayloadTooLarge, "Request body is larger than %d bytes", a.limit())
}
